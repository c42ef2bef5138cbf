"""What networks hold follows at once what a command decided; the saying of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import connected, refuse_false_time
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext
from orchestrator.ports import Network

if TYPE_CHECKING:
    from datetime import datetime

    from orchestrator.decide.case import Case
    from orchestrator.decide.recall import Recall
    from orchestrator.shift import Shift


def exit_for(*, needs_person: bool, complete: bool) -> Exit:
    """Of a command that decided, and then told the networks."""
    if needs_person:
        return Exit.PERSON_NEEDED
    return Exit.DONE if complete else Exit.PARTLY


@dataclass(frozen=True)
class CalledBack:
    """What came of it: the posts, and what was found out on the way."""

    recall: "Recall | None" = None
    findings: list[str] = field(default_factory=list)
    needs_person: bool = False

    @property
    def exit(self) -> Exit:
        """Whether somebody has to look, or a pass has to go on with it."""
        return exit_for(needs_person=self.needs_person, complete=self.is_complete)

    @property
    def is_complete(self) -> bool:
        """Whether no network holds any of it any more."""
        return not (self.recall and self.recall.left)

    def document(self) -> dict[str, object]:
        """What scripts are told."""
        recall = self.recall
        return {
            "called_back": [case.post.id for case in recall.back] if recall else [],
            "moved": [case.post.id for case in recall.moved] if recall else [],
            "went_out": [case.post.id for case in recall.out] if recall else [],
            "not_confirmed": [_unconfirmed(case) for case in recall.left] if recall else [],
            "findings": self.findings,
        }

    def news(self) -> dict[str, object]:
        """The same for a command that seldom has anything to call back: only when it had."""
        return self.document() if self.recall else {}


def call_back(desk: Desk, networks: Mapping[str, Network] | None = None) -> CalledBack:
    """Call back, or move, what networks hold otherwise than the campaign wants it by now.

    Nothing is asked of a network while none holds such a post. ``networks``: those that are open.
    """
    if desk.dry_run:
        return CalledBack()
    from orchestrator.decide.recall import call_back as bring_back
    from orchestrator.decide.recall import is_needed
    from orchestrator.shift import Tally

    shift = quiet_shift(desk, networks or {})
    if not is_needed(shift):
        return CalledBack()
    tally = Tally()
    with desk.waiting(_("Calling back what the networks hold …")):
        recall = bring_back(reaching(desk, shift, tally.findings), tally)
    return CalledBack(recall, tally.findings, tally.needs_person)


def say_called_back(desk: Desk, called: CalledBack) -> Exit:
    """Say what came back and what did not; the exit code for it."""
    for finding in called.findings if called.exit else ():
        desk.warn(finding)
    recall = called.recall
    if recall and recall.back:
        desk.say(
            ngettext(
                "{count} post that a network held was called back.",
                "{count} posts that a network held were called back.",
                len(recall.back),
            ).format(count=len(recall.back))
        )
    if recall and recall.moved:
        desk.say(
            ngettext(
                "{count} post that a network holds was moved there to its new time.",
                "{count} posts that networks hold were moved there to their new times.",
                len(recall.moved),
            ).format(count=len(recall.moved))
        )
    if recall and recall.left:
        _warn_of(desk, recall.left)
    return called.exit


def _warn_of(desk: Desk, left: "list[Case]") -> None:
    for case in left:
        when = _could_go_out(case)
        if case.post.state == "unknown":
            sentence = _("Not confirmed: {post}. If the network has it, it goes out {time}.")
        elif when:
            sentence = _("Not confirmed: {post}. The network would publish it {time}.")
        else:
            sentence = _("Not confirmed: {post}. The network keeps it as a draft.")
        desk.warn(sentence.format(post=case.title, time=case.at(when) if when else ""))
    desk.warn(_("Each pass of `tueroeffner run` tries it again; `tueroeffner run --once` now."))


def _could_go_out(case: "Case") -> "datetime | None":
    """When the network may publish it; None for a draft."""
    post = case.post
    return post.handed_for or (post.due_at if post.state == "unknown" else None)


def _unconfirmed(case: "Case") -> dict[str, object]:
    from orchestrator.posts import local

    post = case.post
    return {
        "post": post.id,
        "tandem": case.slug,
        "network": post.network,
        "remote_id": post.remote_id,
        "handed_for": local(_could_go_out(case), post.zone),
    }


def quiet_shift(desk: Desk, networks: Mapping[str, Network]) -> "Shift":
    """A shift that sends nothing, with the networks that are open already."""
    from orchestrator.shift import Shift
    from orchestrator.worker import my_name
    from schedules.clock import SystemClock

    return Shift(
        store=desk.store,
        settings=desk.settings,
        key=desk.key,
        campaign_id=desk.campaign_id(),
        networks=dict(networks),
        clock=desk.clock,
        machine=SystemClock(),
        worker=my_name(),
        actor=desk.actor,
    )


def reaching(desk: Desk, shift: "Shift", findings: list[str]) -> "Shift":
    """The same with all networks that are on, unless they must not be called."""
    from dataclasses import replace

    try:
        refuse_false_time(desk)
    except UsageProblem as problem:
        findings.append(f"{problem.what} {problem.remedy}".rstrip())
        return replace(shift, networks={})
    return replace(shift, networks=shift.networks or connected(desk.settings, desk.clock))
