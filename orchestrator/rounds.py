"""The doctor's rounds outside: the accounts, asked with a real call, the clock, the memory."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from orchestrator import conditions, networks, witness
from orchestrator.config import Settings
from orchestrator.doctor import Check, Level, off, ok
from orchestrator.elsewhere.dates import MAY_DIFFER, server_time
from orchestrator.formats import count, day, moment
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word
from orchestrator.model import Account
from orchestrator.ports import (
    AdvertAccount,
    Advertises,
    NotAuthorised,
    Remark,
    Standing,
    Trouble,
    Unreadable,
)
from orchestrator.section import NetworkOptions
from orchestrator.vocabulary import Condition

EXPIRES_SOON = timedelta(days=14)
Ask = Callable[[str, NetworkOptions], Standing]
AskPayer = Callable[[str, NetworkOptions], AdvertAccount]


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
        yield off(name, _("{network} is off: it has no credentials.").format(network=name))


def _unset(options: NetworkOptions) -> NetworkOptions:
    """The same section with nothing in it: it lacks everything that is required."""
    return options.model_construct()


def _account(name: str, options: NetworkOptions, now: datetime, ask: Ask) -> Iterator[Check]:
    try:
        standing = ask(name, options)
    except NotAuthorised as trouble:
        what = _("{network} refuses the access: {why}").format(network=name, why=trouble.why)
        remedy = _remedy(trouble.condition, name, options, trouble.why)
        yield Check(name, Level.FAIL, what, remedy)
    except Unreadable as trouble:
        yield Check(name, Level.FAIL, trouble.why, _unread_remedy(name))
    except Trouble as trouble:
        yield Check(
            name,
            Level.WARN,
            _("{network} could not be asked: {why}").format(network=name, why=trouble.why),
            _("Check the connection; posts wait until the network answers."),
        )
    else:
        yield from _standing(name, standing, now)


def _remedy(condition: Condition | None, name: str, options: NetworkOptions, why: str) -> str:
    """What to do about a refusal of this kind; ``why``: in the network's words."""
    if condition is Condition.TOKEN:
        keys = _refused_keys(options, why)
        words = ngettext(
            "Get a new token for {keys} and put it into its file; then run this again.",
            "Get new tokens for {keys} and put each into its file; then run this again.",
            len(keys),
        )
        return words.format(keys=", ".join(f"[{name}] {key}" for key in keys))
    if condition is Condition.CREDITS:
        words = _(
            "Buy credits in {network}'s developer console, or raise the limit on spending there;"
            " then run this again."
        )
        return words.format(network=source_word(name, ""))
    return _("Do what it says; then run this again.")


def _unread_remedy(name: str) -> str:
    return _("Do what it says; then `{command}`.").format(command=conditions.resuming(name))


def _refused_keys(options: NetworkOptions, why: str) -> list[str]:
    """The secrets that it names, or all that are set."""
    given = [key for key in type(options).secrets() if getattr(options, key)]
    return [key for key in given if key in why] or given


def ask_payer(name: str, options: NetworkOptions) -> AdvertAccount:
    """Ask a network what pays for adverts, with a real call."""
    network = networks.adapter(name).connect(options)
    account = network.advertising if isinstance(network, Advertises) else None
    assert account is not None, "its options say that there is one"
    return account.account()


def payers(settings: Settings, ask: AskPayer = ask_payer) -> Iterator[Check]:
    """Whether adverts can be paid for, wherever there are any at all."""
    for name, options in settings.networks.items():
        if options.ready and options.advert(0, 0, 1):
            yield from _payer(name, options, ask)


def _payer(name: str, options: NetworkOptions, ask: AskPayer) -> Iterator[Check]:
    if not options.advertises:
        words = _("Adverts on {network} are not configured: there is no ad account.")
        yield off("adverts", words.format(network=name))
        return
    if options.pays is None:
        words = _("Adverts on {network} are off (paid = false): the ad account only counts people.")
        yield off("adverts", words.format(network=name))
        return
    try:
        account = ask(name, options)
    except NotAuthorised as trouble:
        what = _("{network} refuses the access: {why}").format(network=name, why=trouble.why)
        remedy = _remedy(trouble.condition, name, options, trouble.why)
        yield Check("adverts", Level.FAIL, what, remedy)
    except Trouble as trouble:
        what = _("Whether the ad account at {network} can pay is not known: {why}")
        remedy = _("Check the connection; what runs goes on until its end or its budget's.")
        yield Check("adverts", Level.UNKNOWN, what.format(network=name, why=trouble.why), remedy)
    else:
        yield _can_pay(account)


def _can_pay(account: AdvertAccount) -> Check:
    if account.problem:
        remedy = _("Do what it says; then run this again.")
        return Check("adverts", Level.FAIL, account.problem, remedy)
    words = _("The ad account {name} is active and can pay, in {currency}.")
    return ok("adverts", words.format(name=account.name, currency=account.currency))


def _standing(name: str, standing: Standing, now: datetime) -> Iterator[Check]:
    for permission in standing.missing:
        lacks = _("The token for {network} lacks the permission {permission}.").format(
            network=name, permission=permission
        )
        if purpose := standing.needed_for.get(permission):
            lacks += " " + _("It is needed {purpose}.").format(purpose=purpose)
        remedy = _("Grant it in the network's developer settings, and get a new token.")
        yield Check(name, Level.FAIL, lacks, remedy)
    token = _("The token for {network} ends on {day}.")
    yield from _ending(name, token, standing.expires_at, now)
    data = _("The token for {network} may read only until {day}; then figures and replies stop.")
    yield from _ending(name, data, standing.data_until, now)
    for remark in standing.remarks:
        later = remark.ends is not None and remark.ends - now >= EXPIRES_SOON
        remedy = "" if later else remark.remedy
        yield Check(name, _level(remark, remedy), remark.what, remedy)
    if not standing.missing:
        yield ok(name, _described(name, standing))


def _level(remark: Remark, remedy: str) -> Level:
    if not remark.known:
        return Level.UNKNOWN
    if remark.hinders:
        return Level.FAIL
    return Level.WARN if remedy else Level.OK


def _ending(name: str, sentence: str, ends: datetime | None, now: datetime) -> Iterator[Check]:
    """What ends within a fortnight, or has ended."""
    if ends and ends - now < EXPIRES_SOON:
        what = sentence.format(network=name, day=day(ends.date()))
        remedy = _("Get a new token before that day.")
        yield Check(name, Level.WARN if ends > now else Level.FAIL, what, remedy)


def _described(name: str, standing: Standing) -> str:
    text = _("{network}: “{account}” answers.").format(network=name, account=standing.name)
    if standing.followers is None:
        return text
    return f"{text} {_('Followers: {count}.').format(count=count(standing.followers))}"


def refused(
    session: Session, campaign_id: int, settings: Settings, asked: set[str], now: datetime
) -> Iterator[Check]:
    """Accounts that a network refuses since some time; ``asked``: the ones just told of."""
    for account in conditions.troubled(session, campaign_id):
        options = settings.networks.get(account.network)
        if options is None or options.account != account.remote_id:
            continue
        what, why = told(account, settings.campaign.zone), account.refusal or ""
        if conditions.is_unread(account, now):
            # That the account tells who we are proves nothing of the rest.
            yield Check(account.network, Level.FAIL, what, _unread_remedy(account.network))
        elif account.condition and (account.network not in asked or conditions.rests(account)):
            remedy = _remedy(account.condition, account.network, options, why)
            if account.condition is Condition.BLOCKED:
                command = conditions.resuming(account.network)
                remedy = _("Run `{command}`.").format(command=command)
            yield Check(account.network, Level.FAIL, what, remedy)


def told(account: Account, zone: ZoneInfo) -> str:
    """What is wrong with an account, since when, and what its network said."""
    since = account.condition_since
    words = conditions.sentence(account.condition).format(network=account.network)
    at = f" {_('since {time}').format(time=moment(since.astimezone(zone)))}" if since else ""
    return f"{words}{at}: {account.refusal}"


def clock(
    settings: Settings, virtual: bool, told: Callable[[str], datetime] = server_time
) -> Iterator[Check]:
    """The campaign's clock: borrowed, or compared with what every network says.

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
    checks = []
    for name, options in settings.networks.items():
        with suppress(OSError):
            if options.ready:
                checks.append(_compared(name, datetime.now(UTC) - told(options.api_base)))
    untold = _("The clock was not compared: no network answered.")
    remedy = _("Nothing has to be done: it is compared again before anything is sent.")
    yield from checks or [Check("clock", Level.UNKNOWN, untold, remedy)]


def _compared(name: str, away: timedelta) -> Check:
    seconds = round(abs(away).total_seconds())
    text = _("The clock differs from that of {network} by {seconds} s.").format(
        network=name, seconds=seconds
    )
    if abs(away) > MAY_DIFFER:
        text += " " + _("Nothing is sent there.")
        return Check("clock", Level.FAIL, text, _("Let this computer set its clock by itself."))
    return ok("clock", text)


def memory() -> Iterator[Check]:
    """Whether this machine can remember what it sent, to find out an old copy of the database."""
    if place := witness.hindrance():
        yield Check(
            "memory",
            Level.WARN,
            _(
                "What was sent cannot be remembered in {place}: an old database that is put back"
                " would not be noticed."
            ).format(place=place),
            _("Make that folder one that you may write to, or name another in XDG_STATE_HOME."),
        )
    else:
        yield ok("memory", _("What was sent is remembered outside the campaign's folder."))
