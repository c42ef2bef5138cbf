"""``inbox``: what came back, read, taken in hand, corrected and noted down."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_add import add
from orchestrator.commands.inbox_classify import classify
from orchestrator.commands.inbox_evidence import evidence
from orchestrator.commands.inbox_show import show
from orchestrator.commands.inbox_table import say_list
from orchestrator.commands.wiring import known_network, tandem_ids
from orchestrator.formats import moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from typer._click import Context


ReplyId = Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")]


class _ListFirst(TyperGroup):
    """A group whose bare name lists: ``inbox --waiting`` is ``inbox list --waiting``."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put ``list`` in front of options; ``--help`` is the group's own."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help="What came back: offers, tips, questions.", cls=_ListFirst)
app.command("show")(show)
app.command("add")(add)
app.command("classify")(classify)
app.command("evidence")(evidence)


@app.command("list")
@command
def list_(
    desk: Desk,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is folded away, finished or a repetition.")
    ] = False,
    label: Annotated[str | None, typer.Option(help="Only this label, such as job_offer.")] = None,
    network: Annotated[str | None, typer.Option(help="Only this network.")] = None,
    tandem: Annotated[str | None, typer.Option(help="Only this tandem.", metavar="SLUG")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what nobody has taken.")] = False,
) -> None:
    """List what a person should read, offers first; --json without filters lists everything."""
    from orchestrator.inbox import rows
    from orchestrator.inbox.words import label_of

    wish = rows.Wish(
        label=label_of(label) if label is not None else None,
        network=known_network(desk, network) if network is not None else None,
        tandem_id=tandem_ids(desk, [tandem])[tandem] if tandem is not None else None,
        waiting=waiting,
        everything=everything or desk.json,
    )
    with desk.looking() as (session, campaign_id):
        replies = rows.replies_of(session, campaign_id)
        slugs, again = rows.slugs_of(session, campaign_id), rows.repetitions(replies)
        ended = rows.ended_of(session, campaign_id)
    asked = [each for each in replies if wish.asks(each)]
    zone = desk.settings.campaign.timezone
    taken = [rows.row_of(each, slugs, again, zone, ended) for each in asked if wish.takes(each)]
    desk.emit({"replies": taken})
    rest = rows.folded(each for each in asked if not wish.takes(each))
    say_list(desk, taken, rest, empty=not replies)


@app.command("label")
@command
def label(
    desk: Desk,
    reply_id: ReplyId,
    word: Annotated[
        str,
        typer.Argument(
            metavar="LABEL",
            help="job_offer, tip, question, encouragement, abuse, spam or other.",
        ),
    ],
) -> None:
    """Correct a label; no machine changes it after that."""
    from orchestrator.inbox.hand import correct, reply_of
    from orchestrator.inbox.words import label_of, label_word

    wanted = label_of(word)
    with desk.store.session() as session:
        reply = reply_of(session, desk.campaign(session).id, reply_id)
        before = label_word(reply.label)
        correct(session, reply, wanted, desk.now, desk.actor)
        state = _state(reply, desk.settings.campaign.timezone)
    desk.emit(state)
    desk.say(
        _("Reply {number} is now: {label} (before: {before}).").format(
            number=reply_id, label=label_word(wanted), before=before
        )
    )
    if reply.queue and reply.taken_by is None:
        desk.say(_("Next: `tueroeffner inbox take {number}`").format(number=reply_id))


@app.command("take")
@command
def take(desk: Desk, reply_id: ReplyId) -> None:
    """Take a reply in hand, so that nobody else rings the same person."""
    from orchestrator.inbox import hand
    from orchestrator.replies import own_contacts

    zone = desk.settings.campaign.timezone
    with desk.store.session() as session:
        campaign_id = desk.campaign(session).id
        reply = hand.reply_of(session, campaign_id, reply_id)
        own = own_contacts(session, desk.key, campaign_id, desk.settings.campaign.contact)
        is_new = hand.take(session, reply, desk.now, desk.actor, zone, own)
        state = _state(reply, zone)
    desk.emit(state)
    since = moment(state["taken_at"])
    sentence = (
        _("Reply {number} is in your hands.")
        if is_new
        else _("Reply {number} is in your hands already, since {time}.")
    )
    desk.say(sentence.format(number=reply_id, time=since))
    desk.say(_("Next: `tueroeffner inbox show {number} --contact`").format(number=reply_id))


@app.command("release")
@command
def release(desk: Desk, reply_id: ReplyId) -> None:
    """Give a reply back, so that somebody else can take it."""
    from orchestrator.inbox import hand

    with desk.looking() as (session, campaign_id):
        holder = hand.reply_of(session, campaign_id, reply_id).taken_by
    if holder not in (None, desk.actor):
        desk.confirm(
            _("{who} has reply {number} in hand. Take it away from them?").format(
                who=holder, number=reply_id
            )
        )
    with desk.store.session() as session:
        reply = hand.reply_of(session, desk.campaign(session).id, reply_id)
        was_held = hand.release(session, reply, holder, desk.now, desk.actor)
        state = _state(reply, desk.settings.campaign.timezone)
    desk.emit(state)
    desk.say(
        _("Reply {number} waits again for somebody to take it.").format(number=reply_id)
        if was_held
        else _("Nobody had reply {number} in hand.").format(number=reply_id)
    )


def _state(reply: Any, zone: str) -> dict[str, Any]:
    """What a script needs to know after a change."""
    from orchestrator.posts import local

    return {
        "id": reply.id,
        "label": reply.label.value,
        "labelled_by": reply.labelled_by,
        "queue": reply.queue,
        "status": reply.status,
        "taken_by": reply.taken_by,
        "taken_at": local(reply.taken_at, zone),
    }
