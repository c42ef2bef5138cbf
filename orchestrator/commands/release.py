"""``run --release``: the end of the freeze after a restore."""

from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.release import Freeze
    from orchestrator.shift import Shift, Tally

_MINUTES = 10


def end_freeze(desk: Desk, shift: "Shift", *, dry_run: bool) -> Exit:
    """Look for what went out since the backup, and let the campaign go on when all is clear."""
    from orchestrator.release import freeze_of, release
    from orchestrator.shift import Tally

    before, tally = freeze_of(shift), Tally()
    if before.since is None:
        desk.emit(_document(before, tally))
        desk.say(_("The campaign is not frozen."))
        return Exit.DONE
    _say_before(desk, before)
    if dry_run:
        desk.emit(_document(before, tally) | {"dry_run": True})
        desk.say(_("This was a dry run: nothing was looked for."))
        return Exit.DONE
    desk.confirm(_("Look for them, and let posts go out again when all are clear?"))
    with desk.waiting(_("Looking for posts …")):
        after = release(shift, tally)
    desk.emit(_document(after, tally))
    return _say_after(desk, after, tally)


def _document(freeze: "Freeze", tally: "Tally") -> dict[str, object]:
    return {
        "released": freeze.since is None,
        "frozen_since": freeze.since,
        "unclear": freeze.unclear,
        "off": freeze.off,
        "found": tally.published,
        "findings": tally.findings,
    }


def _say_before(desk: Desk, freeze: "Freeze") -> None:
    assert freeze.since is not None
    desk.say(
        _("Frozen: the campaign was restored from a backup of {time}.").format(
            time=moment(freeze.since.astimezone(desk.settings.campaign.zone))
        )
    )
    desk.say(
        ngettext(
            "{count} post may have gone out since.",
            "{count} posts may have gone out since.",
            freeze.left,
        ).format(count=freeze.left)
    )


def _say_after(desk: Desk, freeze: "Freeze", tally: "Tally") -> Exit:
    if tally.published:
        desk.say(
            ngettext(
                "{count} was found on the network, and is now known as published.",
                "{count} were found on the networks, and are now known as published.",
                tally.published,
            ).format(count=tally.published)
        )
    for finding in tally.findings:
        desk.warn(finding)
    if freeze.since is not None:
        _say_what_keeps_it(desk, freeze)
        return Exit.PARTLY
    desk.say(_("The freeze is over: posts go out again."))
    desk.say(_("Next: {command}").format(command="tueroeffner plan"))
    return Exit.PERSON_NEEDED if tally.needs_person else Exit.DONE


def _say_what_keeps_it(desk: Desk, freeze: "Freeze") -> None:
    for name in freeze.off:
        desk.warn(
            _("{network} is off: {count} of them cannot be looked for there.").format(
                network=name, count=freeze.unclear[name]
            )
        )
    desk.warn(
        ngettext(
            "{count} post is still being looked for, so the campaign stays frozen. Run"
            " `tueroeffner run --release` again in {minutes} minutes.",
            "{count} posts are still being looked for, so the campaign stays frozen. Run"
            " `tueroeffner run --release` again in {minutes} minutes.",
            freeze.left,
        ).format(count=freeze.left, minutes=_MINUTES)
    )
