"""What the preloaded parent hands down to the workers it forks: statements compiled once.

A worker opens an engine of its own. Compiling the same fifty statements anew would be most of
what it does in its short life, so the results are kept by dialect, as one engine would keep them.
"""

from collections.abc import Hashable
from typing import Any

from orchestrator.store import Store

Key = tuple[Any, ...]


class Compiled(dict[Hashable, Any]):
    """SQLAlchemy's cache of compiled statements, for all engines of one kind of database."""

    def get(self, key: Any, default: Any = None) -> Any:
        """A statement's compiled form; the first part of its key is the engine's own dialect."""
        return super().get(_shared(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_shared(key), value)


def _shared(key: Key) -> Key:
    return (key[0].name, *key[1:])


STATEMENTS = Compiled()


def hand_down(store: Store) -> Store:
    """Let this store use what was compiled before the fork."""
    store.engine._compiled_cache = STATEMENTS
    return store
