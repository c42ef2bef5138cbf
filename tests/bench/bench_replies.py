"""A hundred thousand replies: how long our own part of collecting them takes, and how much memory.

Own time is the processor's; by the clock it is more where others work beside it.
What networks and wires take is not in it: answers as they came from the page's list of comments are
read, written down, linked, compared and, in the second run, sorted. Beside it the obvious way, one
reply after the other through the same tables.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sqlmodel import select  # noqa: E402

from orchestrator import people, replies  # noqa: E402
from orchestrator.collect import _LOT as LOT  # noqa: E402
from orchestrator.heard import Ledger  # noqa: E402
from orchestrator.keys import CampaignKey  # noqa: E402
from orchestrator.model import Account, Campaign, Person, Post, Reply, Tandem  # noqa: E402
from orchestrator.networks.wire.graph_replies import heard_in  # noqa: E402
from orchestrator.ports import Heard  # noqa: E402
from orchestrator.redact import redact  # noqa: E402
from orchestrator.sandbox.public_replies import read  # noqa: E402
from orchestrator.store import Store, open_store  # noqa: E402
from orchestrator.vocabulary import PostState  # noqa: E402

MANY, NAIVE = 100_000, 2_000
MOST_SECONDS, MOST_MB = 60.0, 300.0
POSTS = 200
START = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
KEY = CampaignKey(b"k" * 32)


def entries(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Comments as the platform tells them: one in fifty has a number, one in ten is no new one."""
    chance, lines = Random(11), [line.text for line in read() if line.text]
    before = [("1", "Viel Glück!")]
    for number in range(count):
        author, text = str(chance.randrange(count)), chance.choice(lines)
        text = f"{text} {number}"
        if chance.random() < 0.1:
            author, text = chance.choice(before)
        elif number % 50 == 0:
            text += " Tel. 030 23125 017"
        if number % 1000 == 0:
            before.append((author, text))
        post = f"10_{number % POSTS}"
        yield (
            post,
            {
                "id": f"{number % POSTS}_{number}",
                "message": text,
                "created_time": (START + timedelta(seconds=number)).isoformat(),
                "from": {"id": author, "name": f"Somebody {author}"},
                "permalink_url": f"https://www.facebook.com/10/posts/{number}",
            },
        )


TANDEM = {
    "id": 1, "campaign_id": 1, "slug": "bench", "refugee_id": 1, "volunteer_id": 2,
    "public_name": "Robin", "place_id": 1, "town": "Kassel", "region": "Hessen", "country": "DE",
    "lat": 51.3, "lon": 9.5, "town_people": 200_000, "place_digest": "0", "imported_at": START,
    "changed_at": START,
}  # fmt: skip
POST = {
    "campaign_id": 1, "tandem_id": 1, "account_id": 1, "network": "facebook", "language": "de",
    "text": "", "digest": "", "due_at": START, "due_wall": "", "zone": "Europe/Berlin",
    "state": PostState.PUBLISHED, "published_at": START,
}  # fmt: skip


def campaign(folder: str) -> Store:
    """A database with posts that are out."""
    store = open_store(f"sqlite:///{folder}/bench.db")
    with store.session() as session:
        owner = Campaign(id=1, slug="b", name="B", key_fingerprint="", created_at=START)
        account = Account(id=1, campaign_id=1, network="facebook", remote_id="10")
        people = [Person(id=each, campaign_id=1) for each in (1, 2)]
        posts = [Post(**POST, number=each, remote_id=f"10_{each}") for each in range(POSTS)]
        for some in ([owner], [account, *people], [Tandem(**TANDEM)], posts):
            session.add_all(some)
            session.flush()
    return store


def ours(store: Store, heard: Sequence[Heard]) -> None:
    """As a pass of collecting does it."""
    for at in range(0, len(heard), LOT):
        with store.session() as session:
            Ledger(session, KEY, 1, "facebook", START).keep(heard[at : at + LOT])


def naively(store: Store, heard: Sequence[Heard]) -> None:
    """Look for each, write each, compare it with all that its author said."""
    for each in heard:
        with store.session() as session:
            if session.exec(select(Reply).where(Reply.remote_id == each.remote_id)).first():
                continue
            post = session.exec(select(Post).where(Post.remote_id == each.post)).one()
            author = KEY.digest(f"author:facebook:{each.author_id}")
            said = session.exec(select(Reply).where(Reply.author_digest == author)).all()
            again = next((one for one in said if one.text == redact(each.text)), None)
            reply = Reply(
                campaign_id=1, post_id=post.id, tandem_id=post.tandem_id, network="facebook",
                channel="comment", remote_id=each.remote_id, author=redact(each.author),
                author_digest=author, text=redact(each.text), received_at=each.at,
                collected_at=START, duplicate_of=again.id if again else None,
                contact_digests=replies.digests_in(KEY, each.text),
            )  # fmt: skip
            if reply.text != each.text:
                reply.person_id = people.add(session, KEY, 1, {"text": each.text}).id
            replies.sort(reply, each.text)
            session.add(reply)


def unsorted(_reply: object, _text: str, _learnt: object = None) -> None:
    """Instead of the classifier."""


def run(classifies: bool, count: int) -> None:
    """One measuring in a process of its own, for the sake of its memory."""
    if not classifies:
        from orchestrator import heard as ledger

        ledger.sort = unsorted
    with tempfile.TemporaryDirectory() as folder:
        store = campaign(folder)
        raw = list(entries(count))
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, clock = time.process_time(), time.perf_counter()
        heard = [each for post, entry in raw if (each := heard_in(entry, post))]
        del raw
        ours(store, heard)
        seconds, waited = time.process_time() - began, time.perf_counter() - clock
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with store.reading() as session:
            kept = session.exec(select(Reply.duplicate_of)).all()
        store.close()
    again = sum(each is not None for each in kept)
    print(seconds, waited, most / 1024, held / 1024, len(kept), again)


def told(classifies: bool, count: int) -> list[float]:
    """What a measuring in a process of its own printed."""
    said = subprocess.run(
        [sys.executable, __file__, "only", str(int(classifies)), str(count)],
        check=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    return [float(each) for each in said.stdout.split()]


def main() -> bool:
    """Both runs, and the naive way beside them."""
    good = True
    for classifies in (False, True):
        seconds, waited, megabytes, raw, kept, again = told(classifies, MANY)
        what = "with the classifier" if classifies else "without the classifier"
        print(f"{kept:,.0f} replies ({again:,.0f} said again) {what}: {seconds:.1f} s", end=" ")
        print(f"({kept / seconds:,.0f}/s; {waited:.0f} s by the clock)")
        print(f"  {megabytes:.0f} MB, {raw:.0f} MB of it raw answers")
        good &= seconds <= MOST_SECONDS and megabytes <= MOST_MB
    with tempfile.TemporaryDirectory() as folder:
        store = campaign(folder)
        heard = [each for post, raw in entries(NAIVE) if (each := heard_in(raw, post))]
        began = time.process_time()
        naively(store, heard)
        naive = time.process_time() - began
        store.close()
    each = seconds / kept
    print(
        f"naively, the first {NAIVE:,}: {NAIVE / naive:,.0f}/s; ours {naive / NAIVE / each:.1f} x"
    )
    print(f"  must be at most {MOST_SECONDS:.0f} s and {MOST_MB:.0f} MB")
    return good


if __name__ == "__main__":
    if sys.argv[1:2] == ["only"]:
        run(sys.argv[2] == "1", int(sys.argv[3]))
    else:
        sys.exit(0 if main() else 1)
