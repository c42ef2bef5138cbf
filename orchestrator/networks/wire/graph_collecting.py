"""What comes back to a page's posts: their figures and their comments."""

from collections.abc import Sequence

from orchestrator.networks.wire.graph_asking import Asking, first_trouble
from orchestrator.networks.wire.graph_page import Page
from orchestrator.networks.wire.graph_reach import Counting
from orchestrator.networks.wire.graph_replies import hear
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import Hearing, Listening, Readings


def reach(page: Page, posts: Sequence[str], dead: set[str]) -> Readings:
    """Insights and counters; ``dead`` grows by the metrics that have vanished."""
    asking = Asking(page.graph)
    counting = Counting(asking, page.id, dead)
    counting.read(mine := page.mine(posts))
    gone = page.surely_gone(counting.gone, nothing_else=not counting.figures)
    if mine and not counting.figures and not gone:
        trouble = first_trouble(list(counting.outcomes.values()))
        raise trouble or unclear_answer(NETWORK, 200, write=False)
    unavailable = counting.unavailable() if mine else {}
    return Readings(counting.figures, unavailable, gone, ended=asking.ended)


def replies(page: Page, posts: Sequence[Listening]) -> Hearing:
    """Every comment, and every answer to one, under those that are posts of the page."""
    mine = set(page.mine([post.remote_id for post in posts]))
    listening = [post for post in posts if post.remote_id in mine]
    return hear(Asking(page.graph), listening, page.id)
