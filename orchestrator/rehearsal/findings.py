"""What would go wrong: found before, while and after the week was played."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from orchestrator import doctor
from orchestrator.config import Settings
from orchestrator.doctor import Check, Level
from orchestrator.i18n import _, ngettext
from orchestrator.model import Campaign, Post, Tandem
from orchestrator.pause import pauses
from orchestrator.planned import PlanReport
from orchestrator.vocabulary import PostState


@dataclass(frozen=True)
class Finding:
    """One thing to know before Monday, and what to do about it.

    ``wrong``: posts would be lost or late for it; else it is as it was asked for, and only said.
    """

    what: str
    remedy: str = ""
    wrong: bool = True


def from_checks(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What the doctor would say of this machine and campaign; no network is asked."""
    looks: dict[str, Callable[[], Iterator[Check]]] = {
        "campaign": lambda: doctor.campaign(settings, now),
        "key": lambda: doctor.key_file(settings),
        "database": lambda: doctor.database(settings),
        "disk": lambda: doctor.free_disk(settings),
    }
    for name, look in looks.items():
        for check in doctor.guarded(name, look):
            if check.level in (Level.WARN, Level.FAIL):
                yield Finding(check.what, check.remedy, check.level is Level.FAIL)


def during(told: Iterable[str]) -> Iterator[Finding]:
    """What the passes of the week found."""
    yield from map(Finding, told)


def before(session: Session, campaign_id: int, settings: Settings) -> Iterator[Finding]:
    """What the real campaign lacks on this day."""
    for name, options in settings.networks.items():
        if not options.ready:
            yield Finding(
                _("{network} is off: nothing would be posted there.").format(network=name),
                _("Give it in [{network}]: {keys}.").format(
                    network=name, keys=", ".join(options.missing())
                ),
                wrong=not settings.on(),
            )
    if not settings.campaign.contact:
        yield Finding(
            _("[campaign] contact is empty: readers would not know where to turn."),
            _("Write the action centre's phone, mail or short link into the configuration."),
        )
    if pauses(session, campaign_id):
        yield Finding(
            _("The campaign is paused, as a whole or in part."), _("Go on: `tueroeffner resume`.")
        )
    if campaign_id and session.get_one(Campaign, campaign_id).frozen_since:
        yield Finding(
            _("The campaign was restored from a backup, and nothing is sent until it is released."),
            _("Run `tueroeffner run --release`."),
        )
    yield from _unclear(session, campaign_id)
    yield from _not_approved(session, campaign_id)


def _unclear(session: Session, campaign_id: int) -> Iterator[Finding]:
    count = session.exec(
        select(func.count()).where(Post.campaign_id == campaign_id, Post.state == PostState.UNKNOWN)
    ).one()
    if count:
        yield Finding(
            ngettext(
                "Of {count} post it is not clear whether it is out.",
                "Of {count} posts it is not clear whether they are out.",
                count,
            ).format(count=count),
            _("The next `tueroeffner run --once` looks for it on your own pages."),
        )


def _not_approved(session: Session, campaign_id: int) -> Iterator[Finding]:
    planned = (Post.campaign_id == campaign_id, Post.state == PostState.PLANNED)
    waiting = session.exec(
        select(func.count()).where(*planned, col(Post.approved_digest).is_(None))
    ).one()
    if waiting:
        yield Finding(
            ngettext(
                "{count} planned post is not approved and would not go out.",
                "{count} planned posts are not approved and would not go out.",
                waiting,
            ).format(count=waiting),
            _("Look at them with `tueroeffner preview`, then `tueroeffner approve`."),
        )
    elif not session.exec(select(func.count()).where(*planned)).one():
        yield Finding(_("Nothing is planned yet."), _("Run `tueroeffner plan`, then approve."))


def planned(report: PlanReport) -> Iterator[Finding]:
    """Who would be left out, and why; a reason that many share is said once."""
    for name, why in report.unreachable.items():
        yield Finding(_("{network} was left out: {why}").format(network=name, why=why))
    by_reason: dict[tuple[str, str], list[str]] = {}
    for each in report.skipped:
        by_reason.setdefault((each.network, each.reason), []).append(each.tandem)
    for (network, reason), slugs in sorted(by_reason.items()):
        yield Finding(
            _("{network}: {reason} ({tandems})").format(
                network=network, reason=reason, tandems=", ".join(slugs)
            ),
            wrong=False,
        )


def after(session: Session, campaign_id: int) -> Iterator[Finding]:
    """Posts of the week that did not go out as planned, alike ones together."""
    rows = session.exec(
        select(Post, Tandem.slug)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == campaign_id,
            col(Post.state).not_in([PostState.PUBLISHED, PostState.CANCELLED, PostState.WITHDRAWN]),
        )
        .order_by(col(Post.due_at), col(Post.id))
    ).all()
    alike: dict[tuple[str, str, str], list[str]] = {}
    for post, slug in rows:
        why = post.error or _("it was still waiting when the week was over")
        alike.setdefault((post.network, post.state, why), []).append(slug)
    for (network, state, why), slugs in alike.items():
        yield Finding(
            _("{network}, {state}: {why} ({tandems})").format(
                network=network, state=state, why=why, tandems=", ".join(dict.fromkeys(slugs))
            )
        )
