"""``audience build|show``: who is reached around a tandem, and how each network is told."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.findings import say_findings
from orchestrator.commands.wiring import open_networks, tandem_ids
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import about, count, day
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.aiming.view import View
    from orchestrator.policy.audience import Aim, Town
    from orchestrator.ports import Network

# So many towns are listed, and every one without a key.
_MOST = 12


@command
def build(desk: Desk, slugs: Annotated[list[str] | None, typer.Argument()] = None) -> Exit:
    """Build the audiences of some tandems or of all, on every network that can aim."""
    if slugs:
        tandem_ids(desk, slugs)
    networks = open_networks(desk)
    if not any(each.limits.targeting for each in networks.values()):
        raise UsageProblem(
            _("No network is on that can aim at towns: there is nothing to build."),
            remedy=_("Give it its credentials, then run `tueroeffner doctor`."),
        )
    with desk.waiting(_("Looking up towns …")):
        done = _built(desk, networks, slugs or None)
    desk.emit(done)
    _note(desk, _("{network} was left out: {why}"), done["unreachable"])
    _note(desk, _("{network} did not tell our followers: {why}"), done["followers_unknown"])
    _note(desk, _("{network} did not count all people: {why}"), done["not_estimated"])
    words = ngettext(
        "{count} audience is up to date.", "{count} audiences are up to date.", done["built"]
    )
    desk.say(words.format(count=done["built"]))
    troubled = done["unreachable"] or done["followers_unknown"] or done["not_estimated"]
    return Exit.PARTLY if troubled else Exit.DONE


def _built(
    desk: Desk, networks: Mapping[str, "Network"], slugs: list[str] | None
) -> dict[str, Any]:
    """Ask the networks for keys, followers and people, and tell it as scripts read it."""
    from orchestrator.aiming.counting import count_people
    from orchestrator.aiming.followers import refresh
    from orchestrator.plan import build_audiences

    store, settings, now = desk.store, desk.settings, desk.now
    built, unreachable = build_audiences(store, settings, desk.key, networks, now, slugs)
    reached = {name: each for name, each in networks.items() if name not in unreachable}
    unknown = refresh(store, settings, reached, now)
    counted, refused = count_people(store, settings, reached, slugs, now)
    return {
        "built": built,
        "unreachable": unreachable,
        "followers_unknown": unknown,
        "estimated": counted,
        "not_estimated": refused,
    }


def _note(desk: Desk, words: str, troubles: Mapping[str, str]) -> None:
    for network, why in troubles.items():
        desk.note(words.format(network=network, why=why))


@command
def show(desk: Desk, slug: Annotated[str, typer.Argument()]) -> None:
    """Show the circle of a tandem: towns, people, followers, and what to mind."""
    from orchestrator.aiming.view import view
    from orchestrator.model import Tandem

    tandem_id = tandem_ids(desk, [slug])[slug]
    with desk.looking() as (session, _campaign_id):
        seen = view(session, session.get_one(Tandem, tandem_id), desk.settings, desk.now)
    desk.emit(seen.document())
    _say_circle(desk, seen)
    _say_towns(desk, seen)
    _say_advert(desk, seen)
    minded = [finding for finding in seen.policy if finding.level != "ok"]
    if minded:
        desk.say()
    say_findings(desk, minded)


def _say_circle(desk: Desk, seen: "View") -> None:
    circle, aim = seen.circle, seen.aim
    desk.say(
        _("{radius} km around {town}: about {people} people").format(
            radius=circle.radius_km, town=seen.tandem.town, people=about(circle.people)
        )
    )
    rows = [(_("Other circles"), " · ".join(_size(km, people) for km, people in seen.others))]
    if aim.abroad >= 0.005:
        share = _("about {people} people, {share} %")
        rows.append(
            (
                _("Abroad"),
                share.format(people=about(circle.people_abroad), share=round(100 * aim.abroad)),
            )
        )
    rows.append((_("Followers here"), _reachable(aim.reachable, aim.followers, aim.network)))
    rows += [("", f"{each['network']}: {each['note']}") for each in seen.followers if each["note"]]
    _say_rows(desk, [row for row in rows if row[1]])


def _size(km: int, people: int) -> str:
    return _("{radius} km: about {people}").format(radius=km, people=about(people))


def _reachable(reachable: int | None, followers: int | None, network: str) -> str:
    if reachable is None or followers is None:
        return _("not known yet ({network})").format(network=network)
    return _("about {reachable} of {followers} ({network}; an estimate)").format(
        reachable=about(reachable), followers=count(followers), network=network
    )


def _say_towns(desk: Desk, seen: "View") -> None:
    desk.say()
    aim = seen.aim
    if aim.state:
        _say_state(desk, aim, aim.state)
        return
    head = ngettext(
        "{network}, {mode}: {count} town", "{network}, {mode}: {count} towns", len(aim.towns)
    )
    desk.say(head.format(network=aim.network, mode=_mode(aim), count=len(aim.towns)))
    fit = _("They hold {recall} % of the people in the circle; {precision} % of theirs live in it.")
    desk.say(
        "  " + fit.format(recall=round(100 * aim.recall), precision=round(100 * aim.precision))
    )
    shown = [
        town for rank, town in enumerate(aim.towns) if rank < _MOST or town.why or desk.verbose
    ]
    width = max(len(town.name) for town in shown)
    for town in shown:
        mark = " " if not aim.built else "✓" if town.key else "!"
        gap = "" if town.why is None else f"  {_gap(town.why)}"
        people = about(town.people).rjust(10)
        desk.say(f"  {mark} {town.name.ljust(width)}{people}{gap}")
    if more := len(aim.towns) - len(shown):
        rest = ngettext(
            "… and {count} smaller town (--verbose lists it)",
            "… and {count} smaller towns (--verbose lists them)",
            more,
        )
        desk.say("    " + rest.format(count=more))


def _say_state(desk: Desk, aim: "Aim", state: "Town") -> None:
    """No town is told, so none is listed."""
    head = _("{network}, {mode}: all of {state}, about {people} people")
    told = {"network": aim.network, "mode": _mode(aim), "state": state.name}
    desk.say(head.format(**told, people=about(state.people)))


def _mode(aim: "Aim") -> str:
    return _("nobody else sees the post") if aim.mode == "hard" else _("shown here first")


def _gap(why: str) -> str:
    if why == "namesake":
        return _("(another town of this state has this name, and the network tells no difference)")
    return _("(the network knows no such town, or several)")


def _say_advert(desk: Desk, seen: "View") -> None:
    if not seen.aim.advertises or seen.advert is None or seen.aim.state:
        return
    desk.say()
    desk.say(_("An advert would reach {km} km around.").format(km=seen.advert.km))
    _say_rows(desk, [(_("Counted by {network}").format(network=seen.aim.network), _told(seen))])


def _told(seen: "View") -> str:
    told, at = seen.estimate, seen.counted_at
    if told is None or at is None:
        return _("not asked yet for this circle: `tueroeffner audience build`")
    if told["lower"] is None:
        return _("no answer, as for very few people") if told["ready"] else _("not counted yet")
    return _("{lower} to {upper} people active in a month (its own estimate, {day})").format(
        lower=count(told["lower"]), upper=count(told["upper"]), day=day(at.date())
    )


def _say_rows(desk: Desk, rows: list[tuple[str, str]]) -> None:
    width = max((len(name) for name, _words in rows), default=0)
    for name, words in rows:
        desk.say(f"  {name.ljust(width)}  {words}")
