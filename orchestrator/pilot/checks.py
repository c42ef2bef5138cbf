"""What the doctor says of pages: the app's mode, what a pilot found out, one that is still on."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from orchestrator import capabilities
from orchestrator.config import Settings
from orchestrator.doctor import Check, Level, ok
from orchestrator.formats import day, moment
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.model import Account, Capability, Pilot
from orchestrator.pilot.live import answer, nobody_saw, said, way_to_live
from orchestrator.pilot.posts import open_pilots, trials
from orchestrator.pilot.told import compared
from orchestrator.today.reached import LIMITED, Sight, anybody_saw, sights


def live_mode(session: Session, campaign_id: int, settings: Settings) -> Iterator[Check]:
    """No call tells the mode, so what somebody said of it counts."""
    for name, options in settings.networks.items():
        if not (options.ready and options.has_live_mode):
            continue
        found = answer(session, campaign_id, name, options.account)
        if found and found.value["live"]:
            yield ok("live mode", said(found))
        elif found:
            yield Check("live mode", Level.FAIL, said(found), way_to_live())
        else:
            yield Check("live mode", Level.WARN, said(None), way_to_live())


def reach(session: Session, campaign_id: int, settings: Settings, now: datetime) -> Iterator[Check]:
    """Whether anybody sees the posts; an alarm names the likely cause, and what was said of it."""
    for sight in sights(session, campaign_id, settings, now):
        if sight.is_alarming:
            what = f"{sight.sentence()} {said(sight.said)}"
            yield Check("reach", Level.FAIL, what, _against_nobody())
        elif sight.seen is None:
            yield Check("reach", Level.WARN, sight.sentence(), _against_unknown(sight))
        else:
            words = _("Your posts on {network} are seen.")
            yield ok("reach", words.format(network=source_word(sight.network, "")))


def _against_nobody() -> str:
    look = _(
        "What was posted before may stay unseen: open one of the posts in a browser in which nobody"
        " is logged in. If it is there, look whether the page is published, and for everybody."
    )
    return f"{way_to_live()} {look}"


def _against_unknown(sight: Sight) -> str:
    if sight.why is None:
        return _("`tueroeffner run` reads it; or look at a post where nobody is logged in.")
    if sight.why == LIMITED:
        return _("`tueroeffner doctor --pilot` finds out, by a post that everybody may see.")
    return _("Open one of the posts in a browser in which nobody is logged in.")


def pilots(session: Session, campaign_id: int, settings: Settings) -> Iterator[Check]:
    """A pilot that is still on, or else what the last one found out."""
    running = open_pilots(session, campaign_id)
    for pilot, account in running:
        yield _running(settings, pilot, account)
    if not running:
        yield from _found_out(session, campaign_id, settings)


def _running(settings: Settings, pilot: Pilot, account: Account) -> Check:
    if account.remote_id != settings.networks[account.network].account:
        links = [each.permalink for each in trials(pilot) if each.permalink and not each.deleted]
        what = _("A pilot is on at a page that is not configured any more: {links}").format(
            links=", ".join(links) or account.remote_id
        )
        return Check("pilot", Level.FAIL, what, _("Delete its posts there by hand."))
    until = moment(pilot.due_at.astimezone(settings.campaign.zone))
    what = _("A pilot is on at {network}; its two posts come down after {time}.").format(
        network=source_word(account.network, ""), time=until
    )
    remedy = _("`tueroeffner run` does so by itself; `tueroeffner doctor --pilot` shows it.")
    return Check("pilot", Level.WARN, what, remedy)


def _found_out(session: Session, campaign_id: int, settings: Settings) -> Iterator[Check]:
    for name, options in settings.networks.items():
        account = capabilities.account_of(session, campaign_id, name, options.account)
        if account is None or not options.has_live_mode:
            continue
        known = capabilities.known(session, account.id)
        if stored := known.get(capabilities.GATE_STORED):
            yield _stored(name, stored)
        if effect := known.get(capabilities.GATE_EFFECT):
            yield _effect(name, effect, seen=anybody_saw(session, account))


def _stored(network: str, found: Capability) -> Check:
    on = day(found.known_at.date())
    if found.value["stored"]:
        words = _("The pilot of {day}: {network} keeps the audience of a limited post.")
        return ok("pilot", words.format(day=on, network=source_word(network, "")))
    words = _("The pilot of {day}: {network} does not keep the audience of a limited post.")
    remedy = _("Whoever may be seen in the region only cannot be posted there.")
    return Check(
        "pilot", Level.WARN, words.format(day=on, network=source_word(network, "")), remedy
    )


def _effect(network: str, found: Capability, *, seen: bool) -> Check:
    """``seen``: somebody saw another post, so that the app is no likely cause."""
    if found.value["gated"] == found.value["open"] == 0 and not seen:
        return Check("pilot", Level.FAIL, nobody_saw(network), way_to_live())
    known = found.value
    told = _("The pilot of {day} on {network}: {what}").format(
        day=day(found.known_at.date()),
        network=source_word(network, ""),
        what=compared(known["effect"], known["gated"], known["open"]),
    )
    match known["effect"]:
        case "narrows":
            return ok("pilot", told)
        case "none":
            remedy = _("Do not rely on it for whoever may be seen in the region only.")
        case _:
            remedy = _("Repeat it when more people follow the page: `tueroeffner doctor --pilot`.")
    return Check("pilot", Level.WARN, told, remedy)
