"""What may stand in a cell: each check takes text and gives back a value, or says why not."""

import re
import unicodedata
from datetime import date, datetime, time

from audiences.fold import fold
from orchestrator.consent.purposes import PURPOSES
from orchestrator.i18n import _
from orchestrator.intake.columns import language_of
from orchestrator.intake.table import Cell, Gap
from orchestrator.intake.words import MAY_WORK, PURPOSE_WORDS, REACH_MODE, SHOW, YES_NO
from orchestrator.redact import tame
from orchestrator.vocabulary import MayWork, Show

LONGEST_LINE = 200
# Nothing is made of what was typed: slugs stand in logs, and that may be a name and a town.
PROPOSED_SLUG = "tandem-07"


class Unfit(Exception):
    """A cell that cannot be taken: why, and what to write instead."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def text_of(cell: Cell) -> str:
    """A cell as tame text; whole numbers lose the decimals that a spreadsheet gave them."""
    if cell is Gap.NOT_CALCULATED:
        raise Unfit(
            _("The cell holds a formula without a result."),
            _("Open the file in Excel or LibreOffice, save it, or type the value itself."),
        )
    if cell is Gap.ERROR:
        raise Unfit(_("The cell holds an error of the spreadsheet."), _("Type the value itself."))
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return _tidy(str(cell))


def _tidy(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    # Every way to break a line becomes one; what remains invisible and harmful is removed.
    broken = re.sub(r"\r\n?|\u2028|\u2029|\x85", "\n", composed)
    return tame(broken).encode("utf-8", "ignore").decode().strip()


def line(text: str) -> str:
    """One line of ordinary length."""
    joined = " ".join(text.split())
    if len(joined) > LONGEST_LINE:
        raise Unfit(
            _("The text is longer than {most} characters.").format(most=LONGEST_LINE),
            _("Shorten it; the appeal is the place for more."),
        )
    return joined


def slug(text: str) -> str:
    """The tandem's short name."""
    if not text:
        raise Unfit(
            _("The slug is missing."),
            _("Give each tandem a short name that tells no name and no town, such as tandem-07."),
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", text):
        raise Unfit(
            _("A slug has only small letters a–z, digits and hyphens, at most 60."),
            _("Write for example {proposal}.").format(proposal=PROPOSED_SLUG),
        )
    return text


def name(text: str) -> str:
    """The first name of the person who looks for work."""
    if not text:
        raise Unfit(_("The name is missing."), _("Write the person's first name."))
    return line(text)


def yes_no(text: str) -> bool:
    """Whether something is confirmed; unknown counts as no."""
    word = YES_NO.get(fold(text)) if text and text != "✓" else "yes" if text else "no"
    if word is None:
        raise Unfit(_("This is neither yes nor no."), _("Write yes or no; empty counts as no."))
    return word == "yes"


def may_work(text: str) -> MayWork:
    """Whether the law lets the person work."""
    word = MAY_WORK.get(fold(text)) if fold(text) else "unknown"
    if word is None:
        raise Unfit(
            _("This is not a known answer to whether the person may work."),
            _("Write yes, permit, no or unknown."),
        )
    return MayWork(word)


def show(text: str) -> Show | None:
    """The result of the safety check; None: there was none yet."""
    if not text:
        return None
    word = SHOW.get(fold(text))
    if word is None:
        raise Unfit(
            _("This is not a known way to show a person."),
            _("Write full, no-face, alias or region; leave it empty before the safety check."),
        )
    return Show(word)


def reach_mode(text: str) -> str:
    """How narrowly its posts are aimed; empty: as the campaign does."""
    word = REACH_MODE.get(fold(text)) if text else ""
    if word is None:
        raise Unfit(
            _("This is not a known way to aim at people."),
            _("Write soft or hard; leave it empty to do as the campaign does."),
        )
    return word


def language(text: str) -> str:
    """ISO code of a language; German when empty."""
    code = language_of(text) if text else "de"
    if code is None:
        raise Unfit(_("This is not a language."), _("Write its code, such as de, en, ar or uk."))
    return code


def country(text: str, allowed: tuple[str, ...]) -> str:
    """ISO code of a country of the campaign; Germany when empty."""
    from audiences.regions import countries_named

    code = text.upper() if re.fullmatch(r"[A-Za-z]{2}", text) else ""
    named = countries_named(text) if text and not code else frozenset()
    found = code or (next(iter(named)) if len(named) == 1 else "" if text else "DE")
    if found not in allowed:
        raise Unfit(
            _("This is not a country of the campaign."),
            _("Write one of {codes}, or add it to [audience] countries.").format(
                codes=", ".join(allowed)
            ),
        )
    return found


def radius(text: str) -> int | None:
    """Whole kilometres; None: chosen by population."""
    digits = re.sub(r"\s*km$", "", text, flags=re.IGNORECASE)
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", digits) or not 1 <= int(digits) <= 80:
        raise Unfit(
            _("The radius is not a whole number of kilometres from 1 to 80."),
            _("Write for example 15, or leave it empty."),
        )
    return int(digits)


def day(text: str) -> date | None:
    """A date as ISO or as Germans write it."""
    if not text:
        return None
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d\d:\d\d.*)?", text, re.ASCII):
        year, month, number = map(int, found.groups())
    elif found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})", text, re.ASCII):
        number, month, year = map(int, found.groups())
        year += 2000 if year < 100 else 0
    else:
        raise _no_day()
    try:
        if not 2000 <= year <= 2100:
            raise _no_day()
        return date(year, month, number)
    except ValueError as error:
        raise _no_day() from error


def _no_day() -> Unfit:
    return Unfit(_("This is not a date."), _("Write it like 2026-11-01 or 01.11.2026."))


def consent_text(text: str) -> tuple[str, str] | None:
    """Language (empty: the campaign's) and version of the text that a person agreed to."""
    if not text:
        return None
    found = re.fullmatch(r"(?:([a-z]{2,3})\s+)?((?=.*\d)[\w.-]{1,20})", text.casefold())
    if found is None:
        raise Unfit(
            _("This is not a version of a consent text."),
            _("Write language and version as they stand on the form, such as ar 1."),
        )
    return found[1] or "", found[2]


def purposes(text: str) -> tuple[str, ...]:
    """What a person has agreed to, in the design's order."""
    given = [word for word in re.split(r"[\s,;/]+", text.casefold()) if word]
    meant = [PURPOSE_WORDS.get(word, word) for word in given]
    unknown = sorted({word for word in meant if word not in PURPOSES})
    if unknown:
        raise Unfit(
            _("Unknown purposes: {words}.").format(words=line(", ".join(unknown)[:100])),
            _("The purposes are {words}, with spaces between.").format(words=" ".join(PURPOSES)),
        )
    return tuple(purpose for purpose in PURPOSES if purpose in meant)
