"""From a row of cells to a tandem in plain values, or to all the reasons against it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from orchestrator.compose import CHECKED
from orchestrator.formats import count
from orchestrator.i18n import _
from orchestrator.intake import appeals, contacts, fields
from orchestrator.intake.columns import APPEAL, COLUMNS
from orchestrator.intake.fields import Unfit, text_of
from orchestrator.intake.hidden import HIDDEN, PICTURED, Secret, same_alias
from orchestrator.intake.media import Given, alts, files, names
from orchestrator.intake.table import Cell
from orchestrator.intake.towns import Atlas, Town, with_zero
from orchestrator.unsaid import in_another_script, slug_tells
from orchestrator.vocabulary import MayWork, Show

Value = TypeVar("Value")
NO_PURPOSES: tuple[str, ...] = ()
NO_FILES: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Rejection:
    """Why a row stays out: ``row`` counts the heading as 1; no contact data in it."""

    row: int
    column: str
    reason: str
    hint: str


@dataclass(frozen=True)
class TandemRow:
    """A tandem as the file has it, checked. ``given`` names the columns that the file has.

    ``telling``: words by which the typed place gives itself away; they are never stored.
    """

    number: int
    given: frozenset[str]
    slug: str
    name: str
    public_name: str
    show: Show | None
    adult: bool
    may_work: MayWork
    volunteer: Mapping[str, str]
    volunteer_lang: str
    partner: str
    town: Town
    telling: tuple[str, ...]
    trade: str
    radius_km: int | None
    appeals: Mapping[str, str]
    link: str
    media: tuple[Given, ...]
    made_with_ai: bool
    reach_mode: str
    purposes: tuple[str, ...]
    given_on: date | None
    ends_on: date | None
    consent_text: tuple[str, str] | None


@dataclass(frozen=True)
class Rules:
    """What a check needs to know beyond the row: the file's folder and the atlas."""

    folder: Path
    atlas: Atlas
    given: frozenset[str]


@dataclass
class Cells:
    """The cells of one row by column, and what was found wrong with them."""

    number: int
    cells: Mapping[str, Cell]
    rejected: list[Rejection] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def refuse(self, column: str, reason: str, hint: str) -> None:
        """Keep one more reason against the row."""
        self.rejected.append(Rejection(self.number, column, reason, hint))

    def refused(self, *columns: str) -> bool:
        """Whether one of the columns was already found wrong."""
        return any(each.column in columns for each in self.rejected)

    def plain(self, column: str) -> str:
        """A cell's text as it stands, empty when it has none."""
        try:
            return text_of(self.cells.get(column))
        except Unfit:
            return ""

    def read(self, column: str, check: Callable[[str], Value], otherwise: Value) -> Value:
        """The checked value of a cell in one line; ``otherwise`` when it is refused."""
        return self.attempt(
            column, lambda: check(" ".join(text_of(self.cells.get(column)).split())), otherwise
        )

    def attempt(self, column: str, work: Callable[[], Value], otherwise: Value) -> Value:
        """What ``work`` gives; a cell that is unfit becomes a reason against the row."""
        try:
            return work()
        except Unfit as unfit:
            self.refuse(column, unfit.reason, unfit.hint)
            return otherwise


def check_row(cells: Cells, rules: Rules) -> TandemRow | None:
    """The tandem of a row; None when ``cells.rejected`` says why not."""
    slug, name = cells.read("slug", fields.slug, ""), _name(cells)
    country = cells.read("country", lambda text: fields.country(text, rules.atlas.countries), "")
    town, secret_places = _town(cells, rules.atlas, country)
    show, public_name = _shown(cells, name)
    adult = cells.read("adult", fields.yes_no, False)
    says_adult = adult or "adult" not in rules.given
    wording = _appeals(cells, adult=says_adult)
    purposes, given_on, ends_on = _consent(cells)
    row = {
        "adult": adult,
        "may_work": cells.read("may_work", fields.may_work, MayWork.UNKNOWN),
        "volunteer": _volunteer(cells, country or "DE"),
        "volunteer_lang": cells.read("volunteer_lang", fields.language, "de"),
        "partner": cells.read("partner", fields.line, ""),
        "trade": _public_line(cells, "trade"),
        "radius_km": cells.read("radius_km", fields.radius, None),
        "link": cells.attempt("link", partial(_link, cells), ""),
        "media": (pictures := _media(cells, rules.folder, show, adult=says_adult)),
        "made_with_ai": cells.read("made_with_ai", fields.yes_no, False),
        "reach_mode": cells.read("targeting", fields.reach_mode, ""),
        "consent_text": cells.read("consent_text", fields.consent_text, None),
    }
    if town is not None:
        secret = Secret(show, (name,), secret_places, town.names())
        public = {"trade": str(row["trade"]), "link": str(row["link"])}
        public |= {APPEAL + language: text for language, text in wording.items()}
        public |= {} if cells.refused("public_name") else {"public_name": public_name}
        public |= {"media_alt": " ".join(each.alt for each in pictures)}
        for column, unfit in secret.told_by(public):
            cells.refuse(column, unfit.reason, unfit.hint)
        _remark_telling_slug(cells, slug, show, name, town)
        _remark_other_script(cells, show, name, wording)
    if cells.rejected or town is None:
        return None
    return TandemRow(
        number=cells.number,
        given=rules.given,
        slug=slug,
        name=name,
        public_name=public_name,
        show=show,
        town=town,
        telling=secret_places,
        appeals=wording,
        purposes=purposes,
        given_on=given_on,
        ends_on=ends_on,
        **row,  # type: ignore[arg-type]
    )


def _name(cells: Cells) -> str:
    def check(text: str) -> str:
        appeals.refuse_contact(text)
        return fields.name(text)

    return cells.read("name", check, "")


def _remark_telling_slug(cells: Cells, slug: str, show: Show | None, name: str, town: Town) -> None:
    """Slugs stand in logs, calendars and on the screen: there a hidden name is seen as well."""
    if show in HIDDEN and slug_tells(slug, name, town.names()):
        cells.notices.append(
            _(
                "Row {row}: the slug tells the real name or the town, though the person is shown"
                " as {show}. Better is one such as {proposal}."
            ).format(row=cells.number, show=show, proposal=fields.PROPOSED_SLUG)
        )


def _remark_other_script(
    cells: Cells, show: Show | None, name: str, wording: Mapping[str, str]
) -> None:
    """Found are only names that are long enough to be told from ordinary words."""
    unread = [
        APPEAL + each for each, text in sorted(wording.items()) if in_another_script(text, name)
    ]
    if show in HIDDEN and unread:
        cells.notices.append(
            _(
                "Row {row}: somebody who can read {columns} should look whether the real name"
                " stands there; in another script than its own not every name can be found."
            ).format(row=cells.number, columns=", ".join(unread))
        )


def _town(cells: Cells, atlas: Atlas, country: str) -> tuple[Town | None, tuple[str, ...]]:
    """The town that stands for the typed place, and by which words that place gives itself away."""
    typed = cells.read("place", str, "")
    if not country or cells.refused("place"):
        return None, ()
    given = bool(cells.plain("country"))
    nowhere: tuple[Town | None, tuple[str, ...]] = (None, ())
    return cells.attempt("place", lambda: _found(cells, atlas, typed, country, given), nowhere)


def _found(
    cells: Cells, atlas: Atlas, typed: str, country: str, given: bool
) -> tuple[Town | None, tuple[str, ...]]:
    repaired = with_zero(typed, country)
    if repaired != typed:
        atlas.refuse_foreign(typed, repaired, country, given=given)
    town = atlas.town(repaired, country, given=given)
    if repaired != typed:
        cells.notices.append(
            _("Row {row}: the postcode got back its leading zero.").format(row=cells.number)
        )
    if town.floor_km and not atlas.knows(repaired, country):
        cells.notices.append(
            _(
                "Row {row}: shown as {town} (fewer than {people} people live in the typed place)."
            ).format(row=cells.number, town=town.town, people=count(atlas.k))
        )
    return town, atlas.telling(repaired, country, town)


def _media(cells: Cells, folder: Path, show: Show | None, *, adult: bool) -> tuple[Given, ...]:
    """The files with their texts; none of somebody whose face must not be seen."""
    if show not in PICTURED:
        if cells.attempt("media", lambda: names(cells.plain("media"), folder), NO_PURPOSES):
            cells.notices.append(
                _("Row {row}: the picture is not kept, since the person is shown as {show}.")
                .format(row=cells.number, show=show)
            )  # fmt: skip
        return ()
    found = cells.attempt("media", lambda: files(cells.plain("media"), folder), NO_FILES)
    texts = cells.attempt("media_alt", lambda: alts(cells.plain("media_alt")), NO_PURPOSES)
    if len(texts) > len(found) and not cells.refused("media", "media_alt"):
        cells.refuse(
            "media_alt",
            _("There are more alternative texts than pictures."),
            _("Write one for each picture, in the same order, with | between."),
        )
    if adult:
        cells.attempt("media_alt", partial(appeals.refuse_minor, " ".join(texts)), None)
    lacking = len(found) - len([each for each in texts if each])
    if lacking > 0 and "media_alt" in cells.cells:
        cells.notices.append(
            _("Row {row}: {count} pictures have no alternative text (column media_alt).").format(
                row=cells.number, count=lacking
            )
        )
    texts += ("",) * len(found)
    return tuple(replace(each, alt=alt) for each, alt in zip(found, texts, strict=False))


def _shown(cells: Cells, name: str) -> tuple[Show | None, str]:
    show = cells.read("show", fields.show, None)
    public_name = _public_line(cells, "public_name")
    if show not in HIDDEN or cells.refused("public_name"):
        return show, public_name
    if not public_name:
        cells.refuse(
            "public_name",
            _("Shown as {show}, but there is no name to show.").format(show=show),
            _("Write an alias."),
        )
    elif name and appeals.same_name(public_name, name):
        unfit = same_alias(show)
        cells.refuse("public_name", unfit.reason, unfit.hint)
    return show, public_name


def _public_line(cells: Cells, column: str) -> str:
    def check(text: str) -> str:
        appeals.refuse_contact(text)
        appeals.refuse_status(text)
        return fields.line(text)

    return cells.read(column, check, "")


def _link(cells: Cells) -> str:
    text = contacts.link(cells.cells.get("link"))
    appeals.refuse_contact_in_link(text)
    return text


def _appeals(cells: Cells, *, adult: bool) -> dict[str, str]:
    found = {}
    for column in sorted(column for column in cells.cells if column.startswith(APPEAL)):
        text = cells.attempt(column, partial(_wording, cells, column), "")
        if text:
            cells.attempt(column, partial(appeals.refuse_contact, text), None)
            cells.attempt(column, partial(appeals.refuse_status, text), None)
            if adult:
                cells.attempt(column, partial(appeals.refuse_minor, text), None)
            _remark_unchecked(cells, column.removeprefix(APPEAL))
            found[column.removeprefix(APPEAL)] = text
    if not found and not any(each.column.startswith(APPEAL) for each in cells.rejected):
        cells.refuse(
            f"{APPEAL}de", _("There is no appeal."), _("Write what the tandem wants to say.")
        )
    return found


def _remark_unchecked(cells: Cells, language: str) -> None:
    if language not in CHECKED:
        cells.notices.append(
            _(
                "Row {row}: nobody checked the appeal in the language {language} for a residence"
                " status: let somebody read it who speaks it."
            ).format(row=cells.number, language=language)
        )


def _wording(cells: Cells, column: str) -> str:
    return appeals.appeal(text_of(cells.cells.get(column)))


def _volunteer(cells: Cells, region: str) -> dict[str, str]:
    return {
        "name": cells.read("volunteer", fields.line, ""),
        "email": cells.read("volunteer_email", contacts.mail, ""),
        "phone": cells.read("volunteer_phone", lambda text: contacts.phone(text, region), ""),
        "backup_contact": cells.read("backup_contact", fields.line, ""),
    }


def _consent(cells: Cells) -> tuple[tuple[str, ...], date | None, date | None]:
    purposes = cells.read("consent", fields.purposes, NO_PURPOSES)
    given_on = cells.read("consent_on", fields.day, None)
    ends_on = cells.read("consent_until", fields.day, None)
    if purposes and given_on is None and not cells.refused("consent_on"):
        cells.refuse(
            "consent_on", _("Consent without a date."), _("Write the day on which it was given.")
        )
    if given_on and ends_on and ends_on < given_on:
        cells.refuse(
            "consent_until",
            _("The consent ends before it begins."),
            _("Correct one of the two dates."),
        )
    return purposes, given_on, ends_on


def reasons_in_order(rejected: Sequence[Rejection]) -> list[Rejection]:
    """By row, and within one by column."""
    order = {column: number for number, column in enumerate(COLUMNS)}
    return sorted(rejected, key=lambda each: (each.row, order.get(each.column, len(order))))
