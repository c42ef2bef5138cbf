"""A new post on a page, created once, with whatever it shows; and an unseen one that goes live."""

from dataclasses import replace

from orchestrator.networks.wire.answer import Gone
from orchestrator.networks.wire.graph_media import form, is_of_media, posted_as, unattached
from orchestrator.networks.wire.graph_page import Page
from orchestrator.networks.wire.graph_posts import receipt
from orchestrator.networks.wire.graph_troubles import NETWORK, page_unseen
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import Draft, Place, Receipt, Rejected, Trouble


def create(page: Page, draft: Draft, place: Place) -> Receipt:
    """A new post, once.

    No ``fields`` are asked back: an error about reading them would come after the post is live.
    """
    edge, params = form(draft, place)
    try:
        answer = page.graph.post(page.id, edge, of_media=bool(draft.media), **params)
    except Gone as refusal:
        raise _page_or_media(page, refusal.why) from None
    except Rejected as refusal:
        if draft.media and is_of_media(refusal.reason):
            raise unattached(refusal.reason) from None
        raise
    if edge == "videos":
        answer = {"id": posted_as(page.graph, page.id, answer)}
    made = receipt(answer, draft.text, write=True)
    if not page.is_own(made.remote_id):
        # Posted it is, it seems; but under this number nothing of ours would ever be found.
        raise unclear_answer(NETWORK, 200, write=True)
    return replace(made, place=place, due_at=draft.at)


def _page_or_media(page: Page, said: str) -> Trouble:
    """Which of them is not there, of a post with pictures: the answer is the same."""
    try:
        page.check_reading()
    except Trouble:
        return page_unseen(said)
    return unattached(said)


def show(page: Page, draft: Draft) -> Receipt:
    """Make an unseen post live; one that is live already is done, so this may be repeated.

    Unverified live: what the platform answers then, and for a post with an audience.
    """
    page.refuse_foreign(draft.draft_id)
    try:
        page.graph.change(draft.draft_id, is_published=True)
    except Rejected:
        if not page.is_live(draft.draft_id):
            raise
    return receipt({"id": draft.draft_id}, draft.text, write=True)
