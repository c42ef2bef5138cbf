"""The words of answers: one file for each kind and language, with places to be filled in.

A campaign's own folder ``templates/answers`` beside its configuration goes before the files that
come with the program, and may hold further languages. ``closing.de.txt`` there serves for every
reason of a closing word that has no file of its own.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.vocabulary import AnswerKind

FOLDER = Path(__file__).parent / "texts"
OWN = Path("templates") / "answers"
REASONS = ("hired", "filled", "thanks")
PLACES = ("name", "tandem", "contact", "campaign")
_LARGEST = 100_000
_CODE = re.compile("[a-z]{2,3}")


def template(kind: AnswerKind, reason: str, language: str, folder: Path) -> str:
    """The words of this kind in a language; ``folder``: of the campaign's configuration."""
    if file := _file(kind, reason, language, folder):
        return _read(file)
    wanted = folder / OWN / f"{_names(kind, reason)[0]}.{language}.txt"
    raise UsageProblem(
        _("There is no text for this answer in “{language}”.").format(language=language),
        remedy=_("Use --language with one of: {known}; or write {file}.").format(
            known=", ".join(languages(kind, reason, folder)), file=wanted
        ),
    )


def languages(kind: AnswerKind, reason: str, folder: Path) -> list[str]:
    """The languages that have words of this kind."""
    found = {
        file.name.removeprefix(f"{name}.").removesuffix(".txt")
        for name in _names(kind, reason)
        for where in (folder / OWN, FOLDER)
        for file in where.glob(f"{name}.*.txt")
    }
    return sorted(each for each in found if _CODE.fullmatch(each))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The template with its places filled in; a name that nobody knows leaves no comma behind."""
    if not values.get("name"):
        text = re.sub(r"[,،]?\s*\{name\}", "", text)
    return text.format(**values).strip()


def _names(kind: AnswerKind, reason: str) -> list[str]:
    return [f"{kind}-{reason}", str(kind)] if reason else [str(kind)]


def _file(kind: AnswerKind, reason: str, language: str, folder: Path) -> Path | None:
    if not _CODE.fullmatch(language):
        return None
    return next(
        (each for each in _candidates(kind, reason, language, folder) if each.exists()), None
    )


def _candidates(kind: AnswerKind, reason: str, language: str, folder: Path) -> Iterator[Path]:
    for where in (folder / OWN, FOLDER):
        for name in _names(kind, reason):
            yield where / f"{name}.{language}.txt"


def _read(file: Path) -> str:
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            raise _unusable(file, _("it is no file of a text's size"))
        text = file.read_text("utf-8-sig").strip()
        places = {name for _words, name, *_rest in Formatter().parse(text) if name is not None}
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unusable(file, reason) from error
    except ValueError as error:
        raise _unusable(file, _("has a brace that is not closed")) from error
    if not text:
        raise _unusable(file, _("it is empty"))
    if unknown := sorted(places - set(PLACES)):
        raise _unusable(file, _("knows no {{{name}}}").format(name=unknown[0]))
    return text


def _unusable(file: Path, why: str) -> UsageProblem:
    return UsageProblem(
        _("The text of an answer, {file}, cannot be used: {why}.").format(file=file, why=why),
        remedy=_("What may be filled in: {places}.").format(
            places=", ".join(f"{{{each}}}" for each in PLACES)
        ),
    )
