"""A stop is for pilots as well: their posts come down at once, where the network answers."""

from orchestrator.commands.desk import Desk
from orchestrator.commands.held import quiet_shift, reaching
from orchestrator.commands.tally import say_pilots
from orchestrator.i18n import _


def stop_pilots(desk: Desk) -> dict[str, int]:
    """Take down the posts of pilots that are stopped; how many are still on, if any are."""
    from orchestrator.pilot.passing import attend_pilots
    from orchestrator.pilot.stops import stopped_pilots
    from orchestrator.shift import Tally

    shift = quiet_shift(desk, {})
    if not stopped_pilots(shift):
        return {}
    tally = Tally()
    with desk.waiting(_("Taking down what was posted only to try the page out …")):
        attend_pilots(reaching(desk, shift, tally.findings), tally)
    for finding in tally.findings:
        desk.warn(finding)
    if left := stopped_pilots(shift):
        desk.warn(_("A pilot's posts may still be there; `tueroeffner run` goes on trying."))
        return {"pilots_on": len(left)}
    desk.say(_("The pilot's posts are gone."))
    say_pilots(desk, tally)
    return {}
