"""The erasure itself: one transaction, then no page of the database may hold the old bytes."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, and_, col, or_, select

from orchestrator import journal
from orchestrator.erasure.extent import Extent, extent, refuse_early, replies_of
from orchestrator.erasure.forgetting import forget, mark_of
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.media import media_of
from orchestrator.media.keeping import files_of
from orchestrator.model import Campaign, Event, Tandem
from orchestrator.placing.known import forget_around
from orchestrator.store import Store

ERASED = "erased"
# Tables whose old rows tell of people.
_PERSONAL = (
    *("person_key", "person", "evidence", "tandem", "known_place"),
    *("appeal", "post", "attempt", "reply", "medium", "upload"),
)


@dataclass(frozen=True)
class Erased:
    """A tandem that is erased; ``persons``: whose keys must lie nowhere any more.

    ``files``: digests of the pictures and films that were theirs, to be deleted after the commit.
    """

    number: int
    slug: str
    at: datetime
    persons: list[int]
    files: frozenset[str] = frozenset()


def found(
    session: Session, campaign_id: int, key: CampaignKey, slug: str, *, lock: bool = False
) -> Tandem:
    """The tandem of that name; an erased one is known by the name that it had, too."""
    erased = and_(
        col(Tandem.erased_at).is_not(None), col(Tandem.place_digest) == mark_of(key, slug)
    )
    # Of two, the living one: the name may have been given anew.
    wanted = (
        select(Tandem)
        .where(Tandem.campaign_id == campaign_id, or_(Tandem.slug == slug, erased))
        .order_by(col(Tandem.slug) != slug, col(Tandem.id).desc())
        .limit(1)
    )
    tandem = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if tandem is None:
        raise UsageProblem(
            _("There is no tandem “{slug}”.").format(slug=slug),
            remedy=_("`tueroeffner tandem list` shows them all."),
        )
    return tandem


def what_goes(
    session: Session, campaign_id: int, key: CampaignKey, slug: str
) -> tuple[Tandem, Extent]:
    """The tandem and what there is of it; refused while it is not withdrawn everywhere."""
    tandem = found(session, campaign_id, key, slug)
    if tandem.erased_at is None:
        refuse_early(session, tandem)
    return tandem, extent(session, tandem)


def erase(
    session: Session, campaign: Campaign, key: CampaignKey, slug: str, now: datetime, actor: str
) -> Erased:
    """Erase in the caller's transaction; erasing twice is erasing once."""
    tandem = found(session, campaign.id, key, slug, lock=True)
    files = files_of(media_of(session, tandem.id))
    if tandem.erased_at is None:
        refuse_early(session, tandem)
        figures = asdict(extent(session, tandem))
        forget_around(session, campaign.id, key, tandem)
        forget(session, tandem, now, mark_of(key, tandem.slug))
        subject = journal.tandem_subject(tandem)
        journal.record(session, campaign.id, now, actor, ERASED, subject, **figures)
    return replace(summary(session, tandem), files=frozenset(files))


def summary(session: Session, tandem: Tandem) -> Erased:
    """What is known of an erased tandem."""
    assert tandem.erased_at is not None
    said = [each for each in replies_of(session, tandem) if each.evidence_since is None]
    senders = [each.person_id for each in said if each.person_id]
    persons = [tandem.refugee_id, tandem.volunteer_id, *senders]
    return Erased(tandem.id, tandem.slug, tandem.erased_at, persons)


def sweep(store: Store) -> bool:
    """Let no free page and no journal hold what was deleted; False: somebody is in the way.

    SQLite overwrites what is deleted; its journal is emptied here, unless another program reads
    an older state just now. A server writes the tables anew; its own log is its administrator's.
    """
    engine = store.engine
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            busy, _log, _moved = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.close()
        return not busy
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET lock_timeout = '10s'")
        try:
            for table in _PERSONAL:
                connection.exec_driver_sql(f'VACUUM FULL "{table}"')
        except OperationalError:
            return False  # somebody reads the table all the time
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return True


def was_there(session: Session, tandem: Tandem) -> Extent | None:
    """What there was of an erased tandem, as the log says; None: not known in this copy."""
    notes = session.exec(
        select(Event)
        .where(
            Event.campaign_id == tandem.campaign_id,
            Event.what == ERASED,
            Event.subject == journal.tandem_subject(tandem),
        )
        .order_by(col(Event.id))
    ).all()
    return next((Extent(**each.detail) for each in notes if "posts" in each.detail), None)


def head_of_log(session: Session, campaign_id: int) -> str:
    """The digest of the newest event: it vouches for all before it, this erasure included."""
    newest = (
        select(Event.chain)
        .where(Event.campaign_id == campaign_id, col(Event.seq).is_not(None))
        .order_by(col(Event.seq).desc())
    )
    return session.exec(newest.limit(1)).first() or ""
