"""The doctor's rounds at the networks: the accounts, asked with a real call, and the clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from orchestrator import networks
from orchestrator.config import Settings
from orchestrator.doctor import Check, Level, ok
from orchestrator.formats import count, day
from orchestrator.i18n import _, ngettext
from orchestrator.ports import NotAuthorised, Standing, Trouble
from orchestrator.section import NetworkOptions

EXPIRES_SOON = timedelta(days=14)
CLOCK_MAY_DIFFER = timedelta(minutes=5)
Ask = Callable[[str, NetworkOptions], Standing]


def ask(name: str, options: NetworkOptions) -> Standing:
    """Ask a network who we are to it, with a real call."""
    return networks.adapter(name).connect(options).standing()


def accounts(settings: Settings, now: datetime, ask: Ask = ask) -> Iterator[Check]:
    """Every network: off, in order, or what its account lacks."""
    for name, options in settings.networks.items():
        yield from _account(name, options, now, ask) if options.ready else _off(name, options)
    if not settings.on():
        yield Check(
            "networks",
            Level.WARN,
            _("No network is on: everything but posting works."),
            _(
                "Give a network its credentials in config.toml, or practise first:"
                " `tueroeffner sandbox serve`."
            ),
        )


def _off(name: str, options: NetworkOptions) -> Iterator[Check]:
    missing = options.missing()
    if len(missing) < len(_unset(options).missing()):
        yield Check(
            name,
            Level.WARN,
            _("{network} is off: it lacks {missing}.").format(
                network=name, missing=", ".join(missing)
            ),
            _("Set it in [{network}] of config.toml, secrets as …_file.").format(network=name),
        )
    else:
        yield ok(name, _("{network} is off: it has no credentials.").format(network=name))


def _unset(options: NetworkOptions) -> NetworkOptions:
    """The same section with nothing in it: it lacks everything that is required."""
    return options.model_construct()


def _account(name: str, options: NetworkOptions, now: datetime, ask: Ask) -> Iterator[Check]:
    try:
        standing = ask(name, options)
    except NotAuthorised as trouble:
        yield Check(
            name,
            Level.FAIL,
            _("{network} refuses the access: {why}").format(network=name, why=trouble.why),
            ngettext(
                "Get a new token for {keys} and put it into its file; then run this again.",
                "Get new tokens for {keys} and put each into its file; then run this again.",
                len(_given(options)),
            ).format(keys=", ".join(f"[{name}] {key}" for key in _given(options))),
        )
    except Trouble as trouble:
        yield Check(
            name,
            Level.WARN,
            _("{network} could not be asked: {why}").format(network=name, why=trouble.why),
            _("Check the connection; posts wait until the network answers."),
        )
    else:
        yield from _standing(name, standing, now)


def _given(options: NetworkOptions) -> list[str]:
    return [key for key in type(options).secrets() if getattr(options, key)]


def _standing(name: str, standing: Standing, now: datetime) -> Iterator[Check]:
    for permission in standing.missing:
        yield Check(
            name,
            Level.FAIL,
            _("The token for {network} lacks the permission {permission}.").format(
                network=name, permission=permission
            ),
            _("Grant it in the network's developer settings, and get a new token."),
        )
    if standing.expires_at and standing.expires_at - now < EXPIRES_SOON:
        yield Check(
            name,
            Level.WARN if standing.expires_at > now else Level.FAIL,
            _("The token for {network} ends on {day}.").format(
                network=name, day=day(standing.expires_at.date())
            ),
            _("Get a new token before that day."),
        )
    if not standing.missing:
        yield ok(name, _described(name, standing))


def _described(name: str, standing: Standing) -> str:
    text = _("{network}: “{account}” answers.").format(network=name, account=standing.name)
    if standing.followers is None:
        return text
    return f"{text} {_('Followers: {count}.').format(count=count(standing.followers))}"


def clock(settings: Settings, virtual: bool, told: Callable[[str], datetime]) -> Iterator[Check]:
    """The campaign's clock: borrowed, or compared with what a live network says.

    ``told`` gives the time of the server at an address, or raises ``OSError``.
    """
    if virtual:
        yield Check(
            "clock",
            Level.WARN,
            _("TUEROEFFNER_NOW is set: the campaign lives at a borrowed time."),
            _("Unset it when you do not practise."),
        )
        return
    live = [
        each.api_base for each in settings.networks.values() if each.ready and not each.rehearses
    ]
    for address in live:
        try:
            away = abs(datetime.now(UTC) - told(address))
        except OSError:
            continue
        yield _compared(away)
        return
    yield ok("clock", _("The clock was not compared: no live network was asked."))


def _compared(away: timedelta) -> Check:
    seconds = int(away.total_seconds())
    text = _("The clock differs from a network's by {seconds} s.").format(seconds=seconds)
    if away > CLOCK_MAY_DIFFER:
        return Check("clock", Level.FAIL, text, _("Let this computer set its clock by itself."))
    return ok("clock", text)


def server_time(address: str) -> datetime:
    """The time in the ``Date`` header of the server at ``address``; raises ``OSError``."""
    try:
        with urlopen(Request(address, method="HEAD"), timeout=5) as answer:
            date = answer.headers.get("Date")
    except HTTPError as error:
        date = error.headers.get("Date")  # a refusal is dated as well
        error.close()
    except URLError as error:
        raise OSError(str(error.reason)) from error
    try:
        return parsedate_to_datetime(date or "").astimezone(UTC)
    except ValueError as error:
        raise OSError("no date in the answer") from error
