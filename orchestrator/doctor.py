"""What the doctor looks at on this machine: every check with its remedy.

A check looks and changes nothing. ``fail`` means that a person must act before the campaign can
run, ``warn`` that somebody should know.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from orchestrator import __version__
from orchestrator.config import Settings
from orchestrator.errors import TueroeffnerError
from orchestrator.formats import count, day
from orchestrator.i18n import _, ngettext
from orchestrator.writer import LOCKS_ACROSS_PROCESSES, Ground, ground_of

FREE_BYTES = 500_000_000
PLACES = 11_000


class Level(StrEnum):
    """How bad it is. ``off``: it is not set up, as may well be meant. ``unknown``: nobody told."""

    OK = "ok"
    OFF = "off"
    UNKNOWN = "unknown"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, how bad it is, what was seen, and what to do."""

    name: str
    level: Level
    what: str
    remedy: str = ""


def ok(name: str, what: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, what)


def off(name: str, what: str) -> Check:
    """Nothing is set up yet, or at all."""
    return Check(name, Level.OFF, what)


def guarded(name: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """A check that cannot be finished is a finding, too; the others go on."""
    try:
        yield from look()
    except TueroeffnerError as error:
        yield Check(name, Level.FAIL, error.what, error.remedy)
    except OSError as error:
        yield Check(name, Level.FAIL, f"{error.filename or ''} {error.strerror or error}".strip())


def program() -> Iterator[Check]:
    """Versions of the program and of Python."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield ok(
        "program",
        _("Türöffner {version} on Python {python}").format(version=__version__, python=python),
    )


def key_file(settings: Settings) -> Iterator[Check]:
    """The campaign's key is there, for its owner only, and the one of this campaign."""
    from orchestrator.keys import read_key_file

    known = known_fingerprint(settings)
    key = read_key_file(settings.keys.file, in_use=lambda: known is not None)
    if known and known != key.fingerprint:
        yield Check(
            "key",
            Level.FAIL,
            _("The key file {path} is not the one with which the tandems were imported.").format(
                path=settings.keys.file
            ),
            _("Put back the right file from your safe copy; the contacts need it."),
        )
    else:
        yield ok("key", _("The key file {path} is in order.").format(path=settings.keys.file))


def known_fingerprint(settings: Settings) -> str | None:
    """The fingerprint in the campaign's row; None while there is none to compare with."""
    from sqlmodel import select

    from orchestrator.errors import UsageProblem
    from orchestrator.model import Campaign
    from orchestrator.store import Schema, inspect, open_store

    try:
        if inspect(settings.database.url).schema is not Schema.CURRENT:
            return None
        store = open_store(settings.database.url)
        try:
            with store.reading() as session:
                wanted = select(Campaign).where(Campaign.slug == settings.campaign.slug)
                row = session.exec(wanted).one_or_none()
                return row.key_fingerprint if row else None
        finally:
            store.close()
    except UsageProblem:
        return None  # the check of the database says why


def database(settings: Settings) -> Iterator[Check]:
    """The database answers, fits this program, can be written, and stands on sound ground."""
    from orchestrator.soundness import refuse_unsound
    from orchestrator.store import Schema, inspect

    url = settings.database.url
    found = inspect(url)
    found.refuse_unfit()
    if found.schema is Schema.OLDER:
        yield Check(
            "database",
            Level.FAIL,
            _("The database {where} is older than this program.").format(where=found.where),
            _("Run `tueroeffner db upgrade`."),
        )
    elif found.schema in (Schema.MISSING, Schema.EMPTY):
        yield off("database", _("The first import sets up {where}.").format(where=found.where))
    else:
        refuse_unsound(url)
        yield ok("database", _("{where} answers and fits.").format(where=found.where))
    if url.startswith("sqlite"):
        file = Path(found.where)
        yield from grounds(file, ground_of(file))


def grounds(
    file: Path, ground: Ground, *, across: bool = LOCKS_ACROSS_PROCESSES
) -> Iterator[Check]:
    """How safely several programs write here: by SQLite alone, or one after the other.

    ``across``: whether this system has locks that hold between programs.
    """
    if ground.far:
        yield _far(file, ground)
    if ground.racy:
        yield _racy(".".join(map(str, ground.version)), across)


def _far(file: Path, ground: Ground) -> Check:
    what = _("The database {file} lies on a network or shared disk ({kind}).").format(
        file=file, kind=ground.disk
    )
    remedy = _("Move it to a disk of this computer; in WSL, to your Linux home folder.")
    return Check("database", Level.WARN, what, remedy)


def _racy(number: str, across: bool) -> Check:
    if across:
        what = _(
            "SQLite {version} has a rare fault when several programs write at once; so only one"
            " writer works at a time here."
        )
        remedy = _(
            "It is safe as it is. With a Python that has SQLite 3.51.3 or newer, or with"
            " PostgreSQL, nobody has to wait."
        )
    else:
        what = _(
            "SQLite {version} has a rare fault when several programs write at once, and this"
            " system cannot let them take turns."
        )
        remedy = _(
            "Let only one `tueroeffner run` work at a time, or use a Python with SQLite 3.51.3"
            " or newer, or PostgreSQL."
        )
    return Check("database", Level.WARN, what.format(version=number), remedy)


def _size(free: int) -> str:
    """So many bytes in the unit that fits, as disks are sold: 1 GB is 1000 MB."""
    million = free // 1_000_000
    return f"{count(million)} MB" if million < 10_000 else f"{count(million // 1000)} GB"


def free_disk(settings: Settings) -> Iterator[Check]:
    """Enough room for the database and its copies."""
    free = shutil.disk_usage(settings.folder).free
    text = _("{free} are free in {folder}.").format(free=_size(free), folder=settings.folder)
    if free < FREE_BYTES:
        yield Check("disk", Level.WARN, text, _("Free some space: at least 500 MB are good."))
    else:
        yield ok("disk", text)


def places() -> Iterator[Check]:
    """The embedded gazetteer is whole."""
    from audiences.gazetteer import Gazetteer
    from audiences.place import GazetteerBroken

    try:
        gazetteer = Gazetteer.open()
        gazetteer.verify()
        german = sum(1 for place in gazetteer.places() if place.country == "DE")
    except GazetteerBroken as error:
        yield Check("places", Level.FAIL, str(error), _("Install Türöffner again."))
        return
    if german < PLACES:
        text = _("The list of places has only {count} German places.").format(count=count(german))
        yield Check("places", Level.FAIL, text, _("Install Türöffner again."))
    else:
        yield ok("places", _("{count} German places are known.").format(count=count(german)))


def geocoder(settings: Settings) -> Iterator[Check]:
    """To whom towns are named that are not known here; nothing is said while nobody is asked."""
    from audiences.outward import DOMAINS
    from orchestrator.placing.online import service_of

    service = service_of(settings.audience, settings.campaign)
    if service is None:
        return
    what = _("Towns that are not known here are asked of {domain}, which so learns their names.")
    if service.domain in DOMAINS.values():
        yield Check(
            "geocoder",
            Level.WARN,
            what.format(domain=service.domain),
            _("Tell your data protection officer, or set [audience] geocoder_domain to your own."),
        )
    else:
        yield ok("geocoder", what.format(domain=service.domain))


def campaign(settings: Settings, now: datetime) -> Iterator[Check]:
    """Dates and contact make sense today."""
    plan, today = settings.campaign, now.astimezone(settings.campaign.zone).date()
    if not plan.contact:
        yield Check(
            "campaign",
            Level.WARN,
            _("No contact is set; nothing can be approved without it."),
            _("Set [campaign] contact to the phone, mail or link of your action centre."),
        )
    if plan.end < today:
        yield Check(
            "campaign",
            Level.WARN,
            _("The campaign “{name}” ended on {day}.").format(name=plan.name, day=day(plan.end)),
            _("Set [campaign] start and end for a new one."),
        )
    else:
        yield ok("campaign", _days(plan.name, plan.start, plan.end, today))


def _days(name: str, start: date, end: date, today: date) -> str:
    if today < start:
        days = (start - today).days
        return ngettext(
            "“{name}” begins in {days} day, on {start}.",
            "“{name}” begins in {days} days, on {start}.",
            days,
        ).format(name=name, days=days, start=day(start))
    return _("“{name}” runs until {end}.").format(name=name, end=day(end))


def consent_texts(settings: Settings) -> Iterator[Check]:
    """Every text that people agree to can be read and is whole."""
    from orchestrator.consent.texts import OWN, files, flaws

    own = settings.folder / OWN
    broken = flaws(own)
    for each in broken:
        yield Check("consent", Level.FAIL, each.what, each.remedy)
    if not broken:
        known = ", ".join(sorted(files(own)))
        yield ok("consent", _("People can be asked for consent in: {known}.").format(known=known))


def time_zones() -> Iterator[Check]:
    """The time zone rules travel with the program; old system tables do not matter."""
    try:
        rules = version("tzdata")
        yield ok(
            "time zones", _("The time zone rules are those of {version}.").format(version=rules)
        )
    except PackageNotFoundError:
        yield Check(
            "time zones",
            Level.WARN,
            _("The package tzdata is missing; the system's own rules are used."),
            _("Install Türöffner again."),
        )
