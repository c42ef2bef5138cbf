"""One sandbox per module, standing at a fixed time; every test starts with an empty one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from raw_http import Graph, Wire

from orchestrator.sandbox.server import Sandbox

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(start=START, speed=0) as running:
        yield running


@pytest.fixture
def wire(sandbox: Sandbox) -> Iterator[Wire]:
    """A raw connection to a sandbox that has forgotten everything."""
    connection = Wire(sandbox.port)
    connection.admin("POST", "reset")
    yield connection
    connection.close()


@pytest.fixture
def graph(sandbox: Sandbox, wire: Wire) -> Graph:
    """Raw Graph calls with the page's own token."""
    return Graph(wire, sandbox.env())
