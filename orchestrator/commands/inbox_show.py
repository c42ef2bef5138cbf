"""``inbox show``: one reply with everything around it."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_table import cut, instead_of_text
from orchestrator.errors import UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.redact import redact
from orchestrator.vocabulary import RULE, WAITING, Label

if TYPE_CHECKING:
    from orchestrator.inbox.entry import Sealed
    from orchestrator.keys import CampaignKey

_OPENED = ("contact", "original")


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
    document: dict[str, Any] = {**entry, "name": sealed.fields.get("name"), "sealed": sealed.state}
    if contact:
        opened = {"contact": sealed.fields.get("contact"), "original": sealed.fields.get("text")}
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
        return entry, sealed_with(session, _key_if_here(desk), reply)


def _key_if_here(desk: Desk) -> "CampaignKey | None":
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
    yield _title(entry)
    for name, text in _facts(entry, sealed, contact):
        yield f"  {name}: {text}"
    yield ""
    original = sealed.fields.get("text") if contact else None
    yield from _indented(original or entry["text"] or instead_of_text(entry))
    yield from _thread(desk, entry)
    yield from _history(entry)
    gone = entry["deleted_at"] or entry["forgotten_at"]
    if entry["taken_by"] is None and entry["status"] in WAITING and not gone:
        yield ""
        yield _("Next: `tueroeffner inbox take {number}`").format(number=entry["id"])


def _title(entry: dict[str, Any]) -> str:
    from orchestrator.inbox.words import label_word, source_word

    return " · ".join(
        [
            _("Reply {number}").format(number=entry["id"]),
            label_word(Label(entry["label"])),
            source_word(entry["network"], entry["channel"]),
            moment(entry["received_at"]),
        ]
    )


def _facts(entry: dict[str, Any], sealed: "Sealed", contact: bool) -> Iterator[tuple[str, str]]:
    if entry["labelled_by"]:
        yield _("Label"), _("by {who}").format(who=entry["labelled_by"])
    else:
        sure = _("{percent} % sure").format(percent=round(100 * entry["confidence"]))
        yield _("Label"), "; ".join([sure, *entry["why_text"]])
    yield _("Tandem"), entry["tandem"] or "–"
    if entry["alternative"]:
        from orchestrator.inbox.words import elsewhere

        yield _("For whom"), elsewhere(entry["tandem_state"])
    if entry["post"] is not None:
        yield _("Post"), f"{entry['post']}  {entry['post_permalink'] or ''}".rstrip()
    if entry["permalink"]:
        yield _("Online"), entry["permalink"]
    name = sealed.fields.get("name") or entry["author"] or "–"
    yield _("Said by"), name if contact else redact(name)
    yield _("Contact"), _contact(entry, sealed, contact)
    yield _("In hand"), _hands(entry)
    yield from _ends(entry)


def _contact(entry: dict[str, Any], sealed: "Sealed", contact: bool) -> str:
    if sealed.state == "sealed":
        return _("sealed, and the key file that opens it is not here")
    if sealed.state == "erased":
        return _("erased")
    if contact and sealed.state == "open":
        return sealed.fields.get("contact") or _("only in the words below")
    if sealed.fields.get("contact") or sealed.fields.get("text"):
        return _("sealed; `tueroeffner inbox show {number} --contact` opens it").format(
            number=entry["id"]
        )
    return _("none noted")


def _hands(entry: dict[str, Any]) -> str:
    if entry["taken_by"] is None:
        return _("nobody")
    return _("{who}, since {time}").format(who=entry["taken_by"], time=moment(entry["taken_at"]))


def _ends(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if entry["duplicate_of"]:
        yield _("Told before"), _("reply {number}").format(number=entry["duplicate_of"])
    if entry["duplicates"]:
        yield _("Told again"), ", ".join(map(str, entry["duplicates"]))
    if entry["edited_at"]:
        yield _("Edited"), moment(entry["edited_at"])
    if entry["deleted_at"]:
        yield _("Deleted"), moment(entry["deleted_at"])
    if entry["evidence_since"]:
        yield (
            _("For a complaint"),
            _("kept since {time}").format(time=moment(entry["evidence_since"])),
        )
    if entry["forgotten_at"]:
        yield _("Let go of"), moment(entry["forgotten_at"])
    if entry["hidden_by"] or entry["hidden_at"]:
        yield _("Hidden"), _hidden(entry)


def _hidden(entry: dict[str, Any]) -> str:
    who = _("the rule") if entry["hidden_by"] == RULE else entry["hidden_by"]
    if entry["hidden_by"] and entry["hidden_at"]:
        return _("since {time}, by {who}").format(time=moment(entry["hidden_at"]), who=who)
    if entry["hidden_by"]:
        return _("wanted by {who}, not confirmed yet").format(who=who)
    return _("to be shown again, not confirmed yet")


def _thread(desk: Desk, entry: dict[str, Any]) -> Iterator[str]:
    said = entry["thread"]
    if entry["post_text"]:
        yield from ["", _("The post")]
        yield from _indented(entry["post_text"])
    if said:
        yield from ["", _("Said beside it")]
    folded = Counter(each["label"] for each in said if _is_folded(each))
    for each in said:
        if _is_folded(each):
            continue
        arrow = "↑" if each["parent"] else "↓"
        line = f"{arrow} {each['id']}  {each['author']}: {' '.join(each['text'].split())}"
        yield "  " + cut(line, max(desk.console.width - 2, 20))
    if folded:
        yield "  " + _("Folded away: {parts}").format(parts=_by_label(folded))


def _is_folded(said: dict[str, Any]) -> bool:
    """Abuse and spam are counted, not read out; each by its number shows them."""
    return said["label"] in (Label.ABUSE, Label.SPAM) and not said["queue"]


def _by_label(folded: Counter[str]) -> str:
    from orchestrator.inbox.words import labels_word

    return ", ".join(labels_word(Label(label), n) for label, n in sorted(folded.items()))


def _history(entry: dict[str, Any]) -> Iterator[str]:
    if entry["history"]:
        yield from ["", _("What was done")]
    for each in entry["history"]:
        yield f"  {moment(each['at'])}  {each['who']}: {_done(each['what'], each['detail'])}"


def _done(what: str, detail: dict[str, Any]) -> str:
    from orchestrator.inbox.words import label_word

    words = {
        "take": _("took it in hand"),
        "release": _("gave it back"),
        "contact": _("looked at the contact"),
        "note": _("noted it down"),
        "evidence": _("kept it for a complaint"),
        "evidence ended": _("ended the keeping for a complaint"),
        "hide": _("wanted it hidden"),
        "unhide": _("wanted it seen again"),
        "reply hidden": _("found it hidden at the network"),
        "reply shown": _("found it shown again at the network"),
        "reply not hidden": _("was told that it cannot be hidden"),
        "reply not shown": _("was told that it cannot be shown again"),
    }
    if what == "label":
        return _("changed the label from {was} to {now}").format(
            was=label_word(Label(detail["was"])), now=label_word(Label(detail["becomes"]))
        )
    return words.get(what, what)


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.splitlines()]
