"""Every network, connected to its sandbox through its real library; no secret may ever escape."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from contract_terms import Connect, Expect, assert_clean, assert_readable, given, secrets
from network_stages import STAGES, Stage

from orchestrator import networks
from orchestrator.ports import Network, Trouble
from orchestrator.sandbox.server import Sandbox


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """The sandbox, without a past."""
    running.reset()
    return running


@pytest.fixture(params=networks.names())
def name(request: pytest.FixtureRequest) -> str:
    """Every network, one after the other."""
    return str(request.param)


@pytest.fixture
def stage(name: str) -> Stage:
    return STAGES[name]


@pytest.fixture
def connect(sandbox: Sandbox, name: str) -> Connect:
    """Connect to the sandbox, with some options or the time-out changed."""

    def to(read_timeout: float = 10.0, **changed: str) -> Network:
        adapter = networks.adapter(name)
        options = adapter.Options(**(given(sandbox, name) | changed))
        return adapter.connect(options, read_timeout=read_timeout)

    return to


@pytest.fixture
def network(connect: Connect) -> Network:
    return connect()


@pytest.fixture
def expect(sandbox: Sandbox, stage: Stage) -> Expect:
    """Like ``pytest.raises`` for exactly this trouble, and no secret in it or behind it."""

    @contextmanager
    def exactly(kind: type[Trouble]) -> Iterator[Any]:
        with pytest.raises(Trouble) as caught:
            yield caught
        trouble = caught.value
        assert type(trouble) is kind, trouble.why
        assert_readable(trouble.why)
        assert_clean(trouble, secrets(sandbox, stage))

    return exactly


@pytest.fixture(autouse=True)
def _logs_without_secrets(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Even when everything is logged, nothing that must not be seen is."""
    caplog.set_level(logging.DEBUG)
    yield
    logged = "\n".join(record.getMessage() for record in caplog.get_records("call"))
    # Of all networks: a test that needs none in particular runs once.
    hidden = set().union(*(secrets(sandbox, stage) for stage in STAGES.values()))
    assert not [secret for secret in hidden if secret in logged]
