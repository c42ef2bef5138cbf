"""What is wrong this morning, each with the command that puts it right, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from orchestrator.config import Settings
from orchestrator.ending import Until, until_of
from orchestrator.formats import moment
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word
from orchestrator.leaving.ahead import SOON, dates_ahead, is_soon
from orchestrator.model import Consent, Post, Tandem
from orchestrator.pause import pauses
from orchestrator.posts import local, withdrawn
from orchestrator.today.adverts import ToSee, adverts
from orchestrator.today.alarms import Alarm, Moment, alarms, groundwork
from orchestrator.today.anew import to_ask_anew
from orchestrator.today.morning import Morning
from orchestrator.today.night import rejected, unclear
from orchestrator.vocabulary import Outcome, PostState, Scope, TandemState


@dataclass(frozen=True)
class Trouble:
    """One thing that somebody should see to: what, and the command for it."""

    what: str
    remedy: str


def troubles(
    session: Session,
    campaign_id: int,
    settings: Settings,
    morning: Morning,
    expired: int,
    machine: datetime,
) -> Iterator[Trouble]:
    """Everything that keeps the campaign from going on as planned; ``machine`` is real time."""
    found = list(alarms(session, campaign_id, settings, Moment(morning.now, machine)))
    for each in [*groundwork(session, campaign_id, settings), *found]:
        yield Trouble(each.what, each.remedy)
    yield from _stopped(session, campaign_id, settings)
    yield from _off(session, campaign_id, settings)
    yield from _posts(session, campaign_id, expired, _told(found))
    yield from _adverts(adverts(session, campaign_id, settings, morning.now))
    until = until_of(settings.campaign, morning.now)
    soon = [each for each in dates_ahead(session, campaign_id, until) if is_soon(each, until)]
    yield from (Trouble(ahead.sentence(), ahead.remedy) for ahead in soon)
    told = {slug for ahead in soon if ahead.by_consent for slug in ahead.tandems}
    yield from _consents(session, campaign_id, until, told)
    yield from _anew(to_ask_anew(session, campaign_id, settings, morning.on))


def _told(found: list[Alarm]) -> set[int]:
    return {post_id for alarm in found for post_id in alarm.posts}


def _stopped(session: Session, campaign_id: int, settings: Settings) -> Iterator[Trouble]:
    held: dict[Scope, list[str]] = {}
    left = withdrawn(session, campaign_id)
    for pause in pauses(session, campaign_id):
        if pause.scope is Scope.TANDEM and pause.name in left:
            continue  # nothing of it could go on
        held.setdefault(pause.scope, []).append(pause.name)
        if pause.scope is Scope.ALL and (since := local(pause.since, settings.campaign.timezone)):
            yield Trouble(
                _("Everything is stopped since {time}").format(time=moment(since)),
                "tueroeffner resume --all",
            )
    for name in held.get(Scope.NETWORK, []):
        yield Trouble(
            _("{network} is stopped").format(network=source_word(name, "")),
            f"tueroeffner resume --network {name}",
        )
    if slugs := held.get(Scope.TANDEM):
        yield Trouble(
            ngettext("{count} tandem is stopped", "{count} tandems are stopped", len(slugs)).format(
                count=len(slugs)
            ),
            f"tueroeffner resume {_first(slugs)}",
        )


def _first(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} …"


def _off(session: Session, campaign_id: int, settings: Settings) -> Iterator[Trouble]:
    waiting = session.exec(
        select(Post.network, func.count())
        .where(Post.campaign_id == campaign_id, Post.state == PostState.PLANNED)
        .group_by(col(Post.network))
        .order_by(col(Post.network))
    ).all()
    for network, count in waiting:
        if network not in settings.on():
            yield Trouble(
                ngettext(
                    "{network} is off, and {count} post waits for it",
                    "{network} is off, and {count} posts wait for it",
                    count,
                ).format(network=source_word(network, ""), count=count),
                "tueroeffner doctor",
            )


def _posts(session: Session, campaign_id: int, expired: int, told: set[int]) -> Iterator[Trouble]:
    if unsure := [each for each in unclear(session, campaign_id) if each not in told]:
        yield Trouble(
            ngettext("{count} post is unclear", "{count} posts are unclear", len(unsure)).format(
                count=len(unsure)
            ),
            _look(unsure),
        )
    # Until somebody calls them off or plans anew, however long ago it was.
    if posts := rejected(session, campaign_id, Outcome.NOT_SENT):
        yield Trouble(
            ngettext(
                "{count} post was lost again and again and was given up",
                "{count} posts were lost again and again and were given up",
                len(posts),
            ).format(count=len(posts)),
            _look(list(posts)),
        )
    if posts := rejected(session, campaign_id, Outcome.REJECTED):
        yield Trouble(
            ngettext("{count} post was refused", "{count} posts were refused", len(posts)).format(
                count=len(posts)
            ),
            _look(list(posts)),
        )
    if expired:
        yield Trouble(
            ngettext(
                "{count} post came too late and was not sent",
                "{count} posts came too late and were not sent",
                expired,
            ).format(count=expired),
            "tueroeffner post list",
        )
    if posts := _gone(session, campaign_id):
        yield Trouble(
            ngettext(
                "{count} post is gone from its network",
                "{count} posts are gone from their network",
                len(posts),
            ).format(count=len(posts)),
            _look(posts),
        )


def _look(posts: list[int]) -> str:
    return f"tueroeffner post show {posts[0]}" if len(posts) == 1 else "tueroeffner post list"


def _gone(session: Session, campaign_id: int) -> list[int]:
    return list(
        session.exec(
            select(Post.id)
            .where(
                Post.campaign_id == campaign_id,
                Post.state == PostState.PUBLISHED,
                col(Post.gone_at).is_not(None),
            )
            .order_by(col(Post.id))
        ).all()
    )


def _adverts(found: ToSee) -> Iterator[Trouble]:
    if found.capped:
        yield Trouble(
            ngettext(
                "{count} advert is off, since what was spent and may still be is more than"
                " ad_total: stop one, or raise ad_total",
                "{count} adverts are off, since what was spent and may still be is more than"
                " ad_total: stop one, or raise ad_total",
                len(found.capped),
            ).format(count=len(found.capped)),
            "tueroeffner advert list",
        )
    if found.waiting:
        yield Trouble(
            ngettext(
                "{count} advert is made and waits for your approval",
                "{count} adverts are made and wait for your approval",
                len(found.waiting),
            ).format(count=len(found.waiting)),
            f"tueroeffner advert approve {_first(found.waiting)}",
        )
    if found.disapproved:
        yield Trouble(
            ngettext(
                "{count} advert was disapproved by the network's review",
                "{count} adverts were disapproved by the network's review",
                len(found.disapproved),
            ).format(count=len(found.disapproved)),
            f"tueroeffner advert show {_first(found.disapproved)}",
        )
    if found.issues:
        yield Trouble(
            ngettext(
                "{count} advert may not be shown: the network says what is wrong with it",
                "{count} adverts may not be shown: the network says what is wrong with them",
                len(found.issues),
            ).format(count=len(found.issues)),
            f"tueroeffner advert show {_first(found.issues)}",
        )
    if found.unknown:
        yield Trouble(
            ngettext(
                "{count} advert may not be shown: the network's word for its state is not known",
                "{count} adverts may not be shown: the network's words for their state are not"
                " known",
                len(found.unknown),
            ).format(count=len(found.unknown)),
            f"tueroeffner advert show {_first(found.unknown)}",
        )


def _consents(
    session: Session, campaign_id: int, until: Until, told: set[str]
) -> Iterator[Trouble]:
    """Consents that end while nothing of the tandem is published: nothing new goes out then."""
    rows = session.exec(
        select(Tandem.slug)
        .join(Consent, col(Consent.tandem_id) == Tandem.id)
        .where(
            Tandem.campaign_id == campaign_id,
            Tandem.state == TandemState.ACTIVE,
            col(Tandem.slug).not_in(told),
            col(Consent.withdrawn_at).is_(None),
            col(Consent.ends_on).between(until.today, until.today + SOON),
            col(Consent.ends_on) < until.last_day,  # then all end at once, as everybody knows
        )
        .distinct()
        .order_by(col(Tandem.slug))
    ).all()
    if rows:
        yield Trouble(
            ngettext(
                "Consent of {count} tandem ends within 14 days",
                "Consent of {count} tandems ends within 14 days",
                len(rows),
            ).format(count=len(rows)),
            f"tueroeffner tandem show {rows[0]}" if len(rows) == 1 else "tueroeffner tandem list",
        )


def _anew(slugs: list[str]) -> Iterator[Trouble]:
    if slugs:
        yield Trouble(
            ngettext(
                "Consent of {count} tandem has ended or was to another text: ask for a new one",
                "Consent of {count} tandems has ended or was to another text: ask for new ones",
                len(slugs),
            ).format(count=len(slugs)),
            f"tueroeffner tandem consent {slugs[0]} --form"
            if len(slugs) == 1
            else "tueroeffner tandem list",
        )
