"""The names in which X is asked for fields: the older ones, and those of version 2.167.

tweepy speaks the older ones, which X took until its description was written anew. Unverified live:
whether X still takes them, and with which words it refuses them.
"""

from collections.abc import Mapping

from orchestrator.ports import Unreadable

RENAMED = {"note_tweet": "note_post"}
# No fields any more: X tells them where they are expanded.
EXPANDED = {
    "author_id": "author_id",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_tweets": "referenced_posts",
}
OLD = ("tweet.fields", "edit_history_tweet_ids", "note_tweet", "referenced_tweets")
Wishes = Mapping[str, list[str]]


def in_new(wishes: Wishes) -> dict[str, list[str]]:
    """The same wishes in the newer names."""
    fields = wishes.get("tweet_fields", [])
    wanted = [*wishes.get("expansions", ()), *(field for field in fields if field in EXPANDED)]
    told = {
        "post_fields": [RENAMED.get(field, field) for field in fields if field not in EXPANDED],
        "expansions": list(dict.fromkeys(EXPANDED.get(each, each) for each in wanted)),
    }
    return {name: values for name, values in told.items() if values}


def is_about_names(refusal: Unreadable) -> bool:
    """Whether X may have refused a call for the older names in it."""
    return any(name in refusal.reason for name in OLD)
