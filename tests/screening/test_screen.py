"""``tandem screen`` at a keyboard and in a script: what is kept, and what is refused."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestrator.leaving import away
from orchestrator.model import Post
from orchestrator.screening.keeping import keep
from orchestrator.vocabulary import PostState, Show, TandemState
from orchestrator.worker import my_name
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.screening.conftest import Manager, Rows, consents, events, person, tandem

SCREEN = ("tandem", "screen", "tandem-07")
# Danger, shelter, blocked address, face, who must not find them; then what to keep, and yes.
SAFE = "n\nn\nn\ny\n1\n"
KEEP = "\ny\n"


@pytest.fixture(autouse=True)
def _no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits in a test."""
    monkeypatch.setattr(away, "_PAUSES", ())


@pytest.mark.parametrize(
    ("keys", "show"),
    [
        (SAFE + KEEP, Show.FULL),
        ("nein\nno\nn\n\n1\n" + KEEP, Show.NO_FACE),
        (SAFE + "no-face\ny\n", Show.NO_FACE),
        ("n\nn\nn\ny\n2\n" + "\nSami\ny\n", Show.ALIAS),
        ("n\ny\nn\ny\n1\n" + "\nSami\ny\n", Show.REGION),
        ("\n\n\n\n\n" + KEEP, None),
        (SAFE + "none\ny\n", None),
    ],
)
def test_five_answers_lead_to_one_result(
    rows: Rows, manager: Manager, keys: str, show: Show | None
) -> None:
    """Which is kept with the time; the event knows only that it happened."""
    number = person(rows)
    answer = manager.type(*SCREEN, keys=keys)
    assert answer.exit == 0, answer
    found = tandem(rows, number)
    assert (found.show, found.screened_at) == (show, NOON)
    assert found.public_name == ("Sami" if show in (Show.ALIAS, Show.REGION) else "")
    (event,) = [each for each in events(rows) if each.what == "screened"]
    assert (event.detail, event.subject) == ({"narrower": False}, f"tandem {number}")


def test_the_answers_are_kept_nowhere(rows: Rows, manager: Manager) -> None:
    """Two ways to ``region`` leave the same rows behind, but for whose they are."""
    kept = []
    for slug, said in (("tandem-07", "n\ny\nn\ny\n1\n"), ("tandem-08", "n\nn\n\nn\n3\n")):
        number = person(rows, slug)
        keys = said + "\nSami\ny\n"
        assert manager.type("tandem", "screen", slug, keys=keys).exit == 0
        row = tandem(rows, number).model_dump()
        kept.append(
            {k: v for k, v in row.items() if k not in ("id", "slug", "refugee_id", "volunteer_id")}
        )
    assert kept[0] == kept[1]
    first, second = [each.detail for each in events(rows) if each.what == "screened"]
    assert first == second
    database = sqlite3.connect(manager.folder / "campaign.db")
    dump = "\n".join(database.iterdump()).casefold()
    database.close()
    assert not [
        word for word in ("shelter", "danger", "auskunftssperre", "not sure") if word in dump
    ]


def test_whoever_breaks_off_is_told_that_no_answer_was_kept(rows: Rows, manager: Manager) -> None:
    """At any question, the last one included; the same command begins anew."""
    number = person(rows)
    for keys in ("n\n", SAFE, SAFE + "\n"):
        answer = manager.type(*SCREEN, keys=keys)
        assert (answer.exit, "no answer was kept" in answer.err) == (130, True), answer
    assert tandem(rows, number).screened_at is None


def test_a_result_is_never_widened_at_the_keyboard(rows: Rows, manager: Manager) -> None:
    """A wider wish is refused and asked again; so are an answer and a number that are none."""
    number = person(rows)
    keys = "perhaps\nn\nn\nn\nn\n7\n1\nfull\nseen\nno-face\ny\n"
    answer = manager.type(*SCREEN, keys=keys)
    assert answer.exit == 0, answer
    assert "The answers do not allow that much." in answer.err
    assert tandem(rows, number).show is Show.NO_FACE


def test_what_cannot_be_undone_is_said_before(rows: Rows, manager: Manager) -> None:
    """Whoever says no to it afterwards keeps everything as it was."""
    number = person(rows)
    answer = manager.type(*SCREEN, keys=SAFE + "\nn\n")
    assert answer.exit == 2
    assert "cannot be taken back" in answer.err
    assert "stay findable" in answer.out
    assert tandem(rows, number).screened_at is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), ("--show", "--yes")),
        (("--show", "full"), ("--yes",)),
        (("--show", "everything", "--yes"), ("full, no-face, alias, region, none",)),
        (("--show", "alias", "--yes"), ("--alias NAME",)),
        (("--show", "alias", "--alias", "Yusuf", "--yes"), ("the real name", "--alias NAME")),
        (("--show", "alias", "--alias", "yusuf S.", "--yes"), ("the real name",)),
        (("--show", "region", "--alias", "Sami aus Freiburg", "--yes"), ("names the town",)),
        (("--show", "full", "--alias", "0761 555 0100", "--yes"), ("phone number",)),
    ],
)
def test_a_script_is_refused_with_the_way_out(
    rows: Rows, manager: Manager, options: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """Exit 2, one sentence, nothing changed, and never the real name."""
    number = person(rows)
    answer = manager.type(*SCREEN, *options)
    assert answer.exit == 2
    assert all(each in answer.err for each in said), answer.err
    assert "Yusuf" not in answer.out + answer.err
    assert tandem(rows, number).screened_at is None


def test_a_check_on_paper_is_taken(rows: Rows, manager: Manager) -> None:
    """The document has the result and no more; a dry run before it writes nothing."""
    number = person(rows, media="pictures/portrait.jpg")
    paper = (*SCREEN, "--show", "alias", "--alias", "Sami")
    assert manager.ask(*paper, "--dry-run")["show"] == "alias"
    assert tandem(rows, number).screened_at is None
    found = manager.ask(*paper, "--yes")
    assert found == {
        "tandem": "tandem-07",
        "show": "alias",
        "changed": True,
        "narrower": False,
        "approvals_taken_back": 0,
        "called_back": [],
        "removed": [],
        "left": [],
        "unseen": [],
        "telling": [],
    }
    assert (tandem(rows, number).public_name, tandem(rows, number).media) == ("Sami", "")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Ich bin Yusuf und nähe gern.", ("alias",)),
        ("Ich nähe gern, am liebsten in Freiburg.", ("region",)),
    ],
)
def test_an_appeal_that_tells_it_needs_a_person(
    rows: Rows, manager: Manager, text: str, options: tuple[str, ...]
) -> None:
    """The narrower result counts at once; the sentence names the column, exit 4."""
    number = person(rows, show=Show.FULL, text=text)
    answer = manager.type(*SCREEN, "--show", *options, "--alias", "Sami", "--yes")
    assert answer.exit == 4
    assert "appeal_de" in answer.err
    assert "Yusuf" not in answer.out + answer.err
    assert tandem(rows, number).show == options[0]
    [row] = manager.ask("tandem", "list")["tandems"]
    assert {each["reason"] for each in row["why_not"]} >= {"no_consent"}
    consents(rows, number)
    [row] = manager.ask("tandem", "list")["tandems"]
    told = [each for each in row["why_not"] if each["reason"] == "shows_too_much"]
    assert "facebook" in {each["network"] for each in told}
    assert (
        "appeal_de says what the safety check hides"
        in manager.type("tandem", "show", SCREEN[2]).out
    )


def test_what_no_network_confirms_needs_a_person(rows: Rows, manager: Manager) -> None:
    """The result is in force, the live post is named, exit 4; the passes go on with it."""
    number = person(rows, show=Show.FULL)
    post = rows.post(
        number, state=PostState.PUBLISHED, remote_id="1", published_at=NOON, show=Show.FULL
    )
    paper = (*SCREEN, "--show", "none")
    assert "1 published post shows more" in manager.type(*paper, "--dry-run").out
    assert tandem(rows, number).show is Show.FULL
    answer = manager.type(*paper, "--yes", "--json")
    assert answer.exit == 4
    assert [each["post"] for each in answer.document["left"]] == [post]
    assert f"Post {post} on Facebook is not confirmed to be gone" in answer.err
    assert (tandem(rows, number).show, tandem(rows, number).screened_at) == (None, NOON)


def test_who_withdrew_is_not_screened(rows: Rows, manager: Manager) -> None:
    """Nothing of them is posted, whatever the answers."""
    person(rows, state=TandemState.WITHDRAWN)
    assert manager.type(*SCREEN, "--show", "full", "--yes").exit == 2


def test_what_stayed_of_a_closed_tandem_can_still_be_narrowed(rows: Rows, manager: Manager) -> None:
    """A kept post that shows too much has to come down; nobody is told to plan anything."""
    closed = {"state": TandemState.CLOSED, "closed_because": "hired", "show": Show.FULL}
    number = person(rows, text="Ich bin Yusuf und nähe gern.", **closed)
    consents(rows, number)
    post = rows.post(
        number, state=PostState.PUBLISHED, remote_id="1", published_at=NOON, show=Show.FULL
    )
    wide = manager.type(*SCREEN, "--show", "full", "--yes")
    assert (wide.exit, "tueroeffner plan" in wide.out) == (0, False)
    narrow = (*SCREEN, "--show", "alias", "--alias", "Sami", "--yes")
    for _time in range(2):
        answer = manager.type(*narrow, "--json")
        assert answer.exit == 4
        assert [each["post"] for each in answer.document["left"]] == [post]
        assert answer.document["telling"] == []


@pytest.mark.parametrize(
    ("changes", "narrow", "left"),
    [
        ({"state": PostState.UNKNOWN}, "none", True),
        ({"state": PostState.UNKNOWN, "show": Show.FULL}, "alias", True),
        ({"state": PostState.UNKNOWN, "show": Show.ALIAS}, "alias", False),
        ({"state": PostState.SENDING}, "none", True),
        ({"state": PostState.PLANNED, "handed_digest": "old", "remote_id": "1"}, "alias", True),
    ],
)
def test_what_may_be_live_or_goes_live_by_itself_needs_a_person_each_time(
    rows: Rows, manager: Manager, changes: dict[str, Any], narrow: str, left: bool
) -> None:
    """Unclear, in flight or held: exit 4 also when the same result is kept once more."""
    number = person(rows, show=Show.FULL)
    consents(rows, number)
    lease = {"claimed_by": my_name(), "lease_until": datetime.now(UTC) + timedelta(hours=1)}
    past = {"due_at": NOON - timedelta(hours=1), "show": Show.FULL}
    post = rows.post(number, **(lease | past | changes))
    for _time in range(2):
        answer = manager.type(*SCREEN, "--show", narrow, "--alias", "Sami", "--yes", "--json")
        assert [each["post"] for each in answer.document["left"]] == [post] * left
        assert answer.exit == (4 if left else 0), answer


@on_both
@pytest.mark.parametrize(
    ("before", "after", "narrower"),
    [
        (Show.FULL, Show.ALIAS, True),
        (Show.ALIAS, None, True),
        (Show.REGION, Show.FULL, False),
        (Show.FULL, Show.FULL, False),
    ],
)
def test_a_changed_result_takes_the_approvals_back(
    rows: Rows, before: Show, after: Show | None, narrower: bool
) -> None:
    """Narrower or wider: other words are due, so the old ones can never be sent."""
    number = person(rows, show=before, public_name="Sami")
    post = rows.post(number)
    with rows.store.session() as session:
        kept = keep(session, number, after, "Sami", NOON, "heike")
    assert (kept.changed, kept.narrower) == (before is not after, narrower)
    with rows.store.reading() as session:
        row = session.get_one(Post, post)
    same = before is after
    assert (row.state is PostState.PLANNED, row.approved_digest is not None) == (same, same)
