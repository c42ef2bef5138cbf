"""The screen of ``inbox check``: what is known, what warns, what is open, and what comes next."""

import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from orchestrator.commands.asking import answer
from orchestrator.commands.check_questions import shown, yes_or_no
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_table import way_of
from orchestrator.commands.streams import forget_typed
from orchestrator.formats import moment
from orchestrator.i18n import _, language

if TYPE_CHECKING:
    from sqlmodel import Session

    from orchestrator.inbox.arabic import Way
    from orchestrator.model import Reply


def say_words(desk: Desk, text: str, country: str) -> None:
    """What the offer says, and which warnings its words draw, before anything is asked."""
    if not desk.may_ask:
        return
    from orchestrator.inbox.words import shown as as_it_stands
    from orchestrator.vetting.answers import Answers
    from orchestrator.vetting.judging import judge
    from orchestrator.vetting.risks import risk_words

    forget_typed()  # whatever was typed before this stood here
    drawn = partial(_drawn, width=max(desk.errors.width - 2, 20), way=way_of(desk, sys.stderr))
    for line in drawn(as_it_stands(text)):
        desk.warn(f"  {line}".rstrip())
    today = desk.now.astimezone(desk.settings.campaign.zone).date()
    judged = judge(text, Answers(employer=True), country, today)
    for risk, why in judged.risks.items():
        for line in drawn(f"⚠ {risk_words(risk)} – {why}"):
            desk.warn(line)
    desk.warn(_("Enter leaves an answer as it stands in brackets."))
    desk.warn(_("Ctrl-C: cancel, and keep no answer."))


def _drawn(text: str, width: int, way: "Way") -> list[str]:
    """As the terminal shows it; what is Arabic stands on lines that are broken."""
    from rich.cells import cell_len

    from orchestrator.inbox import arabic

    return arabic.lines(text, width, cell_len, way) if arabic.has_rtl(text) else text.splitlines()


def ask_wanted(desk: Desk) -> bool | None:
    """Whether the person of the tandem wants it."""
    question = _("Does the person want the offer? yes, no (Enter: not asked yet)")
    return answer(desk, question, yes_or_no)


def document(session: "Session", reply: "Reply", zone: str) -> dict[str, Any]:
    """The check as scripts read it."""
    from orchestrator.vetting.entry import entry_of, judged
    from orchestrator.vetting.standing import advice, state_of

    entry = entry_of(session, reply, zone)
    assert entry is not None
    found = judged(session, reply, state_of(session, reply))
    return {
        "id": reply.id,
        "status": reply.status,
        **entry,
        "reasons": {risk.value: why for risk, why in found.risks.items()},
        "remarks": found.remarks,
        "open": found.open,
        "advice": advice(session, reply, language()),
    }


def say_check(desk: Desk, session: "Session", reply: "Reply") -> None:
    """The whole screen."""
    width, way = max(desk.console.width, 20), way_of(desk)
    for line in _page(session, reply, desk.settings.campaign.timezone):
        for part in _drawn(line, width, way):
            desk.say(part)


def title(session: "Session", reply: "Reply", zone: str) -> str:
    """The first line of the screen."""
    from orchestrator.vetting.entry import entry_of

    entry = entry_of(session, reply, zone)
    assert entry is not None
    return _("Reply {number}: {standing}").format(number=reply.id, standing=standing(entry))


def _page(session: "Session", reply: "Reply", zone: str) -> Iterator[str]:
    from orchestrator.vetting.entry import judged
    from orchestrator.vetting.risks import risk_words
    from orchestrator.vetting.standing import advice, state_of

    vetted = state_of(session, reply)
    found = judged(session, reply, vetted)
    yield title(session, reply, zone)
    yield from _known(vetted.check, found.open)
    for risk in vetted.warnings:
        why = found.risks.get(risk, "")
        yield f"  ⚠ {risk_words(risk)}" + (f" – {why}" if why else "")
    for remark in found.remarks:
        yield f"  · {remark}"
    pieces = advice(session, reply, language())
    if pieces:
        yield _("This advice goes with it, printed in the volunteer's language:")
        yield from (f"  – {each}" for each in pieces)


def _known(check: Any, open_: list[str]) -> Iterator[str]:
    from orchestrator.vetting.answers import answers_from

    names = answer_names()
    known = shown(answers_from(check.answers))
    for name, words in names.items():
        if name in known:
            yield f"  {words}: {known[name]}"
    asked = [words for name, words in names.items() if name in open_]
    if asked:
        yield "  " + _("Not asked yet: {names}").format(names=", ".join(asked))


def answer_names() -> dict[str, str]:
    """What each answer is about."""
    return {
        "employer": _("employer known"),
        "reachable": _("employer reached"),
        "pay": _("pay"),
        "hours": _("hours"),
        "trial_days": _("days of trial without pay"),
        "cash": _("cash, or no registration"),
        "housing": _("housing depends on the job"),
        "live_in": _("living at the workplace"),
        "documents": _("asks for passport or identity card"),
        "money": _("asks for money"),
        "meeting": _("first meeting"),
    }


def standing(entry: dict[str, Any]) -> str:
    """How a check stands, in a few words."""
    who, at = entry["by"], moment(entry["at"])
    if entry["state"] == "declined":
        return _("the person does not want it")
    if entry["edited"]:
        return _("checked by {who}, {time}, but edited by its author since").format(
            who=who, time=at
        )
    said = _("checked by {who}, {time}").format(who=who, time=at)
    if entry["state"] == "second":
        return _("{checked}; a second person has to agree").format(checked=said)
    if entry["second_by"]:
        second = entry["second_by"]
        said = _("{checked}; {second} agreed").format(checked=said, second=second)
    return _("{checked}; the person wants it").format(checked=said) if entry["wanted"] else said


def next_steps(session: "Session", reply: "Reply", actor: str) -> Iterator[str]:
    """The command that may come next."""
    from orchestrator.vetting.standing import Standing, state_of
    from orchestrator.vocabulary import WAITING

    state = state_of(session, reply).state
    if state is Standing.SECOND:
        yield _("Next, by somebody else: `tueroeffner inbox check {number} --second`").format(
            number=reply.id
        )
    elif state is Standing.CHECKED and reply.status in WAITING:
        sentence = (
            _("Next: `tueroeffner inbox forward {number}`")
            if reply.taken_by in (None, actor)
            else _("Next, by {who}, who has it in hand: `tueroeffner inbox forward {number}`")
        )
        yield sentence.format(number=reply.id, who=reply.taken_by)
    if state is not Standing.DECLINED and reply.status in WAITING:
        yield _("If it is dangerous: `tueroeffner inbox outcome {number} unsafe`").format(
            number=reply.id
        )
