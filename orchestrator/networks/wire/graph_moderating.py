"""Comments of other people under a page's posts: out of sight, and back into it."""

import re

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Gone
from orchestrator.networks.wire.graph_page import Page
from orchestrator.networks.wire.graph_token import TO_MODERATE, missing
from orchestrator.networks.wire.graph_troubles import NETWORK, Json
from orchestrator.networks.wire.said import quoted, repeatable, unclear_answer
from orchestrator.ports import NotAuthorised, NotPermitted, OutcomeUnknown, Rejected
from orchestrator.vocabulary import Condition

_COMMENT = re.compile("[0-9]{1,20}(_[0-9]{1,20})?")


def hide_comment(page: Page, comment: str, hidden: bool) -> bool | None:
    """Order it unless it is so already, and look: what is read counts, whatever was answered."""
    before = _look(page, comment)
    if before is None or _is_hidden(before) is hidden:
        return None if before is None else hidden
    if hidden and before.get("can_hide") is False:
        raise Rejected(_("Facebook does not let the page hide this comment."))
    doubt = _order(page, comment, hidden)
    after = _look(page, comment)
    if after is None:
        return None
    if doubt and _is_hidden(after) is not hidden:
        raise doubt
    return _is_hidden(after)


def _look(page: Page, comment: str) -> Json | None:
    if not _COMMENT.fullmatch(comment):
        raise Rejected(
            _("{remote_id} is no number of a comment.").format(remote_id=quoted(comment))
        )
    try:
        told = page.graph.look(comment, "id,is_hidden,can_hide")
    except Gone:
        # A token that may not see a comment gets the same answer as for one that is gone.
        page.check_reading()
        return None
    if told.get("id") != comment:
        raise unclear_answer(NETWORK, 200, write=False)
    return told


def _is_hidden(told: Json) -> bool:
    hidden = told.get("is_hidden")
    if not isinstance(hidden, bool):
        raise unclear_answer(NETWORK, 200, write=False)
    return hidden


def _order(page: Page, comment: str, hidden: bool) -> OutcomeUnknown | None:
    """Tell it once; the doubt that an answer leaves."""
    try:
        with repeatable(NETWORK):
            page.graph.change(comment, is_hidden=hidden)
    except OutcomeUnknown as doubt:
        return doubt
    except NotAuthorised as refusal:
        lacking = missing(page.token(), TO_MODERATE, page.id)
        if refusal.condition is not Condition.PERMISSION or not lacking:
            raise
        # Posting goes on without it: only this is refused.
        raise NotPermitted(
            _(
                "The page token lacks {permissions}, without which no comment can be hidden. Make"
                " a new page token with it."
            ).format(permissions=", ".join(lacking))
        ) from None
    return None
