"""The desk at which a command works: its settings, database, clock, and its ways of speaking.

Answers go to stdout, everything else to stderr. Nothing is opened before a command asks for it,
so that ``--help`` stays quick and ``init`` works without a configuration.
"""

import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from orchestrator import i18n
from orchestrator.commands.streams import forget_typed, speaks_unicode
from orchestrator.commands.usage import wants_json
from orchestrator.errors import Exit, TueroeffnerError, UsageProblem
from orchestrator.i18n import _
from orchestrator.redact import escaped, hung, redact, redact_document, tame
from schedules.clock import Clock, clock_from

if TYPE_CHECKING:
    from sqlmodel import Session

    from orchestrator.config import Settings
    from orchestrator.keys import CampaignKey
    from orchestrator.model import Campaign
    from orchestrator.store import Store

NOW_VARIABLE = "TUEROEFFNER_NOW"


class Desk:
    """What a command needs: see the module."""

    def __init__(
        self,
        *,
        config: Path | None = None,
        json: bool = False,
        yes: bool = False,
        no_input: bool = False,
        quiet: bool = False,
        verbose: bool = False,
        lang: str | None = None,
        dry_run: bool = False,
    ) -> None:
        self.config_flag = config
        self.dry_run = dry_run
        self.json = json
        self.yes = yes
        self.may_ask = not no_input and not json and sys.stdin.isatty()
        self.quiet = quiet
        self.verbose = verbose
        self.lang = lang
        self._stopping = False
        # What the command is about, for scripts; a sentence names it anyway.
        self.about = ""
        i18n.speak(i18n.preferred(lang, None, os.environ))
        _log_to_stderr(verbose)

    def check_language(self, known: list[str]) -> None:
        """Refuse a language that is not among those of the command."""
        if self.lang and self.lang not in known:
            raise UsageProblem(
                _("I do not speak “{language}”.").format(language=self.lang),
                remedy=_("Use one of: {known}").format(known=", ".join(known)),
            )

    @cached_property
    def settings(self) -> "Settings":
        """The configuration; from here on its language is spoken unless ``--lang`` says other."""
        from orchestrator.config import config_path, load

        excuse = self._excuse if self._stopping else None
        settings = load(config_path(self.config_flag), excuse=excuse)
        i18n.speak(i18n.preferred(self.lang, settings.campaign.language, os.environ))
        return settings

    def _excuse(self, mistakes: UsageProblem) -> None:
        sentence = _("The configuration has a mistake, and this goes on without it: {mistakes}")
        self.warn(sentence.format(mistakes=f"{mistakes.subject}: {mistakes.what}"))

    @cached_property
    def key(self) -> "CampaignKey":
        """The campaign's key, read from its owner-only file; another campaign's is refused."""
        from orchestrator.campaign import foreign_key
        from orchestrator.doctor import known_fingerprint
        from orchestrator.keys import LostKey, read_key_file

        settings = self.settings
        known = known_fingerprint(settings)
        try:
            key = read_key_file(settings.keys.file, in_use=lambda: known is not None)
            if known and known != key.fingerprint:
                raise foreign_key(settings.campaign.slug)
        except UsageProblem as problem:
            if not (self._stopping and known):
                raise
            self.warn(f"{problem.what} {problem.remedy}")
            return LostKey(known)
        return key

    def stop_in_any_case(self) -> None:
        """Whoever stops something, or takes it down, opens nothing sealed and needs no setting
        but the database: it must always work.
        """
        self._stopping = True

    def require_key(self) -> None:
        """Find out before anything begins that the key is missing or another campaign's."""
        _key = self.key

    @cached_property
    def store(self) -> "Store":
        """The database, open and with the right schema.

        A dry run before there is one must not make it: it works in memory.
        """
        from orchestrator.store import Schema, inspect, open_store

        url = self.settings.database.url
        if self.dry_run and inspect(url).schema in (Schema.MISSING, Schema.EMPTY):
            return open_store("sqlite://")
        return open_store(url)

    @contextmanager
    def looking(self) -> Iterator[tuple["Session", int]]:
        """A session to read in, and the campaign's id; 0 before the first import.

        Nothing is locked, so that looking is possible while anything else is going on.
        """
        from orchestrator.campaign import known

        with self.store.reading() as session:
            yield session, known(session, self.settings.campaign.slug)

    def campaign_id(self) -> int:
        """The campaign's id; 0 before the first import."""
        with self.looking() as (_session, campaign_id):
            return campaign_id

    @cached_property
    def clock(self) -> Clock:
        """The campaign's clock: the system's, or the time in ``TUEROEFFNER_NOW``."""
        try:
            return clock_from(os.environ.get(NOW_VARIABLE))
        except ValueError as error:
            raise UsageProblem(
                _("{variable} is not a time: {reason}").format(variable=NOW_VARIABLE, reason=error),
                remedy=_("Write it like 2026-11-23T09:00:00+01:00, or unset it."),
            ) from error

    @property
    def now(self) -> datetime:
        """The campaign's time, UTC."""
        return self.clock.now()

    @property
    def actor(self) -> str:
        """Who sits here, for the audit log: the user name on this machine."""
        try:
            return getpass.getuser()
        except (OSError, KeyError):
            return "unknown"

    def campaign(self, session: "Session") -> "Campaign":
        """The row of the configured campaign."""
        from orchestrator.campaign import enrol

        return enrol(session, self.settings.campaign, self.key, self.now)

    def say(self, text: str = "") -> None:
        """Print a line of the answer (not with ``--json`` or ``--quiet``)."""
        if not self.json and not self.quiet:
            self.console.print(tame(text), markup=False, highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Print a remark beside the answer."""
        if not self.quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """Print what must be read, also with ``--quiet``."""
        safe = hung(redact(tame(text)))
        self.errors.print(safe, markup=False, highlight=False, soft_wrap=True)

    def table(self, columns: list[str], rows: list[list[str]], *, public: bool = False) -> None:
        """Print a table of untrusted cells; a contact in it is masked unless all is ``public``."""
        if self.json or self.quiet:
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column in columns:
            table.add_column(Text(column), overflow="fold")
        for row in rows:
            table.add_row(*(Text(tame(cell) if public else redact(tame(cell))) for cell in row))
        self.console.print(table)

    def emit(self, document: object, *, unmasked: Collection[str] = ()) -> None:
        """Print the JSON document of ``--json``; without the flag, nothing.

        ``unmasked``: keys under which somebody asked to see a contact as it is.
        """
        if self.json:
            print(_json(document, unmasked))

    def confirm(self, question: str) -> None:
        """Go on only with ``--yes`` or a yes on the terminal; else refuse and name the flag."""
        if self.yes:
            return
        if not self.may_ask:
            raise UsageProblem(
                _("This needs a confirmation: {question}").format(question=question),
                remedy=_("Run it on a terminal, or add --yes."),
            )
        if not self.agrees(question):
            raise UsageProblem(_("Nothing was done."), remedy="")

    def agrees(self, question: str) -> bool:
        """Ask yes or no on the terminal, in the words of the language; no is the default.

        A key that was pressed before the question stood there is no answer to it.
        """
        words = _("y yes").split()
        while True:
            forget_typed()
            said = typer.prompt(
                tame(question) + _(" [y/N]"), default="", show_default=False, err=True
            )
            answer = str(said).strip().casefold()
            if answer in ("y", "yes", "j", "ja", *words):
                return True
            if answer in ("", "n", "no", "nein", *_("n no").split()):
                return False
            self.warn(_("Please answer yes or no."))

    @contextmanager
    def waiting(self, label: str) -> Iterator[None]:
        """Show on a terminal that something of unknown length is going on."""
        if self.json or self.quiet or not sys.stderr.isatty():
            yield
            return
        with self.errors.status(label):
            yield

    def ask(self, question: str, default: str) -> str:
        """Ask on the terminal; only where :attr:`may_ask`."""
        return str(typer.prompt(tame(question), default=default, err=True)).strip()

    @contextmanager
    def progress(self, label: str, total: int) -> Iterator[Callable[[], None]]:
        """A bar for long work on a terminal; yields the function that advances it by one."""
        from rich.progress import Progress

        hidden = self.json or self.quiet or not sys.stderr.isatty()
        with Progress(console=self.errors, transient=True, disable=hidden) as bar:
            task = bar.add_task(label, total=total)
            yield lambda: bar.advance(task)

    @cached_property
    def console(self) -> Any:
        """Rich console on stdout; colours only on a terminal, ``NO_COLOR`` counts."""
        from rich.console import Console

        class Answers(Console):
            def on_broken_pipe(self) -> None:
                raise

        # A pipe has no width: a table must not be folded to 80 columns there.
        return Answers(width=None if sys.stdout.isatty() else 200)

    @cached_property
    def errors(self) -> Any:
        """Rich console on stderr."""
        from rich.console import Console

        return Console(stderr=True)

    def fail(self, error: TueroeffnerError, *, plainly: bool = False) -> Exit:
        """Say what went wrong, once, and return the exit code.

        ``plainly`` never answers with a document: where standard output cannot take one.
        """
        parts = {
            "what": redact(tame(error.what)),
            "subject": redact(tame(error.subject)),
            "remedy": redact(tame(error.remedy)),
            "exit": int(error.exit),
        }
        # With `--lang --json` the flag has become a value; a script still waits for a document.
        if (self.json or wants_json()) and not plainly:
            print(_json({"error": {**parts, "subject": parts["subject"] or self.about}}))
        else:
            subject = f"{_as_read(str(parts['subject']))}: " if parts["subject"] else ""
            print(hung(f"{subject}{parts['what']}"), file=sys.stderr)
            if parts["remedy"]:
                print(hung(f"→ {parts['remedy']}"), file=sys.stderr)
        return error.exit

    def close(self) -> None:
        """Let go of the database if it was opened, and remember how far its log went."""
        if "store" in self.__dict__:
            if not self.dry_run:
                self._remember_log()
            self.store.close()

    def _remember_log(self) -> None:
        """So that an older copy without what was done here is known as such."""
        from orchestrator.elsewhere import practises
        from orchestrator.elsewhere.log import remember

        # Whatever is wrong here was said by the command already, or costs one memory.
        with suppress(Exception), self.looking() as (session, campaign_id):
            practised = practises(self.settings, self.settings.on())
            remember(session, campaign_id, practised=practised)


def _as_read(subject: str) -> str:
    """What a trouble is about, as a person reads it; scripts get it as it is."""
    kind, _space, number = subject.partition(" ")
    return _("reply {number}").format(number=number) if kind == "reply" else subject


def _json(document: object, unmasked: Collection[str] = ()) -> str:
    masked = redact_document(document, public={"text", *unmasked})
    return escaped(json.dumps(masked, ensure_ascii=not speaks_unicode(), default=_plain))


def _plain(value: object) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


class _Redacting(logging.Formatter):
    """An event is one line; what belongs to it, such as a traceback, hangs below it."""

    def format(self, record: logging.LogRecord) -> str:
        return hung(redact(tame(super().format(record)), over_lines=True))


def _log_to_stderr(verbose: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if verbose else logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # tells of its own inner life
    logging.captureWarnings(True)  # a library's remarks are for --verbose, masked as all else
