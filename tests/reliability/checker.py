"""The history checker: what was live, told from the observer's notes, against the database.

It has a model of its own, some lines long: a post is live from the moment at which a network
performed a call that shows it, or at which the time of a held one came, until it is deleted. It
uses nothing of the product, and its model is compared with the sandbox's own ledger.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.reliability.rows import Row, is_open

NUMBER = re.compile(r"Nr\. (\d+)\.")


@dataclass
class Thing:
    """One post at a network, by the number that the network gave it."""

    remote_id: str
    number: int
    live_at: datetime | None = None
    due_at: datetime | None = None
    gone_at: datetime | None = None

    def came_due(self, now: datetime) -> None:
        """The platform publishes what it holds at its time."""
        if self.due_at and self.due_at <= now and not self.gone_at and not self.live_at:
            self.live_at, self.due_at = self.due_at, None

    @property
    def state(self) -> str:
        """As the ledger calls it."""
        if self.gone_at:
            return "deleted"
        if self.live_at:
            return "published"
        return "scheduled" if self.due_at else "unpublished"


@dataclass
class History:
    """All that ever was at the networks, and the calls that were not preceded by a noted try."""

    things: dict[str, Thing] = field(default_factory=dict)
    unannounced: list[str] = field(default_factory=list)
    _made: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, note: dict[str, Any]) -> None:
        """Go on by one performed call."""
        now = datetime.fromisoformat(note["at"])
        self.until(now)
        if not 200 <= note["status"] < 300:
            return
        asked, said = note["asked"], note["said"]
        made = str(said.get("id") or (said.get("data") or {}).get("id") or "")
        if note["path"].endswith("/videos"):  # it tells the film, around which there is a post
            made = f"{note['path'].split('/')[-2]}_{made}"
        if note["method"] == "DELETE":
            self._deleted(note["path"], now)
        elif "text" in asked and made and made not in self.things:
            self._created(note, made, now)
        elif thing := self.things.get(note["path"].rpartition("/")[2]):
            self._changed(thing, asked, now)

    def until(self, now: datetime) -> None:
        """Let time pass."""
        for thing in self.things.values():
            thing.came_due(now)

    def _created(self, note: dict[str, Any], made: str, now: datetime) -> None:
        asked, found = note["asked"], NUMBER.search(note["asked"]["text"])
        number = int(found[1]) if found else 0
        thing = self.things[made] = Thing(made, number)
        self._made[number] += 1
        if note["tries"] is None or self._made[number] > note["tries"]:
            self.unannounced.append(
                f"post {number}: creation {self._made[number]} ({made}) came with only"
                f" {note['tries']} tries written down"
            )
        if str(asked.get("published", "true")).lower() == "true":
            thing.live_at = now
        elif "scheduled_publish_time" in asked:
            thing.due_at = _moment(asked["scheduled_publish_time"])

    def _changed(self, thing: Thing, asked: dict[str, Any], now: datetime) -> None:
        if found := NUMBER.search(str(asked.get("text", ""))):
            thing.number = int(found[1])
        if str(asked.get("is_published", "")).lower() == "true" and not thing.live_at:
            thing.live_at, thing.due_at = now, None
        elif "scheduled_publish_time" in asked:
            thing.due_at = _moment(asked["scheduled_publish_time"])

    def _deleted(self, path: str, now: datetime) -> None:
        if thing := self.things.get(path.rpartition("/")[2]):
            thing.gone_at = thing.gone_at or now


def _moment(text: object) -> datetime:
    return datetime.fromtimestamp(int(str(text)), UTC)


def history(notes: Iterable[dict[str, Any]], now: datetime) -> History:
    """What was at the networks until ``now``."""
    told = History()
    for note in notes:
        told.take(note)
    told.until(now)
    return told


@dataclass(frozen=True)
class Verdict:
    """What is wrong, one sentence each, by kind; all empty: nothing is."""

    duplicated: list[str]
    lost: list[str]
    wrong: list[str]
    unannounced: list[str]
    model: list[str]
    live: int
    asked: int

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return {f"broken: {k}": len(v) for k, v in vars(self).items() if isinstance(v, list)}

    def sentences(self) -> list[str]:
        """All of it."""
        return [
            f"{kind}: {sentence}"
            for kind, found in vars(self).items()
            if isinstance(found, list)
            for sentence in found
        ]


def judge(
    told: History,
    rows: Sequence[Row],
    ledger: Sequence[dict[str, Any]],
    off: Collection[int] = (),
    told_of: Collection[int] = (),
) -> Verdict:
    """Compare three witnesses: the observer's notes, the database, the sandbox's ledger.

    ``off``: the numbers of the posts that somebody called off; all others have to be live.
    ``told_of``: the rows about which an alarm called for a person. What vanished at the platform,
    or was never there, may be left to him; such posts are counted, not called lost.
    """
    by_number: dict[int, list[Thing]] = defaultdict(list)
    for thing in told.things.values():
        by_number[thing.number].append(thing)
    duplicated, lost, wrong, asked = [], [], [], 0
    shown = {str(entry["id"]): _shown(entry) for entry in ledger}
    for row in rows:
        things = by_number[row.number]
        ever = [each for each in things if each.live_at]
        now = [each for each in ever if not each.gone_at]
        if row.number not in off and row.id in told_of and _left(row, things):
            asked += 1
            continue
        if len(ever) > 1:
            duplicated.append(_story(row, things))
        if not now and row.number not in off:
            lost.append(_story(row, things))
        if row.number in off and now:
            wrong.append(f"called off, and live: {_story(row, things)}")
        if fault := _wrongly(row, things, now) or _shows_otherwise(row, now, shown):
            wrong.append(f"{fault}: {_story(row, things)}")
    strangers = by_number.keys() - {row.number for row in rows}
    wrong += [f"live, and no post of ours: {by_number[each]}" for each in sorted(strangers)]
    count = sum(bool(each.live_at) for each in told.things.values())
    return Verdict(
        duplicated, lost, wrong, told.unannounced, _differences(told, ledger), count, asked
    )


def _left(row: Row, things: list[Thing]) -> bool:
    """Nothing of it is left, seen it was at most once, and the database does not say it is live.

    A post that is stopped in the very minute of its time is deleted when some have seen it.
    """
    nowhere = all(each.gone_at for each in things) and sum(bool(t.live_at) for t in things) <= 1
    stopped = row.state in ("cancelled", "withdrawn") and bool(things)
    return nowhere and (row.state == "unknown" or stopped)


def _wrongly(row: Row, things: list[Thing], live: list[Thing]) -> str:
    if is_open(row):
        return f"it is still {row.state}"
    if row.state == "published" and row.remote_id not in [each.remote_id for each in live]:
        return "the database says published, under a number that is not live"
    if row.state != "published" and live:
        return f"the database says {row.state}, and it is live"
    if [each for each in things if each.state in ("scheduled", "unpublished")]:
        return "something of it is left unseen at the network"
    return ""


def _shown(entry: dict[str, Any]) -> list[str]:
    return [each["digest"] for each in entry.get("media", ())]


def _shows_otherwise(row: Row, live: list[Thing], shown: Mapping[str, list[str]]) -> str:
    """Each of its own pictures or films, all of them, in their order, and nobody else's."""
    others = [each for each in live if shown.get(each.remote_id) != row.shows]
    return "it is live with other pictures than its own" if others else ""


def _story(row: Row, things: list[Thing]) -> str:
    at_network = [
        f"{each.remote_id} {each.state} live {each.live_at} gone {each.gone_at}" for each in things
    ]
    return json.dumps(
        {"post": row.number, "state": row.state, "remote_id": row.remote_id, "tries": row.tries,
         "error": row.error, "network": at_network}, ensure_ascii=False, default=str,
    )  # fmt: skip


def _differences(told: History, ledger: Sequence[dict[str, Any]]) -> list[str]:
    """Where the model and the sandbox's own account part: then neither can be believed."""
    theirs = {str(entry["id"]): _state(entry) for entry in ledger}
    ours = {each.remote_id: each.state for each in told.things.values()}
    return [
        f"{each}: noted {ours.get(each)}, the sandbox says {theirs.get(each)}"
        for each in sorted(theirs.keys() | ours.keys())
        if ours.get(each) != theirs.get(each)
    ]


def _state(entry: dict[str, Any]) -> str:
    if entry["network"] == "x":
        return "deleted" if entry["deleted"] else "published"
    return str(entry["state"])
