"""Saying what a pilot posts, and how it stands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.formats import count, moment
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from orchestrator.model import Pilot
    from orchestrator.pilot.posts import Trial


def say_texts(desk: Desk, network: str, planned: "list[Trial]") -> None:
    """Everything that would be posted, word for word, and to whom."""
    desk.say(_("On {network}, for a day:").format(network=source_word(network, "")))
    for each in planned:
        seen = _("only people in {town}").format(town=each.town) if each.town else _("everybody")
        desk.say(f"  {seen}: {each.text}")


def say_pilot(desk: Desk, network: str, pilot: "Pilot") -> None:
    """Its posts, one line each, and what comes next or came of it."""
    from orchestrator.pilot.posts import trials
    from orchestrator.pilot.told import told

    zone, name = desk.settings.campaign.zone, source_word(network, "")
    begun = moment(pilot.started_at.astimezone(zone))
    if pilot.ended_at is None:
        desk.say(_("Pilot on {network}, begun {time}:").format(network=name, time=begun))
    else:
        ended = moment(pilot.ended_at.astimezone(zone))
        desk.say(
            _("The last pilot on {network}, from {begun} to {ended}:").format(
                network=name, begun=begun, ended=ended
            )
        )
    for each in trials(pilot):
        which = _("limited to {town}").format(town=each.town) if each.town else _("open")
        desk.say(f"  {which}: {', '.join(_stands(each))}")
    if pilot.ended_at is None:
        until = moment(pilot.due_at.astimezone(zone))
        desk.say(
            _("After {time} the next pass of `tueroeffner run` compares and deletes them.").format(
                time=until
            )
        )
    elif pilot.result:
        desk.say(told(network, pilot.result))


def _stands(post: "Trial") -> Iterator[str]:
    if post.refused:
        yield _("refused: {why}").format(why=post.refused)
    elif post.sent_at is None:
        yield _("not sent")
    elif post.is_unclear:
        yield _("no answer came; it is being looked for")
    else:
        yield _("deleted") if post.deleted else post.permalink or _("posted")
    if post.live is not None:
        yield _("live") if post.live else _("not live")
    if post.kept is not None:
        yield _("its audience was kept") if post.kept else _("its audience was not kept")
    if post.eligible is not None:
        yield _("may be advertised") if post.eligible else _("may not be advertised")
    if post.reach is not None:
        yield _("seen by {count}").format(count=count(post.reach))
