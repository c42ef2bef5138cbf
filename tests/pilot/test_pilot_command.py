"""``doctor --pilot`` at the keyboard, against the sandbox: asked, shown, posted, compared, gone."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Manager, manager, sandbox, tandem_row, typed_once, write_xlsx

__all__ = ["manager", "sandbox", "typed_once"]

DAY = timedelta(hours=25)


@pytest.fixture
def here(manager: Manager, typed_once: Path) -> Manager:
    """A tandem of a large town, and one of the region only whose town nobody may learn."""
    made = typed_once / "two"
    if made.exists():
        shutil.copytree(made, manager.folder, dirs_exist_ok=True)
        return manager
    rows = [
        tandem_row(0, show="full", place="Emden"),
        tandem_row(1, show="region", place="Köln", public_name="Robin"),
    ]
    manager.ask("tandem", "import", str(write_xlsx(manager.folder / "mine.xlsx", rows)))
    shutil.copytree(manager.folder, made)
    return manager


def page_of(document: dict[str, Any]) -> Any:
    return document["networks"]["facebook"]


def checks(manager: Manager, name: str) -> list[dict[str, Any]]:
    found = manager.type("doctor", "--json").document["checks"]
    return [each for each in found if each["name"] == name]


def test_it_is_shown_before_anything_is_posted(here: Manager) -> None:
    """Both texts and the town; neither Köln nor anybody's name. X has nothing to try out."""
    said = here.type("doctor", "--pilot", "--live-mode", "yes", "--dry-run")
    assert said.exit == 0
    assert "only people in Emden" in said.out
    assert "Köln" not in said.out
    assert "Person" not in said.out
    assert "X cannot limit who sees a post" in said.out
    assert here.live() == []
    assert checks(here, "live mode")[0]["level"] == "warn"  # nothing was written


def test_texts_are_shown_though_nobody_said_whether_the_app_is_live(here: Manager) -> None:
    """And what is missing is named: it could not be posted yet."""
    said = here.type("doctor", "--pilot", "--dry-run")
    assert said.exit == 4
    assert "only people in Emden" in said.out
    assert "Nobody has said yet whether the app is in Live mode." in said.err
    assert here.live() == []


@pytest.mark.parametrize(
    ("options", "exit_code"),
    [
        (["--pilot", "--yes"], 4),  # nobody has said whether the app is live
        (["--pilot", "--yes", "--live-mode", "no"], 4),
        (["--pilot", "--live-mode", "yes"], 2),  # no terminal to ask on
        (["--dry-run"], 2),
        (["--pilot", "--live-mode", "perhaps"], 2),
    ],
)
def test_nothing_is_posted_without_an_answer_and_a_yes(
    here: Manager, options: list[str], exit_code: int
) -> None:
    assert here.type("doctor", *options).exit == exit_code
    assert here.live() == []


def test_a_page_that_is_tried_out(here: Manager) -> None:
    """Posted twice, compared by the daily job after a day, deleted; the doctor tells what it is."""
    begun = page_of(here.ask("doctor", "--pilot", "--live-mode", "yes", "--yes"))
    gated, unlimited = begun["pilot"]["posts"]
    times = [begun["pilot"]["started_at"], begun["capabilities"]["live_mode"]["known_at"]]
    assert all(each.endswith("+00:00") for each in times)
    assert (gated["town"], gated["kept"], gated["live"], gated["eligible"]) == (
        "Emden", True, True, True
    )  # fmt: skip
    assert (unlimited["targeting"], unlimited["live"]) == (None, True)
    assert len(here.live()) == 2
    assert here.ask("doctor", "--pilot", "--yes")["findings"] == []
    assert len(here.live()) == 2  # once more is not once more
    assert "pilot" in here.type("today").out
    assert checks(here, "pilot")[0]["level"] == "warn"
    here.wait(DAY)
    passed = here.type("run", "--once", "--yes").out
    assert "2 posts of it were taken down" in passed
    assert "the limited post was seen by" in passed
    assert "the limited post was seen by" in here.type("today").out
    assert here.live() == []
    again = here.type("doctor", "--pilot", "--dry-run").out
    assert again.count("The last pilot on Facebook, from ") == 1
    assert again.index("The last pilot on Facebook") < again.index("only people in Emden")
    shown = page_of(here.ask("doctor", "--pilot", "--dry-run"))
    assert shown["pilot"]["result"]["outcome"] == "compared"
    assert {"gate_stored", "gate_effect", "insights", "live_mode"} <= set(shown["capabilities"])
    assert checks(here, "pilot")[0]["level"] in ("ok", "warn")
    assert here.posts() == []  # it is nobody's post, and counted nowhere


def test_a_stop_takes_it_down_at_once(here: Manager) -> None:
    here.ask("doctor", "--pilot", "--live-mode", "yes", "--yes")
    said = here.type("pause", "--all")
    assert said.exit == 0
    assert "The pilot's posts are gone." in said.out
    assert "2 posts of it were taken down. It was learnt that Facebook keeps" in said.out
    assert here.live() == []
    assert here.type("doctor", "--pilot", "--yes").exit == 2


def test_an_app_in_development_mode_is_found_out_by_its_reach(here: Manager) -> None:
    """Everything reads back well, and nobody sees it: a pilot says so, too."""
    here.sandbox.configure({"facebook": {"app_mode": "development"}})
    here.ask("doctor", "--pilot", "--live-mode", "yes", "--yes")
    here.wait(DAY)
    passed = here.type("run", "--once", "--yes")
    assert passed.exit == 4
    assert "development mode" in passed.out + passed.err
    shown = page_of(here.ask("doctor", "--pilot", "--dry-run"))
    assert shown["pilot"]["result"]["reach"] == {"gated": 0, "open": 0}
    [found] = [each for each in checks(here, "pilot") if each["level"] == "fail"]
    assert "development mode" in found["what"]
