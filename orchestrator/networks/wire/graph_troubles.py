"""What an answer of the Graph API means: the object asked for, or one of our troubles."""

import json
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer, Gone
from orchestrator.networks.wire.said import quoted, unclear, unclear_answer
from orchestrator.ports import NotAuthorised, RateLimited, Rejected, Trouble

NETWORK = "Facebook"
Json = dict[str, Any]

LIMITS = {4, 17, 32, 341, 613, *range(80000, 80015)}
TOKEN = {102, 104, 190}
PERMISSION = {3, 10, *range(200, 300)}
BLOCKED = 368
DUPLICATE = 506
TEMPORARY = {1, 2}
OUTDATED = 2635
NO_SUCH_OBJECT = (100, 33)
# Codes for many mistakes, and the words by which one about the token is known.
TOKEN_WORDS = {100: "appsecret_proof", 2500: "access token"}

LIMIT_WAIT = 300.0
SHORTEST_WAIT, LONGEST_WAIT = 60.0, 86_400.0


def judge(answer: Answer, *, write: bool, of_post: bool = False) -> Any:
    """The JSON of a good answer; raises a Trouble for any other.

    ``of_post``: it is about a post of ours by its number; Gone where there is none.
    """
    document = answer.document()
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        raise _refusal(error, answer, write, of_post)
    if answer.status == 429:
        raise _limited(answer, write)
    if answer.status != 200 or not document:
        raise unclear_answer(NETWORK, answer.status, write=write)
    return document


def _refusal(error: Json, answer: Answer, write: bool, of_post: bool) -> Trouble:
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    said = said_in(error)
    if code in LIMITS and answer.status < 500:
        return _limited(answer, write)
    # Asked before what the words may mean: such an answer does not say that nothing was done.
    if code in TEMPORARY or error.get("is_transient") or not 200 <= answer.status < 500 or not code:
        return unclear(NETWORK, said, write=write)
    if code == DUPLICATE:
        return Rejected(
            _(
                "Facebook already has a post of this page with the same text: {said}. Look for it"
                " on the page, also among drafts and scheduled posts, or change the text."
            ).format(said=said),
            duplicate=True,
        )
    if (code, subcode) == NO_SUCH_OBJECT:
        return _missing(said, write, of_post)
    if code in PERMISSION and not write:
        return NotAuthorised(_may_not_read(said))
    if sentence := _standing_sentence(code, str(error.get("message"))):
        return NotAuthorised(sentence.format(said=said))
    return Rejected(
        _("Facebook refused: {said}. Change what it names; it is not tried again as it is.").format(
            said=said
        ),
        reason=said,
    )


def _standing_sentence(code: int, message: str) -> str:
    """The sentence for what concerns the whole account; empty when it does not."""
    if code in TOKEN or (code in TOKEN_WORDS and TOKEN_WORDS[code] in message.lower()):
        return _(
            "Facebook does not accept the page token: {said}. Make a new page token (and check"
            " app_secret), then run doctor; all posts of this page wait."
        )
    if code in PERMISSION:
        return _(
            "The page token lacks a permission: {said}. Make a page token with"
            " pages_manage_posts and pages_read_engagement, then run doctor; all posts of this"
            " page wait."
        )
    if code == BLOCKED:
        return _(
            "Facebook holds this page back: {said}. Look at the page's support inbox before"
            " anything else is sent; all posts of this page wait."
        )
    if code == OUTDATED:
        return _(
            "Facebook no longer serves this version of its interface: {said}. Set [facebook]"
            " api_version to a newer one; all posts of this page wait."
        )
    return ""


def _may_not_read(said: str) -> str:
    return _(
        "The page token lacks a permission to read: {said}. Make a page token that has it, then"
        " run doctor."
    ).format(said=said)


def _missing(said: str, write: bool, of_post: bool) -> Trouble:
    if of_post:
        return Gone(said)
    if write:
        return NotAuthorised(
            _(
                "Facebook does not show this page to the token: {said}. Check page_id and that the"
                " token is this page's, then run doctor; all posts of this page wait."
            ).format(said=said)
        )
    return Rejected(
        _("Facebook has no such post, or does not show it to this token: {said}.").format(said=said)
    )


def said_in(error: Mapping[str, Any]) -> str:
    """The platform's words, with its numbers."""
    code, trace = number(error.get("code")), error.get("fbtrace_id")
    subcode = number(error.get("error_subcode"))
    marks = [f"code {code}/{subcode}" if subcode else f"code {code}"]
    if trace:
        marks.append(f"trace {quoted(trace)}")
    words = quoted(error.get("error_user_msg"), error.get("message"))
    return f"“{words}” ({', '.join(marks)})"


def number(value: object) -> int:
    """A code as a number; 0 when it is none."""
    try:
        return int(str(value))
    except ValueError:
        return 0


def wait(headers: Mapping[str, str]) -> float:
    """Seconds until the page may call again, by what the platform tells (it tells minutes)."""
    minutes = [_minutes(use) for use in _uses(headers.get("x-business-use-case-usage", ""))]
    seconds = [60.0 * most for most in minutes if most > 0]
    after = headers.get("retry-after", "")
    if after.isascii() and after.isdigit():
        seconds.append(float(after))
    return min(max(max(seconds, default=LIMIT_WAIT), SHORTEST_WAIT), LONGEST_WAIT)


def _uses(header: str) -> list[Json]:
    try:
        usage = json.loads(header)
    except (ValueError, RecursionError):
        return []
    lists = usage.values() if isinstance(usage, dict) else []
    return [
        use for uses in lists if isinstance(uses, list) for use in uses if isinstance(use, dict)
    ]


def _minutes(use: Json) -> float:
    given = use.get("estimated_time_to_regain_access")
    return float(given) if isinstance(given, int | float) and given < LONGEST_WAIT else 0.0


def _limited(answer: Answer, write: bool) -> RateLimited:
    seconds = wait(answer.headers)
    if write:
        sentence = _(
            "Facebook asks this page to wait {minutes} minutes before its next call; the posts stay"
            " planned and go out then."
        )
    else:
        sentence = _("Facebook asks this page to wait {minutes} minutes before its next call.")
    return RateLimited(sentence.format(minutes=round(seconds / 60)), seconds=seconds)
