"""``doctor --pilot``: try out what a page can do, and ask what no call tells."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orchestrator.commands.desk import Desk
from orchestrator.commands.pilot_words import say_pilot, say_texts
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, PersonNeeded, UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from orchestrator.model import Pilot
    from orchestrator.pilot.posts import Trial
    from orchestrator.ports import Network
    from orchestrator.shift import Shift, Tally


def keep_live_mode(desk: Desk, live: str) -> None:
    """Keep the answer of ``--live-mode`` for every network whose apps have such a mode."""
    from orchestrator.pilot.live import record

    shift = open_shift(desk)
    names = [name for name in shift.networks if desk.settings.networks[name].has_live_mode]
    if not names:
        raise UsageProblem(
            _("No network is on whose apps have a Live mode."),
            remedy=_("Give it its credentials, then run `tueroeffner doctor`."),
        )
    for name in names:
        record(shift, name, live == "yes")


def pilot(desk: Desk, live: str | None) -> Exit:
    """Post a limited and an open text, or go on with those that are there."""
    from orchestrator.shift import Tally

    shift, tally = open_shift(desk), Tally()
    said = {each.id for name in shift.networks if (each := _say_last(desk, shift, name))}
    codes = [
        _pilot_of(desk, shift, tally, network, live)
        for network in shift.networks.values()
        if _has_gate(desk, network)
    ]
    _emit(desk, shift, tally, said)
    for finding in tally.findings:
        desk.warn(finding)
    if tally.needs_person:
        return Exit.PERSON_NEEDED
    return max(codes, default=Exit.DONE)


def _say_last(desk: Desk, shift: "Shift", network: str) -> "Pilot | None":
    """What is known already, before another is offered; None where none has ended."""
    from orchestrator import capabilities
    from orchestrator.pilot.posts import newest

    with shift.store.reading() as session:
        on = desk.settings.networks[network].account
        account = capabilities.account_of(session, shift.campaign_id, network, on)
        last = newest(session, account.id) if account else None
    if last is None or last.ended_at is None:
        return None
    say_pilot(desk, network, last)
    return last


def _has_gate(desk: Desk, network: "Network") -> bool:
    if not network.limits.targeting:
        desk.say(
            _("{network} cannot limit who sees a post: there is nothing to try out.").format(
                network=source_word(network.name, "")
            )
        )
    return network.limits.targeting


def _pilot_of(
    desk: Desk, shift: "Shift", tally: "Tally", network: "Network", live: str | None
) -> Exit:
    from orchestrator.pilot.passing import attend_pilots

    mode = _live(desk, shift, network.name, live)
    if _is_complete(shift, network.name):
        # Nothing is begun beside it, nor right after it.
        if not desk.dry_run:
            attend_pilots(shift, tally)
        return Exit.DONE if mode else Exit.PERSON_NEEDED
    if not (mode or desk.dry_run):
        return Exit.PERSON_NEEDED
    code = _begin(desk, shift, tally, network)
    return code if mode else Exit.PERSON_NEEDED


def _live(desk: Desk, shift: "Shift", network: str, live: str | None) -> bool | None:
    """What was said of the app's mode, or is said now: where nobody sees it, nothing is tried."""
    from orchestrator.pilot.live import answer, record, said, way_to_live

    if not desk.settings.networks[network].has_live_mode:
        return True
    remote_id = desk.settings.networks[network].account
    with desk.looking() as (session, campaign_id):
        found = answer(session, campaign_id, network, remote_id)
    known = bool(found.value["live"]) if found else None
    if live is None and known is not True and desk.may_ask and not desk.yes:
        question = _("Is the app on developers.facebook.com in Live mode?")
        live = "yes" if desk.agrees(question) else "no"
    if live is not None:
        if not desk.dry_run:
            record(shift, network, live == "yes")
        known = live == "yes"
    if known is not True:
        desk.warn(said(found) if live is None else _("The app is not in Live mode."))
        desk.warn(f"→ {way_to_live()}")
    return known


def _is_complete(shift: "Shift", network: str) -> bool:
    """Whether a pilot is on there of which nothing is left to be sent."""
    from orchestrator.pilot.posts import open_pilots, trials

    with shift.store.reading() as session:
        found = open_pilots(session, shift.campaign_id)
        return any(
            all(each.sent_at or each.deleted for each in trials(pilot))
            for pilot, account in found
            if account.network == network
        )


def _begin(desk: Desk, shift: "Shift", tally: "Tally", network: "Network") -> Exit:
    from orchestrator.pilot.passing import attend_pilots
    from orchestrator.pilot.sending import begin, send
    from orchestrator.turns import turn

    planned = _planned(desk, shift, network)
    say_texts(desk, network.name, planned)
    if desk.dry_run:
        desk.say(_("This was a dry run: nothing was posted."))
        return Exit.DONE
    _refuse_hindered(shift, tally, network.name)
    desk.confirm(_("Post these two texts on your page for a day?"))
    with turn(shift.store, network.name, desk.settings.networks[network.name].account) as ours:
        if not ours:
            desk.warn(_("Another program is sending on {network}: run this again in a minute.")
                      .format(network=source_word(network.name, "")))  # fmt: skip
            return Exit.PARTLY
        send(shift, network.name, begin(shift, network.name, planned))
    attend_pilots(shift, tally)
    return Exit.DONE if _is_clear(shift, network.name) else Exit.PARTLY


def _refuse_hindered(shift: "Shift", tally: "Tally", network: str) -> None:
    """Nothing is tried out while nothing may be sent: a stop, an older database, a wrong clock."""
    from orchestrator.elsewhere import may_send
    from orchestrator.pilot.stops import is_stopped

    with shift.store.reading() as session:
        if is_stopped(session, shift.campaign_id, network):
            raise UsageProblem(
                _("Everything there is stopped by `tueroeffner pause`, so nothing is posted."),
                remedy=_("First `tueroeffner resume`, then run this again."),
            )
    if why := may_send(shift, tally)(network):
        raise PersonNeeded(why)


def _planned(desk: Desk, shift: "Shift", network: "Network") -> "list[Trial]":
    """The texts of the pilot that was begun and not finished, or new ones."""
    from orchestrator.pilot.posts import Trial, open_pilots, trials
    from orchestrator.pilot.town import town_for
    from orchestrator.pilot.words import texts
    from orchestrator.ports import Targeting

    with shift.store.reading() as session:
        for pilot, account in open_pilots(session, shift.campaign_id):
            if account.network == network.name:
                return trials(pilot)
    assert isinstance(network, Targeting)
    town = town_for(shift, network, dry_run=desk.dry_run)
    if town is None:
        raise UsageProblem(
            _("There is no tandem yet to whose town a post could be limited."),
            remedy=_("Import the tandems first: `tueroeffner tandem import FILE`."),
        )
    campaign = desk.settings.campaign
    language, words = texts(campaign.languages, shift.now.astimezone(campaign.zone))
    gated = Trial("gated", words["gated"], language, town.name, network.fit([town.key]))
    return [gated, replace(gated, kind="open", text=words["open"], town="", targeting=None)]


def _is_clear(shift: "Shift", network: str) -> bool:
    from orchestrator.pilot.posts import open_pilots, trials

    with shift.store.reading() as session:
        return not any(
            each.is_unclear
            for pilot, account in open_pilots(session, shift.campaign_id)
            if account.network == network
            for each in trials(pilot)
        )


def _emit(desk: Desk, shift: "Shift", tally: "Tally", said: set[int]) -> None:
    """The pilot of each page, unless it was said already, and what is known of the page."""
    from orchestrator import capabilities
    from orchestrator.pilot.posts import newest

    found: dict[str, Any] = {}
    with shift.store.reading() as session:
        for name, network in shift.networks.items():
            remote_id = desk.settings.networks[name].account
            account = capabilities.account_of(session, shift.campaign_id, name, remote_id)
            last = newest(session, account.id) if account else None
            known = capabilities.known(session, account.id) if account else {}
            found[name] = {
                "gate": network.limits.targeting,
                "pilot": last and last.model_dump(exclude={"account_id"}),
                "capabilities": {
                    each.name: {**each.value, "source": each.source, "known_at": each.known_at}
                    for each in known.values()
                },
            }
            if last and last.id not in said:
                say_pilot(desk, name, last)
    desk.emit({"networks": found, "findings": tally.findings, "dry_run": desk.dry_run})
