"""Whose turn it is: one program at a time sends on an account, however many are at work.

Correctness does not rest on it, since a claim is what makes a post somebody's; a network that is
written to by several at once takes us for a robot. The turn of a program that dies ends with it.
"""

import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import exc, text
from sqlalchemy.engine import Connection, Engine

from orchestrator.database_trouble import understood
from orchestrator.store import Store

# The first half of the lock's number on a server: no other program's locks begin with it.
_SPACE = 0x7475


@contextmanager
def turn(store: Store, network: str, account: str) -> Iterator[bool]:
    """Try to get the turn on an account of a network; whether it is ours while the block lasts."""
    name = f"{network}:{account}"
    take = _on_server if store.engine.dialect.name == "postgresql" else _beside_file
    with take(store.engine, zlib.crc32(name.encode())) as ours:
        yield ours


@contextmanager
def _on_server(engine: Engine, number: int) -> Iterator[bool]:
    lock = {"space": _SPACE, "number": number - 2**31}
    with ExitStack() as held:
        with understood(engine.url):
            connection = held.enter_context(engine.connect())
            connection.execution_options(isolation_level="AUTOCOMMIT")
            asked = text("SELECT pg_try_advisory_lock(:space, :number)")
            ours = bool(connection.execute(asked, lock).scalar())
        try:
            yield ours
        finally:
            if ours:
                _unlock(connection, lock)


def _unlock(connection: Connection, lock: dict[str, int]) -> None:
    """Give the turn back; where that fails it ends with its connection, and nothing is lost."""
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), lock)
    except exc.SQLAlchemyError:
        connection.invalidate()


@contextmanager
def _beside_file(engine: Engine, number: int) -> Iterator[bool]:
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        yield True
        return
    mark, ours = Path(f"{engine.url.database}-turn-{number:08x}"), True
    with ExitStack() as held:
        try:
            file = held.enter_context(mark.open("a"))
            with suppress(PermissionError):  # another user made it
                mark.chmod(0o600)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ours = False
        except OSError:
            pass  # a disk without such locks must not keep every post waiting
        yield ours
