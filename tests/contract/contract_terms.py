"""What the contract's tests share: how to connect, and what no trouble may hold."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from network_stages import Stage

from orchestrator.ports import Network, Trouble
from orchestrator.sandbox.server import Sandbox

Connect = Callable[..., Network]
Expect = Callable[[type[Trouble]], AbstractContextManager[Any]]
PUBLIC = {"API_BASE", "API_VERSION", "PAGE_ID", "USER_ID", "AD_ACCOUNT_ID"}


def given(sandbox: Sandbox, name: str) -> dict[str, str]:
    """The settings of a network by which the sandbox is reached, as options."""
    prefix = f"TUEROEFFNER_{name.upper()}__"
    env = sandbox.env().items()
    return {key.removeprefix(prefix).lower(): v for key, v in env if key.startswith(prefix)}


def secrets(sandbox: Sandbox, stage: Stage) -> set[str]:
    """Everything that must not be seen: as it is, and as it stands in an address."""
    env = {key: v for key, v in sandbox.env().items() if "_MAIL__" not in key}
    known = {v for key, v in env.items() if key.split("__")[1] not in PUBLIC}
    known |= set(stage.wrong_key.values())
    return known | {quote(secret, safe="") for secret in known}


def assert_readable(why: str) -> None:
    assert why
    assert "\n" not in why
    assert len(why) < 700
    assert why[-1] == "."


def assert_clean(error: BaseException, hidden: set[str]) -> None:
    """No secret in an exception, in its attributes, nor in what it was raised from."""
    seen: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        each = queue.pop()
        if each is None or each in seen:
            continue
        seen.append(each)
        told = f"{each} {each!r} {each.args!r} {vars(each)!r}"
        assert not [secret for secret in hidden if secret in told]
        queue += [each.__cause__, each.__context__]
