"""``run --status``: who sends, and whether posts go out as planned. Asks no network."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_table import cut
from orchestrator.errors import Exit
from orchestrator.formats import count, megabytes, moment
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from orchestrator.today.alarms import Moment

_MINUTE = timedelta(minutes=1)
_WIDTH = 80


def show_status(desk: Desk) -> Exit:
    """Look once, say it, and ask for a person where something is wrong; writes nothing."""
    from orchestrator.today.alarms import Moment
    from orchestrator.today.service import service_document
    from schedules.clock import SystemClock

    desk.dry_run = True  # where there is no database yet, looking must not make one
    at = Moment(desk.now, SystemClock().now())
    with desk.looking() as (session, campaign_id):
        document = service_document(session, campaign_id, desk.settings, at)
    desk.emit(document)
    for line in _screen(document, at):
        desk.say(cut(line, _WIDTH))
    for alarm in document["alarms"]:
        desk.say(f"! {alarm['what']}:")
        desk.say(f"  → {alarm['remedy']}")
    return Exit.PERSON_NEEDED if document["needs_person"] else Exit.DONE


def _screen(document: dict[str, Any], at: "Moment") -> Iterator[str]:
    yield from _senders(document, at)
    last = document["last_pass"]
    yield _("Last pass: {time}").format(time=moment(last) if last else _("none yet"))
    yield from _stops(document)
    yield from _uploads(document["uploads"])
    yield from _held(document["scheduled"])
    yield from _counts(document)
    yield from _next(document["next"])


def _senders(document: dict[str, Any], at: "Moment") -> Iterator[str]:
    for each in document["running"]:
        yield _("A scheduler runs since {time} (process {pid} on {host}), seen {ago} ago").format(
            time=moment(each["since"]),
            pid=each["pid"],
            host=each["host"],
            ago=_ago(at.machine - each["beat_at"]),
        )
    if not document["running"]:
        yield _("No scheduler runs.")


def _ago(span: timedelta) -> str:
    return _("{count} s").format(count=max(int(span.total_seconds()), 0))


def _stops(document: dict[str, Any]) -> Iterator[str]:
    if document["paused"]:
        yield _("Stopped: {what}").format(what=", ".join(map(_stop, document["paused"])))
    if number := len(document["hidden"]):
        yield ngettext("Hidden: {count} post", "Hidden: {count} posts", number).format(
            count=count(number)
        )


def _stop(pause: dict[str, str]) -> str:
    words = {"all": _("everything"), "network": source_word(pause["name"], "")}
    return words.get(pause["scope"], pause["name"])


def _uploads(rows: list[dict[str, Any]]) -> Iterator[str]:
    for each in rows:
        yield _("On its way to {network}: {sent} of {size} MB, for post {post}").format(
            network=source_word(each["network"], ""),
            sent=megabytes(each["sent"]),
            size="?" if each["size"] is None else megabytes(each["size"]),
            post=each["post"],
        )


def _held(held: dict[str, Any]) -> Iterator[str]:
    if not held["posts"]:
        return
    yield ngettext(
        "Held by its platform: {count} post, the next for {time}",
        "Held by their platforms: {count} posts, the next for {time}",
        held["posts"],
    ).format(count=count(held["posts"]), time=_time(held["next_at"]))
    if held["verified_at"]:
        yield _("  The last one was seen live at {time}").format(time=_time(held["verified_at"]))


def _time(at: datetime | None) -> str:
    return moment(at) if at else "–"


def _counts(document: dict[str, Any]) -> Iterator[str]:
    words = {
        "overdue": _("overdue"),
        "stuck": _("stuck"),
        "unknown": _("unclear"),
    }
    parts = [f"{word} {count(len(document[key]))}" for key, word in words.items()]
    parts.append(f"{_('too late today')} {count(document['expired_today'])}")
    yield _("Posts: {parts}").format(parts=", ".join(parts))


def _next(posts: list[dict[str, Any]]) -> Iterator[str]:
    if not posts:
        yield _("No approved post is waiting.")
        return
    yield _("Next:")
    for each in posts:
        network = source_word(each["network"], "")
        yield f"  {moment(each['due_at']):<17}  {cut(each['tandem'], 40):<40}  {network}"
