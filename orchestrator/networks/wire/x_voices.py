"""Posts of other people, as X tells them, read into what the campaign asks of a reply.

Both sets of names are read: X renamed fields in its description, and nobody says which it answers.
"""

import html
import re
from dataclasses import dataclass
from datetime import datetime

from orchestrator.networks.wire.answer import as_object, moment, whole
from orchestrator.networks.wire.x_links import Json, links, target, unfolded
from orchestrator.networks.wire.x_pages import Page
from orchestrator.networks.wire.x_posts import is_id, is_post
from orchestrator.ports import Heard

FIELDS = (
    "attachments",
    "author_id",
    "conversation_id",
    "created_at",
    "display_text_range",
    "edit_history_tweet_ids",
    "entities",
    "in_reply_to_user_id",
    "note_tweet",
    "public_metrics",
    "referenced_tweets",
)
EXPANSIONS = ("author_id", "edit_history_tweet_ids")
NAMES = re.compile(r"(?:@\w{1,15}\s*)+", re.ASCII)


@dataclass(frozen=True)
class Voice:
    """One post of somebody, whatever its versions: ``remote_id`` is the first one's number.

    ``newest`` is the number under which it reads now; ``answers`` how many answers X counts to it.
    """

    remote_id: str
    newest: str
    conversation: str
    parent: str | None
    parent_author: str
    author_id: str
    author: str
    text: str
    at: datetime
    edited_at: datetime | None
    picture: bool
    answers: int

    def heard(self, post: str | None) -> Heard:
        """As the campaign keeps it; ``post`` is the own post whose conversation it is in."""
        return Heard(
            remote_id=self.remote_id,
            post=post,
            channel="reply" if post else "mention",
            author_id=self.author_id,
            author=self.author,
            text=self.text,
            at=self.at,
            permalink=f"https://x.com/i/status/{self.newest}",
            parent=self.parent if self.parent != post else None,
            edited_at=self.edited_at,
            picture=self.picture,
        )


def voices(page: Page) -> list[Voice]:
    """The posts of a page, in the order in which X told them."""
    told = _told(page)
    read = (_voice(post, told, page.includes) for post in page.posts)
    return [voice for voice in read if voice]


def later_versions(page: Page) -> list[Voice]:
    """How those posts of a page read now that were edited after the version in it."""
    told = _told(page)
    newest = {versions(post)[-1] for post in page.posts} - {str(post["id"]) for post in page.posts}
    read = (_voice(told[each], told, page.includes) for each in newest & told.keys())
    return [voice for voice in read if voice]


def versions(post: Json) -> list[str]:
    """The numbers of a post's versions, the first one first."""
    told = post.get("edit_history_tweet_ids") or post.get("edit_history_post_ids")
    listed = [str(each) for each in told if is_id(each)] if isinstance(told, list) else []
    return listed or [str(post["id"])]


def _told(page: Page) -> dict[str, Json]:
    """Every post on a page by its number, also those that are only there as versions."""
    beside = page.includes.get("tweets") or page.includes.get("posts")
    others = [each for each in beside if is_post(each)] if isinstance(beside, list) else []
    return {str(post["id"]): post for post in (*others, *page.posts)}


def _voice(post: Json, told: dict[str, Json], includes: Json) -> Voice | None:
    history, created = versions(post), moment(post.get("created_at"))
    if created is None:
        return None
    author_id = str(post.get("author_id") or "")
    edited = len(history) > 1 and str(post["id"]) != history[0]
    began = told.get(history[0], {})
    return Voice(
        remote_id=history[0],
        newest=str(post["id"]),
        conversation=str(post.get("conversation_id") or ""),
        parent=parent_of(post),
        parent_author=str(post.get("in_reply_to_user_id") or ""),
        author_id=author_id,
        author=_author(post, author_id, includes),
        text=words(post),
        at=(moment(began.get("created_at")) or created) if edited else created,
        edited_at=created if edited else None,
        picture=bool(as_object(post.get("attachments")).get("media_keys")),
        answers=_answers(post),
    )


def parent_of(post: Json) -> str | None:
    """The number of the post that it answers, if any."""
    told = post.get("referenced_tweets") or post.get("referenced_posts")
    for each in told if isinstance(told, list) else []:
        if as_object(each).get("type") == "replied_to" and is_id(each.get("id")):
            return str(each["id"])
    return None


def _author(post: Json, author_id: str, includes: Json) -> str:
    users = includes.get("users")
    for user in users if isinstance(users, list) else []:
        if as_object(user).get("id") == author_id and user.get("username"):
            return f"@{user['username']}"
    return f"@{post['username']}" if post.get("username") else ""


def _answers(post: Json) -> int:
    return whole(as_object(post.get("public_metrics")).get("reply_count")) or 0


def words(post: Json) -> str:
    """What somebody wrote: all of it, without the names that X puts before an answer.

    X's short links become the addresses they stand for; the one of a picture is left out.
    """
    note = as_object(post.get("note_tweet") or post.get("note_post"))
    whole = str(note.get("text") or post.get("text") or "")
    bare = html.unescape(whole[_start(post, whole) :])
    return unfolded(bare, (*links(post), *links(note)), _typed).strip()


def _start(post: Json, text: str) -> int:
    """Where the names that X put there itself end; what an author names further on stays."""
    told = post.get("display_text_range")
    start = told[0] if isinstance(told, list) and told and isinstance(told[0], int) else 0
    return start if 0 < start <= len(text) and NAMES.fullmatch(text[:start]) else 0


def _typed(link: Json) -> str:
    """What was typed, as far as X tells: it adds a scheme to a bare domain."""
    full, shown = target(link), str(link.get("display_url") or "")
    return shown if full == f"http://{shown}" else full
