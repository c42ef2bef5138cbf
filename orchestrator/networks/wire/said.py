"""What a network said, in a sentence that is safe to show; and answers that say nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from orchestrator.i18n import _
from orchestrator.ports import OutcomeUnknown, RateLimited, Rejected
from orchestrator.redact import redact, tame

LONGEST = 300


def quoted(*parts: object) -> str:
    """A network's own words: one line, redacted, at most 300 characters, no full stop at the end.

    Empty parts and repetitions are left out.
    """
    words: list[str] = []
    for part in parts:
        line = redact(" ".join(tame(str(part or "")).split()))  # a number may go over two lines
        if line and line not in words:
            words.append(line)
    text = " – ".join(words) or "?"
    if len(text) > LONGEST:
        text = text[: LONGEST - 1].rstrip() + "…"
    return text.rstrip(" .–") or "?"


def unclear(network: str, reason: str, *, write: bool) -> OutcomeUnknown:
    """The trouble of an answer that never came or makes no sense."""
    if write:
        sentence = _(
            "{network} did not confirm ({reason}), so it is not known whether this took effect."
            " The program looks it up before anything is sent again; do not repeat it by hand."
        )
    else:
        sentence = _("{network} gave no usable answer ({reason}). Repeat the command later.")
    why = sentence.format(network=network, reason=reason)
    return OutcomeUnknown(why, reason=reason if write else "")


def unclear_answer(network: str, status: int, *, write: bool) -> OutcomeUnknown:
    """The trouble of an answer with a status but without a meaning."""
    reason = _("an answer without meaning, HTTP status {status}").format(status=status)
    return unclear(network, reason, write=write)


@contextmanager
def repeatable(network: str) -> Iterator[None]:
    """Around a call that may be made again, as deleting, hiding or uploading.

    Its troubles say that, and do not speak of sending a post.
    """
    try:
        yield
    except OutcomeUnknown as trouble:
        if not trouble.reason:
            raise  # it was only read
        sentence = _("{network} did not confirm it ({reason}); repeating it is safe.")
        why = sentence.format(network=network, reason=trouble.reason)
        raise OutcomeUnknown(why, reason=trouble.reason, repeatable=True) from None
    except Rejected as refusal:
        if not refusal.reason:
            raise
        why = _("{network} refused it: {said}.").format(network=network, said=refusal.reason)
        raise Rejected(why, reason=refusal.reason) from None
    except RateLimited as limit:
        raise RateLimited(_to_wait(network, limit.seconds), seconds=limit.seconds) from None


@contextmanager
def answering(network: str) -> Iterator[None]:
    """Around a call that answers somebody: its troubles do not speak of posts."""
    try:
        yield
    except Rejected as refusal:
        if not refusal.duplicate:
            raise
        sentence = _("{network} has the same words of this account already. Change the text.")
        raise Rejected(sentence.format(network=network), duplicate=True) from None
    except RateLimited as limit:
        raise RateLimited(_to_wait(network, limit.seconds), seconds=limit.seconds) from None


def _to_wait(network: str, seconds: float) -> str:
    sentence = _("{network} asks to wait {minutes} minutes before its next call.")
    return sentence.format(network=network, minutes=max(1, round(seconds / 60)))
