"""How far an erasure goes: what is held of a tandem, and what still stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session, and_, col, func, or_, select

from orchestrator.copies import last_look_at, late_looks
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext
from orchestrator.model import Appeal, Consent, Evidence, Medium, Post, Reply, Snapshot, Tandem
from orchestrator.vocabulary import PostState, TandemState

# Somebody may still see such a post, or come to see it.
_OPEN = (
    PostState.PLANNED,
    PostState.CLAIMED,
    PostState.SENDING,
    PostState.SCHEDULED,
    PostState.PUBLISHED,
    PostState.UNKNOWN,
)


@dataclass(frozen=True)
class Extent:
    """How many of each there are; ``kept_replies``: kept as evidence for a complaint.

    ``media``: pictures and films; what was erased before there were any had none.
    """

    posts: int
    appeals: int
    evidence: int
    replies: int
    kept_replies: int
    consents: int
    figures: int
    media: int = 0


def extent(session: Session, tandem: Tandem) -> Extent:
    """Count what goes and what stays."""
    persons = (tandem.refugee_id, tandem.volunteer_id)
    posts = select(Post.id).where(Post.tandem_id == tandem.id)
    said = replies_of(session, tandem)
    kept = [each for each in said if each.evidence_since is not None]
    return Extent(
        posts=len(session.exec(posts).all()),
        appeals=_count(session, Appeal, col(Appeal.tandem_id) == tandem.id),
        evidence=_count(session, Evidence, col(Evidence.person_id).in_(persons)),
        replies=len(said) - len(kept),
        kept_replies=len(kept),
        consents=_count(session, Consent, col(Consent.tandem_id) == tandem.id),
        figures=_count(session, Snapshot, col(Snapshot.post_id).in_(posts)),
        media=_count(session, Medium, col(Medium.tandem_id) == tandem.id),
    )


def _count(session: Session, table: type, where: object) -> int:
    found: int = session.exec(select(func.count()).select_from(table).where(where)).one()  # type: ignore[arg-type]
    return found


def replies_of(session: Session, tandem: Tandem) -> Sequence[Reply]:
    """What was answered to them; what came to their post but went to others is the others'."""
    posts = select(Post.id).where(Post.tandem_id == tandem.id)
    return session.exec(
        select(Reply)
        .where(
            or_(
                Reply.tandem_id == tandem.id,
                and_(col(Reply.tandem_id).is_(None), col(Reply.post_id).in_(posts)),
            )
        )
        .order_by(col(Reply.id))
    ).all()


def refuse_early(session: Session, tandem: Tandem) -> None:
    """Erase only what is withdrawn everywhere: nobody finds a post without number and words."""
    remedy = _("Run `{command}` first; erase when every network has confirmed it.").format(
        command=f"tueroeffner tandem withdraw {tandem.slug}"
    )
    if tandem.state is not TandemState.WITHDRAWN:
        raise UsageProblem(
            _("The tandem “{slug}” is not withdrawn.").format(slug=tandem.slug), remedy=remedy
        )
    _refuse_shown(session, tandem, remedy)
    _refuse_unseen(session, tandem)


def _refuse_shown(session: Session, tandem: Tandem, remedy: str) -> None:
    still = or_(col(Post.state).in_(_OPEN), col(Post.handed_digest).is_not(None))
    number = _count(session, Post, and_(col(Post.tandem_id) == tandem.id, still))
    if number:
        raise PersonNeeded(
            ngettext(
                "{count} post of “{slug}” is still live, held by a network, or unclear.",
                "{count} posts of “{slug}” are still live, held by a network, or unclear.",
                number,
            ).format(count=number, slug=tandem.slug),
            remedy=remedy,
        )


def _refuse_unseen(session: Session, tandem: Tandem) -> None:
    """Wait for the last look at what had no answer: what shows late is known by its words.

    Without them nobody could take it down any more.
    """
    waiting = session.exec(late_looks().where(Post.tandem_id == tandem.id)).all()
    if waiting:
        attempt, post = max(waiting, key=lambda each: last_look_at(each[0]))
        raise PersonNeeded(
            _("A try of post {number} of “{slug}” had no answer: it may still show up.").format(
                number=post.id, slug=tandem.slug
            ),
            remedy=_(
                "From {time} on, `tueroeffner run --once` looks for it for the last time: run"
                " that, then erase. If nobody can look there any more: tueroeffner post settle"
                " {number} --gone"
            ).format(
                time=moment(last_look_at(attempt).astimezone(ZoneInfo(post.zone))), number=post.id
            ),
        )
