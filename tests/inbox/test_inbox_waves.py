"""What hundreds of people say word for word fills no list, and is none of it lost."""

from datetime import timedelta
from typing import Any

from textual.pilot import Pilot

from orchestrator.commands.view.screen import Screen
from orchestrator.model import Reply
from orchestrator.vocabulary import Label
from tests.campaign_rows import NOON
from tests.conftest import on_sqlite
from tests.inbox.conftest import Manager, Rows
from tests.inbox.test_view import View, text

WAVE = "Schnelles Geld von zu Hause, schreib mir auf meinem Profil"


def pasted(rows: Rows, count: int, said: str = WAVE, **changes: Any) -> list[int]:
    """So many people who say the same, a second apart."""
    numbers = []
    with rows.store.session() as session:
        for number in range(count):
            values: dict[str, Any] = {
                "campaign_id": rows.id, "network": "facebook", "channel": "comment",
                "remote_id": f"{said}{number}", "author_digest": f"{number:064x}", "text": said,
                "received_at": NOON + timedelta(seconds=number), "collected_at": NOON,
                "label": Label.JOB_OFFER, "confidence": 0.7, "queue": True,
            } | changes  # fmt: skip
            reply = Reply(**values)
            session.add(reply)
            session.flush()
            numbers.append(reply.id)
    return numbers


def test_a_wave_is_one_row_and_counted(rows: Rows, manager: Manager) -> None:
    """500 of them: the first stands for all, the offer is seen, everything is there on request."""
    wave = pasted(rows, 500)
    offer = rows.reply(received_at=NOON + timedelta(hours=1))
    said = manager.type("inbox", "list").out
    assert said.count("Schnelles Geld") == 1
    assert "499 more in these words" in said
    assert "499 in the words of another" in said
    assert "Hilfe in der Näherei" in said
    assert len(said.splitlines()) < 12
    every = [each["id"] for each in manager.ask("inbox", "list", "--all")["replies"]]
    assert sorted(every) == sorted([*wave, offer])


def test_only_what_is_one_and_the_same_folds(rows: Rows, manager: Manager) -> None:
    """Few people, another tandem, other contacts, and what somebody has in hand stay."""
    pasted(rows, 4, "Ruf mich an")
    tandem = rows.tandem()
    pasted(rows, 4, "Melde dich")
    rows.reply("Melde dich", tandem_id=tandem)
    for number in range(5):
        rows.reply(f"Bei uns fehlt eine Näherin: 0761 555 010{number}")
    wave = pasted(rows, 6, "Komm vorbei")
    assert manager.type("inbox", "take", str(wave[3])).exit == 0
    said = manager.type("inbox", "list").out
    counts = {word: said.count(word) for word in ("Ruf mich", "Melde dich", "Näherin", "Komm vor")}
    assert counts == {"Ruf mich": 4, "Melde dich": 5, "Näherin": 5, "Komm vor": 2}
    assert "4 more in these words" in said
    assert manager.type("inbox", "list", "--waiting").out.count("Komm vor") == 1


@on_sqlite
def test_the_view_folds_a_wave_too(rows: Rows, manager: Manager) -> None:
    """One line of it, with its number."""
    pasted(rows, 500)
    rows.reply(received_at=NOON + timedelta(hours=1))

    async def play(_pilot: Pilot[None], screen: Screen) -> None:
        queue = text(screen, "queue")
        assert queue.count("more in these words") == 1
        assert "Hilfe in" in queue
        assert len(screen.shelf) == 2

    View(manager).play(play)
