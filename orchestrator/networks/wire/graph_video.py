"""A film at a page: brought there in parts, and what became of it there.

Unverified live: that a page's token may upload; that a part shorter than the rest is taken; that an
empty one at the end is answered by the handle; what is said of a session that ended, and how long
it and the handle last.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Gone, as_object, mark, whole
from orchestrator.networks.wire.graph_media import GOOD_FOR, MEDIA, Now
from orchestrator.networks.wire.graph_troubles import NETWORK, Elsewhere, judge
from orchestrator.networks.wire.said import quoted, repeatable, unclear_answer
from orchestrator.ports import Attachment, OutcomeUnknown, Rejected, Uploaded

if TYPE_CHECKING:
    from orchestrator.networks.wire.graph import Graph

VIDEO = "video/mp4"
# At 256 kB/s a part takes sixteen seconds; what a cut line costs is at most one.
PART = 4 * 1024 * 1024
# For so long, in seconds, one call goes on with parts.
_LASTS = 180.0
_SESSION = re.compile(r"upload:[^\s/#]+")
Keep = Callable[[Uploaded], None]


class Bringing:
    """One film on its way; ``app``: the number of the app to which the token belongs."""

    def __init__(
        self, graph: "Graph", app: Callable[[], str], file: Attachment, keep: Keep, now: Now
    ) -> None:
        self._graph, self._app, self._file = graph, app, file
        self._keep, self._now = keep, now

    def go_on(self, so_far: Uploaded) -> Uploaded:
        """Send part after part, from where the platform is; how far it is in the end."""
        if self._file.mime != VIDEO or self._file.size > MEDIA.video_bytes:
            raise Rejected(_("Facebook takes MP4 films of up to 512 MB; this is none."))
        ends = monotonic() + _LASTS
        so_far = self._resumed(so_far) if so_far.mark else self._begun()
        while not so_far.ready and monotonic() < ends:
            so_far = self._kept(self._part(so_far))
        return so_far

    def _kept(self, so_far: Uploaded) -> Uploaded:
        self._keep(so_far)
        return so_far

    def _begun(self) -> Uploaded:
        # The file's own name may hold a person's.
        told: dict[str, Any] = {
            "file_name": "film.mp4",
            "file_length": self._file.size,
            "file_type": VIDEO,
        }
        with repeatable(NETWORK):
            answer = self._graph.post(self._app(), "uploads", **told)
        session, started = mark(answer.get("id")), self._now()
        if not _SESSION.fullmatch(session):
            raise unclear_answer(NETWORK, 200, write=False)
        ends = started + GOOD_FOR if started else None
        return self._kept(Uploaded(mark=session, expires_at=ends))

    def _resumed(self, so_far: Uploaded) -> Uploaded:
        """From where the platform says; a session that it knows no more is begun anew."""
        try:
            return self._kept(replace(so_far, sent=self._standing(so_far)))
        except (Gone, Rejected):
            return self._begun()

    def _standing(self, so_far: Uploaded) -> int:
        answer = judge(self._call("GET", so_far, {}), write=False, of_post=True)
        sent = whole(as_object(answer).get("file_offset"))
        if sent is None or sent > self._file.size:
            raise unclear_answer(NETWORK, 200, write=False)
        return sent

    def _part(self, so_far: Uploaded) -> Uploaded:
        """Send the next part; after a cut, what arrived of it counts."""
        try:
            return self._sent(so_far)
        except Elsewhere as other:
            told = replace(so_far, sent=min(other.offset, self._file.size))
            if told.sent == so_far.sent:
                raise  # it says so of the very place from which we sent
            return told
        except OutcomeUnknown:
            told = replace(so_far, sent=self._standing(so_far))
            if told.sent <= so_far.sent:
                raise
            return told

    def _sent(self, so_far: Uploaded) -> Uploaded:
        # Of a film that is there as a whole, but for its handle, nothing is sent once more.
        part = self._read(so_far.sent) if so_far.sent < self._file.size else b""
        headers = {"file_offset": str(so_far.sent), "Content-Type": "application/octet-stream"}
        answer = self._call("POST", so_far, headers, part)
        with repeatable(NETWORK):
            told = as_object(judge(answer, write=True))
        if handle := mark(told.get("h")):
            return replace(so_far, sent=self._file.size, remote_id=handle, ready=True)
        sent = whole(told.get("file_offset"))
        if sent is None:
            sent = self._standing(so_far)
        if not so_far.sent < sent < self._file.size:
            raise unclear_answer(NETWORK, 200, write=False)
        return replace(so_far, sent=sent)

    def _read(self, start: int) -> bytes:
        with self._file.path.open("rb") as opened:
            opened.seek(start)
            part = opened.read(min(PART, self._file.size - start))
        if not part:
            raise Rejected(_("The film ended before its size; give it again, then plan."))
        return part

    def _call(
        self, method: str, so_far: Uploaded, headers: dict[str, str], part: bytes = b""
    ) -> Any:
        """The library has nothing for a body of bare bytes, and a token that is a header."""

        def send(api: Any) -> None:
            session = api._session
            token = {"Authorization": f"OAuth {session.access_token}"}
            session.requests.request(
                method,
                f"{session.GRAPH}/{api._api_version}/{so_far.mark}",
                params={"access_token": None},
                headers=headers | token,
                data=part or None,
            )

        return self._graph.ask(send)


def plays(graph: "Graph", remote_id: str) -> bool | None:
    """Whether the film of a post can be seen; None while it is worked on. Rejected: never."""
    try:
        film = graph.look(remote_id.partition("_")[2], "status")
    except Gone:
        film = graph.get(_film_of(graph, remote_id), fields="status")
    status = as_object(film.get("status"))
    word = status.get("video_status")
    if word == "ready":
        return True
    if word in ("error", "expired", "upload_failed"):
        why = _("Facebook cannot show the film: {said}. Delete the post, and plan it with another.")
        raise Rejected(why.format(said=quoted(*_errors(status))))
    return None


def _errors(status: dict[str, Any]) -> list[object]:
    """What went wrong, in the platform's words; its own word for it where it has no others."""
    phases = [as_object(status.get(f"{name}_phase")) for name in ("uploading", "processing")]
    listed = [each for phase in phases for each in phase.get("errors") or []]
    told = [as_object(each).get("message") for each in listed]
    return [each for each in told if each] or [status.get("video_status")]


def _film_of(graph: "Graph", remote_id: str) -> str:
    """The film's own number, where the post has another."""
    shown = graph.get(remote_id, "attachments", fields="media_type,target").get("data")
    for each in shown if isinstance(shown, list) else []:
        target = mark(as_object(as_object(each).get("target")).get("id"))
        if target.isdigit():
            return target
    raise unclear_answer(NETWORK, 200, write=False)
