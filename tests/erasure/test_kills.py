"""Killed anywhere, an erasure is not begun or can be finished, and nobody is told otherwise."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import cli
from orchestrator.backup import keyring, keyring_file
from orchestrator.commands import tandem_erase
from orchestrator.erasure import erasing
from orchestrator.model import PersonKey, Tandem
from tests.conftest import on_sqlite
from tests.erasure.conftest import TELLING, World
from tests.erasure.test_erase import all_text
from tests.leaving.kills import BEGINS, At, Reached, killed_at

# Where the process dies: before and after each step, and between the two halves of a replacement.
POINTS: list[At | float] = [
    At("before forget"), At("after forget"), At("before sweep"), At("after sweep"),
    At("before rewrite", 1), At("after rewrite", 1), At("before rewrite", 2),
    At("before persist", 1), At("before persist", 2), At("before persist", 3),
    At("before make_whole"), At("after make_whole"),
]  # fmt: skip
SEEN = {
    "forget": erasing, "sweep": erasing, "rewrite": keyring, "persist": keyring_file,
}  # fmt: skip


def erase(world: World) -> Callable[[Reached], None]:
    """The command, in a process that tells where it is."""

    def action(reached: Reached) -> None:
        from orchestrator import newfile

        for name, module in {**SEEN, "make_whole": newfile}.items():
            setattr(module, name, _telling(reached, name, getattr(module, name)))
        os.environ["TUEROEFFNER_NOW"] = world.manager.now.isoformat()
        sys.argv = ["tueroeffner", "tandem", "erase", "samira-und-ole", "--yes", "--quiet"]
        reached(BEGINS)
        with suppress(SystemExit):  # what it left undone is looked for from outside
            cli.main()

    return action


def _telling(reached: Reached, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    def told(*arguments: Any, **options: Any) -> Any:
        reached(f"before {name}")
        result = step(*arguments, **options)
        reached(f"after {name}")
        return result

    return told


def die_and_repeat(world: World, point: At | float) -> bool:
    """Die there; nothing is half done; the same erasure, repeated, ends. Whether it died."""
    assert tandem_erase  # loaded before the fork
    world.withdraw()
    world.manager.ask("backup", "create")
    world.rows.store.close()
    died = killed_at(point, erase(world))
    slug = _looked_at(world)
    answer = world.manager.type("tandem", "erase", slug, "--yes")
    assert answer.exit == 0, answer
    assert _lying(world) == []
    assert [word for word in TELLING if word in all_text(world)] == []
    certificate = Path(f"erased-{world.tandem}.html").read_text("utf-8")
    assert certificate.rstrip().endswith("</html>")
    return died


def _looked_at(world: World) -> str:
    """All rows as before, or all as after; a certificate only when no key lies anywhere."""
    with world.session() as session:
        tandem = session.get_one(Tandem, world.tandem)
        erased = tandem.erased_at is not None
        has_keys = [bool(session.get(PersonKey, each)) for each in (world.refugee, world.volunteer)]
    told = [word for word in TELLING if word in all_text(world)]
    assert has_keys == [not erased] * 2
    assert (told == []) is erased
    if Path(f"erased-{world.tandem}.html").exists():
        assert erased
        assert _lying(world) == []
    return tandem.slug


def _lying(world: World) -> list[str]:
    """The places in which a key of theirs lies."""
    persons = {str(world.refugee), str(world.volunteer)}
    return [
        place.url
        for place in world.places
        for ring in keyring.read(place).values()
        if persons & ring.keys.keys()
    ]


@on_sqlite
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_an_erasure_survives_a_kill_at(world: World, point: At | float) -> None:
    """Each step: before the rows, between rows and keys, between places, at the certificate."""
    assert die_and_repeat(world, point)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("point", POINTS[1:5], ids=str)
def test_on_the_server_as_well(world: World, point: At | float) -> None:
    """Around the commit, where the database decides what is there."""
    assert die_and_repeat(world, point)
