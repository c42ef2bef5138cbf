"""``run --release``: the end of the freeze of a database that is older than the world."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.release import Freeze
    from orchestrator.shift import Shift, Tally

_MINUTES = 10


def end_freeze(desk: Desk, shift: "Shift", *, accept: bool, dry_run: bool) -> Exit:
    """Look for what went out since the backup, and let the campaign go on when all is clear."""
    from orchestrator.elsewhere import may_send
    from orchestrator.release import end_again, freeze_of, release
    from orchestrator.shift import Tally

    if not dry_run:
        may_send(shift, Tally())  # an older copy that no pass has found out yet is frozen now
    before, tally = freeze_of(shift), Tally()
    if before.since is None:
        if not dry_run:
            before = replace(before, ended=end_again(shift))
        desk.emit(_document(before, tally))
        say_ended(desk, before.ended)
        desk.say(_("The campaign is not frozen."))
        return Exit.DONE
    _say_before(desk, before)
    if dry_run:
        desk.emit(_document(before, tally) | {"dry_run": True})
        desk.say(_("This was a dry run: nothing was looked for."))
        return Exit.DONE
    desk.confirm(_question(desk, before))
    if accept:
        desk.confirm(
            _(
                "You have looked at the live posts that the backup does not know: call off what is"
                " not found beside them?"
            )
        )
    with desk.waiting(_("Looking for posts …")):
        after = release(shift, tally, accept=accept)
    desk.emit(_document(after, tally))
    return _say_after(desk, after, tally)


def _question(desk: Desk, freeze: "Freeze") -> str:
    if freeze.worked_until:
        return _(
            "The clock is right now: look for the posts, and let others go out when all are clear?"
        )
    assert freeze.since is not None
    return _(
        "What was stopped or withdrawn after {time} is stopped again: look for the posts, and"
        " let others go out when all are clear?"
    ).format(time=moment(freeze.since.astimezone(desk.settings.campaign.zone)))


def _document(freeze: "Freeze", tally: "Tally") -> dict[str, object]:
    return {
        "released": freeze.since is None,
        "frozen_since": None if freeze.worked_until else freeze.since,
        "worked_until": freeze.worked_until,
        "unclear": freeze.unclear,
        "off": freeze.off,
        "frozen": freeze.frozen,
        "unexplained": freeze.unexplained,
        "networks": _by_network(freeze),
        "ended_again": freeze.ended,
        "called_off": tally.cancelled,
        "found": tally.published,
        "findings": tally.findings,
    }


def _by_network(freeze: "Freeze") -> dict[str, dict[str, int]]:
    """What was found on each network, and what was not."""
    names = {*freeze.frozen, *freeze.found, *freeze.unexplained}
    return {
        name: {
            "live": freeze.found[name].live if name in freeze.found else 0,
            "held": freeze.found[name].held if name in freeze.found else 0,
            "unclear": freeze.unclear.get(name, 0),
            "unexplained": len(freeze.unexplained.get(name, [])),
        }
        for name in sorted(names)
    }


def say_lost(desk: Desk, since: datetime) -> None:
    """No backup knows what was stopped after it; the places know of people's endings only."""
    desk.warn(
        _(
            "Pauses and imports after {time} are lost, and consents that were given. Repeat them"
            " before `tueroeffner run --release`: it lets posts go out again. Withdrawals, closings"
            " and safety checks that show less are done again by themselves, if any connected place"
            " of [backup] places remembers them."
        ).format(time=moment(since.astimezone(desk.settings.campaign.zone)))
    )


def say_ended(desk: Desk, count: int) -> None:
    """How many tandems had left or showed less than the older database says."""
    if count:
        desk.say(
            ngettext(
                "{count} tandem that withdrew, was closed, took a consent back or may show less"
                " since then does so here, too.",
                "{count} tandems that withdrew, were closed, took a consent back or may show less"
                " since then do so here, too.",
                count,
            ).format(count=count)
        )


def _say_before(desk: Desk, freeze: "Freeze") -> None:
    assert freeze.since is not None
    zone = desk.settings.campaign.zone
    if freeze.worked_until:
        desk.say(
            _("The clock says {now}, and this campaign already worked at {then}.").format(
                now=moment(desk.now.astimezone(zone)),
                then=moment(freeze.worked_until.astimezone(zone)),
            )
        )
    else:
        time = moment(freeze.since.astimezone(zone))
        desk.say(_("Frozen: the database is a copy of {time}.").format(time=time))
        say_lost(desk, freeze.since)
    desk.say(
        ngettext(
            "{count} post may have gone out since.",
            "{count} posts may have gone out since.",
            freeze.left,
        ).format(count=freeze.left)
    )


def _say_after(desk: Desk, freeze: "Freeze", tally: "Tally") -> Exit:
    say_ended(desk, freeze.ended)
    for name, counts in _by_network(freeze).items():
        desk.say(
            _(
                "{network}: found {live} live and {held} that it holds; {unclear} still looked"
                " for, {unexplained} unexplained."
            ).format(network=name, **counts)
        )
    if tally.cancelled:
        desk.say(
            ngettext(
                "{count} was not found and is called off: it may be live in other words.",
                "{count} were not found and are called off: they may be live in other words.",
                tally.cancelled,
            ).format(count=tally.cancelled)
        )
    for finding in tally.findings:
        desk.warn(finding)
    if freeze.since is not None:
        _say_what_keeps_it(desk, freeze)
        return Exit.PERSON_NEEDED if tally.needs_person else Exit.PARTLY
    desk.say(_("The freeze is over: posts go out again."))
    desk.say(_("Next: {command}").format(command="tueroeffner plan"))
    return Exit.PERSON_NEEDED if tally.needs_person else Exit.DONE


def _say_what_keeps_it(desk: Desk, freeze: "Freeze") -> None:
    for name in freeze.off:
        desk.warn(
            _("{network} is off: nobody can look there, so its own posts stay frozen.").format(
                network=name
            )
        )
    if freeze.unexplained:
        desk.warn(
            _(
                "Look at these posts. When they may stay: `tueroeffner run --release --accept`;"
                " what is not found there is called off then, and `tueroeffner plan` plans it anew."
            )
        )
    if freeze.left:
        desk.warn(
            ngettext(
                "{count} post is still being looked for. Run `tueroeffner run --release` again in"
                " {minutes} minutes.",
                "{count} posts are still being looked for. Run `tueroeffner run --release` again in"
                " {minutes} minutes.",
                freeze.left,
            ).format(count=freeze.left, minutes=_MINUTES)
        )
    desk.warn(_("Still frozen: {networks}.").format(networks=", ".join(freeze.frozen)))


def name_freeze(shift: "Shift", tally: "Tally") -> None:
    """A job that cannot send needs somebody, unless only networks are frozen that are off."""
    from orchestrator.release import freeze_of

    freeze = freeze_of(shift)
    waiting = sorted(set(freeze.frozen) & set(shift.networks))
    if waiting and freeze.worked_until is None:
        tally.alarm(
            _(
                "Nothing is sent on {networks}: the database is older than what went out. Go on"
                " with `tueroeffner run --release`."
            ).format(networks=", ".join(waiting))
        )
