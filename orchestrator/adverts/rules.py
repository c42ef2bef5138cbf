"""Whether an advert may run now, by rows and configuration alone; and why it may not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlmodel import Session, select

from orchestrator.adverts.rows import digest_of, held_back, shares
from orchestrator.config import Settings
from orchestrator.ending import Until, consents_of, sentence, until_of, why_down
from orchestrator.i18n import _
from orchestrator.model import Advert, Consent, Pause, Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.policy import Finding, blocks, decided
from orchestrator.policy.paid import Paid, paid_rules
from orchestrator.section import AdvertTerms
from orchestrator.vocabulary import PostState, Show, TandemState

# Later than any decision was taken, and earlier than any consent ends.
_AFTER_ALL, _BEFORE_ALL = datetime(9000, 1, 1, tzinfo=UTC), date.min


@dataclass(frozen=True)
class Wish:
    """``final``: it stays off, and its approval ends. ``over``: only because its time is.

    ``by_date``: that follows from the calendar alone, so it needs a clock that can be trusted.
    ``capped``: only ad_total keeps it off; ``passing``: nobody has to choose, it will pass.
    """

    on: bool
    why: str = ""
    final: bool = False
    over: bool = False
    by_date: bool = False
    capped: bool = False
    passing: bool = False


@dataclass(frozen=True)
class View:
    """What the rule needs, read in one session."""

    settings: Settings
    now: datetime
    until: Until
    stopped: Sequence[Pause]
    consents: Mapping[int, Sequence[Consent]]
    terms: Mapping[str, AdvertTerms | None]
    may_cost: int
    held: int


def view(session: Session, campaign_id: int, settings: Settings, now: datetime) -> View:
    """Look at the campaign as it stands."""
    rows = session.exec(select(Advert).where(Advert.campaign_id == campaign_id)).all()
    return View(
        settings=settings,
        now=now,
        until=until_of(settings.campaign, now),
        stopped=pauses(session, campaign_id),
        consents=consents_of(session, campaign_id),
        terms={name: options.pays for name, options in settings.networks.items()},
        may_cost=sum(shares(rows).values()),
        held=held_back(rows),
    )


def wish_of(seen: View, advert: Advert, post: Post, tandem: Tandem) -> Wish:
    """What is wanted of an advert."""
    if advert.ends_at <= seen.now:
        return Wish(on=False, why=_("its time is over"), final=True, over=True, by_date=True)
    if why := never_again(seen, advert, post, tandem):
        ever = replace(seen, now=_AFTER_ALL, until=replace(seen.until, today=_BEFORE_ALL))
        by_date = not never_again(ever, advert, post, tandem)
        return Wish(on=False, why=why, final=True, by_date=by_date)
    if stops(seen.stopped, post, tandem.slug):
        return Wish(on=False, why=_("it is stopped by `tueroeffner pause`"))
    if post.hidden_at is not None:
        return Wish(on=False, why=_("its post is kept out of sight"))
    if advert.approved_digest is None:
        return Wish(on=False, why=_("nobody has approved it"))
    if advert.approved_digest != digest_of(advert, post):
        return Wish(on=False, why=_("its words have changed since it was approved"))
    return _capped(seen, advert) or Wish(on=True)


def never_again(seen: View, advert: Advert, post: Post, tandem: Tandem) -> str:
    """Why it must not run any more; empty: it may."""
    terms = seen.terms.get(advert.network)
    if terms is None:
        return _("paid adverts are switched off in the configuration")
    found = findings(seen.settings, advert, tandem, seen.now)
    forbidden = next((each.reason for each in blocks(found)), "")
    return not_shown(seen, post, tandem) or forbidden


def _capped(seen: View, advert: Advert) -> Wish | None:
    """Where the cap was lowered, or a network told more than its own limits allow."""
    terms = seen.terms.get(advert.network)
    beyond = seen.may_cost - terms.total if terms else 0
    if beyond <= 0:
        return None
    if beyond > seen.held:
        why = _("what was approved is more than ad_total by now")
        return Wish(on=False, why=why, capped=True)
    why = _("ad_total is taken until it is known what the adverts that are over have spent")
    return Wish(on=False, why=why, capped=True, passing=True)


def not_shown(seen: View, post: Post, tandem: Tandem) -> str:
    """Why nobody may be shown this post for money; empty: they may."""
    if post.state is not PostState.PUBLISHED:
        return _("its post is not live")
    if tandem.state is not TandemState.ACTIVE:
        return _("the tandem has left")
    if tandem.show is Show.REGION:
        return _("the person may be seen in the region only, and adverts stand in an archive")
    given = seen.consents.get(tandem.refugee_id, ())
    reason = why_down(post, tandem, given, seen.until.today, seen.until.last_day)
    return sentence(reason) if reason else ""


def findings(settings: Settings, advert: Advert, tandem: Tandem, now: datetime) -> list[Finding]:
    """What the rules say of an advert, with the decisions that people took about them."""
    terms = settings.networks[advert.network].pays
    beneficiary, payor = terms.says if terms else ("", "")
    paid = Paid(
        network=advert.network,
        category=advert.category,
        countries=settings.audience.countries,
        beneficiary=beneficiary,
        payor=payor,
        targeting=advert.targeting,
        region_only=tandem.show is Show.REGION,
    )
    return decided(paid_rules(paid), settings.decisions(now))
