"""The rows behind the report as tables that a German Excel opens by a double click.

UTF-8 with a mark, semicolons, decimal commas; a cell that Excel would take for a formula is
neutralised. No author, no contact; what was abuse, spam, deleted, or said to somebody who withdrew
keeps its row without words.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator.model import Reply, Snapshot
from orchestrator.redact import redact, tame
from orchestrator.report.explain import all_figures
from orchestrator.report.figures import Report
from orchestrator.report.files import Draft
from orchestrator.report.measures import Row
from orchestrator.report.rows import AccountRow, PostRow, ReplyRow, TandemRow
from orchestrator.vocabulary import Label

_WORDLESS = frozenset({Label.ABUSE, Label.SPAM})
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# What a spreadsheet may skip before a formula.
_UNSEEN = re.compile("^[\\s\u200b-\u200d\u2060\ufeff\u00ad]+")
_HANDLE = re.compile(r"(?<![\w@])@[\w.]{2,}")
_LOT = 500
_CELL = 32_000  # Excel takes 32,767 characters


def tables(report: Report, session: Session) -> list[Draft]:
    """All tables of a report."""
    slugs = {each.id: each.slug for each in report.rows.tandems}
    zone = report.head.zone
    private = [name for each in report.rows.metrics.values() for name in each.private]
    return [
        _table(
            "posts.csv",
            (*_POSTS, *private),
            ((*_post(each, slugs, zone), *_told(each, private)) for each in report.scope.posts),
        ),
        _table("replies.csv", _REPLIES, _reply_rows(report, session, slugs)),
        _table("snapshots.csv", _SNAPSHOTS, _snapshot_rows(report, session)),
        _table("figures.csv", _FIGURES, _figure_rows(report)),
    ]


_POSTS = (
    "post",
    "tandem",
    "network",
    "number",
    "state",
    "due_at",
    "published_at",
    "gone_at",
    "targeting_kept",
    "reach",
    "reach_read_at",
    "cost_usd",
    "permalink",
)
_REPLIES = (
    "reply",
    "post",
    "tandem",
    "network",
    "channel",
    "label",
    "status",
    "received_at",
    "deleted",
    "duplicate_of",
    "text",
)
_SNAPSHOTS = ("post", "network", "metric", "taken_at", "value")
_FIGURES = ("figure", "value", "rule", "rows")


def _post(row: PostRow, slugs: dict[int, str], zone: ZoneInfo) -> Sequence[object]:
    return (
        row.id,
        slugs.get(row.tandem_id, ""),
        row.network,
        row.number,
        row.state,
        _wall(row.due_at, zone),
        _wall(row.published_at, zone),
        _wall(row.gone_at, zone),
        row.targeting_kept,
        row.reach,
        _wall(row.taken_at, zone),
        row.cost_usd,
        row.permalink,
    )


def _told(row: PostRow, private: Sequence[str]) -> Iterable[object]:
    """What only the owner is told; empty where it was not."""
    return (row.private[name][0] if name in row.private else None for name in private)


def _reply_rows(
    report: Report, session: Session, slugs: dict[int, str]
) -> Iterable[Sequence[object]]:
    replies = report.scope.replies
    # A reply may name whom the posts do not name.
    silent = {each.id for each in report.rows.tandems if each.has_withdrawn or each.hidden}
    may_speak = [each for each in replies if _may_speak(each) and each.tandem_id not in silent]
    said = _texts(session, [each.id for each in may_speak])
    for row in replies:
        yield (
            row.id,
            row.post_id,
            slugs.get(row.tandem_id or 0, ""),
            row.network,
            row.channel,
            row.label,
            row.status,
            _wall(row.at, report.head.zone),
            row.deleted,
            row.duplicate_of,
            said.get(row.id, ""),
        )


def _may_speak(row: ReplyRow) -> bool:
    return row.label not in _WORDLESS and not row.deleted


def _texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What replies said, without contacts and without the accounts they name."""
    found: dict[int, str] = {}
    for lot in (ids[start : start + _LOT] for start in range(0, len(ids), _LOT)):
        rows = session.exec(select(Reply.id, Reply.text).where(col(Reply.id).in_(lot))).all()
        found |= {number: _HANDLE.sub("@•••", redact(text)) for number, text in rows}
    return found


def _snapshot_rows(report: Report, session: Session) -> Iterable[Sequence[object]]:
    networks = {each.id: each.network for each in report.scope.posts}
    ids, walls = list(networks), _Walls(report.head.zone)
    for lot in (ids[start : start + _LOT] for start in range(0, len(ids), _LOT)):
        rows = session.exec(
            select(Snapshot.post_id, Snapshot.metric, Snapshot.taken_at, Snapshot.value)
            .where(col(Snapshot.post_id).in_(lot))
            .order_by(col(Snapshot.post_id), col(Snapshot.metric), col(Snapshot.taken_at))
        ).all()
        for post_id, metric, taken_at, value in rows:
            yield post_id, networks[post_id], metric, walls[taken_at], value


class _Walls(dict[datetime, str]):
    """Times as Excel knows them, each worked out once: one pass reads a hundred posts."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, at: datetime) -> str:
        return self.setdefault(at, _wall(at, self._zone))


def _figure_rows(report: Report) -> Iterable[Sequence[object]]:
    for figure in all_figures(report):
        [measure] = figure.measures
        yield figure.name, measure.value, measure.rule(), _references(measure.rows)


def _references(rows: Sequence[Row]) -> str:
    """The rows by their numbers, as far as a cell of Excel can hold them."""
    said = " ".join(_reference(row) for row in rows)
    return said if len(said) <= _CELL else f"{said[:_CELL].rpartition(' ')[0]} …"


def _reference(row: Row) -> str:
    match row:
        case TandemRow():
            return f"tandem:{row.slug}"
        case PostRow():
            return f"post:{row.id}"
        case ReplyRow():
            return f"reply:{row.id}"
        case AccountRow():
            return f"account:{row.network}"


def _wall(at: datetime | None, zone: ZoneInfo) -> str:
    """A time as Excel knows it, on the campaign's wall."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""


def _table(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Draft:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    head = ";".join(columns).encode()
    return Draft(name, b"\xef\xbb\xbf" + buffer.getvalue().encode(), head)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",") or "0"
    if isinstance(value, int):
        return str(value)
    return _harmless(tame(str(value)))


def _harmless(text: str) -> str:
    """The same text, which no spreadsheet takes for a formula."""
    return f"'{text}" if _UNSEEN.sub("", text).startswith(_FORMULA) else text
