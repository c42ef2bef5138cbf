"""The freeze of an older database, as the campaign's rows tell it: since when, on which networks.

``campaign.frozen_since`` is the moment of the backup or the copy. Each restore, and each copy that
is found out, notes once that posts are doubted, and once that those are which a network may hold;
after that a network is noted as thawed when all of its posts are clear, and a person may be noted
to accept live posts that no row explains. Of the events only these four are read.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from orchestrator import journal
from orchestrator.model import Attempt, Campaign, Event, Post

_DOUBTED, _AHEAD, _THAWED, _ACCEPTED = "doubted", "doubted ahead", "thawed", "accepted"


def mark(since: datetime) -> str:
    """How the events name a freeze."""
    return since.isoformat()


def note_doubt(
    session: Session, campaign: Campaign, now: datetime, actor: str, posts: int, seen: int = 0
) -> None:
    """Every network is frozen from here on, also one that an older release had thawed.

    ``seen``: the newest try that a machine remembers and this database lacks.
    """
    assert campaign.frozen_since is not None
    tries = session.exec(newest_try(campaign.id)).first() or 0
    subject = mark(campaign.frozen_since)
    journal.record(
        session, campaign.id, now, actor, _DOUBTED, subject, posts=posts, seen=seen, tries=tries
    )
    session.flush()


def newest_try(campaign_id: int) -> SelectOfScalar[int]:
    """The query for the number of the campaign's newest try."""
    ours = select(Post.id).where(Post.id == Attempt.post_id, Post.campaign_id == campaign_id)
    return select(Attempt.id).where(ours.exists()).order_by(col(Attempt.id).desc()).limit(1)


def note_ahead(session: Session, campaign: Campaign, now: datetime, actor: str, posts: int) -> None:
    """What a network may hold is doubted, too."""
    journal.record(session, campaign.id, now, actor, _AHEAD, posts=posts)
    session.flush()


def is_ahead_noted(session: Session, campaign: Campaign) -> bool:
    """Whether what a network may hold was doubted in this freeze."""
    return bool(_since_doubt(session, campaign, _AHEAD))


def note_thaw(
    session: Session, campaign: Campaign, now: datetime, actor: str, network: str
) -> None:
    """The posts of this network are clear, and go out again."""
    journal.record(session, campaign.id, now, actor, _THAWED, network)


def note_accepted(
    session: Session,
    campaign: Campaign,
    now: datetime,
    actor: str,
    network: str,
    posts: Iterable[str],
    *,
    held: bool,
) -> None:
    """Somebody has seen these posts that no row explains; by their numbers at the network.

    ``held``: some of them are yet to be published there.
    """
    journal.record(
        session, campaign.id, now, actor, _ACCEPTED, network, posts=sorted(posts), held=held
    )


def doubted(session: Session, campaign: Campaign) -> Event | None:
    """The note of this freeze's newest restore."""
    if campaign.frozen_since is None:
        return None
    return session.exec(
        select(Event)
        .where(
            Event.campaign_id == campaign.id,
            Event.what == _DOUBTED,
            Event.subject == mark(campaign.frozen_since),
        )
        .order_by(col(Event.id).desc())
    ).first()


def thawed(session: Session, campaign: Campaign) -> set[str]:
    """The networks that go on although the campaign is frozen."""
    return {event.subject for event in _since_doubt(session, campaign, _THAWED)}


def accepted(session: Session, campaign: Campaign, network: str) -> set[str] | None:
    """The unexplained posts that somebody accepted there; None when nobody accepted anything."""
    notes = [each for each in _since_doubt(session, campaign, _ACCEPTED) if each.subject == network]
    return {post for note in notes for post in note.detail["posts"]} if notes else None


def accepted_held(session: Session, campaign: Campaign, network: str) -> bool:
    """Whether posts were accepted there that are yet to be published."""
    notes = [each for each in _since_doubt(session, campaign, _ACCEPTED) if each.subject == network]
    return any(note.detail.get("held") for note in notes)


def _since_doubt(session: Session, campaign: Campaign, what: str) -> list[Event]:
    began = doubted(session, campaign)
    if began is None:
        return []
    wanted = select(Event).where(
        Event.campaign_id == campaign.id, Event.what == what, col(Event.id) > began.id
    )
    return list(session.exec(wanted).all())


def is_frozen(session: Session, campaign: Campaign) -> Callable[[str], bool]:
    """A function that tells whether the posts of a network must wait for the release."""
    if campaign.frozen_since is None:
        return lambda _network: False
    clear = thawed(session, campaign)
    return lambda network: network not in clear


def accounts_for(session: Session, campaign_id: int, attempt: int, at: datetime) -> bool:
    """Whether a freeze has looked, or still looks, for what was lost with this try."""
    return any(
        doubt.at >= at or doubt.detail.get("seen", 0) >= attempt
        for doubt in _doubts(session, campaign_id)
    )


def forgiven(session: Session, campaign_id: int) -> int:
    """The newest try at the last freeze: what time it says to have been sent is told nobody."""
    return max((doubt.detail.get("tries", 0) for doubt in _doubts(session, campaign_id)), default=0)


def gaps(session: Session, campaign_id: int) -> list[tuple[datetime, datetime]]:
    """Each restore: from when until when the rows may lack what was done."""
    return [
        (datetime.fromisoformat(each.subject), each.at) for each in _doubts(session, campaign_id)
    ]


def _doubts(session: Session, campaign_id: int) -> list[Event]:
    wanted = select(Event).where(Event.campaign_id == campaign_id, Event.what == _DOUBTED)
    return list(session.exec(wanted).all())


def lost_since(session: Session, campaign_id: int) -> datetime | None:
    """From when on rows may lack what went out; None when the campaign was never restored."""
    marks = session.exec(
        select(Event.subject).where(Event.campaign_id == campaign_id, Event.what == _DOUBTED)
    ).all()
    return min(map(datetime.fromisoformat, marks), default=None)
