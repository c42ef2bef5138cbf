"""What to mind about a tandem's audience: whether it is told to the network, whom it reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.formats import about, count
from orchestrator.i18n import _, ngettext
from orchestrator.policy.finding import BLOCK, OK, WARN, Finding, judged
from orchestrator.policy.limiting import Trial, limit_rules
from orchestrator.vocabulary import Block

# Fewer followers than these are nobody: an organic post reaches a few of a hundred.
FEW_FOLLOWERS = 200
LOW_RECALL, LOW_PRECISION = 0.85, 0.5
MANY_ABROAD = 0.2


@dataclass(frozen=True)
class Town:
    """A town by which the network is told of the circle; without a key, ``why``."""

    name: str
    key: str | None
    why: str | None
    people: int
    home: bool = False


@dataclass(frozen=True)
class Aim:
    """Everything about a tandem's audience on one network that a rule may ask for.

    ``built``: the keys were looked up, for the circle as it is now. ``wider``: the smallest circle
    that holds enough followers, (km, people). ``people_least``: fewer could be told apart by who
    answers. ``radius_given``: what the tandem's row says. ``abroad``: the share of all people
    within the circle who live abroad; ``left_out``: some in countries to which the campaign does
    not go.
    ``advert_km``: None where there are no adverts; ``advertises``: with an account for them.
    ``state``: the network is told of it as a whole, and of no town. ``trial``: what a pilot found
    out about limiting posts there.
    """

    network: str
    mode: str
    region_only: bool
    built: bool
    towns: Sequence[Town]
    radius_km: int
    radius_given: int | None
    people: int
    people_wanted: int
    people_least: int
    at_cap: bool
    recall: float
    precision: float
    abroad: float
    left_out: bool
    followers: int | None
    reachable: int | None
    wider: tuple[int, int] | None
    advert_km: int | None
    advertises: bool
    state: Town | None = None
    trial: Trial | None = None


@dataclass(frozen=True)
class Gate:
    """The towns by which a network is told of a circle, as far as they keep others out.

    ``home_known``: it has a key for the tandem's own town. ``people``: they live in the towns that
    it knows; ``least``: fewer could be told apart by who answers. ``state``: it is told of this
    one as a whole, and all of that goes for the state. ``trial``: see ``Aim``.
    """

    network: str
    hard: bool
    region_only: bool
    home_known: bool
    people: int
    least: int
    state: str = ""
    trial: Trial | None = None


def audience_rules(aim: Aim) -> list[Finding]:
    """Every rule, also those that are kept; how its circle is drawn does not matter to a state."""
    if aim.state:
        return [_followers(aim), *_keys(aim)]
    found = [_followers(aim), *_keys(aim), _recall(aim), _precision(aim), _size(aim), _abroad(aim)]
    return [*found, *_raised(aim), *_advert(aim)]


def _followers(aim: Aim) -> Finding:
    if aim.reachable is None or aim.followers is None:
        words = _("How many follow you on {network} is not known yet.").format(network=aim.network)
        return Finding("reachable_followers", WARN, words, _("`tueroeffner audience build` asks."))
    told = {"reachable": about(aim.reachable), "followers": count(aim.followers)}
    state = aim.state.name if aim.state else ""
    words = _who_follow(aim, aim.followers).format(**told, network=aim.network, state=state)
    if aim.reachable >= FEW_FOLLOWERS:
        return Finding("reachable_followers", OK, words)
    proposals = tuple(_proposals(aim))
    return Finding("reachable_followers", WARN, words, proposals[0]["message"], proposals)


def _who_follow(aim: Aim, followers: int) -> str:
    if aim.state:
        return ngettext(
            "About {reachable} of {followers} follower on {network} lives in {state} (estimate).",
            "About {reachable} of {followers} followers on {network} live in {state} (estimate).",
            followers,
        )
    return ngettext(
        "About {reachable} of {followers} follower on {network} lives in this circle (estimate).",
        "About {reachable} of {followers} followers on {network} live in this circle (estimate).",
        followers,
    )


def _proposals(aim: Aim) -> Iterator[dict[str, Any]]:
    """From the least change to the largest; nothing that is so already, or must not be."""
    if aim.mode == "hard" and not aim.region_only:
        words = _('Let others see the post as well: [{network}] targeting = "soft".')
        yield {"do": "soft", "message": words.format(network=aim.network)}
    if aim.wider:
        km, people = aim.wider
        words = _(
            "A larger circle: {km} km hold about {followers} of them, and {people} people"
            " (radius_km in the tandem's row)."
        ).format(km=km, followers=FEW_FOLLOWERS, people=about(people))
        yield {"do": "radius", "message": words, "radius_km": km, "people": people}
    words = _("Ask a partner with a page of this place to publish the appeal, or to share it.")
    yield {"do": "partner_page", "message": words}
    if not aim.region_only:
        words = _("Publish it without an audience; the town is in the text.")
        yield {"do": "no_gate", "message": words}


def _keys(aim: Aim) -> Iterator[Finding]:
    if not aim.built:
        words = _("The keys of these towns are not looked up yet.")
        if aim.state:
            words = _("The key of {state} is not looked up yet.").format(state=aim.state.name)
        yield Finding("keys", WARN, words, _("Run `tueroeffner audience build`."))
        return
    yield _missing_state(aim, aim.state) if aim.state else _missing(aim)
    places = [aim.state] if aim.state else aim.towns
    yield from gate_rules(
        Gate(
            network=aim.network,
            hard=aim.mode == "hard",
            region_only=aim.region_only,
            home_known=any(place.home and place.key for place in places),
            people=sum(place.people for place in places if place.key),
            least=aim.people_least,
            state=aim.state.name if aim.state else "",
            trial=aim.trial,
        )
    )


def _missing_state(aim: Aim, state: Town) -> Finding:
    told = {"network": aim.network, "state": state.name}
    words = _("{network} has no key for {state}.").format(**told)
    well = _("{network} knows {state}, and is told of no town.").format(**told)
    return judged("keys", not state.key, words, well, _to_towns(aim.network))


def _to_towns(network: str) -> str:
    words = _('Let the towns of the circle see it: [{network}] region_only = "circle".')
    return words.format(network=network)


def _missing(aim: Aim) -> Finding:
    gaps = [town for town in aim.towns if not town.key]
    words = ngettext(
        "{network} has no key of its own for {count} town; its {people} people are not addressed.",
        "{network} has no key of its own for {count} towns; their {people} people are not"
        " addressed.",
        len(gaps),
    ).format(network=aim.network, count=len(gaps), people=about(sum(town.people for town in gaps)))
    well = _("{network} knows every town.").format(network=aim.network)
    remedy = _("Where many people live there, ask a partner with a page of that place.")
    return judged("keys", bool(gaps), words, well, remedy)


def gate_rules(gate: Gate) -> Iterator[Finding]:
    """Whether a post can be kept to these places, and whether enough people live in them."""
    if gate.hard:
        yield _closed(gate)
        yield from limit_rules(gate.network, gate.trial, region_only=gate.region_only)
    yield _few(gate)


def _closed(gate: Gate) -> Finding:
    if gate.state:
        words = _(
            "The post cannot be limited to {state}, since {network} has no key for it; nothing is"
            " planned there."
        )
        well = _("Only people in {state} can see the post, wherever in it they live.")
    else:
        words = _(
            "The post cannot be limited to this circle, since {network} has no key for the"
            " tandem's own town; nothing is planned there."
        )
        well = _("Only people in these towns can see the post.")
    told = {"network": gate.network, "state": gate.state}
    said = words.format(**told), well.format(**told)
    found = judged(Block.HARD_GATE, not gate.home_known, *said, _without_gate(gate), BLOCK)
    return replace(found, final=True)


def _without_gate(gate: Gate) -> str:
    if gate.state:
        return _to_towns(gate.network)
    if gate.region_only:
        return _("Ask a partner with a page of this place; the network may know the town later.")
    return _('Let others see the post as well: [{network}] targeting = "soft".').format(
        network=gate.network
    )


def _few(gate: Gate) -> Finding:
    """A warning; a block where only these people could see the post, as nothing is planned then."""
    words, well = _few_in_state() if gate.state else _few_in_towns(hard=gate.hard)
    told = {"people": about(gate.people), "network": gate.network, "least": count(gate.least)}
    remedy = _("Draw a larger circle: radius_km in the tandem's row.")
    found = judged(
        Block.FEW_PEOPLE,
        gate.people < gate.least,
        words.format(**told, state=gate.state),
        well.format(**told, state=gate.state),
        _to_towns(gate.network) if gate.state else remedy,
        BLOCK if gate.hard else WARN,
    )
    return replace(found, final=gate.region_only)


def _few_in_towns(*, hard: bool) -> tuple[str, str]:
    well = _("About {people} people live in the towns that are told to {network}.")
    if not hard:
        words = _(
            "Only about {people} people live in the towns that {network} knows; {least} are good."
        )
        return words, well
    words = _(
        "Only about {people} people live in the towns that {network} knows, and nobody else"
        " could see the post; {least} are needed, so nothing is planned there."
    )
    return words, well


def _few_in_state() -> tuple[str, str]:
    words = _(
        "Only about {people} people live in {state}, as far as {network} knows it, and nobody else"
        " could see the post; {least} are needed, so nothing is planned there."
    )
    return words, _("About {people} people live in {state}.")


def _recall(aim: Aim) -> Finding:
    words = _("The towns hold about {share} % of the people in the circle.").format(
        share=round(100 * aim.recall)
    )
    remedy = _("Draw a larger circle, or let the post be seen by everybody.")
    return judged("recall", aim.recall < LOW_RECALL, words, words, remedy)


def _precision(aim: Aim) -> Finding:
    share = round(100 * aim.precision)
    words = _(
        "Only about {share} % of the people in these towns live in the circle: a network knows no"
        " part of a town."
    )
    well = _("About {share} % of the people in these towns live in the circle.")
    low = aim.precision < LOW_PRECISION
    remedy = _("Nothing has to be done; a larger circle fits its towns better.")
    return judged("precision", low, words.format(share=share), well.format(share=share), remedy)


def _size(aim: Aim) -> Finding:
    few = aim.at_cap and aim.people < aim.people_wanted
    words = _(
        "{km} km hold only about {people} of the {wanted} people wanted, and the campaign draws no"
        " larger circle ([audience] max_km)."
    ).format(km=aim.radius_km, people=about(aim.people), wanted=count(aim.people_wanted))
    well = _("The circle holds about {people} people.").format(people=about(aim.people))
    remedy = _("Raise [audience] max_km, or give the tandem's row a radius_km.")
    return judged("people", few, words, well, remedy)


def _raised(aim: Aim) -> Iterator[Finding]:
    if aim.radius_given is not None:
        words = _(
            "The tandem's row says {given} km; the circle has {km} km, since its place was moved to"
            " a larger town and the home has to stay inside."
        ).format(given=aim.radius_given, km=aim.radius_km)
        well = _("The circle has the {km} km of the tandem's row.").format(km=aim.radius_km)
        remedy = _("Nothing has to be done; write {km} into the row to agree.").format(
            km=aim.radius_km
        )
        yield judged("radius", aim.radius_km > aim.radius_given, words, well, remedy)


def _abroad(aim: Aim) -> Finding:
    if aim.left_out:
        words = _(
            "About {share} % of the people within the circle live abroad, and the campaign does not"
            " go to all of them ([audience] countries)."
        )
    else:
        words = _("About {share} % of the people within the circle live abroad; they are counted.")
    told = words.format(share=round(100 * aim.abroad))
    remedy = _("Look whether people there can help; else draw a smaller circle.")
    return judged("abroad", aim.abroad > MANY_ABROAD, told, told, remedy)


def _advert(aim: Aim) -> Iterator[Finding]:
    if aim.advert_km is None:
        return
    wider = aim.advert_km > aim.radius_km
    words = _(
        "An advert for work must reach {advert} km around a place, wider than this circle of {km}"
        " km ([{network}] ad_category)."
    ).format(advert=aim.advert_km, km=aim.radius_km, network=aim.network)
    well = _("An advert would reach {advert} km.").format(advert=aim.advert_km)
    remedy = _("Nothing has to be done; an advert costs less the smaller its circle is.")
    yield judged("advert_radius", wider, words, well, remedy, WARN if aim.advertises else OK)
