"""``post list|show|settle|…``: every post, and what people decide about it."""

from collections.abc import Iterator
from typing import Any

import typer

from orchestrator import networks
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.one_post import PostId, case_on, look_at, rows_of
from orchestrator.commands.post_decide import retry, takedown
from orchestrator.commands.post_edit import edit
from orchestrator.commands.post_settle import settle
from orchestrator.commands.post_shield import shield
from orchestrator.commands.schedule import say_posts
from orchestrator.formats import moment
from orchestrator.i18n import _

app = typer.Typer(help="Single posts.", no_args_is_help=True)


@app.command("list")
@command
def list_posts(desk: Desk) -> None:
    """List all posts with their states."""
    from orchestrator.posts import post_rows

    with desk.looking() as (session, campaign_id):
        rows = post_rows(session, campaign_id)
    desk.emit({"posts": rows})
    say_posts(desk, rows)


@app.command("show")
@command
def show(desk: Desk, post_id: PostId) -> None:
    """Show one post: text, audience, time, what was tried, and what comes next."""
    from orchestrator.attempts import outcome_word
    from orchestrator.decide.outlook import outlook
    from orchestrator.posts import tries

    case, zone = case_on(desk, post_id), desk.settings.campaign.timezone
    with desk.looking() as (session, _campaign_id):
        tried = tries(session, post_id, zone)
    next_step = outlook(case, desk.settings)
    found = rows_of(desk, post_id)
    desk.emit({"posts": found, "tries": tried, "outlook": next_step, "next_look": look_at(case)})
    say_posts(desk, found)
    desk.say(str(found[0]["text"]))
    for line in _beside(found[0]):
        desk.say(line)
    if next_step:
        desk.say(next_step)
    if tried:
        desk.table(
            [_("Try"), _("Sent"), _("Outcome"), _("What the network said")],
            [
                [
                    str(each["number"]),
                    moment(each["sent_at"]),
                    outcome_word(each["outcome"]),
                    each["detail"],
                ]
                for each in tried
            ],
        )


def _alt(network: str, file: dict[str, Any]) -> str:
    """What people hear who cannot see it."""
    from orchestrator.preview.cards import label_of

    if file["remark"]:
        return str(file["remark"])
    if not networks.adapter(network).MEDIA.tells(file["kind"]):
        return _("{network} takes no words for films").format(network=label_of(network))
    return str(file["alt"]) or _("no alternative text")


def _beside(row: dict[str, Any]) -> Iterator[str]:
    """What goes with the words, and what the network made of their audience."""
    kinds = {"photo": _("Picture"), "video": _("Film")}
    for each in row["media"]:
        yield f"▣ {kinds[each['kind']]}: {_alt(row['network'], each)}"
    if row["made_with_ai"]:
        yield _("It is labelled as made with AI.")
    kept = {
        None: _("not read back yet"),
        True: _("kept by the network as asked"),
        False: _("not kept by the network"),
    }
    modes = {"soft": _("people near by first"), "hard": _("people near by only")}
    if row["mode"]:
        yield _("Audience: {mode}; {kept}.").format(
            mode=modes[row["mode"]], kept=kept[row["targeting_kept"]]
        )


app.command("settle")(settle)
app.command("retry")(retry)
app.command("edit")(edit)
app.command("shield")(shield)
app.command("takedown")(takedown)
