"""What the doctor asks about backups: a young one, not too many, and no frozen campaign."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator.backup.places import newest_at, places_of
from orchestrator.campaign import known
from orchestrator.config import Settings
from orchestrator.doctor import Check, Level, ok
from orchestrator.formats import count, moment
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Campaign, Post, Tandem
from orchestrator.store import Schema, inspect, open_store

# A daily job that starts a little later than yesterday.
OLD = timedelta(hours=26)
# Nobody looks through more than that, and a stick is full some day.
MANY = 500
LARGE_BYTES = 5_000_000_000


def lost(session: Session, campaign_id: int, settings: Settings) -> str | None:
    """The newest backup of a campaign whose database holds no tandem: it may have been lost."""
    if holds_tandems(session, campaign_id):
        return None
    return _newest(settings)


def _newest(settings: Settings) -> str | None:
    return max((each for place in places_of(settings) for each in place.ids()), default=None)


def holds_tandems(session: Session, campaign_id: int) -> bool:
    """Whether there is a campaign to speak of."""
    first = select(Tandem.id).where(Tandem.campaign_id == campaign_id).limit(1)
    return session.exec(first).first() is not None


def how_to_restore(backup_id: str) -> str:
    """What to do when the database was lost."""
    return _("Move the empty database away, then: tueroeffner backup restore {id}").format(
        id=backup_id
    )


def backups(settings: Settings, real_now: datetime) -> Iterator[Check]:
    """The campaign is not frozen, and once something was published, a young backup exists.

    Ages count in real time: files do, whatever clock somebody practises with.
    """
    schema = inspect(settings.database.url).schema
    if schema in (Schema.MISSING, Schema.EMPTY):
        yield from _no_database(settings)
    if schema is not Schema.CURRENT:
        return  # the check of the database says why
    yield from _lost(settings)
    since, frozen, published = _standing(settings)
    if since:
        yield _frozen(since, frozen, settings)
    yield from _too_much(settings)
    if published:
        yield _age(newest_at(places_of(settings)), real_now, settings)


def _no_database(settings: Settings) -> Iterator[Check]:
    if newest := _newest(settings):
        what = _("There is no database, but there are backups: was it lost?")
        remedy = _("Run `{command}`.").format(command=f"tueroeffner backup restore {newest}")
        yield Check("database", Level.FAIL, what, remedy)


def _lost(settings: Settings) -> Iterator[Check]:
    store = open_store(settings.database.url)
    try:
        with store.reading() as session:
            newest = lost(session, known(session, settings.campaign.slug), settings)
    finally:
        store.close()
    if newest:
        what = _("The database holds no tandem, but there are backups: was it lost?")
        yield Check("database", Level.FAIL, what, how_to_restore(newest))


def _frozen(since: datetime, networks: list[str], settings: Settings) -> Check:
    """Only a network that is on needs somebody now."""
    time = moment(since.astimezone(settings.campaign.zone))
    return Check(
        "freeze",
        Level.FAIL if set(networks) & set(settings.on()) else Level.WARN,
        _("Nothing is sent on {networks}: the database is a copy of {time}.").format(
            networks=", ".join(networks), time=time
        ),
        _("Run `tueroeffner run --release`: it looks for what went out since."),
    )


def _too_much(settings: Settings) -> Iterator[Check]:
    """Warn of a place that holds very many backups, or very large ones."""
    for place in places_of(settings):
        number, size = len(place.ids()), place.size()
        if number > MANY or size > LARGE_BYTES:
            yield Check(
                "backup",
                Level.WARN,
                _("{place} holds {count} backups, {size} MB together.").format(
                    place=place.url, count=count(number), size=count(size // 1_000_000)
                ),
                _("Move the oldest folders there to another disk; keep those of the last weeks."),
            )


def _standing(settings: Settings) -> tuple[datetime | None, list[str], bool]:
    store = open_store(settings.database.url)
    try:
        with store.reading() as session:
            campaign = session.exec(
                select(Campaign).where(Campaign.slug == settings.campaign.slug)
            ).one_or_none()
            if campaign is None:
                return None, [], False
            published = select(Post.id).where(
                Post.campaign_id == campaign.id, col(Post.published_at).is_not(None)
            )
            networks = session.exec(
                select(Post.network).where(Post.campaign_id == campaign.id).distinct()
            ).all()
            return (
                campaign.frozen_since,
                sorted(filter(is_frozen(session, campaign), {*settings.on(), *networks})),
                session.exec(published.limit(1)).first() is not None,
            )
    finally:
        store.close()


def _age(newest: datetime | None, now: datetime, settings: Settings) -> Check:
    text = _("There is no backup of what was published.")
    if newest:
        at = moment(newest.astimezone(settings.campaign.zone))
        text = _("The newest backup is from {time}.").format(time=at)
        if now - newest <= OLD:
            return ok("backup", text)
    return Check(
        "backup",
        Level.WARN,
        text,
        _("Run `tueroeffner backup create`; the daily job `run --once` makes one each time."),
    )
