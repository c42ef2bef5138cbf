"""What is known beside the database of tandems that it may have forgotten, being an older one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlmodel import Session


@dataclass(frozen=True)
class Remembered:
    """An import that knows it brings nobody back.

    ``erased``: their marks (``mark_of``). ``withdrew``: whether the tandem of this slug did.
    ``end_again``: lets be over, in the caller's transaction, what ended of the tandems that are
    there; how many changed.
    """

    erased: Collection[str]
    withdrew: Callable[[str], bool]
    end_again: Callable[[Session], int]


NOTHING = Remembered((), lambda _slug: False, lambda _session: 0)
