"""Putting a command's parts together: the networks that are on, and a worker's shift."""

import os
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.ports import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestrator.config import Settings
    from orchestrator.daemon import Keys
    from orchestrator.section import NetworkOptions
    from orchestrator.shift import Shift
    from schedules.clock import Clock


def connected(settings: "Settings", clock: "Clock") -> dict[str, Network]:
    """Every network that has its credentials, open; ``clock`` is the campaign's."""
    from orchestrator import networks

    return {
        name: networks.adapter(name).connect(settings.networks[name], clock=clock)
        for name in settings.on()
    }


def replaced_keys(desk: Desk) -> "Keys":
    """How a running scheduler learns of a token that was put into its file."""
    from orchestrator import networks
    from orchestrator.config import config_path, load
    from orchestrator.daemon import Keys

    def reload() -> "Mapping[str, NetworkOptions]":
        try:
            return load(config_path(desk.config_flag)).networks
        except UsageProblem:
            return {}  # somebody is in the middle of it

    return Keys(reload, lambda name, to: networks.adapter(name).connect(to, clock=desk.clock))


def open_networks(desk: Desk) -> dict[str, Network]:
    """Connect every network that has its credentials; say once which are off."""
    settings = desk.settings
    for name, options in settings.networks.items():
        if not options.ready:
            desk.note(
                _("{network} is off: no {keys} in the configuration.").format(
                    network=name, keys=", ".join(options.missing())
                )
            )
    return connected(settings, desk.clock)


def known_network(desk: Desk, name: str) -> str:
    """Check a ``--network``; a wrong one is refused with the right ones."""
    if name not in desk.settings.networks:
        raise UsageProblem(
            _("There is no network “{name}”.").format(name=name),
            remedy=_("Choose one of: {names}.").format(names=", ".join(desk.settings.networks)),
        )
    return name


def open_shift(
    desk: Desk, stopped: Callable[[], bool] = lambda: False, *, offline: bool = False
) -> "Shift":
    """Everything that a pass over the due posts needs; ``offline``: no network has to be on."""
    from orchestrator.shift import Shift
    from orchestrator.worker import my_name
    from schedules.clock import SystemClock

    refuse_false_time(desk)
    networks = open_networks(desk)
    if not networks and not offline:
        raise UsageProblem(
            _("No network is on: nothing can be sent."),
            remedy=_("Give at least one network its credentials, then run `tueroeffner doctor`."),
        )
    if desk.dry_run:
        campaign_id = desk.campaign_id()
    else:
        with desk.store.session() as session:
            campaign_id = desk.campaign(session).id
    return Shift(
        store=desk.store,
        settings=desk.settings,
        key=desk.key,
        campaign_id=campaign_id,
        networks=networks,
        clock=desk.clock,
        machine=SystemClock(),
        worker=my_name(),
        actor=desk.actor,
        stopped=stopped,
    )


def refuse_false_time(desk: Desk) -> None:
    """With a set time nothing may be sent for real: it would go out at a false hour."""
    from orchestrator.section import is_loopback

    if not os.environ.get(NOW_VARIABLE):
        return
    mail = desk.settings.mail
    if mail.ready and not is_loopback(mail.host.strip("[]")):
        raise UsageProblem(
            _("{variable} is set, and [mail] host is not the sandbox.").format(
                variable=NOW_VARIABLE
            ),
            remedy=_("Unset {variable} to send real mails.").format(variable=NOW_VARIABLE),
        )
    for name in desk.settings.on():
        if not desk.settings.networks[name].rehearses:
            raise UsageProblem(
                _("{variable} is set, and {network} is not the sandbox.").format(
                    variable=NOW_VARIABLE, network=name
                ),
                remedy=_("Unset {variable} to work with the real networks.").format(
                    variable=NOW_VARIABLE
                ),
            )


def tandem_ids(desk: Desk, slugs: list[str]) -> dict[str, int]:
    """The rows of these tandems; an unknown one is refused with the nearest that exists."""
    import difflib

    from sqlmodel import select

    from orchestrator.model import Tandem

    with desk.looking() as (session, campaign_id):
        rows = dict(
            session.exec(
                select(Tandem.slug, Tandem.id).where(Tandem.campaign_id == campaign_id)
            ).all()
        )
    for slug in slugs:
        if slug not in rows:
            near = difflib.get_close_matches(slug, rows, n=1)
            raise UsageProblem(
                _("There is no tandem “{slug}”.").format(slug=slug),
                remedy=_("Did you mean “{near}”?").format(near=near[0])
                if near
                else _("`tueroeffner tandem list` shows them all."),
            )
    return {slug: rows[slug] for slug in slugs}


def day_of(text: str) -> date:
    """Read a day as a person types it on the command line: as in the tandem file."""
    from orchestrator.intake.fields import Unfit, day

    try:
        found = day(text.strip())
    except Unfit:
        found = None
    if found is None:
        raise UsageProblem(
            _("“{text}” is not a day.").format(text=text),
            remedy=_("Write it like 2026-11-23 or 23.11.2026."),
        )
    return found


def why_left(desk: Desk, slugs: list[str]) -> list[str]:
    """A sentence for each of these tandems that takes part no more."""
    from orchestrator import eligible
    from orchestrator.model import Tandem

    ids = tandem_ids(desk, slugs)
    with desk.looking() as (session, _campaign_id):
        left = {slug: eligible.why_left(session.get_one(Tandem, ids[slug])) for slug in slugs}
    return [
        _("Nothing more of {slug} goes out: {why}.").format(slug=slug, why=why)
        for slug, why in left.items()
        if why
    ]
