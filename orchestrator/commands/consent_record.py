"""Writing down at the desk what a person said; what they took back comes down at once."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from orchestrator.commands.backup import remember_endings
from orchestrator.commands.consent_wish import Wish, known_purposes, language_of
from orchestrator.commands.desk import Desk
from orchestrator.commands.held import call_back, quiet_shift, reaching, say_called_back
from orchestrator.commands.wiring import day_of
from orchestrator.consent.purposes import NETWORKS, Who
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.consent.recording import Given
    from orchestrator.ending import MustGo


def record(desk: Desk, wish: Wish) -> Exit:
    """Write down what was said, all of it or nothing."""
    return _take_back(desk, wish) if wish.withdraw else _answers(desk, wish)


def _answers(desk: Desk, wish: Wish) -> Exit:
    from orchestrator.consent import recording

    given = _given(desk, wish) if wish.give else None
    refused = known_purposes(wish.refuse, wish.who)
    if given and (both := set(given.purposes) & set(refused)):
        raise UsageProblem(
            _("Yes and no to {purposes} at once.").format(purposes=", ".join(sorted(both))),
            remedy=_("Write it down once."),
        )
    with desk.store.session(dry_run=desk.dry_run) as session:
        recorder = wish.recorder(desk, session)
        if given:
            recording.give(recorder, given)
        if refused:
            recording.refuse(recorder, refused)
    called = call_back(desk)
    agreed = given.purposes if given else ()
    desk.emit(
        {"tandem": wish.slug, "person": wish.who, "given": list(agreed), "refused": list(refused)}
        | called.news()
    )
    _say_answers(desk, given, refused)
    return say_called_back(desk, called)


def _given(desk: Desk, wish: Wish) -> "Given":
    from orchestrator.consent import evidence
    from orchestrator.consent.recording import METHODS, Given
    from orchestrator.consent.texts import OWN, text_in

    if wish.on is None or wish.method not in METHODS:
        raise UsageProblem(
            _("A consent needs its day, and how it was given."),
            remedy=_("Add --on 2026-11-20 and --method with one of: {methods}.").format(
                methods=", ".join(METHODS)
            ),
        )
    given = Given(
        known_purposes(wish.give, wish.who),
        day_of(wish.on),
        _day(wish.until),
        text_in(language_of(desk, wish), desk.settings.folder / OWN),
        wish.method,
        evidence.read(wish.evidence.expanduser()) if wish.evidence else None,
    )
    given.refuse_unsound(desk.now.astimezone(desk.settings.campaign.zone).date())
    return given


def _day(text: str | None) -> date | None:
    return day_of(text) if text else None


def _say_answers(desk: Desk, given: "Given | None", refused: Sequence[str]) -> None:
    if given:
        text = f"{given.text.language} {given.text.version}"
        said = _("Agreed to the text {text}: {purposes}.")
        desk.say(said.format(text=text, purposes=", ".join(given.purposes)))
        if given.proof is None:
            desk.note(_("No file proves it; --evidence FILE keeps one, sealed."))
    if refused:
        desk.say(
            _("Refused: {purposes}. Nothing else changes.").format(purposes=", ".join(refused))
        )
    if desk.dry_run:
        desk.say(_("This was a dry run: nothing was written."))
    elif given:
        desk.say(_("Next: `tueroeffner plan`."))


def _take_back(desk: Desk, wish: Wish) -> Exit:
    """One purpose ends; the others stay. What is out there by it comes down."""
    from orchestrator.consent import recording

    purposes = known_purposes(wish.withdraw, wish.who)
    public = wish.who is Who.REFUGEE and any(each in NETWORKS for each in purposes)
    if public:
        desk.say(_("What is planned there is called off; what is published there is deleted."))
        desk.say(_("What people have shared, copied or photographed stays."))
        if not desk.dry_run:
            desk.confirm(_("Take back {purposes}?").format(purposes=", ".join(purposes)))
    with desk.store.session(dry_run=desk.dry_run, patient=True) as session:
        fresh = recording.withdraw(wish.recorder(desk, session), purposes)
    desk.say(
        _("Taken back: {purposes}. Everything else holds on.").format(purposes=", ".join(fresh))
        if fresh
        else _("That was taken back before.")
    )
    if "face" in purposes:
        desk.note(_("Look for pictures and recordings that show the person, and take them down."))
    if desk.dry_run:
        desk.emit({"tandem": wish.slug, "person": wish.who, "withdrawn": fresh, "dry_run": True})
        desk.say(_("This was a dry run: nothing was written."))
        return Exit.DONE
    remember_endings(desk)
    return _bring_down(desk, wish, fresh)


def _bring_down(desk: Desk, wish: Wish, fresh: list[str]) -> Exit:
    """Nothing of it is on any network any more, or a person is told where it still is."""
    called = call_back(desk)
    findings: list[str] = []
    before = _standing(desk, wish)
    if before:
        _remove(desk, wish, findings)
    left = _standing(desk, wish)
    document = {
        "tandem": wish.slug,
        "person": wish.who,
        "withdrawn": fresh,
        "removed": sorted({each.post.id for each in before} - {each.post.id for each in left}),
        "left": [
            {"post": each.post.id, "network": each.post.network, "permalink": each.post.permalink}
            for each in left
        ],
    }
    desk.emit(document | called.news())
    for finding in findings:
        desk.warn(finding)
    _say_down(desk, len(before) - len(left), len(left))
    code = say_called_back(desk, called)
    return Exit.PERSON_NEEDED if left else code


def _remove(desk: Desk, wish: Wish, findings: list[str]) -> None:
    from orchestrator.bill import book
    from orchestrator.removal import remove
    from orchestrator.shift import Tally

    tally = Tally()
    shift = reaching(desk, quiet_shift(desk, {}), findings)
    with desk.waiting(_("Deleting it, and looking whether it is gone …")):
        try:
            remove(shift, tally, {wish.tandem_id})
        finally:
            book(shift)
    findings += tally.findings


def _standing(desk: Desk, wish: Wish) -> "list[MustGo]":
    """What is published of the tandem and has to come down."""
    from orchestrator.removal import must_go

    with desk.store.reading() as session:
        return must_go(session, quiet_shift(desk, {}), {wish.tandem_id})


def _say_down(desk: Desk, gone: int, left: int) -> None:
    if gone:
        desk.say(
            ngettext(
                "{count} post was taken down and is seen to be gone.",
                "{count} posts were taken down and are seen to be gone.",
                gone,
            ).format(count=gone)
        )
    if left:
        desk.warn(
            ngettext(
                "{count} post is not confirmed to be gone; every pass tries it again.",
                "{count} posts are not confirmed to be gone; every pass tries them again.",
                left,
            ).format(count=left)
        )
