"""``inbox``: what came back, read, taken in hand, corrected and noted down."""

from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from orchestrator.commands import inbox_hand
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_add import add
from orchestrator.commands.inbox_check import check
from orchestrator.commands.inbox_classify import classify
from orchestrator.commands.inbox_evidence import evidence
from orchestrator.commands.inbox_forward import forward
from orchestrator.commands.inbox_hide import hide, unhide
from orchestrator.commands.inbox_outcome import outcome, receipt
from orchestrator.commands.inbox_reply import reply
from orchestrator.commands.inbox_show import show
from orchestrator.commands.inbox_table import say_list
from orchestrator.commands.inbox_thread import thread
from orchestrator.commands.view import opening
from orchestrator.commands.wiring import known_network, tandem_ids

if TYPE_CHECKING:
    from typer._click import Context


ReplyId = Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")]


# Set where no command was named.
_BARE = "tueroeffner.inbox.bare"


class _ListFirst(TyperGroup):
    """A group whose bare name lists: ``inbox --waiting`` is ``inbox list --waiting``.

    On a terminal, ``inbox`` alone opens the view instead.
    """

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put ``list`` in front of options; ``--help`` is the group's own."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["list", *args]
            ctx.meta[_BARE] = True
        return super().parse_args(ctx, args)


app = typer.Typer(help="What came back: offers, tips, questions.", cls=_ListFirst)
app.command("show")(show)
app.command("add")(add)
app.command("classify")(classify)
app.command("evidence")(evidence)
app.command("thread")(thread)
app.command("check")(check)
app.command("forward")(forward)
app.command("receipt")(receipt)
app.command("outcome")(outcome)
app.command("reply")(reply)
app.command("hide")(hide)
app.command("unhide")(unhide)


@app.command("list")
@command
def list_(
    desk: Desk,
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is folded away, finished or a repetition.")
    ] = False,
    label: Annotated[str | None, typer.Option(help="Only this label, such as job_offer.")] = None,
    network: Annotated[str | None, typer.Option(help="Only this network.")] = None,
    tandem: Annotated[str | None, typer.Option(help="Only this tandem.", metavar="SLUG")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what nobody has taken.")] = False,
) -> None:
    """List what a person should read, offers first; --json without filters lists everything."""
    plain = not (everything or label or network or tandem or waiting)
    if _BARE in context.meta and plain and opening.fits(desk):
        opening.open_view(desk)
        return
    from orchestrator.inbox import paging, rows
    from orchestrator.inbox.words import label_of

    wish = paging.Wish(
        label=label_of(label) if label is not None else None,
        network=known_network(desk, network) if network is not None else None,
        tandem_id=tandem_ids(desk, [tandem])[tandem] if tandem is not None else None,
        waiting=waiting,
        everything=everything or desk.json,
    )
    with desk.looking() as (session, campaign_id):
        wish = paging.with_waves(session, campaign_id, wish)
        shown = paging.replies(session, campaign_id, wish)
        rest = paging.folded(session, campaign_id, wish)
        slugs, again = rows.slugs_of(session, campaign_id), paging.repetitions(session, campaign_id)
        ended = rows.ended_of(session, campaign_id)
        came = bool(shown or rest) or paging.any_came(session, campaign_id)
    zone = desk.settings.campaign.timezone
    taken = [rows.row_of(each, slugs, again, zone, ended) for each in shown]
    desk.emit({"replies": taken})
    say_list(desk, taken, rest, wish.others, empty=not came)


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
    from orchestrator.inbox.words import label_of

    _tell(desk, inbox_hand.put_label(desk, reply_id, label_of(word)))


@app.command("take")
@command
def take(desk: Desk, reply_id: ReplyId) -> None:
    """Take a reply in hand, so that nobody else rings the same person."""
    _tell(desk, inbox_hand.take(desk, reply_id))


@app.command("release")
@command
def release(desk: Desk, reply_id: ReplyId) -> None:
    """Give a reply back, so that somebody else can take it."""
    holder = inbox_hand.holder(desk, reply_id)
    if holder not in (None, desk.actor):
        desk.confirm(inbox_hand.taking_away(reply_id, str(holder)))
    _tell(desk, inbox_hand.release(desk, reply_id, holder))


def _tell(desk: Desk, told: inbox_hand.Told) -> None:
    desk.emit(told.state)
    desk.say(told.sentence)
    if told.next:
        desk.say(told.next)
