"""``pause`` and ``resume``: stop is always one command away."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.advert_off import say_off, switch_off
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.held import call_back, say_called_back
from orchestrator.commands.missed import came_due, document, say_missed
from orchestrator.commands.pilot_stop import stop_pilots
from orchestrator.commands.sight import Seen, say_seen, see_to_it
from orchestrator.commands.wiring import known_network, tandem_ids
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.model import Pause
    from orchestrator.vocabulary import Scope

Slugs = Annotated[list[str] | None, typer.Argument(help="Tandems.", metavar="SLUG")]
NetworkName = Annotated[str | None, typer.Option("--network", help="One network.")]
All = Annotated[bool, typer.Option("--all", help="Everything.")]
Hide = Annotated[bool, typer.Option("--hide", help="Take published posts out of sight, too.")]


@command
def pause(
    desk: Desk,
    slugs: Slugs = None,
    network: NetworkName = None,
    everything: All = False,
    hide: Hide = False,
) -> Exit:
    """Stop at once: for some tandems, a network, or everything; what networks hold comes back."""
    from orchestrator.pause import in_flight, overtake, pauses
    from orchestrator.pause import pause as put_in_force

    desk.stop_in_any_case()
    wanted = _wanted(desk, slugs, network, everything)
    with desk.store.session(patient=True) as session:
        overtake(session)
        campaign = desk.campaign(session)
        put_in_force(session, campaign.id, wanted, desk.now, desk.actor, hide=hide)
        rows = pauses(session, campaign.id)
    held = [_words(row.name) for row in rows]
    # In force, and said, before any network is asked for anything.
    desk.say(_("Stopped: {what}.").format(what=_said(rows)))
    called = call_back(desk)
    off = switch_off(desk, slugs or ())
    seen = see_to_it(desk) if hide else Seen()
    pilots = stop_pilots(desk)
    with desk.looking() as (session, campaign_id):
        flying = in_flight(session, campaign_id)  # what was being handed over has come back by now
    told = {"paused": held, "in_flight": flying} | called.document() | seen.document()
    desk.emit(told | off.document() | pilots)
    if flying:
        _say_flying(desk, flying, hide)
    code = max(say_called_back(desk, called), say_seen(desk, seen), say_off(desk, off))
    code = max(code, Exit.PARTLY if pilots else Exit.DONE)
    sentence = (
        _("Nothing of it is sent until `{command}`.")
        if called.is_complete
        else _("From here nothing of it is sent until `{command}`.")
    )
    desk.say(sentence.format(command=_way_back(wanted)))
    return code


def _say_flying(desk: Desk, flying: int, hide: bool) -> None:
    desk.say(
        ngettext(
            "{count} post is being sent at this moment; it cannot be called back.",
            "{count} posts are being sent at this moment; they cannot be called back.",
            flying,
        ).format(count=flying)
    )
    if hide:
        desk.say(_("What comes live of it is hidden by the next pass, where the network can."))


def _way_back(stopped: list[tuple["Scope", str]]) -> str:
    """The command that lifts exactly this stop."""
    from orchestrator.vocabulary import Scope

    names = [name for _scope, name in stopped]
    match stopped[0][0]:
        case Scope.ALL:
            which = "--all"
        case Scope.NETWORK:
            which = f"--network {names[0]}"
        case _:
            which = " ".join(names)
    return f"tueroeffner resume {which}"


@command
def resume(
    desk: Desk, slugs: Slugs = None, network: NetworkName = None, everything: All = False
) -> Exit:
    """Lift a stop; --all lifts every one. What was missed goes out a few at a time."""
    from orchestrator.conditions import lift as lift_conditions
    from orchestrator.pause import pauses
    from orchestrator.pause import resume as lift

    wanted = _wanted(desk, slugs, network, everything)
    asked = desk.settings.networks if everything else [network] if network else []
    with desk.store.session(patient=True) as session:
        campaign = desk.campaign(session)
        again = lift_conditions(session, campaign.id, {*asked}, desk.now, desk.actor)
        if everything:
            wanted = [(row.scope, row.name) for row in pauses(session, campaign.id)]
        lifted = lift(session, campaign.id, wanted, desk.now, desk.actor)
        missed = came_due(desk, session, campaign.id, lifted)
        rows = pauses(session, campaign.id)
    for name in again:
        desk.say(_("{network} is asked again.").format(network=source_word(name, "")))
    if lifted or not again:
        desk.say(_("Sending goes on.") if lifted else _("Nothing of that was stopped."))
    seen = see_to_it(desk)
    desk.emit(
        {
            "lifted": len(lifted),
            "asked_again": again,
            "paused": [_words(row.name) for row in rows],
        }
        | document(desk, missed)
        | seen.document()
    )
    say_missed(desk, missed)
    if rows:
        desk.say(_("Still stopped: {what}.").format(what=_said(rows)))
    return say_seen(desk, seen)


def _wanted(
    desk: Desk, slugs: list[str] | None, network: str | None, everything: bool
) -> list[tuple["Scope", str]]:
    from orchestrator.vocabulary import Scope

    chosen = sum((bool(slugs), network is not None, everything))
    if chosen != 1:
        raise UsageProblem(
            _("Tandems, --network and --all do not go together.")
            if chosen
            else _("Say what to stop or to go on with."),
            remedy=_("Name tandems, or add --network NAME, or --all."),
        )
    if everything:
        return [(Scope.ALL, "")]
    if network is not None:
        return [(Scope.NETWORK, known_network(desk, network))]
    return [(Scope.TANDEM, slug) for slug in tandem_ids(desk, slugs or [])]


def _said(rows: "Sequence[Pause]") -> str:
    from orchestrator.vocabulary import Scope

    return ", ".join(
        source_word(row.name, "") if row.scope is Scope.NETWORK else _words(row.name)
        for row in rows
    )


def _words(name: str) -> str:
    return name or _("everything")
