"""``doctor``: every check with its remedy."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from orchestrator.commands.command import command
from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.doctor import Check

_MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


@command
def doctor(desk: Desk) -> Exit:
    """Check this machine, the campaign and every account; tell what to do about each finding."""
    from orchestrator.doctor import Level

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


def _rounds(desk: Desk) -> Iterator["Check"]:
    from orchestrator import doctor as look
    from orchestrator.backup.checks import backups
    from orchestrator.doctor import guarded
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
    yield from guarded("key", lambda: look.key_file(settings))
    yield from guarded("database", lambda: look.database(settings))
    yield from guarded("backup", lambda: backups(settings, SystemClock().now()))
    yield from guarded("posts", lambda: _posts(desk))
    yield from guarded("disk", lambda: look.free_disk(settings))
    yield from _networks(desk)


def _posts(desk: Desk) -> Iterator["Check"]:
    """Whether posts go out as planned."""
    from orchestrator.doctor import Check, Level, ok
    from orchestrator.store import Schema, inspect
    from orchestrator.today.alarms import Moment, alarms
    from schedules.clock import SystemClock

    if inspect(desk.settings.database.url).schema is not Schema.CURRENT:
        return  # the check of the database says why
    at = Moment(desk.now, SystemClock().now())
    with desk.looking() as (session, campaign_id):
        found = list(alarms(session, campaign_id, desk.settings, at))
    for each in found:
        remedy = _("Run `{command}`.").format(command=each.remedy)
        level = Level.WARN if each.works else Level.FAIL
        yield Check("posts", level, f"{each.what}.", remedy)
    if not found:
        yield ok("posts", _("No post is late or stuck."))


def _networks(desk: Desk) -> Iterator["Check"]:
    from orchestrator import rounds
    from orchestrator.doctor import guarded

    virtual = bool(os.environ.get(NOW_VARIABLE, "").strip())
    settings = desk.settings
    yield from guarded("clock", lambda: rounds.clock(settings, virtual))
    yield from guarded("memory", rounds.memory)
    yield from guarded("networks", lambda: rounds.accounts(settings, desk.now))
