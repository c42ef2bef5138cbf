"""What to mind about a page itself."""

from orchestrator.formats import count
from orchestrator.i18n import _
from orchestrator.policy.finding import WARN, Finding, judged


def insights(network: str, likes: int | None, least: int) -> Finding:
    """Whether reach can be known; ``likes``: None where the network did not say. From ``least`` on
    it tells how many people saw a post.
    """
    if likes is None:
        unknown = _("How many like your page on {network} is not known, so reach may stay unknown.")
        return Finding(
            "insights_likes",
            WARN,
            unknown.format(network=network),
            _("`tueroeffner doctor` asks; {least} are needed.").format(least=least),
        )
    return judged(
        "insights_likes",
        likes < least,
        _(
            "Your page on {network} has {likes} likes; below {least} nobody is told how many people"
            " a post reaches."
        ).format(network=network, likes=count(likes), least=least),
        _("Your page on {network} has {likes} likes, so its reach is told.").format(
            network=network, likes=count(likes)
        ),
        _("Ask your volunteers and partners to like the page before the campaign starts."),
    )
