"""``doctor``: every check with its remedy."""

import os
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.errors import Exit, TueroeffnerError, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.doctor import Check
    from orchestrator.ending import MustGo
    from orchestrator.ports import Standing
    from orchestrator.rounds import Ask
    from orchestrator.section import NetworkOptions

_MARKS = {"ok": "✓", "off": "–", "unknown": "?", "warn": "!", "fail": "✗"}


class Answer(StrEnum):
    """What a person says of the app."""

    YES = "yes"
    NO = "no"


@command
def doctor(
    desk: Desk,
    pilot: Annotated[
        bool,
        typer.Option("--pilot", help="Try the page out: two neutral posts, deleted after a day."),
    ] = False,
    live_mode: Annotated[
        str | None,
        typer.Option("--live-mode", metavar="yes|no", help="Whether the app is in Live mode."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --pilot: show the texts, post nothing.")
    ] = False,
) -> Exit:
    """Check this machine, the campaign and every account; tell what to do about each finding."""
    from orchestrator.commands import doctor_pilot
    from orchestrator.doctor import Level

    said = _answer(live_mode) if live_mode is not None else None
    if pilot:
        return doctor_pilot.pilot(desk, said)
    if dry_run:
        raise UsageProblem(
            _("Without --pilot the doctor posts nothing."), remedy=_("Leave out --dry-run.")
        )
    if said:
        doctor_pilot.keep_live_mode(desk, said)
    checks = []
    for check in _rounds(desk):
        checks.append(check)
        desk.say(f"{_MARKS[check.level]} {check.what}")
        if check.remedy:
            desk.say(f"  → {check.remedy}")
    desk.emit({"checks": [vars(check) for check in checks]})
    failed = [check for check in checks if check.level is Level.FAIL]
    desk.say()
    if not failed:
        off = any(check.name == "networks" for check in checks)
        desk.say(
            _("All is ready but a network to post on.") if off else _("Nothing stands in the way.")
        )
        return Exit.DONE
    sentence = ngettext("{count} thing needs you.", "{count} things need you.", len(failed))
    desk.say(sentence.format(count=len(failed)))
    broken = any(check.name == "configuration" for check in failed)
    return Exit.USAGE if broken else Exit.PERSON_NEEDED


def _answer(said: str) -> Answer:
    try:
        return Answer(said)
    except ValueError as error:
        raise UsageProblem(
            _("--live-mode says whether the app is in Live mode: yes or no, not “{said}”.").format(
                said=said
            ),
            remedy=_("Write --live-mode yes, or --live-mode no."),
        ) from error


def _rounds(desk: Desk) -> Iterator["Check"]:
    from orchestrator import doctor as look
    from orchestrator.backup.checks import backups
    from orchestrator.doctor import guarded
    from orchestrator.mail_rounds import post
    from schedules.clock import SystemClock

    with suppress(UsageProblem):
        desk.settings  # noqa: B018 - reading it chooses the language in which all this is said
    yield from look.program()
    yield from look.time_zones()
    yield from guarded("places", look.places)
    try:
        settings, now = desk.settings, desk.now
    except UsageProblem as error:
        what = f"{error.subject}: {error.what}" if error.subject else error.what
        yield look.Check("configuration", look.Level.FAIL, what, error.remedy)
        return
    yield look.ok(
        "configuration",
        _("The configuration in {folder} is in order.").format(folder=settings.folder),
    )
    yield from guarded("campaign", lambda: look.campaign(settings, now))
    yield from guarded("geocoder", lambda: look.geocoder(settings))
    yield from guarded("consent", lambda: look.consent_texts(settings))
    yield from guarded("key", lambda: look.key_file(settings))
    yield from guarded("database", lambda: look.database(settings))
    yield from guarded("backup", lambda: backups(settings, SystemClock().now()))
    yield from guarded("posts", lambda: _posts(desk))
    yield from guarded("offers", lambda: _offers(desk))
    yield from guarded("retention", lambda: _retention(desk))
    yield from guarded("endings", lambda: _endings(desk))
    yield from guarded("disk", lambda: look.free_disk(settings))
    yield from _networks(desk)
    yield from guarded("mail", lambda: post(settings))
    yield from guarded("pages", lambda: _pages(desk))
    yield from guarded("policy", lambda: _policy(desk))


def _posts(desk: Desk) -> Iterator["Check"]:
    """Whether posts go out as planned."""
    from orchestrator.doctor import Check, Level, ok
    from orchestrator.store import Schema, inspect
    from orchestrator.today.alarms import CHECKED_APART, Moment, alarms
    from schedules.clock import SystemClock

    if inspect(desk.settings.database.url).schema is not Schema.CURRENT:
        return  # the check of the database says why
    at = Moment(desk.now, SystemClock().now())
    with desk.looking() as (session, campaign_id):
        found = [
            each
            for each in alarms(session, campaign_id, desk.settings, at)
            if each.name not in CHECKED_APART
        ]
    for each in found:
        remedy = _("Run `{command}`.").format(command=each.remedy)
        level = Level.WARN if each.works else Level.FAIL
        yield Check("posts", level, f"{each.what}.", remedy)
    if not found:
        yield ok("posts", _("No post is late or stuck."))


def _offers(desk: Desk) -> Iterator["Check"]:
    """Whether every offer gets to its tandem in time."""
    from orchestrator.doctor import Check, Level, ok
    from orchestrator.store import Schema, inspect
    from orchestrator.today.alarms import offers_held_up

    if inspect(desk.settings.database.url).schema is not Schema.CURRENT:
        return  # the check of the database says why
    with desk.looking() as (session, campaign_id):
        found = list(offers_held_up(session, campaign_id, desk.now))
    for each in found:
        level = Level.WARN if each.works else Level.FAIL
        yield Check(
            "offers", level, f"{each.what}.", _("Run `{command}`.").format(command=each.remedy)
        )
    if not found:
        yield ok("offers", _("No job offer waits for more than 24 hours."))


def _pages(desk: Desk) -> Iterator["Check"]:
    """The app's mode, whether anybody sees the posts, and what a pilot showed."""
    from orchestrator.pilot import checks
    from orchestrator.store import Schema, inspect

    if inspect(desk.settings.database.url).schema is not Schema.CURRENT:
        return  # the check of the database says why
    with desk.looking() as (session, campaign_id):
        yield from checks.live_mode(session, campaign_id, desk.settings)
        yield from checks.reach(session, campaign_id, desk.settings, desk.now)
        yield from checks.pilots(session, campaign_id, desk.settings)


def _policy(desk: Desk) -> Iterator["Check"]:
    """What the rules say of the campaign as a whole; of a tandem's audience others tell."""
    from orchestrator.aiming.campaign import campaign_rules
    from orchestrator.commands.findings import reason_words, remedy_words
    from orchestrator.doctor import Check, Level
    from orchestrator.store import Schema, inspect

    if inspect(desk.settings.database.url).schema is not Schema.CURRENT:
        return
    levels = {"ok": Level.OK, "warn": Level.WARN, "block": Level.FAIL}
    with desk.looking() as (session, campaign_id):
        found = campaign_rules(session, campaign_id, desk.settings, desk.now)
    for each in found:
        what, remedy = reason_words(each), remedy_words(each)
        yield Check(f"policy {each.rule}", levels[each.level], what, remedy)


def _endings(desk: Desk) -> Iterator["Check"]:
    """Posts that must be down by now; when others come down by themselves, soon and later."""
    from orchestrator.doctor import Check, Level, ok
    from orchestrator.ending import must_go, until_of
    from orchestrator.leaving.ahead import dates_ahead, is_soon
    from orchestrator.store import Schema, inspect

    if inspect(desk.settings.database.url).schema is not Schema.CURRENT:
        return  # the check of the database says why
    until = until_of(desk.settings.campaign, desk.now)
    with desk.looking() as (session, campaign_id):
        overdue = must_go(session, campaign_id, until)
        ahead = dates_ahead(session, campaign_id, until)
    for post in overdue:
        remedy = _("Run `{command}`; or delete it there: {link}").format(
            command="tueroeffner run --once", link=post.post.permalink or post.post.network
        )
        yield Check("endings", Level.FAIL, _must_be_down(post), remedy)
    for each in ahead:
        if is_soon(each, until):
            remedy = _("Run `{command}`.").format(command=each.remedy)
            yield Check("endings", Level.WARN, f"{each.sentence()}.", remedy)
    later = [each for each in ahead if not is_soon(each, until)]
    if later:
        more = len(later) - 1
        also = ngettext("; {count} later date", "; {count} later dates", more).format(count=more)
        yield ok("endings", f"{later[0].sentence()}{also if more else ''}.")


def _must_be_down(each: "MustGo") -> str:
    from orchestrator.ending import sentence

    words = [
        _("Post {number} must be down by now, and may still be live ({why}).").format(
            number=each.post.id, why=sentence(each.why)
        )
    ]
    if each.post.removal_at and each.post.error:
        words.append(_("The last try: {what}").format(what=each.post.error))
    return " ".join(words)


def _retention(desk: Desk) -> Iterator["Check"]:
    """Whether something is kept for longer than it may be."""
    from orchestrator.retention.checks import retention
    from orchestrator.store import Schema, inspect

    if inspect(desk.settings.database.url).schema is Schema.CURRENT:
        with desk.looking() as (session, campaign_id):
            yield from retention(session, campaign_id, desk.settings, desk.now)


def _networks(desk: Desk) -> Iterator["Check"]:
    from orchestrator import rounds
    from orchestrator.doctor import guarded

    virtual = bool(os.environ.get(NOW_VARIABLE, "").strip())
    settings = desk.settings
    yield from guarded("clock", lambda: rounds.clock(settings, virtual))
    yield from guarded("memory", rounds.memory)
    asked: set[str] = set()
    ask = _remembering(desk, asked)
    yield from guarded("networks", lambda: rounds.accounts(settings, desk.now, ask))
    yield from guarded("adverts", lambda: rounds.payers(settings))
    yield from guarded("networks", lambda: _refused(desk, asked))


def _refused(desk: Desk, asked: set[str]) -> Iterator["Check"]:
    """Accounts that are left alone, or were refused when somebody posted."""
    from orchestrator import rounds
    from orchestrator.store import Schema, inspect

    if inspect(desk.settings.database.url).schema is Schema.CURRENT:
        with desk.looking() as (session, campaign_id):
            yield from rounds.refused(session, campaign_id, desk.settings, asked, desk.now)


def _remembering(desk: Desk, asked: set[str]) -> "Ask":
    """Ask a network who we are to it, and keep how many follow us, and what is in order again."""
    from orchestrator import conditions, networks
    from orchestrator.aiming.followers import keep
    from orchestrator.bill import enter_all
    from orchestrator.campaign import known
    from orchestrator.capabilities import account_of
    from orchestrator.store import Schema, inspect

    def ask(name: str, options: "NetworkOptions") -> "Standing":
        asked.add(name)
        network = networks.adapter(name).connect(options, clock=desk.clock)
        standing: Standing = network.standing()
        # That it cannot be kept is for the check of the database to say.
        with suppress(TueroeffnerError):
            if inspect(desk.settings.database.url).schema is Schema.CURRENT:
                with desk.store.session() as session:
                    keep(session, desk.settings, name, standing, desk.now)
                    campaign_id = known(session, desk.settings.campaign.slug)
                    account = account_of(session, campaign_id, name, options.account, lock=True)
                    if account:
                        lacking = bool(standing.missing)
                        conditions.was_asked(session, account, desk.now, lacking=lacking)
                        enter_all(session, account, network.charges)
        return standing

    return ask
