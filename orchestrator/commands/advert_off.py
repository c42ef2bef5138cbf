"""Adverts follow at once what a command stopped, or let go on; the saying of it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from orchestrator.commands.desk import Desk
from orchestrator.commands.held import exit_for, quiet_shift, reaching
from orchestrator.errors import Exit
from orchestrator.i18n import _, ngettext


@dataclass(frozen=True)
class Off:
    """The tandems whose adverts were switched off, or may still run though they must not.

    ``others``: those of ``off`` that nobody named, and why they had to go off now.
    """

    any: bool = False
    off: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    needs_person: bool = False

    @property
    def exit(self) -> Exit:
        """Whether somebody has to look, or a pass goes on with it."""
        return exit_for(needs_person=self.needs_person, complete=not self.left)

    def document(self) -> dict[str, object]:
        """What scripts are told; nothing where the campaign has no adverts."""
        if not self.any:
            return {}
        return {
            "adverts": {"switched_off": self.off, "still_on": self.left, "findings": self.findings}
        }


def switch_off(desk: Desk, named: Collection[str] = ()) -> Off:
    """Read all adverts that may run, and switch off what must not; no advert, no call.

    ``named``: the tandems that the command is about; none: all.
    """
    from orchestrator.adverts.attending import attend
    from orchestrator.adverts.rows import OPEN, adverts_of
    from orchestrator.shift import Tally

    with desk.looking() as (session, campaign_id):
        rows = {row.id: tandem.slug for row, _post, tandem in adverts_of(session, campaign_id)
                if row.remote.get("ad") and (row.state in OPEN or row.approved_at)}  # fmt: skip
    if not rows:
        return Off()
    tally = Tally()
    shift = reaching(desk, quiet_shift(desk, {}), tally.findings)
    with desk.waiting(_("Switching adverts off …")):
        attended = attend(shift, tally, rows)
    return Off(
        any=True,
        off=[rows[each] for each in attended.stopped],
        left=[rows[each] for each in attended.left],
        others=_others(desk, attended.stopped, named) if named else {},
        findings=tally.findings,
        needs_person=tally.needs_person and bool(attended.left),
    )


def _others(desk: Desk, stopped: Collection[int], named: Collection[str]) -> dict[str, str]:
    from orchestrator.adverts.rows import adverts_of

    with desk.looking() as (session, campaign_id):
        return {tandem.slug: row.error or _("nobody has approved it")
                for row, _post, tandem in adverts_of(session, campaign_id)
                if row.id in stopped and tandem.slug not in named}  # fmt: skip


def say_off(desk: Desk, off: Off) -> Exit:
    """Say what was switched off and what was not; the exit code for it."""
    if ours := [slug for slug in off.off if slug not in off.others]:
        desk.say(
            ngettext(
                "{count} advert was switched off at the network.",
                "{count} adverts were switched off at the network.",
                len(ours),
            ).format(count=len(ours))
        )
    for slug, why in off.others.items():
        desk.warn(_("{slug}: its advert was switched off, too: {why}").format(slug=slug, why=why))
    if off.left:
        for finding in off.findings:
            desk.warn(finding)
        desk.warn(
            _(
                "Not confirmed, so they may still cost money: {slugs}. Every pass of"
                " `tueroeffner run` tries it again; the Ads Manager stops them by hand."
            ).format(slugs=", ".join(off.left))
        )
    return off.exit
