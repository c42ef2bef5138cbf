"""A withdrawal: 21 posts of one tandem on two networks, answers 200 ms late; at most 30 s.

The posts are published over HTTP in the sandbox; then the tandem withdraws, and the clock runs
until the last network has confirmed: decision, deletion, reading back, writing down. Baseline in
the same run: the bare calls alone on as many other posts, each deleted and read back, one after the
other on each network, the networks beside each other.
Run: `python tests/bench/bench_withdraw.py`. Exits with 1 when the goal is missed.
"""

import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlmodel import Session

from orchestrator import networks
from orchestrator.approve import content_digest
from orchestrator.campaign import enrol
from orchestrator.config import Settings, load
from orchestrator.keys import CampaignKey
from orchestrator.leaving import away, decision
from orchestrator.model import Account, Attempt, Consent, Person, Post, Tandem
from orchestrator.ports import Draft, Network, Receipt
from orchestrator.sandbox.faults import describe
from orchestrator.sandbox.server import Sandbox
from orchestrator.shift import Shift, Tally
from orchestrator.store import Store, open_store
from orchestrator.vocabulary import Outcome, PostState, Show
from schedules.clock import FixedClock, SystemClock

MOST_SECONDS = 30.0
LATE = 0.2
SHARES = {"facebook": 11, "x": 10}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = CampaignKey(bytes(range(32)))
CONFIG = """[campaign]
name = "Bench"
slug = "bench"
start = 2026-11-23
end = 2026-11-29
"""


def main() -> int:
    """Measure both, and say how long they took."""
    with Sandbox(start=NOW - HOUR, speed=0.0) as sandbox, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        settings = load(folder / "config.toml", sandbox.env())
        connected = {
            each: networks.adapter(each).connect(settings.networks[each], clock=FixedClock(NOW))
            for each in SHARES
        }
        store = open_store(f"sqlite:///{folder / 'campaign.db'}")
        shift = _shift(settings, store, connected)
        tandem_id = _fill(shift)
        spare = {each: [_out(network, 100 + n).remote_id for n in range(SHARES[each])]
                 for each, network in connected.items()}  # fmt: skip
        sandbox.clock.advance(HOUR)
        for each in SHARES:
            late = {"network": each, "kind": "slow", "seconds": LATE, "times": 10_000}
            sandbox.faults.add(describe(late))
        bare, calls = _timed(lambda: _bare(connected, spare), connected)
        ours, more = _timed(lambda: _withdraw(shift, tandem_id), connected)
        store.close()
    ok = ours <= MOST_SECONDS
    print(f"bare calls   {bare:6.1f} s  ({calls} calls)")
    print(f"withdrawal   {ours:6.1f} s  ({more} calls, goal: at most {MOST_SECONDS:.0f} s)"
          f"  {ours / bare:.2f} times the bare calls  {'ok' if ok else 'MISSED'}")  # fmt: skip
    return 0 if ok else 1


def _shift(settings: Settings, store: Store, connected: dict[str, Network]) -> Shift:
    with store.session() as session:
        campaign_id = enrol(session, settings.campaign, KEY, NOW).id
    return Shift(
        store=store, settings=settings, key=KEY, campaign_id=campaign_id, networks=connected,
        clock=FixedClock(NOW), machine=SystemClock(), worker="bench", actor="bench",
    )  # fmt: skip


def _out(network: Network, number: int) -> Receipt:
    """Published there; no two say the same."""
    return network.publish(
        Draft(f"Wer kennt bei Freiburg eine Backstube? Nr. {number}", "", "", None)
    )


def _fill(shift: Shift) -> int:
    """A tandem whose posts went out an hour ago."""
    with shift.store.session() as session:
        tandem = _tandem(session, shift.campaign_id)
        for name, share in SHARES.items():
            account = Account(
                campaign_id=shift.campaign_id, network=name,
                remote_id=shift.settings.networks[name].account,
            )  # fmt: skip
            session.add(account)
            session.add(
                Consent(
                    tandem_id=tandem.id, person_id=tandem.refugee_id, purpose=name,
                    given_on=date(2026, 11, 1),
                )
            )  # fmt: skip
            session.flush()
            for number in range(share):
                _post(session, shift, tandem.id, account, number)
        return tandem.id


def _tandem(session: Session, campaign_id: int) -> Tandem:
    people = [Person(campaign_id=campaign_id), Person(campaign_id=campaign_id)]
    session.add_all(people)
    session.flush()
    tandem = Tandem(
        campaign_id=campaign_id, slug="bench", refugee_id=people[0].id, volunteer_id=people[1].id,
        public_name="Amira", show=Show.FULL, adult=True, place_id=2925177, town="Freiburg",
        region="Baden-Württemberg", country="DE", lat=47.99, lon=7.85, town_people=230_000,
        place_digest="0", imported_at=NOW, changed_at=NOW,
    )  # fmt: skip
    session.add(tandem)
    session.flush()
    return tandem


def _post(session: Session, shift: Shift, tandem_id: int, account: Account, number: int) -> None:
    network = shift.networks[account.network]
    receipt = _out(network, number)
    post = Post(
        campaign_id=shift.campaign_id, tandem_id=tandem_id, network=account.network,
        account_id=account.id, number=number, language="de", text=receipt.text, digest="",
        due_at=NOW - HOUR, due_wall="", zone="Europe/Berlin", state=PostState.PUBLISHED,
        remote_id=receipt.remote_id, permalink=receipt.permalink, published_at=NOW - HOUR,
    )  # fmt: skip
    post.digest = post.approved_digest = content_digest(post)
    session.add(post)
    session.flush()
    session.add(
        Attempt(
            post_id=post.id, number=1, digest=post.digest, sent_at=NOW - HOUR, outcome=Outcome.DONE
        )
    )  # fmt: skip


def _timed(work: Callable[[], None], connected: dict[str, Network]) -> tuple[float, int]:
    before = sum(each.calls for each in connected.values())
    began = perf_counter()
    work()
    return perf_counter() - began, sum(each.calls for each in connected.values()) - before


def _withdraw(shift: Shift, tandem_id: int) -> None:
    with shift.store.session(patient=True) as session:
        decision.withdraw(session, tandem_id, shift.now, "bench")
    gone = away.bring(shift, Tally(), tandem_id)
    assert (len(gone.removed), gone.left) == (sum(SHARES.values()), []), gone


def _bare(connected: dict[str, Network], spare: dict[str, list[str]]) -> None:
    def delete(name: str) -> None:
        for remote_id in spare[name]:
            assert connected[name].takedown(remote_id)
            assert connected[name].look(remote_id) is None

    with ThreadPoolExecutor(len(spare)) as pool:
        list(pool.map(delete, spare))


if __name__ == "__main__":
    sys.exit(main())
