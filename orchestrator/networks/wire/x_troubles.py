"""What an answer of the X API means: the object asked for, or one of our troubles."""

import re
import time
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer, Gone, dated
from orchestrator.networks.wire.said import quoted, unclear, unclear_answer
from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    RateLimited,
    Rejected,
    Trouble,
    Unreadable,
)
from orchestrator.vocabulary import Condition

NETWORK = "X"
Json = dict[str, Any]

# Of a locked or suspended account nothing more is asked. Somebody else may be suspended, and a post
# be locked or blocked: it must be said of "you" or the account. Unverified live: X's words for it.
SUSPENDED = re.compile(
    r"\b(?:you|account|app)(?: (?:is|are|was|has|have|been|\w+ly))* (?:suspended|locked)\b"
)
# In the words of a 403 that concerns the whole account or app, not just this post.
ACCOUNT_WORDS = (
    "permission",
    "not permitted to perform",
    "attached to a project",
    "access level",
    "authenticating with",
)
ACCOUNT_TYPES = ("client-forbidden", "unsupported-authentication", "oauth1-permissions")
# Of a film; how long it may be depends on what the account pays.
TOO_LONG = "post a video longer"
# A person, not the account, keeps us from answering them: the words of both are unverified live.
UNINVITED, UNWANTED = "reply to this conversation is not allowed", "permission to dm"
# The app's own limit on spending, or on reading for this month: no wait of minutes ends it.
USED_UP = "usage-capped"
# A limit that is told by these, with whatever status, is over by itself.
LIMITED = ("too-many-requests", "rate-limit-exceeded")
LIMITED_CODE, LIMITED_TITLE = 88, "too many requests"
DUPLICATE_CODE = 187
# Certain refusals. Any other status (a time-out, a conflict) does not say that nothing was done.
REFUSALS = {400, 403, 404, 405, 413, 422}
# After these, X would refuse every further call as well, or never get it.
ENDING = (NotAuthorised, RateLimited, NotSent)
LIMIT_WAIT = 900.0
SHORTEST_WAIT, LONGEST_WAIT = 15.0, 86_400.0


def judge(answer: Answer, *, write: bool, deletes: bool = False) -> Json:
    """The object of a good answer; raises a Trouble for any other, Gone only where it deletes."""
    document = answer.document()
    problem = document if isinstance(document, dict) else {}
    if answer.status in (401, 402, 429) or (answer.status >= 400 and _tells_a_limit(problem)):
        # Refused whatever the rest says, even where something on the way wrote it.
        raise _account_refusal(answer, problem, write)
    if answer.status == 204:
        return {}
    if not isinstance(document, dict) or not document:
        raise unclear_answer(NETWORK, answer.status, write=write)
    if 200 <= answer.status < 300:
        return document
    if deletes and answer.status == 404 and problem_type(document) == "resource-not-found":
        raise Gone(said(document, answer))
    if answer.status in REFUSALS:
        raise _refusal(answer, document, write)
    raise unclear(NETWORK, said(document, answer), write=write)


def _account_refusal(answer: Answer, problem: Json, write: bool) -> Trouble:
    words = said(problem, answer)
    if problem_type(problem) == USED_UP:
        return _used_up(words)
    if answer.status == 429 or _is_limited(problem):
        return limited(wait(answer.headers), write=write)
    if answer.status == 402:
        sentence = _(
            "X has no credits left for this app: {said}. Buy credits in X's developer console, then"
            " run doctor; all posts on X wait, the other networks go on."
        )
        return NotAuthorised(sentence.format(said=words), condition=Condition.CREDITS)
    sentence = _(
        "X does not accept the keys: {said}. Check the four keys of [x] and this machine's clock,"
        " then run doctor; all posts on X wait."
    )
    return NotAuthorised(sentence.format(said=words))


def _tells_a_limit(problem: Json) -> bool:
    return problem_type(problem) == USED_UP or _is_limited(problem)


def _is_limited(problem: Json) -> bool:
    """Whether it only came too soon; 88 is how the older interface says so."""
    title = str(problem.get("title") or "").strip().lower()
    told = problem_type(problem) in LIMITED or title == LIMITED_TITLE
    return told or LIMITED_CODE in _codes(problem)


def _used_up(words: str) -> NotAuthorised:
    sentence = _(
        "The app has reached its limit for this cycle at X: {said}. Raise it in X's developer"
        " console, or wait for the next cycle; then `tueroeffner resume --network x` goes on."
    )
    return NotAuthorised(sentence.format(said=words), condition=Condition.CREDITS)


def _refusal(answer: Answer, problem: Json, write: bool) -> Trouble:
    words = said(problem, answer)
    if _is_duplicate(problem):
        return _duplicate(words)
    if answer.status == 403:
        return _forbidden(problem, words, write)
    if answer.status in (404, 405):
        return NotAuthorised(
            _(
                "X does not know this call: {said}. Check [x] api_base, then run doctor; all posts"
                " on X wait."
            ).format(said=words),
            condition=Condition.OUTDATED,
        )
    return _rejected(words, write)


def _forbidden(problem: Json, words: str, write: bool) -> Trouble:
    detail = _details(problem).lower()
    if TOO_LONG in detail:
        return Rejected(
            _(
                "The film is longer than X lets this account post: {said}. Cut it, give it again"
                " and plan anew."
            ).format(said=words),
            reason=words,
        )
    if UNINVITED in detail:
        return Rejected(uninvited(), reason=words)
    if UNWANTED in detail:
        sentence = _("X does not take our message to this person: {said}. Answer in another way.")
        return Rejected(sentence.format(said=words), reason=words)
    if SUSPENDED.search(detail):
        return NotAuthorised(_suspended().format(said=words), condition=Condition.SUSPENDED)
    if problem_type(problem) in ACCOUNT_TYPES or any(word in detail for word in ACCOUNT_WORDS):
        sentence = _not_allowed(write).format(said=words)
        return NotAuthorised(sentence, condition=Condition.PERMISSION)
    return _rejected(words, write)


def uninvited() -> str:
    """Why somebody who did not speak to us is not answered in public."""
    return _(
        "X lets us answer only who names us or answers us, and this person did not: answer in"
        " another way."
    )


def _is_duplicate(problem: Json) -> bool:
    """Whether X has the text already; 187 is how the older interface says so, in other words."""
    return "duplicate content" in _details(problem).lower() or DUPLICATE_CODE in _codes(problem)


def _duplicate(words: str) -> Rejected:
    return Rejected(
        _(
            "X already has a post of this account with the same text: {said}. Look for it on"
            " the account, or change the text."
        ).format(said=words),
        duplicate=True,
    )


def _suspended() -> str:
    return _(
        "X has suspended or locked this account: {said}. Log in on X and see what it asks for; only"
        " a person can end this. All posts on X wait, and nothing more is asked there; then run"
        " doctor."
    )


def _not_allowed(write: bool) -> str:
    if write:
        return _(
            "X does not let this account or app post: {said}. Look at the account on X and at"
            " the app's permissions (read and write), then run doctor; all posts on X wait."
        )
    return _(
        "X does not let this account or app read: {said}. Look at the account on X and at the"
        " app's permissions, then run doctor."
    )


def _rejected(words: str, write: bool) -> Rejected | Unreadable:
    if not write:
        return Unreadable(
            _(
                "X refuses to be read: {said}. Look at the account on X and at the app; it is asked"
                " again after a day, or after `tueroeffner resume --network x`."
            ).format(said=words),
            reason=words,
        )
    return Rejected(
        _("X refused: {said}. Change what it names; it is not tried again as it is.").format(
            said=words
        ),
        reason=words,
    )


def limited(seconds: float, *, write: bool) -> RateLimited:
    """The trouble of a window that is used up for so long."""
    if write:
        sentence = _(
            "X asks this account to wait {minutes} minutes before its next call; the posts stay"
            " planned and go out then."
        )
    else:
        sentence = _("X asks this account to wait {minutes} minutes before its next call.")
    minutes = max(1, round(seconds / 60))
    return RateLimited(sentence.format(minutes=minutes), seconds=seconds)


def wait(headers: Mapping[str, str]) -> float:
    """Seconds until the account may call again: until the last used-up window is over.

    Counted from the platform's own time, so that a wrong clock of this machine does not matter.
    """
    names = [name for name in headers if name.startswith("x-") and name.endswith("-reset")]
    used_up = [name for name in names if headers.get(f"{name[:-5]}remaining") == "0"]
    resets = [_number(headers[name]) for name in used_up or names]
    seconds = max(resets, default=0.0) - _their_time(headers)
    if not any(resets):
        seconds = _number(headers.get("retry-after", "")) or LIMIT_WAIT
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)


def _their_time(headers: Mapping[str, str]) -> float:
    told = dated(headers)
    return told.timestamp() if told else time.time()


def _number(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0


def problem_type(problem: Mapping[str, Any]) -> str:
    """The last part of a problem's type; the host before it differs between versions."""
    return str(problem.get("type", "")).rpartition("/")[2]


def said(problem: Json, answer: Answer) -> str:
    """X's own words, with the status and the trace for its support."""
    words = quoted(_details(problem) or problem.get("title"))
    marks = [f"HTTP status {answer.status}"]
    if trace := answer.headers.get("x-transaction-id"):
        marks.append(f"trace {quoted(trace)}")
    return f"“{words}” ({', '.join(marks)})"


def _details(problem: Json) -> str:
    words = [each.get("message") or each.get("detail") for each in _errors(problem)]
    # A list of complaints says more than the sentence that there are some.
    return " – ".join(str(word) for word in words if word) or str(problem.get("detail") or "")


def _codes(problem: Json) -> list[object]:
    return [each.get("code") for each in (problem, *_errors(problem))]


def _errors(problem: Json) -> list[Json]:
    listed = problem.get("errors")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
