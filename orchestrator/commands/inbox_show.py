"""``inbox show``: one reply with everything around it."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands import inbox_page
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_page import Part
from orchestrator.commands.inbox_table import cut, instead_of_text, way_of
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.vocabulary import WAITING

if TYPE_CHECKING:
    from orchestrator.inbox.arabic import Way
    from orchestrator.inbox.entry import Sealed
    from orchestrator.keys import CampaignKey

_OPENED = ("contact", "original", "employer_contact")


@command
def show(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    contact: Annotated[
        bool, typer.Option("--contact", help="Also how to reach them; this is logged.")
    ] = False,
) -> None:
    """Show a reply: words, thread, post, label with its reasons, who has it, what was done."""
    entry, sealed = _with_contact(desk, reply_id) if contact else _without(desk, reply_id)
    document: dict[str, Any] = {
        **entry,
        "name": sealed.fields.get("name"),
        "sealed": sealed.state,
        "employer": sealed.fields.get("employer"),
    }
    if contact:
        opened = {
            "contact": sealed.fields.get("contact"),
            "original": sealed.fields.get("text"),
            "employer_contact": sealed.fields.get("employer_contact"),
        }
        document |= opened
    desk.emit({"reply": document}, unmasked=_OPENED if contact else ())
    for line in _page(desk, entry, sealed, contact):
        desk.say(line)


def _without(desk: Desk, reply_id: int) -> tuple[dict[str, Any], "Sealed"]:
    from orchestrator.inbox.entry import entry_of, sealed_with
    from orchestrator.inbox.hand import reply_of

    with desk.looking() as (session, campaign_id):
        reply = reply_of(session, campaign_id, reply_id)
        entry = entry_of(session, reply, desk.settings.campaign.timezone)
        return entry, sealed_with(session, key_if_here(desk), reply)


def key_if_here(desk: Desk) -> "CampaignKey | None":
    """The campaign's key, where it can be read; all but what is sealed is shown without it."""
    try:
        return desk.key
    except UsageProblem:
        return None


def _with_contact(desk: Desk, reply_id: int) -> tuple[dict[str, Any], "Sealed"]:
    """The log entry is kept before anything is shown."""
    from orchestrator.inbox.entry import entry_of, log_look, sealed_with
    from orchestrator.inbox.hand import reply_of

    with desk.store.session() as session:
        reply = reply_of(session, desk.campaign(session).id, reply_id)
        sealed = sealed_with(session, desk.key, reply)
        if sealed.state == "erased":
            raise UsageProblem(
                _("What was sealed with reply {number} has been erased.").format(number=reply_id),
                remedy=_("It cannot be brought back; the reply itself can still be shown."),
            )
        if sealed.state == "open":
            log_look(session, reply, desk.now, desk.actor)
            session.flush()
        return entry_of(session, reply, desk.settings.campaign.timezone), sealed


def _page(desk: Desk, entry: dict[str, Any], sealed: "Sealed", contact: bool) -> Iterator[str]:
    write = partial(_written, width=max(desk.console.width - 2, 20), way=way_of(desk))
    yield inbox_page.title(entry)
    for name, text in inbox_page.facts(entry, sealed, contact):
        yield from write(Part(text, before=f"{name}:"))
    yield ""
    original = sealed.fields.get("text") if contact else None
    yield from write(Part(original or entry["text"] or instead_of_text(entry)))
    for part in inbox_page.around(entry):
        yield from ["", part.text] if part.is_head else write(part)
    gone = entry["deleted_at"] or entry["forgotten_at"]
    if entry["taken_by"] is None and entry["status"] in WAITING and not gone:
        yield ""
        yield _("Next: `tueroeffner inbox take {number}`").format(number=entry["id"])


def _written(part: Part, width: int, way: "Way") -> Iterator[str]:
    """Indented, as the terminal shows it; what is Arabic stands alone, on lines that are broken."""
    from rich.cells import cell_len

    from orchestrator.inbox import arabic

    if arabic.has_rtl(part.text):
        yield from [f"  {part.before}"] if part.before else []
        drawn = arabic.lines(part.text, width, cell_len, way)
        yield from (f"  {line}".rstrip() for line in (drawn[:1] if part.brief else drawn))
        return
    text = f"{part.before} {part.text}".lstrip()
    for line in [cut(text, width)] if part.brief else text.splitlines():
        yield f"  {line}".rstrip()
