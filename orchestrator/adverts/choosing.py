"""Which posts could be shown to more people for money: the newest live one of each tandem."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, select

from orchestrator import official
from orchestrator.adverts.rows import digest_of, new_name
from orchestrator.adverts.rules import View, findings, not_shown, view
from orchestrator.circle import circle_of
from orchestrator.config import Settings
from orchestrator.ending import refused_on, stays_until
from orchestrator.i18n import _
from orchestrator.model import Advert, Campaign, Post, Tandem
from orchestrator.pause import stops
from orchestrator.policy import Finding, blocks
from orchestrator.section import AdvertTerms
from orchestrator.vocabulary import AdvertState, PostState, TandemState

# A platform takes no advert that runs for less than a day (unverified live); and an hour for us.
SHORTEST = timedelta(hours=25)


@dataclass(frozen=True)
class Choice:
    """An advert that could be made of a post; or ``why`` there is none. Nothing is written yet.

    ``has_one``: since there is one already, so that nobody has to do anything.
    """

    tandem: Tandem
    post: Post | None = None
    advert: Advert | None = None
    findings: Sequence[Finding] = ()
    why: str = ""
    has_one: bool = False


@dataclass(frozen=True)
class Choosing:
    """For whom, where, and by which terms."""

    session: Session
    campaign: Campaign
    settings: Settings
    network: str
    terms: AdvertTerms
    currency: str
    now: datetime

    def choices(self, tandems: Collection[int] | None = None) -> list[Choice]:
        """One for each tandem (of these, or all that are active) that has no advert yet."""
        seen = view(self.session, self.campaign.id, self.settings, self.now)
        return [choice for each in self._tandems(tandems) for choice in self._of(each, seen)]

    def _tandems(self, tandems: Collection[int] | None) -> Sequence[Tandem]:
        wanted = select(Tandem).where(Tandem.campaign_id == self.campaign.id)
        if tandems is None:
            wanted = wanted.where(Tandem.state == TandemState.ACTIVE)
        else:
            wanted = wanted.where(col(Tandem.id).in_(tandems))
        return self.session.exec(wanted.order_by(col(Tandem.slug))).all()

    def _of(self, tandem: Tandem, seen: View) -> Iterator[Choice]:
        had = self.session.exec(select(Advert).where(Advert.tandem_id == tandem.id)).all()
        if not all(map(_may_begin_anew, had)):
            yield Choice(tandem, why=_("it has an advert already"), has_one=True)
            return
        post = self._newest(tandem)
        if post is None:
            yield Choice(tandem, why=_("no post of it is live on {network}").format(
                network=self.network
            ))  # fmt: skip
            return
        if why := self._refused(seen, post, tandem):
            yield Choice(tandem, post, why=why)
            return
        advert = self._advert(tandem, post, seen)
        found = findings(self.settings, advert, tandem, self.now)
        why = " ".join(each.reason for each in blocks(found)) or self._too_short(advert)
        yield Choice(tandem, post, None if why else advert, found, why)

    def _newest(self, tandem: Tandem) -> Post | None:
        live = select(Post).where(
            Post.tandem_id == tandem.id,
            Post.network == self.network,
            Post.state == PostState.PUBLISHED,
        )
        return self.session.exec(live.order_by(col(Post.published_at).desc())).first()

    def _refused(self, seen: View, post: Post, tandem: Tandem) -> str:
        """Why it is not shown to anybody else: no more than would be posted anew today."""
        if why := not_shown(seen, post, tandem):
            return why
        if stops(seen.stopped, post, tandem.slug):
            return _("it is stopped by `tueroeffner pause`")
        if post.hidden_at is not None:
            return _("its post is kept out of sight")
        today = seen.until.today
        return refused_on(self.session, post, tandem, today, self.settings.terms) or ""

    def _advert(self, tandem: Tandem, post: Post, seen: View) -> Advert:
        atlas, options = official.gazetteer(self.session), self.settings.networks[self.network]
        circle = circle_of(tandem, self.settings.audience, atlas)
        aimed = options.advert(tandem.lat, tandem.lon, circle.radius_km)
        assert aimed is not None, "whoever takes money for adverts can aim them"
        made = Advert(
            campaign_id=self.campaign.id,
            tandem_id=tandem.id,
            post_id=post.id,
            network=self.network,
            ad_account=options.ad_account,
            name=new_name(self.campaign, post),
            targeting=aimed.targeting,
            category=self.terms.category,
            budget_cents=self.terms.budget,
            currency=self.currency,
            ends_at=self._end(post, tandem, seen),
            digest="",
            made_at=self.now,
        )
        made.digest = digest_of(made, post)
        return made

    def _end(self, post: Post, tandem: Tandem, seen: View) -> datetime:
        """So many days from now, but not beyond the campaign's last day or the consent's."""
        given, campaign = seen.consents.get(tandem.refugee_id, ()), self.settings.campaign
        last = min(stays_until(post, given, campaign.last_day), campaign.end)
        whole = self.now.replace(microsecond=0)
        return min(whole + timedelta(days=self.terms.days), self._midnight_after(last))

    def _midnight_after(self, day: date) -> datetime:
        zone = self.settings.campaign.zone
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)

    def _too_short(self, advert: Advert) -> str:
        if advert.ends_at - self.now >= SHORTEST:
            return ""
        return _("less than a day is left for it, and adverts run for a day at least")


def enrol(session: Session, choices: Sequence[Choice]) -> list[int]:
    """Write them down, to be made; one that never came to be begins anew, under another name."""
    numbers = []
    for advert in (choice.advert for choice in choices if choice.advert is not None):
        had = session.exec(select(Advert).where(Advert.post_id == advert.post_id)).one_or_none()
        if had is None:
            session.add(advert)
        else:
            _begin_anew(had, advert)
        session.flush()
        numbers.append((had or advert).id)
    return numbers


def _may_begin_anew(had: Advert) -> bool:
    """Refused, or stopped by a person before it was made."""
    stopped = had.state is AdvertState.STOPPED and not had.remote.get("ad")
    return stopped or had.state is AdvertState.REFUSED


def _begin_anew(had: Advert, advert: Advert) -> None:
    """What was made of the old one stays switched off there, and belongs to nobody."""
    for name in ("ad_account", "name", "targeting", "category", "budget_cents", "currency",
                 "ends_at", "digest", "made_at"):  # fmt: skip
        setattr(had, name, getattr(advert, name))
    # Whether the part that all adverts share was made may not be known yet: that stays so.
    had.step = None if had.remote else had.step
    had.state, had.error, had.remote = AdvertState.PLANNED, None, {}
