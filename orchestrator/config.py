"""The configuration: file, environment and defaults, each value with its origin.

Flag > environment ``TUEROEFFNER_<SECTION>__<KEY>`` > config file > default. Unknown sections and
keys are refused in both, with the nearest valid name; secrets never stand in the file itself.
"""

import difflib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import (
    ValidationError,
    create_model,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from orchestrator import networks
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.redact import redact
from orchestrator.section import NetworkOptions, Section
from orchestrator.settings import Audience, Campaign, Database, Keys, Sandbox

PREFIX = "TUEROEFFNER_"
# Environment names that are not settings.
_NOT_SETTINGS = {"TUEROEFFNER_CONFIG", "TUEROEFFNER_NOW"}


class _Root(BaseSettings):
    """The sections that every campaign has; the networks' are added by :func:`_model`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    campaign: Campaign
    database: Database = Database()
    audience: Audience = Audience()
    keys: Keys = Keys()
    sandbox: Sandbox = Sandbox()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, whose content arrives as arguments."""
        return env_settings, init_settings


def _model() -> type[_Root]:
    fields: dict[str, Any] = {}
    for name in networks.names():
        options = networks.adapter(name).Options
        fields[name] = (options, cast(Any, options)())
    return create_model("Settings", __base__=_Root, **fields)


@dataclass(frozen=True)
class Settings:
    """The whole configuration of one run, and where each value came from."""

    campaign: Campaign
    database: Database
    audience: Audience
    keys: Keys
    sandbox: Sandbox
    networks: Mapping[str, NetworkOptions]
    folder: Path
    origins: Mapping[str, str]

    def on(self) -> list[str]:
        """Networks that have their credentials."""
        return [name for name, options in self.networks.items() if options.ready]

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Every section with its name, in the order of the example file."""
        yield "campaign", self.campaign
        yield "database", self.database
        yield "audience", self.audience
        yield from self.networks.items()
        yield "keys", self.keys
        yield "sandbox", self.sandbox


def config_path(flag: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Which file to read: the flag's, else ``TUEROEFFNER_CONFIG``, else ``./config.toml``."""
    return flag or Path(environ.get("TUEROEFFNER_CONFIG") or "config.toml")


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the whole configuration; every mistake is named, with its place."""
    given = _read(path)
    folder = path.resolve().parent
    _refuse_unknown(given, _environment(environ))
    _refuse_secrets_in_file(given, path)
    try:
        root = _model()(**cast(Any, _anchored(given, folder)))
    except ValidationError as error:
        raise UsageProblem(
            "\n".join(_mistake(problem, path) for problem in error.errors()),
            subject=str(path),
            remedy=_("Correct the configuration; `config.example.toml` explains every key."),
        ) from error
    return _settled(root, folder, _origins(given, environ, path))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageProblem(
            _("There is no configuration {path}.").format(path=path),
            remedy=_("Run `tueroeffner init` to make one, or name another with --config FILE."),
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(
            _("The configuration {path} cannot be read: {reason}").format(
                path=path, reason=getattr(error, "strerror", None) or _("it is not UTF-8 text")
            ),
            remedy=_("Check the file and your right to read it."),
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(
            _("The configuration {path} is not valid TOML: {reason}").format(
                path=path, reason=error
            ),
            remedy=_('Texts stand in quotation marks: name = "Week of Work".'),
        ) from error


def _environment(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Section → key → name of the variable, for all variables that are settings."""
    found: dict[str, dict[str, str]] = {}
    for name in environ:
        if not name.upper().startswith(PREFIX) or name.upper() in _NOT_SETTINGS:
            continue
        section, _sep, key = name[len(PREFIX) :].lower().partition("__")
        found.setdefault(section, {})[key.partition("__")[0]] = name
    return found


def _keys_of(section: str) -> list[str]:
    field = _model().model_fields[section]
    kind = cast(type[Section], field.annotation)
    return [*kind.model_fields, *(f"{name}_file" for name in kind.secrets())]


def _refuse_unknown(given: Mapping[str, Any], environment: Mapping[str, Mapping[str, str]]) -> None:
    sections = list(_model().model_fields)
    wrong = []
    for place, found in ((_("in the file"), given), (_("in the environment"), environment)):
        for section, keys in found.items():
            if section not in sections:
                wrong.append(_unknown(f"[{section}]", section, sections, place, brackets=True))
            elif not isinstance(keys, Mapping):
                wrong.append(_("[{name}] must be a section, not a value.").format(name=section))
            else:
                valid = _keys_of(section)
                wrong += [
                    _unknown(f"[{section}] {key}", key, valid, place)
                    for key in keys
                    if key not in valid
                ]
    if wrong:
        raise UsageProblem(
            "\n".join(wrong),
            remedy=_("Correct or remove it; `config.example.toml` explains every key."),
        )


def _unknown(shown: str, name: str, valid: list[str], place: str, *, brackets: bool = False) -> str:
    near = difflib.get_close_matches(name, valid, n=1, cutoff=0.5)
    sentence = _("{name} ({place}) is not a setting.").format(name=shown, place=place)
    if not near:
        return sentence
    nearest = f"[{near[0]}]" if brackets else near[0]
    return sentence + " " + _("Did you mean {nearest}?").format(nearest=nearest)


def _refuse_secrets_in_file(given: Mapping[str, Any], path: Path) -> None:
    for section, keys in given.items():
        kind = cast(type[Section], _model().model_fields[section].annotation)
        for name in kind.secrets():
            if name in keys:
                raise UsageProblem(
                    _("[{section}] {name} is a secret and must not stand in {path}.").format(
                        section=section, name=name, path=path
                    ),
                    remedy=_(
                        "Put it into a file of its own (chmod 600) and write {name}_file ="
                        ' "path", or set {variable}.'
                    ).format(name=name, variable=f"{PREFIX}{section}__{name}".upper()),
                )


def _anchored(given: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """Paths of secret files count from the configuration's own folder, as in a daily job."""
    return {
        section: {
            key: str(folder / str(value)) if key.endswith("_file") else value
            for key, value in keys.items()
        }
        for section, keys in given.items()
    }


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _ctx: _("is required"),
    "int_parsing": lambda _ctx: _("must be a whole number"),
    "int_type": lambda _ctx: _("must be a whole number"),
    "int_from_float": lambda _ctx: _("must be a whole number"),
    "float_parsing": lambda _ctx: _("must be a number"),
    "float_type": lambda _ctx: _("must be a number"),
    "string_type": lambda _ctx: _("must be a text in quotation marks"),
    "string_too_short": lambda _ctx: _("must not be empty"),
    "list_type": lambda _ctx: _('must be a list such as ["de", "en"]'),
    "bool_parsing": lambda _ctx: _("must be true or false"),
    "date_type": lambda _ctx: _("must be a date such as 2026-11-23"),
    "date_parsing": lambda _ctx: _("must be a date such as 2026-11-23"),
    "date_from_datetime_parsing": lambda _ctx: _("must be a date such as 2026-11-23"),
    "string_pattern_mismatch": lambda _ctx: _("may hold only small letters, digits and hyphens"),
    "greater_than_equal": lambda ctx: _("must be at least {least}").format(least=ctx["ge"]),
    "less_than_equal": lambda ctx: _("must be at most {most}").format(most=ctx["le"]),
    "literal_error": lambda ctx: _("must be one of {words}").format(words=ctx["expected"]),
    "value_error": lambda ctx: str(ctx["error"]),
}


def _mistake(problem: Any, path: Path) -> str:
    section, *keys = (str(part) for part in problem["loc"])
    if not keys and problem["type"] == "missing":
        return _("{path} has no section [{section}].").format(path=path.name, section=section)
    sentence = _SENTENCES.get(problem["type"])
    reason = sentence(problem.get("ctx", {})) if sentence else _("is not valid")
    return f"[{section}] {'.'.join(keys)}: {reason}"


def _origins(given: Mapping[str, Any], environ: Mapping[str, str], path: Path) -> dict[str, str]:
    origins = {
        f"{section}.{key.removesuffix('_file')}": path.name
        for section, keys in given.items()
        for key in keys
    }
    for section, names in _environment(environ).items():
        for key, variable in names.items():
            origins[f"{section}.{key.removesuffix('_file')}"] = variable
    return origins


def _settled(root: _Root, folder: Path, origins: Mapping[str, str]) -> Settings:
    return Settings(
        campaign=root.campaign,
        database=root.database.model_copy(update={"url": _local(root.database.url, folder)}),
        audience=root.audience,
        keys=root.keys.model_copy(update={"file": folder / root.keys.file.expanduser()}),
        sandbox=root.sandbox,
        networks={name: getattr(root, name) for name in networks.names()},
        folder=folder,
        origins=origins,
    )


def _local(url: str, folder: Path) -> str:
    """A relative SQLite path counts from the configuration's folder."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url == prefix:
        return url
    return prefix + str(folder / Path(url.removeprefix(prefix)).expanduser())


def shown(settings: Settings) -> list[tuple[str, str, str]]:
    """Every setting as (name, value, origin), secrets redacted: what ``config show`` prints."""
    rows = []
    for section, values in settings.sections():
        for key in type(values).model_fields:
            name = f"{section}.{key}"
            value = getattr(values, key)
            text = _shown_value(key, value, values)
            rows.append((name, text, settings.origins.get(name, _("default"))))
    return rows


def _shown_value(key: str, value: object, section: Section) -> str:
    if key in section.secrets():
        return "•••" if value else ""
    if isinstance(value, Section):
        return ", ".join(f"{name} {each}" for name, each in value.model_dump().items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else redact(str(value)) if key == "url" else str(value)
