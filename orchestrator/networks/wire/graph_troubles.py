"""What an answer of the Graph API means: the object asked for, or one of our troubles."""

import hashlib
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer, Gone, as_object
from orchestrator.networks.wire.graph_codes import Reaction, Row, row
from orchestrator.networks.wire.graph_usage import uses
from orchestrator.networks.wire.said import quoted, unclear, unclear_answer
from orchestrator.ports import NotAuthorised, OutcomeUnknown, RateLimited, Rejected, Trouble

NETWORK = "Facebook"
Json = dict[str, Any]

LIMIT_WAIT, LONGEST_UNTOLD, _TENTH = 300.0, 7200.0, 0.1
SHORTEST_WAIT, LONGEST_WAIT = 60.0, 86_400.0
NO_SUCH_OBJECT = (100, 33)
PAGE_TOKEN = "page_token"


class Elsewhere(OutcomeUnknown):
    """An upload that the platform wants to go on at ``offset``, in bytes."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why, repeatable=True)
        self.offset = offset


def judge(
    answer: Answer,
    *,
    write: bool,
    of_post: bool = False,
    token: str = PAGE_TOKEN,
    tries: int = 0,
) -> Any:
    """The JSON of a good answer; raises a Trouble for any other.

    ``of_post``: it is about a post of ours by its number; Gone where there is none. ``token``: the
    key of the configuration under which the token stands. ``tries``: how often in a row the
    platform asked to wait before this.
    """
    document = answer.document()
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        raise _refusal(error, answer, write, of_post, token, tries)
    if answer.status == 429:
        raise _limited(_("Facebook allows no more calls for now."), answer, write, tries)
    if answer.status != 200 or not document:
        raise unclear_answer(NETWORK, answer.status, write=write)
    return document


def _refusal(
    error: Json, answer: Answer, write: bool, of_post: bool, token: str, tries: int
) -> Trouble:
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    said, found = said_in(error), row(code, subcode, str(error.get("message")))
    if found.reaction is Reaction.WAIT and answer.status < 500:
        return _limited(found.says().format(said=said, token=token), answer, write, tries)
    # Asked before what the words may mean: such an answer does not say that nothing was done.
    vague = _is_transient(error) or not 200 <= answer.status < 500 or not code
    if found.reaction is Reaction.LOOK or vague:
        return unclear(NETWORK, said, write=write)
    if (code, subcode) == NO_SUCH_OBJECT:
        return _missing(said, write, of_post)
    return _by(found, found.says().format(said=said, token=token), error, write, token)


def _is_transient(error: Json) -> bool:
    """Whether it may pass by itself, by what the platform says; also where it says so as a text."""
    return str(error.get("is_transient") or "").strip().lower() not in ("", "0", "false")


def _by(found: Row, why: str, error: Json, write: bool, token: str) -> Trouble:
    """The trouble of a certain refusal."""
    if found.reaction in (Reaction.STOP, Reaction.LACKS):
        return NotAuthorised(_standing(why, write, token), condition=found.condition)
    if found.reaction is Reaction.RESUME and (offset := _offset(error)) is not None:
        return Elsewhere(why, offset)
    duplicate = found.reaction is Reaction.DUPLICATE
    return Rejected(why, duplicate=duplicate, reason="" if duplicate else said_in(error))


def _standing(why: str, write: bool, token: str) -> str:
    """What concerns the whole account: what waits for it."""
    if not write:
        return why
    waits = _("All posts of this page wait.") if token == PAGE_TOKEN else _("All adverts wait.")
    return f"{why} {waits}"


def _offset(error: Json) -> int | None:
    """From where the platform wants the rest of a film; it tells it as JSON, or as text of it."""
    data = error.get("error_data")
    told = Answer(0, {}, data).document() if isinstance(data, str) else data
    start = number(as_object(told).get("start_offset", -1))
    return start if start >= 0 else None


def _missing(said: str, write: bool, of_post: bool) -> Trouble:
    if of_post:
        return Gone(said)
    if write:
        return page_unseen(said)
    return Rejected(
        _("Facebook has no such post, or does not show it to this token: {said}.").format(said=said)
    )


def page_unseen(said: str) -> NotAuthorised:
    """A write to the page says that there is no such thing."""
    return NotAuthorised(
        _(
            "Facebook does not show this page to the token: {said}. Check page_id and that the"
            " token is this page's, then run doctor; all posts of this page wait."
        ).format(said=said)
    )


def said_in(error: Mapping[str, Any]) -> str:
    """The platform's words, with its numbers."""
    code, trace = number(error.get("code")), error.get("fbtrace_id")
    subcode = number(error.get("error_subcode"))
    marks = [f"code {code}/{subcode}" if subcode else f"code {code}"]
    if trace:
        marks.append(f"trace {quoted(trace)[:60]}")
    words = quoted(error.get("error_user_msg"), error.get("message"))
    return f"“{words}” ({', '.join(marks)})"


def number(value: object) -> int:
    """A code as a number, also where it is told as a text or with a point; 0 when it is none."""
    try:
        told = float(str(value))
    except ValueError:
        return 0
    return int(told) if told.is_integer() else 0


def _draw(text: str) -> float:
    """A number from 0 to 1 that differs from answer to answer: not all come back at one moment."""
    return int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:6], "big") / 2**48


def wait(headers: Mapping[str, str], tries: int = 0) -> float:
    """Seconds until the page may call again, by what the platform tells (it tells minutes).

    Where it tells nothing, five minutes, and twice as long after each time in a row.
    """
    seconds = [60.0 * use.minutes for _name, use in uses(headers) if use.minutes]
    after = headers.get("retry-after", "")
    if after.isascii() and after.isdigit():
        seconds.append(float(after))
    untold = min(LIMIT_WAIT * 2 ** min(tries, 9), LONGEST_UNTOLD)
    return min(max(max(seconds, default=untold), SHORTEST_WAIT), LONGEST_WAIT)


def _limited(what: str, answer: Answer, write: bool, tries: int) -> RateLimited:
    seconds = min(wait(answer.headers, tries) * (1 + _TENTH * _draw(answer.text)), LONGEST_WAIT)
    if write:
        sentence = _("It asks to wait {minutes} minutes; the posts stay planned and go out then.")
    else:
        sentence = _("It asks to wait {minutes} minutes before its next call.")
    return RateLimited(f"{what} {sentence.format(minutes=round(seconds / 60))}", seconds=seconds)
