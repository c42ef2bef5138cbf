"""What a reply shows without words: emoji, links, masked contacts, question marks, length."""

import re
import unicodedata
from collections.abc import Sequence

from orchestrator.triage.normal import Token

_POSITIVE = frozenset(
    "❤♥🧡💛💚💙💜🤎🖤🤍💕💖💗💓💞🥰😍😘🤗👍👏🙌🙏🤲💪🍀🌹🌷🌸💐🎉🥳⭐🌟✨🔝💯🕊🤝✌👌🤞🫶💝😇🌻☀🌈🔥✊💫🥹"
)
_SMILE = frozenset("😊☺🙂😀😃😄😁😉")
_CONTEMPT = frozenset("🤮🖕🐒🐵🙈🐷🐖💩🤡🤢🐀🐁🪳🔪🗡⚰🐫🐪🦍👎☠🐑")
_LOUD = frozenset("🔥🚀💰💵💸🤑👉✅")
_LAUGH = frozenset("😂🤣😆😅😹")
_LAUGHING = re.compile(r"(?:[hj][aeio]){2,}[hj]?|h|ه|lol|rofl|lmao|xd|(?:ha)+")


def marks(pieces: Sequence[Token]) -> dict[str, float]:
    """Return the wordless signals of a text that was cut into ``pieces``."""
    kinds = {piece.kind for piece in pieces}
    signs = {piece.text for piece in pieces if piece.kind == "sign"}
    ends = [piece.text for piece in pieces if piece.kind == "end"]
    words = [piece.text for piece in pieces if piece.kind in ("word", "number")]
    laughing = [word for word in words if _LAUGHING.fullmatch(word)]
    emoji = {sign for sign in signs if unicodedata.category(sign) in ("So", "Sk", "Sm")}
    shown = {
        "link": "url" in kinds,
        "contact-given": bool(kinds & {"contact", "mail"}),
        "tag": "tag" in kinds,
        "question": any(
            "?" in piece.text or "؟" in piece.text for piece in pieces if piece.kind == "end"
        ),
        "hearts": bool(signs & _POSITIVE),
        "smile": bool(signs & _SMILE),
        "contempt": bool(signs & _CONTEMPT),
        "laugh": bool(signs & _LAUGH or laughing),
        "emoji": bool(emoji),
        "shouting": ends.count("!") > 2 or bool(signs & _LOUD),
        "no-words": len(words) == len(laughing),
        "one-word": len(words) - len(laughing) == 1,
        "few-words": 1 < len(words) - len(laughing) <= 3,
    }
    return {name: 1.0 for name, fires in shown.items() if fires}
