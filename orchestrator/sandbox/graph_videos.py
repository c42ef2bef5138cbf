"""Films: uploaded in parts under a session, named by a handle, worked on after they are posted."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_errors import (
    METHOD,
    GraphError,
    bad_parameter,
    bad_token,
    unsupported,
)
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_table import Values, table

VIDEO = "video/mp4"
LARGEST = 1024**3


@dataclass
class Session:
    """One upload: what was announced, and what has arrived. `used`: a post has taken the file."""

    id: str
    length: int
    kind: str
    ends: datetime
    content: bytearray = field(default_factory=bytearray, repr=False)
    used: bool = False

    @property
    def handle(self) -> str:
        """By which a post names the file, once all of it has arrived."""
        return f"4:{hashlib.sha256(self.id.encode()).hexdigest()[:32]}:{self.kind}:e"


@dataclass
class Film:
    """One film. `error`: why the platform could not work on it. It goes with its post."""

    id: str
    post: str
    content: bytes = field(repr=False)
    ready: datetime
    error: str
    made_with_ai: bool
    deleted: bool = False

    def status(self, now: datetime) -> str:
        """`processing`, `ready` or `error`."""
        if now < self.ready:
            return "processing"
        return "error" if self.error else "ready"

    def node(self, now: datetime) -> dict[str, object]:
        """The fields that read back."""
        status = self.status(now)
        working = {"processing": "in_progress", "ready": "complete"}.get(status, "error")
        phase: dict[str, object] = {"status": working}
        if status == "error":
            phase["errors"] = [{"code": 1363024, "message": self.error}]
        told = {
            "video_status": status,
            "uploading_phase": {"status": "complete"},
            "processing_phase": phase,
        }
        return {
            "id": self.id,
            "post_id": self.post,
            "status": told,
            "is_ai_generated": self.made_with_ai,
        }

    def record(self) -> dict[str, object]:
        """The film as the sandbox's ledger shows it."""
        digest = hashlib.sha256(self.content).hexdigest()
        told: dict[str, object] = {"id": self.id, "kind": "video", "digest": digest}
        return told | {"size": len(self.content), "made_with_ai": self.made_with_ai}


class Films:
    """All films and all uploads."""

    def __init__(self) -> None:
        self._films: dict[str, Film] = {}
        self._sessions: dict[str, Session] = {}
        self.parts = 0  # that came in, all in all

    def find(self, film_id: str) -> Film | None:
        """A film that is there."""
        film = self._films.get(film_id)
        return film if film and not film.deleted else None

    def add(self, film: Film) -> None:
        """Keep a new film."""
        self._films[film.id] = film

    def begin(self, values: Values, now: datetime, knobs: Knobs) -> dict[str, object]:
        """Open a session for a file that is announced; raises GraphError."""
        length, kind = values.get("file_length"), str(values.get("file_type"))
        if not isinstance(length, int) or not 0 < length <= LARGEST:
            raise bad_parameter("file_length must be the size of the file in bytes.")
        if kind not in table()["files"]["uploads"]:
            types = ", ".join(table()["files"]["uploads"])
            raise bad_parameter(f"Param file_type must be one of {{{types}}}")
        name = hashlib.sha256(f"session {len(self._sessions)}".encode()).hexdigest()[:40]
        session = Session(
            f"upload:{name}?sig={name[:12]}",
            length,
            kind,
            now + timedelta(seconds=knobs.uploads_last_seconds),
        )
        self._sessions[session.id] = session
        return {"id": session.id}

    def session(self, call: Call, now: datetime) -> Session:
        """The session that a call names, whose token is in the header as it must be."""
        if call.request is None or call.method not in ("GET", "POST"):
            raise unsupported(call.method)
        if not call.request.headers.get("authorization", "").startswith("OAuth "):
            raise bad_token("An access token is required to request this resource.")
        named = f"{call.segments[0]}?sig={call.params.get('sig', '')}"
        session = self._sessions.get(named)
        if session is None or session.ends <= now:
            raise GraphError(
                100,
                f"Unsupported {call.method.lower()} request. Object with ID 'upload' does not"
                " exist, cannot be loaded due to missing permissions, or does not support this"
                " operation.",
                kind=METHOD,
                subcode=33,
            )
        return session

    def take(self, handle: object, now: datetime) -> Session:
        """The finished upload of a film that has this handle, once; raises GraphError."""
        found = next((each for each in self._sessions.values() if each.handle == handle), None)
        if found is None or found.used or len(found.content) < found.length or found.ends <= now:
            raise bad_parameter("Param fbuploader_video_file_chunk is not a valid file handle.")
        if found.kind != VIDEO or found.content[4:8] != b"ftyp":
            raise GraphError(
                352,
                "(#352) Sorry, the video file you selected is in a format that we don't support.",
                subcode=1363024,
                says=("Unsupported Video Format", "The file cannot be played."),
            )
        return found


def receive(session: Session, call: Call, half: bool) -> dict[str, object]:
    """Take a part of a file; `half`: only the first half of it arrives. Raises GraphError."""
    assert call.request is not None, "checked with the session"
    part, arrived = call.request.body, len(session.content)
    given = call.request.headers.get("file_offset", "")
    if not given.isdigit() or int(given) != arrived:
        raise WrongOffset(arrived)
    if arrived + len(part) > session.length or (not part and arrived < session.length):
        raise bad_parameter("The body does not fit the announced file_length.")
    session.content += part[: len(part) // 2] if half else part
    if half:
        raise GraphError(2, "(#2) Service temporarily unavailable", status=500, transient=True)
    if len(session.content) == session.length:
        return {"h": session.handle}
    return standing(session)


def standing(session: Session) -> dict[str, object]:
    """How far an upload is."""
    return {"id": session.id, "file_offset": len(session.content)}


class WrongOffset(GraphError):
    """Subcode 1363037: the part does not begin where the one before ended."""

    def __init__(self, offset: int) -> None:
        super().__init__(
            6000,
            "There was a problem uploading your video file. Please try again.",
            subcode=1363037,
        )
        self._offset = offset

    def body(self, trace: str) -> dict[str, object]:
        """Also where to go on."""
        told = super().body(trace)
        cast(dict[str, object], told["error"])["error_data"] = {"start_offset": self._offset}
        return told
