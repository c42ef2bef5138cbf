"""A mixed file through every command, against the sandbox: what anybody could read of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from orchestrator.unsaid import says_name, says_town
from tests.journeys.conftest import (
    Manager,
    manager,
    sandbox,
    tandem_row,
    typed_once,
    write_xlsx,
)

__all__ = ["manager", "sandbox", "typed_once"]

DAY = timedelta(days=1)
# Slug → the real name, and what differs from a person who may be shown in full.
PEOPLE: dict[str, tuple[str, dict[str, Any]]] = {
    "tandem-01": ("Parwana", {"show": "full", "place": "Kassel"}),
    "tandem-02": ("Temesgen", {"show": "no-face", "media": "portrait.jpg", "place": "Ulm"}),
    "tandem-03": ("Khadija", {"show": "alias", "media": "portrait.jpg", "place": "Trier"}),
    "tandem-04": ("Bohdan", {"show": "region", "place": "Görlitz"}),
    "tandem-05": ("Nigisti", {"show": "region", "media": "portrait.jpg", "place": "Passau"}),
    "tandem-06": ("Shahnaz", {"adult": "nein", "place": "Erfurt"}),
    "tandem-07": ("Dimitriy", {"adult": "", "place": "Emden"}),
    "tandem-08": ("Fereshta", {"show": "", "place": "Husum"}),
    "tandem-09": ("Zakaria", {"may_work": "no", "place": "Jena"}),
    "tandem-10": ("Yordanos", {"consent": "", "consent_on": "", "place": "Hof"}),
    "tandem-11": ("Oleksandr", {"consent_until": "20.11.2026", "place": "Siegen"}),
    "tandem-12": ("Hamidullah", {"appeal_de": "Mit Duldung, aber fleißig.", "place": "Coburg"}),
}
NAMELESS = ("tandem-03", "tandem-04", "tandem-05")
REGIONAL = {"tandem-04": "Görlitz", "tandem-05": "Passau"}
NEVER = {f"tandem-{number:02}" for number in range(6, 13)}


def write(manager: Manager) -> Path:
    (manager.folder / "portrait.jpg").write_bytes(b"\xff\xd8 a face")
    rows = [
        tandem_row(number, slug=slug, name=name, public_name=f"Robin {number}", **changes)
        for number, (slug, (name, changes)) in enumerate(PEOPLE.items(), 1)
    ]
    for row in rows:
        row.setdefault("show", "full")
    columns = tandem_row(0) | {"media": ""}
    return write_xlsx(manager.folder / "mine.xlsx", [columns | row for row in rows])


def files(folder: Path) -> Iterator[tuple[str, str]]:
    """What the commands wrote for others to read: pages, tables, a calendar; name and contents."""
    for path in sorted((folder / "out").rglob("*")):
        if path.is_file():
            yield path.name, path.read_text("utf-8", errors="replace")


def test_nobody_of_a_mixed_file_is_exposed(manager: Manager) -> None:
    """Seven of twelve never appear; names, towns and faces that are hidden appear nowhere."""
    answer = manager.type("tandem", "import", str(write(manager)), "--json")
    assert answer.exit == 3
    assert {each["column"] for each in answer.document["rejected"]} == {"appeal_de"}
    manager.ask("plan")
    for words in (
        ["tandem", "list"], ["preview", "--out", "out/preview"],
        ["preview", "--for-tandem", "--out", "out/sheets"], ["approve", "--all", "--yes"],
        ["schedule", "show"], ["schedule", "ics", "--out", "out/week.ics"],
    ):  # fmt: skip
        assert manager.type(*words).exit == 0, words
    planned = {post["tandem"] for post in manager.posts()}
    assert planned == PEOPLE.keys() - NEVER
    manager.wait(3 * DAY)
    for _day in range(4):
        assert manager.type("run", "--once", "--yes", "--verbose").exit == 0
        manager.wait(DAY)
    for words in (
        ["today"], ["post", "list"], ["inbox"], ["tandem", "list", "--json"],
        *(["report", "--format", form, "--out", f"out/report-{form}"] for form in ("html", "csv")),
        ["report", "--format", "json"],
    ):  # fmt: skip
        answer = manager.type(*words)
        assert answer.exit in (0, 4), (words, answer)
    _screened_again(manager)
    _read_everything(manager)


def _screened_again(manager: Manager) -> None:
    """Somebody who was shown in full may only be shown by region from now on."""
    posts = [post for post in manager.posts() if post["tandem"] == "tandem-01"]
    live = {post["text"] for post in posts if post["state"] == "published"}
    assert live & {row["text"] for row in manager.live()}
    found = manager.ask("tandem", "screen", "tandem-01", "--show", "region", "--yes")
    assert (found["narrower"], found["left"]) == (True, [])
    assert len(found["removed"]) == len(live)
    assert not live & {row["text"] for row in manager.live()}
    assert not [
        post
        for post in manager.posts()
        if post["tandem"] == "tandem-01" and post["state"] in ("planned", "scheduled", "published")
    ]


def _read_everything(manager: Manager) -> None:
    sent = [str(row["text"]) for row in manager.sandbox.ledger()]
    of = {post["text"]: post["tandem"] for post in manager.posts()}
    assert {of[text] for text in sent} == PEOPLE.keys() - NEVER
    on_x = {of[str(row["text"])] for row in manager.sandbox.ledger() if row["network"] == "x"}
    assert not on_x & REGIONAL.keys()
    everything = [*sent, *manager.said, *(part for each in files(manager.folder) for part in each)]
    # Whoever may be seen is found, so the search can find.
    assert [text for text in everything if says_name(text, "Parwana") and says_town(text, "Kassel")]
    for slug in NAMELESS:
        real = PEOPLE[slug][0]
        assert not [text for text in everything if says_name(text, real)], slug
    for slug, town in REGIONAL.items():
        assert not [text[:200] for text in everything if says_town(text, town)], slug
    assert not [text for text in everything if "portrait" in text or "a face" in text]
    assert not [text for text in sent if "Duldung" in text]
    paths = {str(call["path"]) for call in manager.sandbox.calls.entries()}
    assert not [path for path in paths if "photo" in path or "video" in path or "media" in path]
