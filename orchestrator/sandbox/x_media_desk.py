"""The X API's calls about pictures and films: begin, bring a part, finish, how far, describe."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from orchestrator.sandbox.http import Answer
from orchestrator.sandbox.x_desk import Call, Desk
from orchestrator.sandbox.x_media import Medium
from orchestrator.sandbox.x_media_form import part_of
from orchestrator.sandbox.x_problems import Body

# The platform wants to be asked again after so many seconds, at most.
ASK_AGAIN = 5


def begin(desk: Desk, call: Call) -> Answer:
    """POST /2/media/upload/initialize."""
    wishes, now = call.body(), desk.clock.now()
    medium = desk.shelf.begin(call.user, wishes, desk.store.number(now), now)
    return Answer(200, {"data": _told(medium, now)})


def append(desk: Desk, call: Call) -> Answer:
    """POST /2/media/upload/{id}/append."""
    index, part = part_of(call.request, call.operation.body or {})
    medium = desk.shelf.of(call.user, call.id, desk.clock.now())
    desk.shelf.append(medium, index, part)
    return Answer(200, {"data": {"expires_at": int(medium.expires_at.timestamp())}})


def finish(desk: Desk, call: Call) -> Answer:
    """POST /2/media/upload/{id}/finalize; without a JSON object as its body it is refused."""
    call.body()
    now = desk.clock.now()
    medium = desk.shelf.of(call.user, call.id, now)
    desk.shelf.finish(medium, now)
    return Answer(200, {"data": _told(medium, now) | {"size": medium.total}})


def status(desk: Desk, call: Call) -> Answer:
    """GET /2/media/upload?command=STATUS."""
    now = desk.clock.now()
    medium = desk.shelf.of(call.user, call.request.query["media_id"][0], now)
    return Answer(200, {"data": _told(medium, now)})


def describe(desk: Desk, call: Call) -> Answer:
    """POST /2/media/metadata: words for those who do not see it."""
    wishes = call.body()
    medium = desk.shelf.of(call.user, str(wishes["id"]), desk.clock.now())
    said = cast(Mapping[str, Mapping[str, str]], wishes.get("metadata", {}))
    medium.alt = said.get("alt_text", {}).get("text", medium.alt)
    desk.charge("media metadata", medium.id)
    return Answer(200, {"data": {"id": medium.id, "associated_metadata": said}})


def _told(medium: Medium, now: datetime) -> Body:
    left = int((medium.expires_at - now).total_seconds())
    told: Body = {"id": medium.id, "media_key": medium.key, "expires_after_secs": left}
    if medium.ready_at is None or medium.category != "tweet_video":
        return told
    return told | {"processing_info": _processing(medium, now)}


def _processing(medium: Medium, now: datetime) -> Body:
    waits = math.ceil((cast(datetime, medium.ready_at) - now).total_seconds())
    if waits > 0:
        begun = medium.finished_at != now
        state = "in_progress" if begun else "pending"
        return {"state": state, "check_after_secs": min(waits, ASK_AGAIN)}
    if medium.problem:
        # As the older interface told it; the newer description has no words for why.
        error = {"code": 1, "name": "InvalidMedia", "message": medium.problem}
        return {"state": "failed", "progress_percent": 12, "error": error}
    return {"state": "succeeded", "progress_percent": 100}
