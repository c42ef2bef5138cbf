"""What a configuration must not hold: unknown sections and keys, and secrets in the open."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.section import Section

Kinds = Mapping[str, type[Section]]


def refuse_unknown(
    kinds: Kinds,
    given: Mapping[str, Any],
    environment: Mapping[str, Mapping[str, str]],
    prefix: str,
) -> None:
    """Name every unknown section and key, in file and environment, with the nearest valid one."""
    wrong = [*_wrong(kinds, given, _("in the file"))]
    wrong += _keyless(kinds, environment, prefix)
    named = {section: _keyed(keys) for section, keys in environment.items()}
    wrong += _wrong(kinds, named, _("in the environment"))
    if wrong:
        raise UsageProblem(
            "\n".join(wrong),
            remedy=_("Correct or remove it; `config.example.toml` explains every key."),
        )


def _keyed(keys: Mapping[str, str]) -> Mapping[str, str]:
    return {key: name for key, name in keys.items() if key}


def _keyless(
    kinds: Kinds, environment: Mapping[str, Mapping[str, str]], prefix: str
) -> Iterator[str]:
    """A variable for a whole section, such as ``TUEROEFFNER_CAMPAIGN``."""
    for section, keys in environment.items():
        if section in kinds and "" in keys:
            example = f"{prefix}{section}__{next(iter(kinds[section].names()))}".upper()
            yield (
                _("{variable} (in the environment) names no setting, only a section.").format(
                    variable=keys[""]
                )
                + " "
                + _("Write it like {example}.").format(example=example)
            )


def refuse_open_secrets(kinds: Kinds, given: Mapping[str, Any], path: Path, prefix: str) -> None:
    """A secret may stand in a file of its own or in the environment, never in ``path``."""
    for section, keys in given.items():
        for name in kinds[section].secrets():
            if name in keys:
                raise UsageProblem(
                    _("[{section}] {name} is a secret and must not stand in {path}.").format(
                        section=section, name=name, path=path
                    ),
                    remedy=_(
                        "Put it into a file of its own (chmod 600) and write {name}_file ="
                        ' "path", or set {variable}.'
                    ).format(name=name, variable=f"{prefix}{section}__{name}".upper()),
                )


def _wrong(kinds: Kinds, found: Mapping[str, Any], place: str) -> Iterator[str]:
    for section, keys in found.items():
        if section not in kinds:
            yield _unknown(f"[{section}]", section, {name: f"[{name}]" for name in kinds}, place)
        elif not isinstance(keys, Mapping):
            yield _("[{name}] must be a section, not a value.").format(name=section)
        else:
            valid = {name: name for name in kinds[section].names()}
            for key in keys:
                if key not in valid:
                    shown = f"[{section}] {key}".strip()
                    yield _below(shown, section, kinds[section], key, place) or _unknown(
                        shown, key, valid, place
                    )


def _below(shown: str, section: str, kind: type[Section], key: str, place: str) -> str:
    """It belongs one level deeper; empty: it does not."""
    tables = [name for name, table in kind.several().items() if key in table.model_fields]
    if not tables:
        return ""
    sentence = _("{name} ({place}) stands too high: write it below a line [[{table}]].")
    return sentence.format(name=shown, place=place, table=f"{section}.{tables[0]}")


def _unknown(shown: str, name: str, valid: Mapping[str, str], place: str) -> str:
    sentence = _("{name} ({place}) is not a setting.").format(name=shown, place=place)
    near = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.5)
    if not near:
        return sentence
    return f"{sentence} {_('Did you mean {nearest}?').format(nearest=valid[near[0]])}"
