"""Checked rows into the database: new tandems, and only what changed of the known ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from orchestrator import people
from orchestrator.approve import take_back
from orchestrator.ending import shows_more
from orchestrator.erasure.forgetting import mark_of
from orchestrator.i18n import _
from orchestrator.intake.appeals import same_name
from orchestrator.intake.columns import APPEAL
from orchestrator.intake.consents import FileConsents, Form
from orchestrator.intake.hidden import HIDDEN, PICTURED, Secret, same_alias
from orchestrator.intake.media import BETWEEN
from orchestrator.intake.parts import contact, reseal, set_appeals
from orchestrator.intake.pictures import set_media
from orchestrator.intake.remembered import Remembered
from orchestrator.intake.rows import Rejection, TandemRow
from orchestrator.intake.shelf import Folder, Shelf
from orchestrator.intake.towns import town_names
from orchestrator.journal import record, tandem_subject
from orchestrator.keys import CampaignKey
from orchestrator.media import keeping
from orchestrator.model import Partner, Tandem
from orchestrator.vocabulary import TandemState

# What a post says, or to whom it goes: after a change of these a person has to look again.
SHOWN = frozenset(
    {
        *("name", "public_name", "show", "may_work", "trade", "appeals", "link", "media"),
        *("made_with_ai", "reach_mode"),
        *("place_id", "town", "region", "country", "lat", "lon", "floor_km", "radius_km"),
    }
)
# Columns that a row must have to be judged without what is stored.
PUBLIC = frozenset({"show", "trade", "link"})


@dataclass
class Tally:
    """How many tandems were new, changed or as before, and which rows were refused.

    ``ended``: of how many something was over that an older database did not know. ``let_go``: the
    digests of files that belonged to somebody before.
    """

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    ended: int = 0
    let_go: set[str] = field(default_factory=set)
    rejected: list[Rejection] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Writer:
    session: Session
    campaign_id: int
    key: CampaignKey
    now: datetime
    actor: str
    form: Form
    shelf: Shelf
    tally: Tally


def write(
    session: Session,
    campaign_id: int,
    rows: Sequence[TandemRow],
    key: CampaignKey,
    now: datetime,
    actor: str,
    form: Form,
    remembered: Remembered,
) -> Tally:
    """Store ``rows`` in the caller's transaction and tell what became of them.

    ``form``: that of the consents that files tell of.
    ``remembered``: what is over before a row is looked at, and of those who are new as well.
    """
    tally = Tally(ended=remembered.end_again(session))
    shelf = Shelf.of(session, campaign_id)
    writer = _Writer(session, campaign_id, key, now, actor, form, shelf, tally)
    folders = shelf.tandems.values()
    erased = {each.tandem.place_digest for each in folders if each.tandem.erased_at}
    erased |= {*remembered.erased}
    for row in rows:
        folder = shelf.tandems.get(row.slug)
        if folder is None and mark_of(key, row.slug) in erased:
            tally.rejected.append(_erased(row))
        elif folder is None and remembered.withdrew(row.slug):
            tally.rejected.append(_not_revived(row, TandemState.WITHDRAWN))
        elif folder is None:
            _add(writer, row)
        elif folder.tandem.state is not TandemState.ACTIVE:
            tally.rejected.append(_not_revived(row, folder.tandem.state))
        elif wider := _wider(row, folder.tandem):
            tally.rejected.append(wider)
        elif told := _told(writer, row, folder):
            tally.rejected += told
        else:
            _update(writer, row, folder)
    tally.ended += remembered.end_again(session)
    return tally


def _erased(row: TandemRow) -> Rejection:
    hint = _("Take the row out of the file for good; whoever comes back gets a new slug.")
    return Rejection(row.number, "slug", _("This tandem was erased."), hint)


def _not_revived(row: TandemRow, state: TandemState) -> Rejection:
    reason = (
        _("Consent for this tandem was withdrawn.")
        if state is TandemState.WITHDRAWN
        else _("This tandem is closed.")
    )
    hint = _("An import does not bring it back; take the row out, or use a new slug.")
    return Rejection(row.number, "slug", reason, hint)


def _wider(row: TandemRow, tandem: Tandem) -> Rejection | None:
    """A file may show less than the safety check allows, never more."""
    if _is_silent(row, tandem) or not tandem.screened_at or not shows_more(row.show, tandem.show):
        return None
    return Rejection(
        row.number,
        "show",
        _("The safety check allows less than “{show}”.").format(show=row.show),
        _("Leave the cell empty; if things have changed, run `tueroeffner tandem screen {slug}`.")
        .format(slug=row.slug),
    )  # fmt: skip


def _is_silent(row: TandemRow, tandem: Tandem) -> bool:
    """Whether the file leaves it at what was found before: an empty cell undoes no check."""
    return "show" not in row.given or (row.show is None and tandem.screened_at is not None)


def _told(writer: _Writer, row: TandemRow, folder: Folder) -> list[Rejection]:
    """What the tandem would give away with the columns that the file is silent about."""
    tandem = folder.tandem
    silent = _is_silent(row, tandem)
    if not silent and _says_all(row, folder):
        return []  # The row alone says everything, and was checked alone.
    show = tandem.show if silent else row.show
    names, towns = {row.name}, row.town.names()
    if silent and show in HIDDEN:
        stored = people.fields(writer.session, writer.key, folder.refugee)
        names.add(stored.get("name", ""))
        towns |= town_names(tandem.town, tandem.region)
    public, same = _public(row, folder), []
    if silent and show in HIDDEN and same_name(_alias(row, tandem), row.name):
        del public["public_name"]
        same = [("name", same_alias(show))]
    found = [*Secret(show, names, row.telling, towns).told_by(public), *same]
    return [Rejection(row.number, column, each.reason, each.hint) for column, each in found]


def _says_all(row: TandemRow, folder: Folder) -> bool:
    alts = {"media_alt"} if folder.media else set()
    return {*PUBLIC, *alts, *(APPEAL + language for language in folder.appeals)} <= row.given


def _alias(row: TandemRow, tandem: Tandem) -> str:
    """The public name as it would be after the update."""
    if "show" not in row.given:
        return tandem.public_name
    return row.public_name or (tandem.public_name if _is_silent(row, tandem) else "")


def _public(row: TandemRow, folder: Folder) -> dict[str, str]:
    """The public texts as they would be after the update."""
    tandem = folder.tandem
    alts = row.media if "media_alt" in row.given else folder.media
    public = {
        "trade": row.trade if "trade" in row.given else tandem.trade,
        "link": row.link if "link" in row.given else tandem.link,
        "public_name": _alias(row, tandem),
        "media_alt": " ".join(each.alt for each in alts),
    }
    kept = {APPEAL + language: each.text for language, each in folder.appeals.items()}
    public |= {column: text for column, text in kept.items() if column not in row.given}
    return public | {APPEAL + language: text for language, text in row.appeals.items()}


def _add(writer: _Writer, row: TandemRow) -> None:
    session = writer.session
    refugee = people.add(session, writer.key, writer.campaign_id, {"name": row.name})
    volunteer = people.add(session, writer.key, writer.campaign_id, dict(row.volunteer))
    tandem = Tandem(
        campaign_id=writer.campaign_id,
        slug=row.slug,
        refugee_id=refugee.id,
        volunteer_id=volunteer.id,
        imported_at=writer.now,
        changed_at=writer.now,
        **_columns(writer, row, None),
    )
    session.add(tandem)
    session.flush()
    folder = Folder(tandem, refugee, volunteer)
    set_appeals(session, row, folder)
    set_media(session, row, folder, pictured=_is_pictured(tandem))
    FileConsents(session, row, folder, writer.now, writer.form).put()
    subject = tandem_subject(tandem)
    record(session, writer.campaign_id, writer.now, writer.actor, "tandem.imported", subject)
    writer.tally.imported += 1


def _update(writer: _Writer, row: TandemRow, folder: Folder) -> None:
    session, tandem = writer.session, folder.tandem
    consents = FileConsents(session, row, folder, writer.now, writer.form).put()
    changed = {
        *_set_columns(writer, row, tandem),
        *reseal(session, writer.key, folder.refugee, {"name": row.name}),
        *(
            f"volunteer_{name}"
            for name in reseal(session, writer.key, folder.volunteer, contact(row))
        ),
        *(["appeals"] if set_appeals(session, row, folder) else []),
        *(["consent"] if consents.changed else []),
    }
    changed |= _set_media(writer, row, folder)
    _remark_withdrawn(writer, row, folder)
    writer.tally.notices += consents.notices()
    if not changed:
        writer.tally.unchanged += 1
        return
    tandem.changed_at = writer.now
    lost = take_back(session, tandem.id) if changed & SHOWN else 0
    record(
        session,
        writer.campaign_id,
        writer.now,
        writer.actor,
        "tandem.updated",
        tandem_subject(tandem),
        changed=sorted(changed),
        approvals_taken_back=lost,
    )
    writer.tally.updated += 1
    if lost:
        writer.tally.notices.append(
            _("{slug}: {count} posts lost their approval, since what they say changed.").format(
                slug=row.slug, count=lost
            )
        )


def _set_media(writer: _Writer, row: TandemRow, folder: Folder) -> set[str]:
    before = keeping.files_of(folder.media)
    changed = set_media(writer.session, row, folder, pictured=_is_pictured(folder.tandem))
    writer.tally.let_go |= before if changed else set()
    return set(changed)


def _columns(writer: _Writer, row: TandemRow, known: Tandem | None) -> dict[str, Any]:
    """The tandem's own columns; of a known one only those that the file speaks about."""
    town = row.town
    values: dict[str, Any] = {
        "place_id": town.place_id,
        "town": town.town,
        "region": town.region,
        "country": town.country,
        "lat": town.lat,
        "lon": town.lon,
        "town_people": town.town_people,
        "place_digest": town.place_digest,
        "floor_km": town.floor_km,
    }
    for column in ("adult", "may_work", "volunteer_lang", "trade", "radius_km", "link"):
        if known is None or column in row.given:
            values[column] = getattr(row, column)
    if known is None or "media" in row.given:
        values["media"] = f" {BETWEEN} ".join(each.name for each in row.media)
    if known is None or "made_with_ai" in row.given:
        values["made_with_ai"] = row.made_with_ai
    if known is None or "targeting" in row.given:
        values["reach_mode"] = row.reach_mode
    if known is None:
        values |= {"show": row.show, "public_name": row.public_name}
    elif "show" in row.given:
        values["public_name"] = _alias(row, known)
        values["show"] = known.show if _is_silent(row, known) else row.show
    if not _may_be_pictured(values, known):
        values["media"] = ""
    if known is None or "partner" in row.given:
        values["partner_id"] = _partner(writer, row.partner)
    return values


def _is_pictured(tandem: Tandem) -> bool:
    """Whether pictures may be kept; see ``PICTURED``. What is in no safety check is not public."""
    return tandem.show in PICTURED and (tandem.show is not None or tandem.screened_at is None)


def _may_be_pictured(values: dict[str, Any], known: Tandem | None) -> bool:
    show = values.get("show", known.show if known else None)
    not_public = show is None and known is not None and known.screened_at is not None
    return show in PICTURED and not not_public


def _set_columns(writer: _Writer, row: TandemRow, tandem: Tandem) -> list[str]:
    fresh = _columns(writer, row, tandem)
    changed = {name: value for name, value in fresh.items() if getattr(tandem, name) != value}
    for name, value in changed.items():
        setattr(tandem, name, value)
    return list(changed)


def _partner(writer: _Writer, name: str) -> int | None:
    if not name:
        return None
    partner = writer.shelf.partners.get(name)
    if partner is None:
        partner = Partner(campaign_id=writer.campaign_id, name=name)
        writer.session.add(partner)
        writer.session.flush()
        writer.shelf.partners[name] = partner
    return partner.id


def _remark_withdrawn(writer: _Writer, row: TandemRow, folder: Folder) -> None:
    named = [p for p in row.purposes if p in folder.consents and folder.consents[p].withdrawn_at]
    if named:
        writer.tally.notices.append(
            _("{slug}: consent for {purposes} was withdrawn and stays so.").format(
                slug=row.slug, purposes=", ".join(named)
            )
        )
