"""What a mail server's answer means for a letter that it did not take."""

import re
from enum import Enum

from orchestrator.i18n import _
from orchestrator.messengers.lines import quoted
from orchestrator.ports import NotAuthorised, NotSent, RateLimited, Rejected, Trouble
from orchestrator.vocabulary import Condition

# How long to wait where a server does not say; greylists mostly want five minutes.
_LATER = 900.0
_SHORTEST, _LONGEST = 60.0, 6 * 3600.0
_RELAY = re.compile(r"(?i)\brelay")
_WAIT = re.compile(r"(?i)\b(\d{1,5})\s*(s|sec\w*|sek\w*|m|min\w*|h|hour\w*|stunde\w*)\b")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
# The server wants us to log in, or takes no login of ours (RFC 4954).
_LOGIN = {530, 534, 535, 538}


class Stage(Enum):
    """How far the talk with a server had come."""

    GREETING = Condition.BLOCKED
    LOGIN = Condition.TOKEN
    SENDER = Condition.PERMISSION
    LETTER = None


def refusal(host: str, code: int, said: bytes | str, stage: Stage) -> Trouble:
    """The trouble of an answer to anything before the letter was handed over, or to the letter."""
    words = quoted(said)
    if 400 <= code < 500:
        return put_off(host, code, said)
    if not 500 <= code < 600:
        return NotSent(
            _("{server} answered what makes no sense ({said}); nothing was sent.").format(
                server=host, said=words
            )
        )
    condition = Condition.TOKEN if code in _LOGIN else stage.value
    if stage is Stage.LETTER and _RELAY.search(words):
        condition = Condition.PERMISSION  # of nobody it would take a mail from us
    if condition is not None:
        return _unauthorised(host, f"{code} {words}", condition)
    return Rejected(
        _("{server} refuses the mail: {said}.").format(server=host, said=f"{code} {words}"),
        reason=f"{code} {words}",
    )


def put_off(host: str, code: int, said: bytes | str) -> RateLimited:
    """The trouble of a server that may take the letter later; it has not taken it now."""
    seconds = _wait(said)
    return RateLimited(
        _("{server} puts the mail off for about {minutes} minutes: {said}.").format(
            server=host, minutes=max(1, round(seconds / 60)), said=f"{code} {quoted(said)}"
        ),
        seconds=seconds,
    )


def no_login(host: str, why: str) -> NotAuthorised:
    """The trouble of a login that cannot even be tried."""
    return _unauthorised(host, why, Condition.TOKEN)


def unreached(host: str, why: str) -> NotSent:
    """The trouble of a line that never stood, or broke before the letter was handed over."""
    return NotSent(
        _("The mail server {server} cannot be used now ({reason}); nothing was sent.").format(
            server=host, reason=why
        )
    )


def _unauthorised(host: str, said: str, condition: Condition) -> NotAuthorised:
    sentences = {
        Condition.TOKEN: _("{server} refuses the login: {said}."),
        Condition.PERMISSION: _("{server} does not let [mail] sender send: {said}."),
        Condition.BLOCKED: _("{server} does not talk to this machine: {said}."),
    }
    why = sentences[condition].format(server=host, said=said)
    return NotAuthorised(why, condition=condition)


def _wait(said: bytes | str) -> float:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if not (found := _WAIT.search(text)):
        return _LATER
    unit = "h" if found[2].lower().startswith("st") else found[2][0].lower()
    return min(max(float(found[1]) * _SECONDS[unit], _SHORTEST), _LONGEST)
