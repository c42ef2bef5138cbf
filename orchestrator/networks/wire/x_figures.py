"""The figures that X counts for posts, under its older names."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.networks.wire.answer import as_object, whole
from orchestrator.networks.wire.x_bill import Spared, spared
from orchestrator.networks.wire.x_pages import Page
from orchestrator.networks.wire.x_posts import numbered, refused
from orchestrator.networks.wire.x_reading import Reading
from orchestrator.networks.wire.x_troubles import ENDING, problem_type
from orchestrator.ports import Readings, Trouble, Unavailable

# Renamed in version 2.167 of X's description.
OLD_NAMES = {"repost_count": "retweet_count"}


def figures(reading: Reading, posts: Sequence[str], names: Sequence[str]) -> Readings:
    """The figures ``names`` of posts; a Trouble when X answered nothing at all."""
    told: list[Page] = []
    trouble: Trouble | None = None
    ended: Trouble | None = None
    findings: tuple[str, ...] = ()
    for some in reading.lots(numbered(posts)):
        try:
            told.append(reading.look_up(some, tweet_fields=["public_metrics"]))
        except Trouble as error:
            trouble = trouble or error
            if isinstance(error, ENDING):
                ended = error
                break
        except Spared:
            findings = (spared(),)
            break
    if trouble and not told:
        raise trouble
    counted = {str(post["id"]): _counts(post, names) for page in told for post in page.posts}
    gone = {post for page in told for post in refused(page.errors, ("resource-not-found",))}
    return Readings(
        {post: counts for post, counts in counted.items() if counts},
        _unavailable(told, counted, names),
        frozenset(gone & set(posts)),
        ended,
        findings,
    )


def _counts(post: Mapping[str, Any], names: Sequence[str]) -> dict[str, int]:
    told = as_object(post.get("public_metrics"))
    counts = {OLD_NAMES.get(name, name): count for name, count in told.items()}
    figures = {name: whole(counts.get(name)) for name in names}
    return {name: count for name, count in figures.items() if count is not None}


def _unavailable(
    told: Sequence[Page], counted: Mapping[str, Mapping[str, int]], names: Sequence[str]
) -> dict[str, Unavailable]:
    if not counted:
        return {}
    given = {name for counts in counted.values() for name in counts}
    denied = any(
        problem_type(error) in ("not-authorized-for-field", "field-unauthorized")
        for page in told
        for error in page.errors
    )
    why = Unavailable.NOT_PERMITTED if denied else Unavailable.VANISHED
    return {name: why for name in names if name not in given}
