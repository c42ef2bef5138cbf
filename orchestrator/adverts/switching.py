"""One advert at the network, switched until it is as the campaign wants it.

It is read, written down, switched where that is needed, and read again: what is in the row was read
back. Whatever is about to be switched on counts as running from then on.
"""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from orchestrator.adverts.comparing import why_changed
from orchestrator.adverts.rows import LATE, digest_of
from orchestrator.adverts.rules import Wish, view, wish_of
from orchestrator.formats import full_sentence
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Advert, Campaign, Post, Tandem
from orchestrator.outcome import note
from orchestrator.ports import (
    Advertising,
    AdvertSeen,
    OutcomeUnknown,
    Rejected,
    Review,
    Trouble,
)
from orchestrator.shift import Shift, Tally, about
from orchestrator.vocabulary import AdvertState

FINAL = frozenset({AdvertState.STOPPED, AdvertState.ENDED, AdvertState.DISAPPROVED})
# Somebody may stop it while it is switched on, and the other way round.
_ROUNDS = 3
# Instead of a step of the making: it is being switched on, and was not read back yet.
_SWITCHING = "on"
# Why clock or database cannot be trusted, by network; None: they can.
Hindrance = Callable[[str], str | None]
_UNASKED = ""


def bring(
    shift: Shift,
    tally: Tally,
    advertising: Advertising,
    row: Advert,
    seen: AdvertSeen | Trouble,
    hindrance: Hindrance,
) -> None:
    """Switch it where it is not as it should be, and read it again, until both agree."""
    for _round in range(_ROUNDS):
        if isinstance(seen, Trouble):
            _unread(tally, row, seen)
            return
        # Asked before a row is locked: it may read other networks, and write.
        doubt = hindrance(row.network) if _needs_trust(shift, row.id, seen) else _UNASKED
        wish = _write_down(shift, tally, row.id, seen, doubt)
        if wish is None:
            return
        shift.reached("advert switching")
        try:
            advertising.switch(row.remote, on=wish.on)
        except Rejected as refusal:
            _not_switched(shift, tally, row, refusal, on=wish.on)
            return
        shift.reached("advert switched")
        [seen] = advertising.seen([row.remote])


def _needs_trust(shift: Shift, advert_id: int, seen: AdvertSeen) -> bool:
    """Whether it is about to be switched on, or to end for good by the calendar alone."""
    with shift.store.reading() as session:
        row = session.get_one(Advert, advert_id)
        post, tandem = session.get_one(Post, row.post_id), session.get_one(Tandem, row.tandem_id)
        now = view(session, shift.campaign_id, shift.settings, shift.now)
        wish = wish_of(now, row, post, tandem)
    return row.state not in FINAL and (wish.by_date or (wish.on and not seen.on))


def _not_switched(shift: Shift, tally: Tally, row: Advert, refusal: Rejected, *, on: bool) -> None:
    """Not to be switched on: a person puts right what it names, and approves again."""
    with shift.store.session(patient=True) as session:
        fresh = session.get_one(Advert, row.id, with_for_update=True)
        fresh.error = refusal.why
        if on:
            fresh.state, fresh.step = AdvertState.PAUSED, None
            fresh.approved_digest = None
    tally.alarm(about(row.post_id, refusal.why))


def _write_down(
    shift: Shift, tally: Tally, advert_id: int, seen: AdvertSeen, doubt: str | None
) -> Wish | None:
    """Note what was read; how it should be switched, or None where that is as it should be.

    Whatever is about to be switched on counts as running from here on.
    """
    with shift.store.session(patient=True) as session:
        row, post, tandem = _locked(session, advert_id)
        before = row.review
        _note_figures(row, seen, shift.now)
        row.digest = digest_of(row, post)
        wish = _judged(session, shift, tally, seen, row, post, tandem, doubt)
        if row.review != before and not wish.final:
            _tell_review(tally, row, seen)
        if wish.on and not seen.on:
            if row.step != _SWITCHING:
                note(session, shift, "advert on", row.post_id)
            row.state, row.step = AdvertState.RUNNING, _SWITCHING
            return wish
        if not wish.on and not seen.off:
            return wish
        _settle(session, shift, row, wish)
    return None


def _judged(
    session: Session,
    shift: Shift,
    tally: Tally,
    seen: AdvertSeen,
    row: Advert,
    post: Post,
    tandem: Tandem,
    doubt: str | None,
) -> Wish:
    """What is wanted, after what the review said."""
    if seen.review is Review.DISAPPROVED:
        wish = Wish(on=False, why=_disapproved(seen), final=True)
        _tell_disapproved(session, shift, tally, row, wish)
    elif row.state in FINAL:
        wish = Wish(on=False, why=row.error or "", final=True)
    else:
        now = view(session, shift.campaign_id, shift.settings, shift.now)
        wish = wish_of(now, row, post, tandem)
        wish = _compared(shift, tally, row, seen, wish)
        wish = _doubted(session, row, seen, wish, doubt)
    if wish.final or row.approved_digest is not None:
        row.error = wish.why or None
    if wish.final:
        row.approved_digest = None
    return wish


def _compared(shift: Shift, tally: Tally, row: Advert, seen: AdvertSeen, wish: Wish) -> Wish:
    """What somebody changed there is not paid for, until a person approves it again."""
    why = why_changed(row, seen.kept, shift.settings) if wish.on else ""
    if not why:
        return wish
    tally.alarm(about(row.post_id, full_sentence(why)))
    return Wish(on=False, why=why, final=True)


def _doubted(
    session: Session, row: Advert, seen: AdvertSeen, wish: Wish, doubt: str | None
) -> Wish:
    """What somebody stopped elsewhere stays so, also where this database does not know of it.

    While clock or database are in doubt nothing is switched on, and nothing ends by the calendar.
    """
    if wish.by_date and doubt is not None:
        return _waits(doubt)
    if not wish.on or seen.on:
        return wish
    if row.state is AdvertState.RUNNING and row.step != _SWITCHING:
        why = _("somebody switched it off at the network")
        return Wish(on=False, why=why, final=True)
    if is_frozen(session, session.get_one(Campaign, row.campaign_id))(row.network):
        why = _("this database was put back, so it needs a new approval")
        return Wish(on=False, why=why, final=True)
    return wish if doubt is None else _waits(doubt)


def _waits(doubt: str) -> Wish:
    why = doubt if doubt != _UNASKED else _("the next pass looks again")
    return Wish(on=False, why=_("it waits: {why}").format(why=why))


def _locked(session: Session, advert_id: int) -> tuple[Advert, Post, Tandem]:
    row = session.get_one(Advert, advert_id, with_for_update=True)
    return row, session.get_one(Post, row.post_id), session.get_one(Tandem, row.tandem_id)


def _note_figures(row: Advert, seen: AdvertSeen, now: datetime) -> None:
    """A figure that was not told this time stays as it was.

    Until it is read back as off, it may have spent up to now.
    """
    row.read_at = now
    row.review = {"state": seen.review.value, "said": list(seen.said)}
    if seen.spent is not None:
        row.spend_cents = max(row.spend_cents, seen.spent)
    if row.state is AdvertState.RUNNING or not seen.off:
        row.held_until = now + LATE
    elif seen.spent is not None and row.held_until and row.held_until <= now:
        row.held_until = None
    row.figures = row.figures | dict(seen.figures)


def _disapproved(seen: AdvertSeen) -> str:
    said = "; ".join(seen.said) or _("without a reason")
    return _("the network's review disapproved it: {said}").format(said=said)


def _tell_disapproved(
    session: Session, shift: Shift, tally: Tally, row: Advert, wish: Wish
) -> None:
    """Once: it is a normal outcome, and never tried again."""
    if row.state is not AdvertState.DISAPPROVED:
        row.state = AdvertState.DISAPPROVED
        note(session, shift, "advert disapproved", row.post_id)
        tally.findings.append(about(row.post_id, full_sentence(wish.why)))


def _tell_review(tally: Tally, row: Advert, seen: AdvertSeen) -> None:
    """What a person has to look into, once; the advert stays as it is."""
    words = {
        Review.ISSUES: _("the network has issues with its advert: {said}"),
        Review.UNKNOWN: _("it is not known what the review of its advert came to: {said}"),
    }.get(seen.review)
    if words:
        why = words.format(said="; ".join(seen.said) or _("without a reason"))
        tally.alarm(about(row.post_id, full_sentence(why)))


def _settle(session: Session, shift: Shift, row: Advert, wish: Wish) -> None:
    """The network and the campaign agree by now: say so in the row."""
    before, row.step = row.state, None
    if before in FINAL:
        return
    if wish.on:
        row.state = AdvertState.RUNNING
    elif wish.final:
        row.state = AdvertState.ENDED if wish.over else AdvertState.STOPPED
    elif before is AdvertState.RUNNING and row.approved_digest is None:
        row.state = AdvertState.STOPPED
    else:
        row.state = AdvertState.PAUSED
    if before is AdvertState.RUNNING and not wish.on:
        note(session, shift, "advert off", row.post_id, spent=row.spend_cents)


def _unread(tally: Tally, row: Advert, trouble: Trouble) -> None:
    """It could not be read; where the whole account is refused, that is one trouble for all."""
    if not isinstance(trouble, OutcomeUnknown):
        raise trouble
    tally.findings.append(about(row.post_id, trouble.why))
