"""The texts that people agree to: one file for each language, with a version.

Whoever agreed to another version than the one in use agreed to something else. A campaign's own
folder ``consent`` beside its configuration goes before the files that come with the program, and
may hold further languages.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

from orchestrator.consent.purposes import NETWORKS, PURPOSES, Who
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import FIRST_TEXT

FOLDER = Path(__file__).parent / "texts"
OWN = "consent"
LISTS = frozenset({"cannot_points"})
FORM = (
    *("title", "campaign", "controller", "refugee", "volunteer", "free", "choose", "yes", "no"),
    *("cannot", "cannot_points", "until", "until_text", "until_own", "withdraw", "withdraw_text"),
    *("officer", "keep", "person", "place_and_day", "signature", "explained_by", "text"),
)
# What a sentence may leave open, to be filled in from the configuration or by hand.
OPEN = frozenset(
    {"campaign", "controller", "last_day", "contact", "officer", "language", "version"}
)
_LARGEST = 1_000_000
_CODE = re.compile("[a-z]{2,3}")
_VERSION = re.compile(r"(?=.*\d)[a-z\d_.-]{1,20}")


@dataclass(frozen=True)
class Text:
    """What is asked in one language. ``since``: the day on which this version came into use."""

    language: str
    name: str
    version: str
    since: date | None
    form: Mapping[str, Any]
    answer: str
    purposes: Mapping[str, Mapping[str, str]]

    @property
    def direction(self) -> str:
        """From which side it is read; a language that nobody knows is read from the left."""
        from babel import Locale, UnknownLocaleError

        try:
            return "rtl" if Locale.parse(self.language).text_direction == "rtl" else "ltr"
        except (UnknownLocaleError, ValueError):
            return "ltr"

    def wording(self, purpose: str, who: Who) -> str:
        """What this person agrees to with a yes."""
        said = self.purposes[purpose]
        return said["volunteer"] if who is Who.VOLUNTEER else said["text"]


def versions(own: Path | None = None) -> Mapping[str, str]:
    """Language → the version of its text that is in use.

    A file that cannot be used counts as no text: nothing new goes out by it, and a stop, which
    needs no text, still works. ``flaws`` tells of it.
    """
    found = {}
    for language, file in files(own).items():
        try:
            found[language] = _read(language, file).version
        except UsageProblem:
            continue
    return found


def flaws(own: Path | None = None) -> list[UsageProblem]:
    """What is wrong with the files, one sentence for each that cannot be used."""
    found = []
    for language, file in files(own).items():
        try:
            _read(language, file)
        except UsageProblem as problem:
            found.append(problem)
    return found


def files(own: Path | None = None) -> Mapping[str, Path]:
    """Language → the file of its text; ``own``: the campaign's folder."""
    folders = [FOLDER, *([own] if own and own.is_dir() else [])]
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.toml"))}


def text_in(language: str, own: Path | None = None) -> Text:
    """The text in a language; one that has none is refused with the languages there are."""
    known = files(own)
    if language not in known:
        raise UsageProblem(
            _("There is no consent text in “{language}”.").format(language=language),
            remedy=_(
                "There are: {known}. For a further one, copy {example} to {file} and translate it."
            ).format(
                known=", ".join(sorted(known)),
                example=FOLDER / "en.toml",
                file=(own or Path(OWN)) / f"{language if _CODE.fullmatch(language) else 'uk'}.toml",
            ),
        )
    return _read(language, known[language])


def _read(language: str, file: Path) -> Text:
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            raise _unusable(file, _("it is no file of a text's size"))
        data = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unusable(file, reason) from error
    return _Reader(language, file, data).text()


def _unusable(file: Path, why: str) -> UsageProblem:
    return UsageProblem(
        _("The consent text {file} cannot be used: {why}").format(file=file, why=why),
        remedy=_("Compare it with {example}.").format(example=FOLDER / "en.toml"),
    )


@dataclass(frozen=True)
class _Reader:
    """One file, checked key by key: an incomplete text must not be signed by anybody."""

    language: str
    file: Path
    data: Mapping[str, Any]

    def text(self) -> Text:
        if not _CODE.fullmatch(self.language):
            raise _unusable(self.file, _("its name is not a language such as uk.toml"))
        version = self._sentence("version")
        if not _VERSION.fullmatch(version):
            raise self._wrong("version", _("is not a short version such as 2 or 2027-01"))
        return Text(
            self.language,
            self._sentence("name"),
            version,
            self._since(version),
            {key: self._part(f"form.{key}", many=key in LISTS) for key in FORM},
            self._sentence("message.answer"),
            {purpose: self._purpose(purpose) for purpose in PURPOSES},
        )

    def _purpose(self, purpose: str) -> Mapping[str, str]:
        keys = ("title", "text") if purpose in NETWORKS else ("title", "text", "volunteer")
        return {key: self._sentence(f"purposes.{purpose}.{key}") for key in keys}

    def _since(self, version: str) -> date | None:
        """The first text counts from the beginning; each later one says since when."""
        since = self.data.get("since")
        if type(since) is date:
            return since
        if since is None and version == FIRST_TEXT:
            return None
        raise self._wrong("since", _("must say since when this version is in use: 2026-12-01"))

    def _part(self, path: str, *, many: bool) -> str | list[str]:
        if not many:
            return self._sentence(path)
        found = self._at(path)
        if not isinstance(found, list) or not found:
            raise self._wrong(path, _("must be a list of sentences"))
        return [self._checked(path, each) for each in found]

    def _sentence(self, path: str) -> str:
        return self._checked(path, self._at(path))

    def _at(self, path: str) -> Any:
        found: Any = self.data
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is None:
            raise self._wrong(path, _("is missing"))
        return found

    def _checked(self, path: str, text: object) -> str:
        if not isinstance(text, str) or not text.strip():
            raise self._wrong(path, _("must be a text in quotation marks"))
        if unknown := sorted(self._left_open(path, text) - OPEN):
            raise self._wrong(path, _("knows no {{{name}}}").format(name=unknown[0]))
        return text

    def _left_open(self, path: str, text: str) -> set[str]:
        try:
            return {name for _literal, name, *_rest in Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise self._wrong(path, _("has a brace that is not closed")) from error

    def _wrong(self, path: str, why: str) -> UsageProblem:
        return _unusable(self.file, f"{path} {why}.")
