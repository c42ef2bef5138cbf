"""The networks, one module each, found by file name.

A module has ``Options`` (its section of the configuration), ``LIMITS``, ``METRICS``, ``MEDIA`` and
``connect(options)``.
Vendor libraries are imported inside ``connect``, and only with credentials: reading the
configuration stays quick, and no import stands between a committed intent and its call.
What several networks share, or one needs beside its module, is in a package here (``wire``).
"""

import importlib
import pkgutil
from typing import Protocol, cast

from orchestrator.ports import Limits, MediaLimits, Metrics, Network
from orchestrator.section import NetworkOptions
from schedules.clock import Clock


class Adapter(Protocol):
    """What a module in this package offers."""

    Options: type[NetworkOptions]
    LIMITS: Limits
    METRICS: Metrics
    MEDIA: MediaLimits

    def connect(
        self, options: NetworkOptions, *, read_timeout: float = ..., clock: Clock | None = ...
    ) -> Network:
        """Open the account; nothing is sent yet.

        ``read_timeout`` in seconds, for tests; ``clock`` is the campaign's, for what a network
        counts by days.
        """


def names() -> list[str]:
    """All networks that this program knows."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)


def adapter(name: str) -> Adapter:
    """The module of the network ``name``."""
    return cast(Adapter, importlib.import_module(f"{__name__}.{name}"))
