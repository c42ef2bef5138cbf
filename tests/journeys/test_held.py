"""What Facebook holds follows every command at once, seen in the sandbox's own ledger."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.commands.held import CalledBack
from orchestrator.model import Post
from orchestrator.sandbox.faults import describe
from orchestrator.store import open_store
from orchestrator.vocabulary import PostState
from tests.journeys.conftest import Approved, Manager, tandem_row, write_xlsx

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def at_facebook(manager: Manager, state: str) -> list[dict[str, Any]]:
    """The page's posts that are in this state now, as the platform sees them."""
    rows: list[dict[str, Any]] = manager.sandbox.ledger()  # type: ignore[assignment]
    return [row for row in rows if row["network"] == "facebook" and row["state"] == state]


def of(manager: Manager, state: str, network: str = "facebook") -> list[dict[str, Any]]:
    """Our own posts in this state."""
    return [
        post for post in manager.posts() if post["state"] == state and post["network"] == network
    ]


def ready(manager: Manager, approved: Approved) -> None:
    """Four tandems, planned and approved, on the morning of the first day."""
    approved(4)
    manager.wait(3 * DAY)


def handed_over(manager: Manager, approved: Approved) -> list[dict[str, Any]]:
    """The posts of the next two days are with Facebook."""
    ready(manager, approved)
    assert manager.ask("run", "--once", "--yes")["scheduled"] == 2
    held = of(manager, "scheduled")
    assert {row["text"] for row in at_facebook(manager, "scheduled")} == {
        post["text"] for post in held
    }
    return held


def refuse(manager: Manager, network: str, **fault: Any) -> None:
    manager.sandbox.faults.add(describe({"network": network} | fault))


def lose(manager: Manager, network: str, kind: str) -> dict[str, Any]:
    """Let the answer to a send be lost; the post that is unclear then."""
    path = "/feed" if network == "facebook" else "/2/tweets"
    refuse(manager, network, method="POST", path=path, kind=kind, times=1)
    for _hour in range(48):
        manager.wait(timedelta(hours=1))
        manager.type("run", "--once", "--yes")
        if unclear := of(manager, "unknown", network):
            return unclear[0]
    pytest.fail("nothing was sent")


def test_a_pause_empties_the_planner_and_resuming_fills_it(
    manager: Manager, approved: Approved
) -> None:
    """Deleted there within the command; in the end each post is live once."""
    held = handed_over(manager, approved)
    answer = manager.ask("pause", "--all")
    assert answer["called_back"] == sorted(post["id"] for post in held)
    assert answer["not_confirmed"] == []
    assert at_facebook(manager, "scheduled") == []
    assert of(manager, "scheduled") == []
    calls = len(manager.sandbox.calls.entries())
    assert manager.ask("pause", "--all")["called_back"] == []
    assert len(manager.sandbox.calls.entries()) == calls
    manager.ask("resume", "--all")
    assert manager.ask("run", "--once", "--yes")["scheduled"] == 2
    for _day in range(9):
        manager.wait(DAY)
        manager.ask("run", "--once", "--yes")
    live = [row["text"] for row in at_facebook(manager, "published")]
    assert sorted(live) == sorted(post["text"] for post in of(manager, "published"))
    assert len(live) == len(set(live)) == 8


def test_only_what_is_stopped_comes_back(manager: Manager, approved: Approved) -> None:
    """A tandem's post is called back, another network's stop calls nothing back."""
    first, second = handed_over(manager, approved)
    assert manager.ask("pause", "--network", "x")["called_back"] == []
    assert manager.ask("pause", first["tandem"])["called_back"] == [first["id"]]
    assert [row["text"] for row in at_facebook(manager, "scheduled")] == [second["text"]]


def test_a_stop_is_in_force_although_the_network_is_down(
    manager: Manager, approved: Approved
) -> None:
    """Exit 3, each post named with its time; the first pass that gets through calls it back."""
    held = handed_over(manager, approved)
    refuse(manager, "facebook", kind="drop_before", times=1000)
    answer = manager.type("pause", "--all")
    assert answer.exit == 3
    assert "Stopped: everything." in answer.out
    assert "From here nothing of it is sent until `tueroeffner resume --all`." in answer.out
    for post in held:
        assert f"post {post['id']} ({post['tandem']}, facebook)" in answer.err
    assert "Mon 30 Nov 12:58" in answer.err
    repeated = manager.type("pause", "--all", "--json")
    assert repeated.exit == 3
    assert [each["handed_for"] for each in repeated.document["not_confirmed"]] == [
        post["due_at"] for post in held
    ]
    manager.sandbox.faults.clear()
    manager.ask("run", "--once", "--yes")
    assert at_facebook(manager, "scheduled") == []
    assert of(manager, "scheduled") == []


def test_what_waits_to_be_moved_is_moved_and_said(manager: Manager, approved: Approved) -> None:
    """Whatever command comes first after the timetable changed; the words stay where they are."""
    first, _second = handed_over(manager, approved)
    store = open_store(f"sqlite:///{manager.folder}/campaign.db")
    with store.session() as session:
        session.get_one(Post, first["id"]).due_at += QUARTER
    store.close()
    answer = manager.ask("pause", "--network", "x")
    assert (answer["moved"], answer["called_back"]) == ([first["id"]], [])
    assert len(at_facebook(manager, "scheduled")) == 2


def test_what_came_back_from_its_flight_is_in_the_air_no_more(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a program was handing over while the stop came is counted when that has ended."""
    ready(manager, approved)
    store = open_store(f"sqlite:///{manager.folder}/campaign.db")

    def fly(state: PostState) -> None:
        with store.session() as session:
            session.exec(select(Post)).first().state = state

    def land(_desk: object) -> CalledBack:
        fly(PostState.PLANNED)
        return CalledBack()

    fly(PostState.SENDING)
    monkeypatch.setattr("orchestrator.commands.pause.call_back", land)
    assert manager.ask("pause", "--all")["in_flight"] == 0
    store.close()


def test_a_network_that_is_off_is_named_not_forgotten(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can delete there: the stop is in force, and what is still held is said."""
    held = handed_over(manager, approved)
    with monkeypatch.context() as without:
        without.delenv("TUEROEFFNER_FACEBOOK__PAGE_TOKEN")
        answer = manager.type("pause", "--all", "--json")
    assert answer.exit == 3
    assert [each["post"] for each in answer.document["not_confirmed"]] == [
        post["id"] for post in held
    ]
    assert manager.ask("pause", "--all")["not_confirmed"] == []
    assert at_facebook(manager, "scheduled") == []


def test_an_import_calls_changed_words_back(manager: Manager, approved: Approved) -> None:
    """A dry run touches nothing; the import does it at its end, or the next `plan` does."""
    first, second = handed_over(manager, approved)
    rows = [tandem_row(number, public_name="Sam") for number in range(4)]
    changed = [row for row in rows if row["slug"] == first["tandem"]]
    path = str(write_xlsx(manager.folder / "changed.xlsx", changed))
    calls = len(manager.sandbox.calls.entries())
    manager.ask("tandem", "import", path, "--dry-run")
    assert len(manager.sandbox.calls.entries()) == calls
    assert manager.ask("tandem", "import", path)["called_back"] == [first["id"]]
    assert [row["text"] for row in at_facebook(manager, "scheduled")] == [second["text"]]

    refuse(manager, "facebook", kind="drop_before", times=1000)
    path = str(write_xlsx(manager.folder / "all.xlsx", rows))
    answer = manager.type("tandem", "import", path, "--json")
    assert answer.exit == 3
    assert [each["post"] for each in answer.document["not_confirmed"]] == [second["id"]]
    manager.sandbox.faults.clear()
    assert manager.ask("plan")["called_back"] == [second["id"]]
    assert at_facebook(manager, "scheduled") == []


def test_a_held_post_is_taken_down(manager: Manager, approved: Approved) -> None:
    """Shown, asked, deleted, proved; it never goes out, and a second time is no error."""
    first, second = handed_over(manager, approved)
    number = str(first["id"])
    shown = manager.type("post", "show", number)
    assert first["remote_id"] in shown.out
    assert "publishes it by itself Mon 30 Nov 12:58" in shown.out
    dry = manager.type("post", "takedown", number, "--dry-run")
    assert (dry.exit, "It would be deleted there." in dry.out) == (0, True)
    assert manager.type("post", "takedown", number).exit == 2
    assert len(at_facebook(manager, "scheduled")) == 2
    taken = manager.ask("post", "takedown", number, "--yes")
    assert taken["posts"][0]["state"] == "cancelled"
    assert [row["text"] for row in at_facebook(manager, "scheduled")] == [second["text"]]
    assert manager.ask("post", "takedown", number, "--yes")["posts"][0]["state"] == "cancelled"
    manager.wait(2 * DAY)
    manager.ask("run", "--once", "--yes")
    assert [row["text"] for row in at_facebook(manager, "published")] == [second["text"]]


@pytest.mark.parametrize("network", ["facebook", "x"])
def test_a_live_post_is_taken_down(manager: Manager, approved: Approved, network: str) -> None:
    """Not while the network is down; then it is deleted, and said what that cannot undo."""
    ready(manager, approved)
    manager.wait(2 * DAY)
    manager.ask("run", "--once", "--yes")
    post = of(manager, "published", network)[0]
    number = str(post["id"])
    refuse(manager, network, kind="drop_before", times=1000)
    answer = manager.type("post", "takedown", number, "--yes")
    assert (answer.exit, "not confirmed" in answer.err) == (3, True)
    assert post in of(manager, "published", network)
    manager.sandbox.faults.clear()
    answer = manager.type("post", "takedown", number, "--yes")
    assert (answer.exit, "shared" in answer.out) == (0, True)
    assert post["text"] not in [row["text"] for row in manager.live()]
    [row] = manager.ask("post", "takedown", number, "--yes")["posts"]
    assert row["state"] == "withdrawn"


@pytest.mark.parametrize("network", ["facebook", "x"])
def test_an_unclear_post_is_named_by_its_address(
    manager: Manager, approved: Approved, network: str
) -> None:
    """The link from the browser is enough; another page's, or another text's, is refused."""
    ready(manager, approved)
    post = lose(manager, network, "drop_after")
    number = str(post["id"])
    shown = manager.ask("post", "show", number)
    assert shown["next_look"] is not None
    assert "0 of 3" in shown["outlook"]
    [row] = [row for row in manager.live() if row["text"] == post["text"]]
    own = str(row["id"]).rpartition("_")[2]
    page = str(row.get("page", ""))
    link = {
        "facebook": f"https://www.facebook.com/permalink.php?story_fbid={own}&id={page}",
        "x": f"https://x.com/aktion/status/{own}?s=20",
    }[network]
    for wrong in (
        f"https://www.facebook.com/77/posts/{own}",
        "https://x.com/other/status/99",
        "javascript:alert(1)",
        "",
        "-1",
    ):
        answer = manager.type("post", "settle", number, f"--live={wrong}", "--yes")
        assert answer.exit == 2, wrong
    assert of(manager, "unknown", network) == [post]
    sent = len(manager.live())
    [settled] = manager.ask("post", "settle", number, "--live", link, "--yes")["posts"]
    assert settled["remote_id"] == str(row["id"])
    assert settled["state"] == {"facebook": "scheduled", "x": "published"}[network]
    assert len(manager.live()) == sent


def test_a_look_finds_what_was_lost_and_the_person_decides_the_rest(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under ``ask``: exit 3 while looks go on, 4 when they are over; nothing is sent unasked."""
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__SETTLE", "ask")
    ready(manager, approved)
    post = lose(manager, "x", "drop_before")
    number = str(post["id"])
    assert manager.type("post", "settle", number).exit == 2
    assert manager.type("post", "settle", number, "--not-live", "--live", "1").exit == 2
    early = manager.type("post", "settle", number, "--yes", "--json")
    assert (early.exit, early.document["looks"]) == (3, 0)
    assert manager.type("post", "settle", number, "--not-live", "--yes").exit == 2
    codes = []
    for _look in range(3):
        manager.wait(QUARTER)
        codes.append(manager.type("post", "settle", number, "--yes").exit)
    assert codes == [3, 3, 4]
    assert "--not-live" in manager.ask("post", "show", number)["outlook"]
    assert manager.type("post", "takedown", number, "--yes").exit == 2
    assert manager.type("post", "retry", number, "--yes").exit == 2
    before = len(manager.live())
    [row] = manager.ask("post", "settle", number, "--not-live", "--yes")["posts"]
    assert (row["state"], len(manager.live())) == ("planned", before)
    manager.ask("run", "--once", "--yes")
    assert [each["text"] for each in manager.live()].count(post["text"]) == 1
    settled = manager.type("post", "settle", number)
    assert settled.exit == 0
    assert f"What fits: tueroeffner post takedown {number}" in settled.out


def test_a_refused_post_is_tried_again(manager: Manager, approved: Approved) -> None:
    """It asks first, sends nothing by itself, and the next pass sends it once."""
    ready(manager, approved)
    body = {"error": {"message": "Invalid parameter", "type": "OAuthException", "code": 100}}
    refuse(
        manager, "facebook", method="POST", path="/feed", kind="status", status=400, body=body
    )  # fmt: skip
    manager.wait(timedelta(hours=6))
    manager.type("publish", "--yes")
    [post] = of(manager, "rejected")
    number = str(post["id"])
    assert manager.type("post", "retry", number).exit == 2
    assert manager.ask("post", "retry", number, "--dry-run")["posts"] == [post]
    assert "rejected" not in manager.type("post", "show", number).out  # a name for scripts
    settled = manager.type("post", "settle", number)
    assert f"What fits: tueroeffner post retry {number}" in settled.out
    answer = manager.type("post", "retry", number, "--yes")
    assert (answer.exit, "next pass" in answer.out) == (0, True)
    assert f"  {post['error']}\n" in answer.out
    assert [row["text"] for row in manager.live()].count(post["text"]) == 0
    manager.ask("publish", "--yes")
    assert [row["text"] for row in manager.live()].count(post["text"]) == 1
    assert manager.type("post", "retry", number, "--yes").exit == 2


def test_a_number_that_is_no_post_is_refused(manager: Manager) -> None:
    """One sentence and exit 2, whatever is typed, before the first import too."""
    for number in ("0", "-3", "999", "4294967296", "9" * 40, "eins", "1.5", ""):
        for name in ("show", "settle", "retry", "takedown"):
            answer = manager.type("post", name, "--yes", "--", number)
            assert (answer.exit, answer.out) == (2, ""), (name, number)


@pytest.mark.parametrize("what", [["--network", "x"], ["tandem-01", "tandem-02"]])
def test_a_stop_names_the_command_that_lifts_just_it(
    manager: Manager, approved: Approved, what: list[str]
) -> None:
    """Typed as it was said, the stop is over; a bare `resume` would be refused."""
    approved(4)
    way_back = f"`tueroeffner resume {' '.join(what)}`"
    assert f"Nothing of it is sent until {way_back}." in manager.type("pause", *what).out
    assert manager.ask(*way_back.strip("`").split()[1:])["paused"] == []


def test_a_pass_names_what_earlier_ones_left_unclear(manager: Manager, approved: Approved) -> None:
    """Apart from its own: a quiet pass must not sound as if all were well."""
    ready(manager, approved)
    lose(manager, "x", "drop_before")
    document = manager.ask("run", "--once", "--yes")
    assert (document["unknown"], document["still_unknown"]) == (0, 1)
    assert (
        "1 post is still unclear; see: tueroeffner post list"
        in manager.type("publish", "--yes").out
    )


def test_a_dry_move_says_that_the_platform_holds_the_post(
    manager: Manager, approved: Approved
) -> None:
    """And until when; neither there nor here does anything change."""
    first, _second = handed_over(manager, approved)
    before = manager.posts()
    said = manager.type("schedule", "move", str(first["id"]), "+15m", "--dry-run").out
    assert "Facebook holds it for Mon 30 Nov 12:58; it would be moved there" in said
    assert (manager.posts(), len(at_facebook(manager, "scheduled"))) == (before, 2)
