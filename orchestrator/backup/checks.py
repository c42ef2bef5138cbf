"""What the doctor asks about backups: is there a young one, and is the campaign frozen."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import col, select

from orchestrator.backup.places import newest_at, places_of
from orchestrator.config import Settings
from orchestrator.doctor import Check, Level, ok
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.model import Campaign, Post
from orchestrator.store import Schema, inspect, open_store

# A daily job that starts a little later than yesterday.
OLD = timedelta(hours=26)


def backups(settings: Settings, real_now: datetime) -> Iterator[Check]:
    """The campaign is not frozen, and once something was published, a young backup exists.

    Ages count in real time: files do, whatever clock somebody practises with.
    """
    if inspect(settings.database.url).schema is not Schema.CURRENT:
        return  # the check of the database says why
    frozen, published = _standing(settings)
    if frozen:
        yield Check(
            "freeze",
            Level.FAIL,
            _("Nothing is sent: the campaign was restored from a backup of {time}.").format(
                time=moment(frozen.astimezone(settings.campaign.zone))
            ),
            _("Run `tueroeffner run --release`: it looks for what went out since."),
        )
    if published:
        yield _age(newest_at(places_of(settings)), real_now, settings)


def _standing(settings: Settings) -> tuple[datetime | None, bool]:
    store = open_store(settings.database.url)
    try:
        with store.reading() as session:
            campaign = session.exec(
                select(Campaign).where(Campaign.slug == settings.campaign.slug)
            ).one_or_none()
            if campaign is None:
                return None, False
            published = select(Post.id).where(
                Post.campaign_id == campaign.id, col(Post.published_at).is_not(None)
            )
            return campaign.frozen_since, session.exec(published.limit(1)).first() is not None
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
