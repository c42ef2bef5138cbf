"""One sandbox per module, standing at a fixed time; every test starts with an empty one."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from raw_http import Graph, Wire

from orchestrator.sandbox import graph_tokens
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


@pytest.fixture
def user_token() -> str:
    """The token of the person who manages the page."""
    return graph_tokens.USER_TOKEN


@pytest.fixture
def app_token() -> str:
    """The token of the app itself."""
    return f"{graph_tokens.APP_ID}|{graph_tokens.APP_SECRET}"


@pytest.fixture
def other_page(graph: Graph) -> Callable[[], str]:
    """Brings a second page to life and answers its id."""

    def appear() -> str:
        graph.turn(second_page=True)
        return graph_tokens.PAGES[1].id

    return appear
