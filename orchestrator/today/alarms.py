"""What keeps posts from going out although nobody wants that, each with its remedy.

The one place that judges it: the doctor, the morning's screen and ``run --status`` say the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from orchestrator import conditions, heartbeat
from orchestrator.backup.checks import lost
from orchestrator.campaign import foreign_key
from orchestrator.config import Settings
from orchestrator.elsewhere.backwards import worked_until
from orchestrator.elsewhere.knows import knows
from orchestrator.ending import Until, must_go, until_of
from orchestrator.errors import UsageProblem
from orchestrator.formats import moment
from orchestrator.frame import frame_of
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word
from orchestrator.keys import read_key_file
from orchestrator.model import Campaign, Post
from orchestrator.overdue import Night, Service, free, overdue, service_of
from orchestrator.pilot.posts import open_pilots
from orchestrator.posts import local
from orchestrator.stuck import Stuck, Why, stuck
from orchestrator.today import offers
from orchestrator.today.abuse import bursts
from orchestrator.today.night import seen_by_others
from orchestrator.today.reached import Sight, sights
from orchestrator.today.unplanned import called_off, unapproved
from orchestrator.today.unreturned import unreturned
from orchestrator.today.unseen import unseen

_SOON = timedelta(hours=24)
# So many posts are named in a sentence.
_NAMED = 5
NOT_DOWN, PILOT_ON = "not_down", "pilot_on"
NOBODY_SEES, REACH_UNKNOWN = "nobody_sees", "reach_unknown"
# The doctor says more of these, each by a check of its own.
REFUSED = "account_refused"
CHECKED_APART = (NOT_DOWN, NOBODY_SEES, REACH_UNKNOWN, PILOT_ON, REFUSED, *offers.NAMES)
_RUN, _ONCE = "tueroeffner run", "tueroeffner run --once"


@dataclass(frozen=True)
class Alarm:
    """One thing that needs a person: a name for scripts, the sentence, the command, the posts.

    ``works``: nothing is broken, somebody only has to plan or to approve. ``soon``: within a day.
    """

    name: str
    what: str
    remedy: str
    posts: tuple[int, ...] = ()
    works: bool = False
    soon: bool = True

    def document(self) -> dict[str, object]:
        """What scripts are told."""
        return {key: getattr(self, key) for key in ("name", "what", "remedy", "posts")}


@dataclass(frozen=True)
class Moment:
    """Now: by the campaign's clock, and in real time."""

    now: datetime
    machine: datetime


def alarms(session: Session, campaign_id: int, settings: Settings, at: Moment) -> Iterator[Alarm]:
    """Everything that keeps posts from going out, the worst first."""
    service = service_of(session, campaign_id, at.now, at.machine)
    late = late_posts(session, campaign_id, settings, at.now, service)
    yield from _clock(session, campaign_id, settings, at.now)
    yield from _refusing(session, campaign_id, settings, at.now)
    yield from offers_held_up(session, campaign_id, at.now)
    yield from _not_down(session, campaign_id, settings, at.now, service)
    yield from _audience_lost(seen_by_others(session, campaign_id))
    seen = sights(session, campaign_id, settings, at.now)
    yield from _nobody_sees(seen)
    yield from _abuse(session, campaign_id, settings, at.now)
    yield from _unreturned(unreturned(session, campaign_id, at.now), service)
    yield from _unseen(session, campaign_id, until_of(settings.campaign, at.now), service)
    if service.lost:
        yield from _lost(session, campaign_id, settings, at)
    yield from _overdue(late, service)
    if not late and service.is_missing(at.now):
        yield from _nobody(session, campaign_id, settings, at.now)
    yield from _stuck(stuck(session, campaign_id, at.now, at.machine), service)
    yield from _unapproved(session, campaign_id, settings, at.now)
    yield from _called_off(session, campaign_id, settings, at.now)
    yield from _pilots(session, campaign_id, settings, at.now)
    yield from _reach_unknown(seen)


def offers_held_up(session: Session, campaign_id: int, now: datetime) -> Iterator[Alarm]:
    """Offers that do not reach their tandem."""
    for each in offers.held_up(session, campaign_id, now):
        yield Alarm(each.name, each.what, each.remedy, works=not each.soon, soon=each.soon)


def groundwork(session: Session, campaign_id: int, settings: Settings) -> Iterator[Alarm]:
    """Database, freeze, key: what everything stands on; the doctor has checks of its own for it."""
    yield from _database_lost(session, campaign_id, settings)
    yield from _frozen(session, campaign_id, settings)
    yield from _key_lost(session, campaign_id, settings)


def _database_lost(session: Session, campaign_id: int, settings: Settings) -> Iterator[Alarm]:
    if newest := lost(session, campaign_id, settings):
        yield Alarm(
            "database_lost",
            _("No tandem is here, but there are backups: was the database lost?"),
            f"tueroeffner backup restore {newest}",
        )


def _frozen(session: Session, campaign_id: int, settings: Settings) -> Iterator[Alarm]:
    campaign = session.get(Campaign, campaign_id)
    if campaign and (since := local(campaign.frozen_since, settings.campaign.timezone)):
        yield Alarm(
            "frozen",
            _("Frozen: the database is a copy of {time}").format(time=moment(since)),
            "tueroeffner run --release",
        )


def _key_lost(session: Session, campaign_id: int, settings: Settings) -> Iterator[Alarm]:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return
    try:
        key = read_key_file(settings.keys.file, in_use=lambda: True)
        if key.fingerprint != campaign.key_fingerprint:
            raise foreign_key(campaign.slug)
    except UsageProblem as problem:
        yield Alarm("key_lost", problem.what, problem.remedy)


def _clock(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Alarm]:
    known, zone = knows(session, campaign_id), settings.campaign.zone
    if known and (then := worked_until(session, campaign_id, known, now)):
        yield Alarm(
            "clock_back",
            _("The clock says {now}, and posts were sent until {then}: all waits").format(
                now=moment(now.astimezone(zone)), then=moment(then.astimezone(zone))
            ),
            "tueroeffner run --release",
        )


def _refusing(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Alarm]:
    """Networks that refuse our account: nothing goes out there, or not everything comes in."""
    for account in conditions.troubled(session, campaign_id):
        what = conditions.sentence(account.condition)
        since = account.condition_since
        if since:
            what += " " + _("since {time}").format(
                time=moment(since.astimezone(settings.campaign.zone))
            )
        yield Alarm(
            REFUSED,
            what.format(network=source_word(account.network, "")),
            conditions.way_back(account, now),
        )


def _not_down(
    session: Session, campaign_id: int, settings: Settings, now: datetime, service: Service
) -> Iterator[Alarm]:
    """Published posts that must not be seen any more, and are not confirmed to be gone."""
    until = until_of(settings.campaign, now)
    found = [each.post for each in must_go(session, campaign_id, until)]
    if found:
        yield Alarm(
            NOT_DOWN,
            ngettext(
                "{count} post must be down by now, and may still be live",
                "{count} posts must be down by now, and may still be live",
                len(found),
            ).format(count=len(found)),
            _go_on(service, "tueroeffner doctor"),
            tuple(each.id for each in found),
        )


def _audience_lost(found: Sequence[Post]) -> Iterator[Alarm]:
    """Said once when it was found out, but so as long as it is there: others may see the post."""
    if found:
        numbers = tuple(each.id for each in found)
        named = ", ".join(map(str, numbers[:_NAMED])) + (" …" if len(numbers) > _NAMED else "")
        sentence = ngettext(
            "{count} post is there although its network did not keep its audience: {posts}",
            "{count} posts are there although their network did not keep their audience: {posts}",
            len(numbers),
        )
        # Whoever was to be seen by everybody a little later is not in danger.
        gated = any(each.mode == "hard" for each in found)
        yield Alarm(
            "audience_lost",
            sentence.format(count=len(numbers), posts=named),
            f"tueroeffner post show {numbers[0]}",
            numbers,
            works=not gated,
            soon=gated,
        )


def _unreturned(posts: list[int], service: Service) -> Iterator[Alarm]:
    if posts:
        yield Alarm(
            "not_given_back",
            ngettext(
                "{count} post is stopped or changed, and its platform still holds it",
                "{count} posts are stopped or changed, and their platforms still hold them",
                len(posts),
            ).format(count=len(posts)),
            _go_on(service, "tueroeffner post list"),
            tuple(posts),
        )


def _unseen(session: Session, campaign_id: int, until: Until, service: Service) -> Iterator[Alarm]:
    found, otherwise = unseen(session, campaign_id, until), "tueroeffner doctor"
    if posts := found.to_hide:
        sentence = ngettext(
            "{count} post is to be hidden, and its network has not confirmed it",
            "{count} posts are to be hidden, and their networks have not confirmed it",
            len(posts),
        )
        way = _go_on(service, otherwise)
        yield Alarm("not_hidden", sentence.format(count=len(posts)), way, posts)
    if posts := found.unable:
        sentence = ngettext(
            "{count} post is to be hidden, and its network cannot hide it: delete it",
            "{count} posts are to be hidden, and their networks cannot hide them: delete them",
            len(posts),
        )
        way = f"tueroeffner post takedown {posts[0]}"
        yield Alarm("cannot_hide", sentence.format(count=len(posts)), way, posts)
    if posts := found.to_show:
        sentence = ngettext(
            "{count} post may still be hidden although nothing stops it any more",
            "{count} posts may still be hidden although nothing stops them any more",
            len(posts),
        )
        way = _go_on(service, otherwise)
        yield Alarm("still_hidden", sentence.format(count=len(posts)), way, posts)


def late_posts(
    session: Session, campaign_id: int, settings: Settings, now: datetime, service: Service
) -> list[int]:
    """The posts that should be out by now."""
    frame = frame_of(settings.campaign)
    night = Night(frame.quiet, settings.campaign.zone)
    return [each.id for each in overdue(session, campaign_id, now, settings.on(), service, night)]


def _lost(session: Session, campaign_id: int, settings: Settings, at: Moment) -> Iterator[Alarm]:
    lost = heartbeat.broken_off(session, campaign_id, at.machine)
    if lost and free(session, campaign_id, at.now + _SOON, settings.on()):
        seen = lost.beat_at.astimezone(settings.campaign.zone)
        yield Alarm(
            "scheduler_lost",
            _("The scheduler ended unasked, last seen {time}").format(time=moment(seen)),
            _RUN,
        )


def _overdue(posts: list[int], service: Service) -> Iterator[Alarm]:
    if posts:
        yield Alarm(
            "overdue",
            ngettext(
                "{count} post is overdue: it should be out by now",
                "{count} posts are overdue: they should be out by now",
                len(posts),
            ).format(count=len(posts)),
            # With a scheduler something else must be wrong: a token, the way to a network.
            _go_on(service, "tueroeffner doctor"),
            tuple(posts),
        )


def _nobody(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Alarm]:
    if posts := free(session, campaign_id, now + _SOON, settings.on()):
        yield Alarm(
            "nobody_sends",
            ngettext(
                "{count} post is due within a day, and neither scheduler nor daily job runs",
                "{count} posts are due within a day, and neither scheduler nor daily job runs",
                len(posts),
            ).format(count=len(posts)),
            _RUN,
            tuple(each.id for each in posts),
        )


def _stuck(found: Sequence[Stuck], service: Service) -> Iterator[Alarm]:
    for why in Why:
        if posts := [each.post_id for each in found if each.why is why]:
            yield Alarm(
                f"stuck_{why}",
                _stands(why, len(posts)),
                _way_out(why, posts, service),
                tuple(posts),
            )


def _stands(why: Why, count: int) -> str:
    if why is Why.LEFT:
        sentence = ngettext(
            "{count} post was left by a program that ended while sending",
            "{count} posts were left by a program that ended while sending",
            count,
        )
    elif why is Why.UNCLEAR:
        sentence = ngettext(
            "{count} post is unclear for more than an hour",
            "{count} posts are unclear for more than an hour",
            count,
        )
    elif why is Why.PERSON:
        sentence = ngettext(
            "{count} post is unclear, and only you can tell whether it is live",
            "{count} posts are unclear, and only you can tell whether they are live",
            count,
        )
    else:
        sentence = ngettext(
            "{count} post was to be published by its platform, and was not seen live",
            "{count} posts were to be published by their platform, and were not seen live",
            count,
        )
    return sentence.format(count=count)


def _way_out(why: Why, posts: list[int], service: Service) -> str:
    if why is Why.PERSON:
        return f"tueroeffner post settle {posts[0]}"
    return _go_on(service, f"tueroeffner post show {posts[0]}")


def _unapproved(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Alarm]:
    if posts := unapproved(session, campaign_id, now, now + _SOON, settings.on()):
        yield Alarm(
            "not_approved",
            ngettext(
                "{count} post waits for your yes, due {time}",
                "{count} posts wait for your yes, the next at {time}",
                len(posts),
            ).format(count=len(posts), time=_first(posts, settings)),
            "tueroeffner preview; tueroeffner approve --all",
            tuple(each.id for each in posts),
            works=True,
        )


def _called_off(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Alarm]:
    if posts := called_off(session, campaign_id, now):
        yield Alarm(
            "called_off",
            ngettext(
                "{count} post was called off by a change and must be planned anew, for {time}",
                "{count} posts were called off by a change and must be planned anew,"
                " the next for {time}",
                len(posts),
            ).format(count=len(posts), time=_first(posts, settings)),
            "tueroeffner plan",
            tuple(each.id for each in posts),
            works=True,
            soon=posts[0].due_at <= now + _SOON,
        )


def _nobody_sees(seen: Sequence[Sight]) -> Iterator[Alarm]:
    for each in seen:
        if each.is_alarming:
            yield Alarm(NOBODY_SEES, _bare(each), "tueroeffner doctor", each.posts)


def _abuse(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Alarm]:
    """A post draws much abuse: whoever is on call was told, or has to find it here."""
    for alert, sentence in bursts(session, campaign_id, settings, now):
        way = "tueroeffner inbox list --label abuse; tueroeffner inbox hide ID"
        yield Alarm("abuse", sentence, way, (alert.post_id,))


def _reach_unknown(seen: Sequence[Sight]) -> Iterator[Alarm]:
    """No alarm by guess; but whoever relies on somebody seeing the posts has to know."""
    for each in seen:
        if each.seen is None:
            way = "tueroeffner doctor"
            yield Alarm(REACH_UNKNOWN, _bare(each), way, each.posts, works=True, soon=False)


def _bare(sight: Sight) -> str:
    return sight.sentence().removesuffix(".")


def _pilots(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[Alarm]:
    """What was put on a page only to try it out is still there."""
    for pilot, account in open_pilots(session, campaign_id):
        until = moment(pilot.due_at.astimezone(settings.campaign.zone))
        yield Alarm(
            PILOT_ON,
            _("A pilot is on at {network}; its two posts come down after {time}").format(
                network=source_word(account.network, ""), time=until
            ),
            "tueroeffner doctor --pilot",
            works=True,
            soon=False,
        )


def _first(posts: Sequence[Post], settings: Settings) -> str:
    return moment(posts[0].due_at.astimezone(settings.campaign.zone))


def _go_on(service: Service, otherwise: str) -> str:
    """A pass goes on with most posts; where a scheduler passes anyhow, a person has to look."""
    if service.lost:
        return _RUN
    return otherwise if service.scheduler_since else _ONCE
