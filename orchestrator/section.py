"""A section of the configuration: frozen, no unknown keys, secrets from owner-only files.

A secret ``foo`` is a ``SecretStr`` field; the configuration gives it as ``foo_file``, the
environment as the value itself.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, model_validator
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


Many = Annotated[list[str], NoDecode, BeforeValidator(_split)]


class Section(BaseModel):
    """Common manners of all sections."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @classmethod
    def secrets(cls) -> list[str]:
        """Names of the keys whose values must never be shown."""
        return [
            name
            for name, field in cls.model_fields.items()
            if field.annotation is SecretStr or SecretStr in get_args(field.annotation)
        ]

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for name in cls.secrets():
            path = data.pop(f"{name}_file", None)
            if path and name not in data:
                data[name] = read_owner_only(Path(path), what=_("secret file"))
            if data.get(name):
                remember(str(data[name]))
        return data


class NetworkOptions(Section):
    """What every network's section has in common."""

    api_base: str

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
    def reach_mode(self) -> str:
        """How organic posts are aimed: ``soft``, ``hard``, or empty where they cannot be."""
        return ""

    @property
    def link_policy(self) -> Literal["never", "first", "always"]:
        """Which of a tandem's posts may carry its link."""
        return "always"

    @property
    def spending_cap(self) -> float | None:
        """The most that posting may cost in the campaign, in US dollars; None: it is free."""
        return None
