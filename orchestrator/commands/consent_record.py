"""Writing down at the desk what a person said; what they took back comes down at once."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from orchestrator.commands import brought_down
from orchestrator.commands.backing_up import remember_endings
from orchestrator.commands.consent_wish import Wish, known_purposes, only_shown
from orchestrator.commands.desk import Desk
from orchestrator.commands.held import call_back, say_called_back
from orchestrator.commands.wiring import day_of
from orchestrator.consent.purposes import NETWORKS
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import day
from orchestrator.i18n import _
from orchestrator.vocabulary import FACE

if TYPE_CHECKING:
    from orchestrator.consent.recording import Given
    from orchestrator.consent.texts import Text


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
        | only_shown(desk)
    )
    _say_answers(desk, given, refused)
    return say_called_back(desk, called)


def _given(desk: Desk, wish: Wish) -> "Given":
    from orchestrator.consent import evidence
    from orchestrator.consent.recording import METHODS, Given

    known = ", ".join(METHODS)
    if wish.method is not None and wish.method not in METHODS:
        raise UsageProblem(
            _("“{method}” is no way to give a consent.").format(method=wish.method),
            remedy=_("Give --method one of: {methods}.").format(methods=known),
        )
    if wish.on is None or wish.method is None:
        raise UsageProblem(
            _("A consent needs its day, and how it was given."),
            remedy=_(
                "Add --on DAY, --text with the language of what they read, and --method with one"
                " of: {methods}."
            ).format(methods=known),
        )
    given = Given(
        known_purposes(wish.give, wish.who),
        day_of(wish.on),
        _day(wish.until),
        desk.settings.campaign.last_day,
        _text(desk, wish),
        wish.method,
        evidence.read(wish.evidence.expanduser()) if wish.evidence else None,
    )
    given.refuse_unsound(desk.now.astimezone(desk.settings.campaign.zone).date())
    return given


def _text(desk: Desk, wish: Wish) -> "Text":
    """The text that they read; which one only who was there can say."""
    from orchestrator.consent.texts import OWN, files, text_in

    own = desk.settings.folder / OWN
    if wish.text is None:
        raise UsageProblem(
            _("A consent needs the language of the text that they read."),
            remedy=_("Add --text with one of: {languages}.").format(
                languages=", ".join(sorted(files(own)))
            ),
        )
    return text_in(wish.text, own)


def _day(text: str | None) -> date | None:
    return day_of(text) if text else None


def _say_answers(desk: Desk, given: "Given | None", refused: Sequence[str]) -> None:
    if given:
        text = f"{given.text.language} {given.text.version}"
        said = _("Agreed to the text {text}: {purposes}.")
        desk.say(said.format(text=text, purposes=", ".join(given.purposes)))
        ends = given.ends()
        if posts_end := next((ends[each] for each in NETWORKS if each in ends), None):
            desk.say(_("Posts by it come down after {day}.").format(day=day(posts_end)))
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
    face = wish.who == "refugee" and FACE in purposes
    networks = [each for each in purposes if each in NETWORKS]
    if face:
        desk.say(_("What is planned with a picture is called off, what is published so deleted."))
    if networks:
        desk.say(_("What is planned there is called off; what is published there is deleted."))
    if networks or face:
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
    if FACE in purposes:
        desk.note(_("Look for pictures of the person elsewhere, on flyers say: take them down."))
    if desk.dry_run:
        desk.emit({"tandem": wish.slug, "person": wish.who, "withdrawn": fresh, "dry_run": True})
        desk.say(_("This was a dry run: nothing was written."))
        return Exit.DONE
    remember_endings(desk)
    return _bring_down(desk, wish, fresh, list(NETWORKS) if face else networks)


def _bring_down(desk: Desk, wish: Wish, fresh: list[str], networks: list[str]) -> Exit:
    """Nothing of it is on these networks any more, or a person is told where it still is."""
    away = brought_down.bring(desk, wish.tandem_id, networks)
    said = {"tandem": wish.slug, "person": wish.who, "withdrawn": fresh}
    desk.emit(said | brought_down.document(away))
    return brought_down.say(desk, away)
