"""A section of the configuration: frozen, no unknown keys, secrets from owner-only files.

A secret ``foo`` is a ``SecretStr`` field; the configuration gives it as ``foo_file``, the
environment as the value itself.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode

from orchestrator.i18n import _
from orchestrator.keys import read_owner_only
from orchestrator.redact import remember


def _split(value: object) -> object:
    """A list may come from the environment as words with commas between."""
    if isinstance(value, str):
        return [
            part.strip() for part in value.strip("[]").replace('"', "").split(",") if part.strip()
        ]
    return value


def _server(value: str) -> str:
    """Only scheme and host: a path would be added twice, a name or query would be lost."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise ValueError(_("must be an address such as https://graph.facebook.com"))
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError(_("must be scheme and host only, without a path"))
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(_("must begin with https:// (http is for the sandbox on this machine)"))
    return value.rstrip("/")


def own_server(value: str) -> str:
    """A host, perhaps with a port and a path; without encryption only in the own network."""
    try:
        parts = urlsplit(value if "://" in value else f"https://{value}")
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host) or parts.scheme not in ("http", "https"):
        raise ValueError(_("must be a domain such as nominatim.example.org"))
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError(_("must be a domain only, without a name or a question"))
    if parts.scheme == "http" and not _is_near(host):
        raise ValueError(_("must begin with https:// (http is for servers of your own network)"))
    return value.rstrip("/")


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        # A number is an address somewhere in the world, written otherwise.
        named = not re.fullmatch(r"\d+|0x[0-9a-f]+", host)
        return named and ("." not in host or host.endswith(_NEAR))


def _version(value: str) -> str:
    if not re.fullmatch(r"v[0-9]{1,3}\.[0-9]{1,2}", value):
        raise ValueError(_("must be a version such as v26.0"))
    return value


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|[0-9a-f:]+")
# Names that no server outside of a house's own network has.
_NEAR = (".local", ".lan", ".internal", ".intern", ".home.arpa", ".localhost")
Many = Annotated[list[str], NoDecode, BeforeValidator(_split)]
ApiVersion = Annotated[str, AfterValidator(_version)]


def _one_word(name: str, secret: str) -> None:
    """Refuse what no network gives out, and what could not be sent in a header."""
    if not re.fullmatch(r"[\x21-\x7e]*", secret.strip()):
        raise ValueError(
            _("{name} must be one line of plain letters, digits and signs, without spaces").format(
                name=name
            )
        )


class Section(BaseModel):
    """Common manners of all sections."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )

    @classmethod
    def secrets(cls) -> list[str]:
        """Names of the keys whose values must never be shown."""
        return [
            name
            for name, field in cls.model_fields.items()
            if field.annotation is SecretStr or SecretStr in get_args(field.annotation)
        ]

    @classmethod
    def names(cls) -> list[str]:
        """All keys by which the section can be configured."""
        return [*cls.model_fields, *(f"{name}_file" for name in cls.secrets())]

    @classmethod
    def several(cls) -> "dict[str, type[Section]]":
        """The keys that hold several tables, each written ``[[section.key]]``, and their kind."""
        kinds = {name: get_args(field.annotation) for name, field in cls.model_fields.items()}
        return {
            name: kind[0]
            for name, kind in kinds.items()
            if len(kind) == 1 and isinstance(kind[0], type) and issubclass(kind[0], Section)
        }

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for name in cls.secrets():
            path = data.pop(f"{name}_file", None)
            if path and not data.get(name):
                data[name] = read_owner_only(Path(path), what=_("secret file"))
                if not data[name]:
                    raise ValueError(_("the file of {name} is empty").format(name=name))
            if isinstance(data.get(name), str):
                remember(data[name])
                _one_word(name, data[name])
        return data


@dataclass(frozen=True)
class Advert:
    """How a network's adverts are aimed at a circle, in its own words.

    ``km``: the advert's radius, which may have to be wider than the circle's. ``employment``:
    because the network treats it as an advert for work.
    """

    targeting: dict[str, Any]
    km: int
    employment: bool


@dataclass(frozen=True)
class AdvertTerms:
    """What paid adverts may cost, in hundredths of the account's currency, and for how long.

    ``budget``: of one tandem's; ``total``: of all together. ``says``: who is named as having them
    made, and as paying.
    """

    budget: int
    total: int
    days: int
    category: str
    says: tuple[str, str]


class NetworkOptions(Section):
    """What every network's section has in common."""

    api_base: str

    @field_validator("api_base")
    @classmethod
    def _scheme_and_host(cls, value: str) -> str:
        return _server(value)

    @property
    def rehearses(self) -> bool:
        """Whether this is the sandbox on this machine rather than the live network."""
        return is_loopback(urlsplit(self.api_base).hostname or "")

    @property
    def ready(self) -> bool:
        """Whether all credentials are there; a network without them is off."""
        return not self.missing()

    def missing(self) -> list[str]:
        """Names of the required keys that are not set."""
        raise NotImplementedError

    @property
    def account(self) -> str:
        """The number of our page or profile at the network."""
        raise NotImplementedError

    @property
    def has_live_mode(self) -> bool:
        """Whether only an app's own people see its posts there, until it is switched to Live."""
        return False

    @property
    def reach_mode(self) -> str:
        """How organic posts are aimed: ``soft``, ``hard``, or empty where they cannot be."""
        return ""

    def advert(self, lat: float, lon: float, km: int) -> Advert | None:
        """An advert for the people within ``km`` of a point (degrees); None: there are none."""
        return None

    @property
    def advertises(self) -> bool:
        """Whether an account for adverts, and its token, are configured."""
        return False

    @property
    def pays(self) -> AdvertTerms | None:
        """What adverts may cost; None: nothing is paid for, and nothing may run."""
        return None

    @property
    def ad_account(self) -> str:
        """The number of the account that pays for adverts; empty: there is none."""
        return ""

    @property
    def link_policy(self) -> Literal["never", "first", "always"]:
        """Which of a tandem's posts may carry its link."""
        return "always"

    @property
    def two_phase(self) -> bool:
        """Whether a post is created unseen first, and shown once its number is written down."""
        return False

    @property
    def hand_over(self) -> timedelta:
        """How far ahead the network is given posts that it publishes by itself; zero: never."""
        return timedelta(0)

    @property
    def when_targeting_is_lost(self) -> Literal["keep", "take-down"]:
        """What becomes of a live post whose audience the network did not keep."""
        return "keep"

    @property
    def tells_state(self) -> bool:
        """Whether a post of somebody who may only be shown in the region goes to a whole state.

        Else to the towns around: who sees it then can guess that the person lives near.
        """
        return False

    def place_id(self, town: str) -> str:
        """The network's own number of a town, by which posts are labelled; empty: none is known."""
        return ""

    @property
    def spending_cap(self) -> float | None:
        """The most that posting may cost in the campaign, in US dollars; None: it is free."""
        return None
