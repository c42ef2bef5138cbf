"""What has to leave the networks is brought down while somebody waits; the saying of it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orchestrator.commands.desk import Desk
from orchestrator.commands.held import quiet_shift, reaching
from orchestrator.errors import Exit
from orchestrator.formats import full_sentence, moment
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.leaving.away import Away, Left
    from orchestrator.shift import Shift


def bring(desk: Desk, tandem_id: int, networks: Collection[str] | None = None) -> "Away":
    """Bring down what networks (these, or all) have of the tandem and must not.

    No network is asked while none has anything.
    """
    from orchestrator.leaving import away
    from orchestrator.shift import Tally

    shift, tally, findings = quiet_shift(desk, {}), Tally(), list[str]()
    total = len(away.standing(shift, tandem_id, networks))
    shift = reaching(desk, shift, findings) if total else shift
    with _shown(desk, shift, total) as watched:
        gone = away.bring(watched, tally, tandem_id, networks=networks)
    for finding in [*findings, *tally.findings] if desk.verbose else findings:
        desk.warn(finding)
    return gone


@contextmanager
def _shown(desk: Desk, shift: "Shift", total: int) -> "Iterator[Shift]":
    """The same shift, which advances a bar with every post that is gone."""
    with desk.progress(_("Taking posts down"), total) as advance:

        def reached(point: str) -> None:
            shift.reached(point)
            if point in ("removed", "recalled"):
                advance()

        yield replace(shift, reached=reached)


def document(away: "Away") -> dict[str, Any]:
    """What scripts are told."""
    return {
        "called_back": away.called_back,
        "removed": away.removed,
        "left": [
            {
                "post": each.post.id,
                "network": each.post.network,
                "state": each.post.state,
                "permalink": each.post.permalink,
                "why": each.why,
            }
            for each in away.left
        ],
        "unseen": [{"network": network, "until": until} for network, until in away.unseen.items()],
    }


def say(desk: Desk, away: "Away") -> Exit:
    """Say what came down, and where something may still be; the exit code for it."""
    back, down = len(away.called_back), len(away.removed)
    if back:
        desk.say(
            ngettext(
                "{count} post that a network held was called back.",
                "{count} posts that a network held were called back.",
                back,
            ).format(count=back)
        )
    if down:
        desk.say(
            ngettext(
                "{count} post was taken down and is seen to be gone.",
                "{count} posts were taken down and are seen to be gone.",
                down,
            ).format(count=down)
        )
    for network, until in away.unseen.items():
        desk.say(_unseen(network, until.astimezone(desk.settings.campaign.zone)))
    for each in away.left:
        desk.warn(_still_up(each))
    if away.left:
        desk.warn(
            _("Every pass of `tueroeffner run` tries it again; you can also run the same command.")
        )
    return Exit.PERSON_NEEDED if away.left else Exit.DONE


def _unseen(network: str, until: datetime) -> str:
    from orchestrator.inbox.words import source_word

    return _(
        "{network} may keep a picture or film that was brought there and not posted until {time}:"
        " nobody sees it, and nobody can delete it earlier."
    ).format(network=source_word(network, ""), time=moment(until))


def _still_up(each: "Left") -> str:
    """One sentence for a post that is not confirmed to be gone, with what a person can do."""
    from orchestrator.inbox.words import source_word

    sentence = _("Post {number} on {network} is not confirmed to be gone: {why}")
    said = full_sentence(
        sentence.format(
            number=each.post.id, network=source_word(each.post.network, ""), why=each.why
        )
    )
    if each.post.state == "published" and each.post.permalink:
        there = _("To have it gone at once, delete it there: {link}")
        return f"{said} {there.format(link=each.post.permalink)}"
    return said
