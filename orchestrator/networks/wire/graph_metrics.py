"""The figures of a page's posts: what the platform calls them, and which it tells."""

from orchestrator.ports import Metrics

_REACH, _DISPLAYS = "post_total_media_view_unique", "post_media_view"
# Told only of pages with enough likes, and only to their own token.
INSIGHTS = (_REACH, _DISPLAYS)
# What anybody sees, and how it is asked for.
COUNTERS = {
    "reactions": "reactions.limit(0).summary(true)",
    # Answers to comments count too, as they are heard too.
    "comments": "comments.filter(stream).limit(0).summary(true)",
    "shares": "shares",
}
METRICS = Metrics(
    reach=_REACH,
    people=True,
    replies="comments",
    counters=(_DISPLAYS, "reactions", "shares"),
    least_likes=100,
)
