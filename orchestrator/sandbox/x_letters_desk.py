"""The X API's calls on direct messages: read, and write back to who wrote first."""

from typing import cast

from orchestrator.sandbox.http import Answer
from orchestrator.sandbox.x_desk import Call, Desk
from orchestrator.sandbox.x_fields import listed
from orchestrator.sandbox.x_letters import Letter
from orchestrator.sandbox.x_problems import forbidden, invalid_request
from orchestrator.sandbox.x_schema import Complaint
from orchestrator.sandbox.x_store import Account, Post
from orchestrator.sandbox.x_text import taken
from orchestrator.sandbox.x_timeline import page

LONGEST = 10_000
# The words of this refusal are unverified.
UNWANTED = "You do not have permission to DM one or more participants."


def events(desk: Desk, call: Call) -> Answer:
    """GET /2/dm_events, and those of one conversation: the newest first."""
    query, now = call.request.query, desk.clock.now()
    kinds = listed(query, "event_types")
    there = desk.letters.between(call.user, now, call.id)
    told = there if not kinds or "MessageCreate" in kinds else []
    sized = {"max_results": ["100"]} | dict(query)
    cut = page(cast(list[Post], told), sized)
    chosen = cast(list[Letter], cut.posts)
    for each in chosen:
        desk.charge("message read", each.id)
    fields, meta = listed(query, "dm_event.fields"), cut.meta
    meta = {name: meta[name] for name in meta if not name.endswith("_id")}
    body: dict[str, object] = {"meta": meta}
    if chosen:
        expansions = listed(query, "expansions")
        asked = [*fields, *(["sender_id"] if "sender_id" in expansions else [])]
        body["data"] = [each.body(asked) for each in chosen]
        if "sender_id" in expansions:
            people = {each.sender.id: each.sender for each in chosen}
            view = desk.view(call, "id")
            body["includes"] = {"users": [view.user(each) for each in people.values()]}
    return Answer(200, body)


def write(desk: Desk, call: Call) -> Answer:
    """POST /2/dm_conversations/{id}/messages: only into a conversation that somebody began."""
    wishes = call.body()
    text = taken(str(wishes.get("text", "")))
    if not text and not wishes.get("attachments"):
        raise invalid_request([Complaint("$: text or attachments is missing but it is required")])
    if wishes.get("attachments"):
        raise forbidden("Attachments are not played by this sandbox.")
    if len(text) > LONGEST:
        raise invalid_request([Complaint(f"$.text: may only be {LONGEST} characters long")])
    other = _partner(desk, call)
    if other is None or other.id in desk.letters.closed:
        raise forbidden(UNWANTED)
    letter = desk.letters.add(desk.store, call.user, other, text, desk.clock.now())
    desk.charge("message", letter.id)
    data = {"dm_conversation_id": letter.conversation, "dm_event_id": letter.id}
    return Answer(201, {"data": data})


def _partner(desk: Desk, call: Call) -> Account | None:
    """Who wrote to this account there; nobody is written to unasked."""
    there = desk.letters.between(call.user, desk.clock.now(), call.id)
    return next((each.sender for each in there if each.sender is not call.user), None)
