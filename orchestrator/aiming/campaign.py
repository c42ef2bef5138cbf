"""What the rules say of the campaign as a whole: its pages, its adverts, what waits to go out."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import capabilities, networks
from orchestrator.config import Settings
from orchestrator.i18n import _
from orchestrator.model import Post
from orchestrator.policy import Finding, decided
from orchestrator.policy.finding import OK, WARN
from orchestrator.policy.page import insights
from orchestrator.policy.paid import Paid, paid_rules
from orchestrator.policy.text import public_text
from orchestrator.vocabulary import PostState

_WAITS = (PostState.PLANNED, PostState.SCHEDULED)


def campaign_rules(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> list[Finding]:
    """Every finding, with the decisions that count now; also decisions that count no more."""
    found = [*pages(session, campaign_id, settings), *_adverts(settings)]
    found += texts(session, settings, Post.campaign_id == campaign_id)
    return [*decided(found, settings.decisions(now)), *_idle(settings, now)]


def pages(session: Session, campaign_id: int, settings: Settings) -> Iterator[Finding]:
    """Whether reach can be known, of each network where it is real."""
    for name, options in settings.networks.items():
        if options.ready and options.has_live_mode:
            account = capabilities.account_of(session, campaign_id, name, options.account)
            known = capabilities.known(session, account.id) if account else {}
            likes = known.get(capabilities.LIKES)
            least = networks.adapter(name).METRICS.least_likes
            yield insights(name, likes.value["likes"] if likes else None, least)


def _adverts(settings: Settings) -> Iterator[Finding]:
    for name, options in settings.networks.items():
        if terms := options.pays:
            beneficiary, payor = terms.says
            countries = settings.audience.countries
            yield from paid_rules(Paid(name, terms.category, countries, beneficiary, payor))


def texts(session: Session, settings: Settings, whose: bool) -> Iterator[Finding]:
    """The first text that must not go out as it was planned; one sentence where there is none.

    ``whose``: which posts are looked at, as SQL.
    """
    own = (settings.campaign.contact, settings.campaign.link)
    waiting = session.exec(
        select(Post.text, Post.link)
        .where(whose, col(Post.state).in_(_WAITS))
        .order_by(col(Post.id))
    ).all()
    found = [public_text(text, link, own) for text, link in waiting]
    yield from [each for each in found if each.level != OK][:1] or found[:1]


def _idle(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Decisions that were copied from an earlier campaign, or are dated ahead."""
    counting = settings.decisions(now)
    for each in settings.policy.decisions:
        if each not in counting:
            words = _("The decision about {rule} is of another time: it does not count.")
            remedy = _("Decide anew in [[policy.decisions]], with the day of today.")
            yield Finding(each.rule, WARN, words.format(rule=each.rule), remedy)
