"""What to mind about a page itself."""

from orchestrator.formats import count
from orchestrator.i18n import _
from orchestrator.policy.finding import WARN, Finding, judged

# From so many likes on the platform tells how many people saw a post.
LIKES_NEEDED = 100


def insights(network: str, likes: int | None) -> Finding:
    """Whether reach can be known; ``likes``: None where the network did not say."""
    if likes is None:
        return Finding(
            "insights_likes",
            WARN,
            _("How many like your page on {network} is not known, so reach may stay unknown.")
            .format(network=network),
            _("`tueroeffner doctor` asks; {least} are needed.").format(least=LIKES_NEEDED),
        )  # fmt: skip
    return judged(
        "insights_likes",
        likes < LIKES_NEEDED,
        _(
            "Your page on {network} has {likes} likes; below {least} nobody is told how many people"
            " a post reaches."
        ).format(network=network, likes=count(likes), least=LIKES_NEEDED),
        _("Your page on {network} has {likes} likes, so its reach is told.").format(
            network=network, likes=count(likes)
        ),
        _("Ask your volunteers and partners to like the page before the campaign starts."),
    )
