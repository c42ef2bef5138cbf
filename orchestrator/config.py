"""The configuration: file, environment and defaults, each value with its origin.

Flag > environment ``TUEROEFFNER_<SECTION>__<KEY>`` > config file > default. Unknown sections and
keys are refused in both, with the nearest valid name; secrets never stand in the file itself.
"""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError, create_model
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from orchestrator import networks
from orchestrator.consent.texts import OWN, versions
from orchestrator.database_trouble import bad_url
from orchestrator.durations import written
from orchestrator.ending import Terms
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.misspelt import refuse_open_secrets, refuse_unknown
from orchestrator.mistakes import in_words
from orchestrator.redact import redact
from orchestrator.section import NetworkOptions, Section
from orchestrator.settings import (
    Audience,
    Backup,
    Campaign,
    Database,
    Decision,
    Inbox,
    Keys,
    Mail,
    Policy,
    Privacy,
    Retention,
    Sandbox,
)

PREFIX = "TUEROEFFNER_"
# Environment names that are not settings.
_NOT_SETTINGS = {"TUEROEFFNER_CONFIG", "TUEROEFFNER_NOW"}


class _Root(BaseSettings):
    """The sections that every campaign has; the networks' are added by :func:`_model`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    campaign: Campaign
    database: Database = Database()
    audience: Audience = Audience()
    mail: Mail = Mail()
    inbox: Inbox = Inbox()
    retention: Retention = Retention()
    backup: Backup = Backup()
    policy: Policy = Policy()
    privacy: Privacy = Privacy()
    keys: Keys = Keys()
    sandbox: Sandbox = Sandbox()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Everything arrives as arguments: :func:`load` has put file and environment together."""
        return (init_settings,)


@lru_cache
def _model() -> type[_Root]:
    fields: dict[str, Any] = {}
    for name in networks.names():
        options = networks.adapter(name).Options
        fields[name] = (options, cast(Any, options)())
    return create_model("Settings", __base__=_Root, **fields)


def kinds() -> dict[str, type[Section]]:
    """Every section that a configuration may have, by name."""
    fields = _model().model_fields
    return {name: cast(type[Section], field.annotation) for name, field in fields.items()}


@dataclass(frozen=True)
class Settings:
    """The whole configuration of one run, and where each value came from."""

    campaign: Campaign
    database: Database
    audience: Audience
    mail: Mail
    inbox: Inbox
    retention: Retention
    backup: Backup
    policy: Policy
    privacy: Privacy
    keys: Keys
    sandbox: Sandbox
    networks: Mapping[str, NetworkOptions]
    folder: Path
    origins: Mapping[str, str]

    def on(self) -> list[str]:
        """Networks that have their credentials."""
        return [name for name, options in self.networks.items() if options.ready]

    @cached_property
    def consent_versions(self) -> Mapping[str, str]:
        """Language → the version of the consent text that is in use."""
        return versions(self.folder / OWN)

    @property
    def terms(self) -> Terms:
        """What new posts have to keep to."""
        return Terms(self.consent_versions, self.campaign.last_day)

    def decisions(self, now: datetime) -> list[Decision]:
        """What was decided about rules that block, as far as it counts now."""
        today = now.astimezone(self.campaign.zone).date()
        return [each for each in self.policy.decisions if each.holds(today, self.campaign.start)]

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Every section with its name, in the order of the example file."""
        yield "campaign", self.campaign
        yield "database", self.database
        yield "audience", self.audience
        yield from self.networks.items()
        yield "mail", self.mail
        yield "inbox", self.inbox
        yield "retention", self.retention
        yield "backup", self.backup
        yield "policy", self.policy
        yield "privacy", self.privacy
        yield "keys", self.keys
        yield "sandbox", self.sandbox


def config_path(flag: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Which file to read: the flag's, else ``TUEROEFFNER_CONFIG``, else ``./config.toml``."""
    return flag or Path(environ.get("TUEROEFFNER_CONFIG") or "config.toml")


def load(
    path: Path,
    environ: Mapping[str, str] = os.environ,
    excuse: Callable[[UsageProblem], None] | None = None,
) -> Settings:
    """Read and check the whole configuration; every mistake is named, with its place.

    ``excuse`` is told the mistakes instead, for who has to stop something with what is left.
    """
    given = _read(path)
    folder = path.resolve().parent
    variables = _variables(environ)
    try:
        refuse_unknown(kinds(), given, variables, PREFIX)
        refuse_open_secrets(kinds(), given, path, PREFIX)
    except UsageProblem as problem:
        if excuse is None:
            raise
        excuse(problem)
        given = {section: keys for section, keys in given.items() if section in kinds()}
    merged: dict[str, Any] = {}
    try:
        merged = _merged(_anchored(given, folder), _from_environment(environ))
        root = _model()(**merged)
    except (ValidationError, SettingsError) as error:
        mistakes = UsageProblem(
            in_words(error, path.name, kinds(), variables, merged)
            if isinstance(error, ValidationError)
            else _no_table(),
            subject=str(path),
            remedy=_("Correct the configuration; `config.example.toml` explains every key."),
        )
        left = _without_mistakes(error, merged) if excuse else None
        if excuse is None or left is None:
            raise mistakes from error
        excuse(mistakes)
        root = left
    return _settled(root, folder, _origins(given, variables, path))


def _without_mistakes(error: Exception, given: Mapping[str, Any]) -> _Root | None:
    """The configuration with defaults for what is wrong; None where that could be another one.

    The database is never guessed, nor what has no default.
    """
    if not isinstance(error, ValidationError):
        return None
    wrong = {each["loc"][:2] for each in error.errors()}
    if any(len(place) < 2 or place[0] == "database" for place in wrong):
        return None
    left: dict[str, Any] = {
        section: {
            key: value
            for key, value in keys.items()
            if not {(section, key), (section, key.removesuffix("_file"))} & wrong
        }
        for section, keys in given.items()
    }
    try:
        return _model()(**left)
    except ValidationError:
        return None


def _no_table() -> str:
    return _("A variable in the environment that stands for a whole table must hold JSON.")


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageProblem(
            _("There is no configuration {path}.").format(path=path),
            remedy=_("Run `tueroeffner init` to make one, or name another with --config FILE."),
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(
            _("The configuration {path} cannot be read: {reason}").format(
                path=path, reason=getattr(error, "strerror", None) or _("it is not UTF-8 text")
            ),
            remedy=_("Check the file and your right to read it."),
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(
            _("The configuration {path} is not valid TOML: {reason}").format(
                path=path, reason=error
            ),
            remedy=_('Texts stand in quotation marks: name = "Week of Work".'),
        ) from error


def _variables(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Section → key → name of the variable, for all variables that are settings."""
    found: dict[str, dict[str, str]] = {}
    for name in environ:
        if not name.upper().startswith(PREFIX) or name.upper() in _NOT_SETTINGS:
            continue
        section, _sep, key = name[len(PREFIX) :].lower().partition("__")
        found.setdefault(section, {})[key.partition("__")[0]] = name
    return found


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The values of all variables that are settings, in sections."""
    source = EnvSettingsSource(_model())
    # The library looks at the process's environment; ours is handed in.
    source.env_vars = {name.lower(): value for name, value in environ.items()}
    return source()


def _merged(file: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
    """Both, where the environment wins key by key, down to the innermost table."""
    both = dict(file)
    for key, value in environment.items():
        below = both.get(key)
        both[key] = (
            _merged(below, value)
            if isinstance(below, Mapping) and isinstance(value, Mapping)
            else value
        )
    return both


def _anchored(given: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """Paths of secret files count from the configuration's own folder, as in a daily job."""
    return {
        section: {
            key: str(folder / Path(str(value)).expanduser())
            if value and key.endswith("_file")
            else value
            for key, value in keys.items()
        }
        for section, keys in given.items()
    }


def _origins(
    given: Mapping[str, Any], variables: Mapping[str, Mapping[str, str]], path: Path
) -> dict[str, str]:
    origins = {
        f"{section}.{key.removesuffix('_file')}": path.name
        for section, keys in given.items()
        for key in keys
    }
    for section, names in variables.items():
        for key, variable in names.items():
            origins[f"{section}.{key.removesuffix('_file')}"] = variable
    return origins


def _settled(root: _Root, folder: Path, origins: Mapping[str, str]) -> Settings:
    return Settings(
        campaign=root.campaign,
        database=root.database.model_copy(update={"url": _local(root.database.url, folder)}),
        audience=root.audience,
        mail=root.mail,
        inbox=root.inbox,
        retention=root.retention,
        backup=root.backup.model_copy(update={"places": _placed(root.backup.places, folder)}),
        policy=root.policy,
        privacy=root.privacy,
        keys=root.keys.model_copy(update={"file": folder / root.keys.file.expanduser()}),
        sandbox=root.sandbox,
        networks={name: getattr(root, name) for name in networks.names()},
        folder=folder,
        origins=origins,
    )


def _placed(places: list[str], folder: Path) -> list[str]:
    """Folders count from the configuration's own, wherever the command is typed."""
    return [str(folder / Path(place).expanduser()) for place in places]


def _local(url: str, folder: Path) -> str:
    """A relative SQLite path counts from the configuration's folder."""
    prefix = "sqlite:///"
    if not url.startswith("sqlite:"):
        return url
    if _forgets(url, prefix):
        raise bad_url(url)
    return prefix + str(folder / Path(url.removeprefix(prefix)).expanduser())


def _forgets(url: str, prefix: str) -> bool:
    """Whether SQLite would work in memory, and lose a whole campaign with the command's end."""
    file, _sep, wishes = url.removeprefix(prefix).partition("?")
    return (
        not url.startswith(prefix)
        or not file.strip()
        or file.startswith((":", "file:"))
        or bool(wishes)  # the driver would stumble over them, or work in memory
    )


def shown(settings: Settings) -> list[tuple[str, str, str]]:
    """Every setting as (name, value, origin), secrets redacted: what ``config show`` prints."""
    rows = []
    for section, values in settings.sections():
        for key in type(values).model_fields:
            name = f"{section}.{key}"
            text = _shown_value(key, getattr(values, key), values)
            rows.append((name, text, settings.origins.get(name, _("default"))))
    return rows


def _shown_value(key: str, value: object, section: Section) -> str:
    if key in section.secrets():
        return "•••" if value else ""
    if isinstance(value, Section):
        told = {name: each for name, each in value.model_dump().items() if each != ()}
        return ", ".join(f"{name} {each}" for name, each in told.items())
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    if isinstance(value, list) and any(isinstance(each, Decision) for each in value):
        return "; ".join(f"{each.rule} ({each.by}, {each.on}): {each.reason}" for each in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, timedelta):
        return written(value)
    return "" if value is None else redact(str(value)) if key == "url" else str(value)
