"""Calling whoever is on call, when a post draws much abuse: once per post and hour.

The row of the alert is committed before the mail is sent, its outcome after it. A mail of which
nobody knows whether it arrived is not sent again; one that provably did not go out is tried again
for some hours. With or without mail, the alert stands in ``today``, ``doctor``, ``run --status``.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator.abuse.bursts import Burst, bursts
from orchestrator.i18n import _, language, ngettext
from orchestrator.messengers.codes import message_id
from orchestrator.messengers.port import Letter
from orchestrator.model import Alert, Campaign, Post
from orchestrator.ports import OutcomeUnknown, Trouble
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Delivery

# Whoever reads it later than that reads it in the morning.
_FOR = timedelta(hours=3)
_PAUSE = timedelta(minutes=15)
# No mail is on its way for longer than this: whoever sent it has died.
_STALE = timedelta(minutes=15)


def ring(shift: Shift, tally: Tally) -> None:
    """Note new bursts of abuse, and mail each once to ``[mail] on_call``."""
    with shift.store.reading() as session:
        after = shift.settings.inbox.alert_after
        found = bursts(session, shift.campaign_id, after, shift.now)
        fresh = [each for each in found if _is_news(session, each)]
    if fresh:
        _raise(shift, tally, fresh)
    if _is_on(shift):
        for alert_id in _due(shift):
            _send(shift, tally, alert_id)


def _is_on(shift: Shift) -> bool:
    options = shift.settings.mail
    # Nobody is called because of what is only played through.
    return bool(options.ready and options.on_call) and not shift.world.played


def _is_news(session: Session, burst: Burst) -> bool:
    known = _of(session, burst)
    return known is None or burst.count > known.count


def _of(session: Session, burst: Burst) -> Alert | None:
    return session.exec(
        select(Alert).where(Alert.post_id == burst.post_id, Alert.hour == burst.hour)
    ).one_or_none()


def _raise(shift: Shift, tally: Tally, fresh: Sequence[Burst]) -> None:
    """Write the alerts down; of a known one only how many there are by now."""
    with shift.store.session(patient=True) as session:
        session.get_one(Campaign, shift.campaign_id, with_for_update=True)
        for burst in fresh:
            if known := _of(session, burst):
                known.count = max(known.count, burst.count)
                continue
            tally.alerts += 1
            session.add(
                Alert(
                    campaign_id=shift.campaign_id,
                    post_id=burst.post_id,
                    hour=burst.hour,
                    count=burst.count,
                    state=Delivery.FAILED,  # nothing went out as yet
                    at=shift.now,
                )
            )


def _due(shift: Shift) -> list[int]:
    with shift.store.reading() as session:
        rows = session.exec(
            select(Alert.id)
            .where(
                Alert.campaign_id == shift.campaign_id,
                col(Alert.state).in_((Delivery.FAILED, Delivery.SENDING)),
                Alert.hour >= _floor(shift.now - _FOR),
            )
            .order_by(col(Alert.id))
        ).all()
    return [each for each in rows if not _was_tried(shift, each)]


def _floor(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _was_tried(shift: Shift, alert_id: int) -> bool:
    at = shift.world.rung.get(alert_id)
    return at is not None and shift.now - at < _PAUSE


def _send(shift: Shift, tally: Tally, alert_id: int) -> None:
    letter = _begin(shift, alert_id)
    if letter is None:
        return
    from orchestrator.messengers import mail

    shift.world.rung[alert_id] = shift.now
    shift.reached("ringing")
    error: Trouble | None = None
    try:
        messenger = mail.connect(
            shift.settings.mail, name=shift.settings.campaign.name, clock=shift.clock
        )
        messenger.send(letter)
    except Trouble as trouble:
        error = trouble
    shift.reached("rung")
    with shift.store.session(patient=True) as session:
        row = session.get_one(Alert, alert_id, with_for_update=True)
        row.state, row.error = _became(error), error.why if error else None
    if error:
        sentence = _("The mail to the person on call (post {post}): {why}")
        tally.alarm(sentence.format(post=row.post_id, why=error.why))


def _became(error: Trouble | None) -> Delivery:
    if error is None:
        return Delivery.SENT
    return Delivery.UNKNOWN if isinstance(error, OutcomeUnknown) else Delivery.FAILED


def _begin(shift: Shift, alert_id: int) -> Letter | None:
    """The letter, once it is committed that it is on its way; None where another one has it."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Alert, alert_id, with_for_update=True)
        if row.state is Delivery.SENDING:
            if shift.now - row.at >= _STALE:
                row.state = Delivery.UNKNOWN
            return None
        if row.state is not Delivery.FAILED:
            return None
        row.state, row.at, row.error = Delivery.SENDING, shift.now, None
        return _letter(shift, row, session.get_one(Post, row.post_id))


def _letter(shift: Shift, alert: Alert, post: Post) -> Letter:
    """How many, where, and how to stop it: no word that anybody wrote."""
    options = shift.settings.mail
    text = ngettext(
        "Post {post} drew {count} abusive comment within an hour.",
        "Post {post} drew {count} abusive comments within an hour.",
        alert.count,
    ).format(post=post.id, count=alert.count)
    lines = [
        text,
        "",
        _("Look at it: {link}").format(link=post.permalink or post.network),
        _("List them: {command}").format(command="tueroeffner inbox list --label abuse"),
        _("Hide one: {command}").format(command=_HIDE),
        _("Hide clear abuse below this post by itself: {command}").format(
            command=f"tueroeffner post shield {post.id} on"
        ),
        _("Stop everything, and hide our posts: {command}").format(command=_STOP),
        "",
        _("Keep for a complaint what may be a crime: {command}").format(command=_KEEP),
    ]
    hour = f"{alert.hour.astimezone(UTC):%Y%m%d%H}"
    return Letter(
        to=options.on_call,
        subject=_("Türöffner: abuse below post {post}").format(post=post.id),
        text="\n".join(lines) + "\n",
        language=language(),
        message_id=message_id(f"alert.{alert.id}.{hour}", options.sender),
        code="",
    )


_HIDE, _KEEP = "tueroeffner inbox hide ID", "tueroeffner inbox evidence ID"
_STOP = "tueroeffner pause --all --hide"
