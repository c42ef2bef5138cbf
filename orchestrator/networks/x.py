"""X: an account's posts, through the API v2."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Gone, as_object, whole
from orchestrator.networks.wire.said import quoted, repeatable, unclear, unclear_answer
from orchestrator.networks.wire.x_bill import Bill
from orchestrator.networks.wire.x_options import Options as Options
from orchestrator.networks.wire.x_posts import (
    all_gone,
    is_id,
    no_number,
    receipt,
    refused,
    unattached,
)
from orchestrator.networks.wire.x_prices import PriceList
from orchestrator.networks.wire.x_standing import remarks
from orchestrator.networks.wire.x_troubles import NETWORK, said
from orchestrator.ports import (
    NOTHING_HELD,
    Answerable,
    AnswerRules,
    Attachment,
    Charges,
    Draft,
    Hearing,
    Limits,
    Listening,
    MediaLimits,
    Metrics,
    NotAuthorised,
    OutcomeUnknown,
    Pressure,
    Readings,
    Receipt,
    Rejected,
    Said,
    Standing,
    Uploaded,
)
from schedules.clock import Clock, SystemClock

if TYPE_CHECKING:
    from orchestrator.networks.wire.x_answering import Answers
    from orchestrator.networks.wire.x_api import XApi
    from orchestrator.networks.wire.x_media import Uploads
    from orchestrator.networks.wire.x_reading import Reading

# The safe figures, for an account that pays nothing, with megabytes of a million bytes: X does not
# say which it means. An animated picture counts as a film there.
MEDIA = MediaLimits(
    photos=4,
    photo_bytes=5_000_000,
    photo_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
    video_bytes=512_000_000,
    shortest=0.5,
    longest=140.0,
    least_side=32,
    largest_side=1280,
    shapes=(1 / 3, 3.0),
    keeps=timedelta(hours=24),
)
LIMITS = Limits(text=280, targeting=False, hiding=False, link_in_text=True)
METRICS = Metrics(
    reach="impression_count",
    people=False,
    replies="reply_count",
    counters=("like_count", "retweet_count", "quote_count", "bookmark_count"),
    private=(
        "url_link_clicks",
        "user_profile_clicks",
        "engagements",
        "organic_metrics.impression_count",
    ),
    # X tells them for 30 days; the rest is for what a call takes and for clocks that differ.
    private_for=timedelta(days=30) - timedelta(hours=1),
)
ANSWERS = AnswerRules(public=280, private=10_000)
READ_TIMEOUT = 30.0


def connect(
    options: Options, *, read_timeout: float = READ_TIMEOUT, clock: Clock | None = None
) -> "X":
    """Open the account; ``read_timeout`` in seconds. ``clock`` is that of the campaign."""
    network = X(options, read_timeout, clock)
    if options.ready:
        network.open()
    return network


class X:
    """One account: its posts, and what X says of them."""

    name = "x"
    limits = LIMITS
    media = MEDIA
    metrics = METRICS
    answers = ANSWERS

    def __init__(
        self,
        options: Options,
        read_timeout: float = READ_TIMEOUT,
        clock: Clock | None = None,
    ) -> None:
        self._options = options
        self._read_timeout = read_timeout
        self._clock = clock
        self._bill = Bill(clock or SystemClock(), options.prices.on)

    def open(self) -> None:
        """Load the vendor's library, which takes a second or two, before anything is promised."""
        assert self._api

    @cached_property
    def _api(self) -> "XApi":
        from orchestrator.networks.wire.x_api import XApi

        options = self._options
        return XApi(
            options.api_base,
            (_value(options.consumer_key), _value(options.consumer_secret)),
            (_value(options.access_token), _value(options.access_token_secret)),
            self._read_timeout,
        )

    @cached_property
    def _reading(self) -> "Reading":
        from orchestrator.networks.wire.x_reading import Reading

        return Reading(self._api, self._options.user_id, self._bill)

    @cached_property
    def _answers(self) -> "Answers":
        from orchestrator.networks.wire.x_answering import Answers

        return Answers(self._api, self._reading, self._options.user_id)

    @cached_property
    def _uploads(self) -> "Uploads":
        from orchestrator.networks.wire.x_media import Uploads

        return Uploads(self._api, self._bill, self._clock or SystemClock())

    @property
    def spent(self) -> float:
        """What all but posting cost so far; X bills what is read once a day."""
        return self._bill.spent

    @property
    def charges(self) -> Charges:
        """The same by day and kind."""
        return self._bill.charges

    @property
    def allowance(self) -> float | None:
        """What figures and replies may still cost; looking for own posts is not held up by it."""
        return self._bill.left

    @allowance.setter
    def allowance(self, left: float | None) -> None:
        self._bill.left = left

    @property
    def pressure(self) -> Pressure:
        """What is used of the account's calls that read."""
        return self._api.windows.pressure

    @property
    def calls(self) -> int:
        """HTTP requests made so far."""
        opened = self.__dict__.get("_api")
        return opened.calls if opened else 0

    def publish(self, draft: Draft) -> Receipt:
        """Post, at once and for everyone: X addresses no towns."""
        if draft.mode == "hard":
            raise Rejected(
                _("The post is for chosen towns only, which X cannot do; it was not sent.")
            )
        try:
            answer, raw = self._api.create(draft)
        except Rejected as refusal:
            if draft.media and "media id" in refusal.reason.lower():
                raise unattached(refusal.reason) from None
            raise
        post_id = as_object(answer.get("data")).get("id")
        if not is_id(post_id):
            raise unclear_answer(NETWORK, raw.status, write=True)
        return receipt(str(post_id), draft.text)

    def upload(
        self, file: Attachment, so_far: Uploaded, keep: Callable[[Uploaded], None]
    ) -> Uploaded:
        """In parts; never waits for X to look at it: not ``ready`` says to come again."""
        return self._uploads.go_on(file, so_far, keep)

    def discard(self, uploaded: Uploaded) -> bool:
        """X knows no way to take back what no post shows: it ends there by itself, after a day."""
        return False

    def own(self, since: datetime) -> list[Receipt]:
        """The account's posts, without what it repeats of others."""
        from orchestrator.networks.wire.x_text import received

        return [
            receipt(str(post["id"]), received(post), post.get("created_at"))
            for post in self._timeline(since)
        ]

    def plain(self, text: str) -> str:
        """X shortens addresses, and knows no difference in white space."""
        from orchestrator.networks.wire.x_text import sent

        return sent(text)

    def find(self, text: str, since: datetime) -> list[Receipt]:
        """The account's posts with this text."""
        wanted = self.plain(text)
        return [post for post in self.own(since) if post.text == wanted]

    def look(self, remote_id: str) -> Receipt | None:
        """The post itself, at the price of a read.

        Unverified live: that X says "not found" of an own post only when it was deleted.
        """
        from orchestrator.networks.wire.x_text import received

        if not is_id(remote_id):
            raise no_number(remote_id)
        page = self._reading.look(remote_id)
        if refused(page.errors, ("resource-not-found",)) == {remote_id} and not page.posts:
            return None
        if [str(post["id"]) for post in page.posts] != [remote_id]:
            raise unclear_answer(NETWORK, 200, write=False)
        [post] = page.posts
        if str(post.get("author_id")) != self._options.user_id:
            raise Rejected(
                _("{remote_id} is no post of the account {user_id}.").format(
                    remote_id=quoted(remote_id), user_id=self._options.user_id
                )
            )
        return receipt(remote_id, received(post), post.get("created_at"))

    def _timeline(self, since: datetime) -> Iterator[dict[str, Any]]:
        """All posts since a time, newest first; a Trouble rather than a part of them."""
        for page in self._reading.posts(since):
            if page.errors or not page.whole:
                raise unclear_answer(NETWORK, 200, write=False)
            yield from page.posts

    def answer(self, to: Answerable, text: str, *, private: bool) -> str:
        """Below a post of somebody who spoke to us, or in the conversation that they began."""
        return self._answers.say(to, text, private=private)

    def answered(self, to: Answerable, since: datetime, *, private: bool) -> list[Said]:
        """Our own posts that answer it, or our own messages there; each is paid for."""
        return self._answers.said(to, since, private=private)

    def answer_length(self, text: str, *, private: bool) -> int:
        """Messages are counted in characters, posts as always."""
        return len(text) if private else self.length(text)

    def answer_price(self, text: str, *, private: bool, on: date | None = None) -> float:
        """An answer to who spoke to us is cheaper than a post, unless X finds a URL in it."""
        prices = self._options.prices.on(on or self._bill.today())
        if private:
            return prices.message
        return max(prices.summoned_reply, self._linked(text, prices))

    def _linked(self, text: str, prices: PriceList) -> float:
        from orchestrator.networks.wire.x_text import has_url

        return prices.post_with_url if has_url(text) else 0.0

    def takedown(self, remote_id: str) -> bool:
        """Delete a post of the account."""
        if not is_id(remote_id):
            raise no_number(remote_id)
        with repeatable(NETWORK):
            return self._delete(remote_id)

    def _delete(self, remote_id: str) -> bool:
        try:
            answer, raw = self._api.delete(remote_id)
        except Gone:
            return False
        except OutcomeUnknown:
            self._bill.called("delete")  # perhaps
            raise
        deleted = as_object(answer.get("data")).get("deleted") is True or raw.status == 204
        if deleted:
            self._bill.called("delete")
        elif not all_gone(answer.get("errors")):
            raise unclear(NETWORK, said(answer, raw), write=True)
        return deleted

    def hide_reply(self, remote_id: str, hidden: bool) -> bool | None:
        """Hide an answer in a conversation that we began: whoever opens "hidden replies" sees it.

        X tells in its answer how it is seen, and nowhere else: an answer that is lost is asked for
        by giving the order again. Unverified live: what it costs.
        """
        if not is_id(remote_id):
            raise no_number(remote_id)
        with repeatable(NETWORK):
            return self._hidden(remote_id, hidden)

    def _hidden(self, remote_id: str, hidden: bool) -> bool | None:
        try:
            answer, raw = self._api.hide(remote_id, hidden)
        except Gone:
            return None
        except OutcomeUnknown:
            self._bill.called("manage")  # perhaps
            raise
        seen = as_object(answer.get("data")).get("hidden")
        if isinstance(seen, bool):
            self._bill.called("manage")
            return seen
        if all_gone(answer.get("errors")):
            return None
        raise unclear(NETWORK, said(answer, raw), write=True)

    def standing(self) -> Standing:
        """Which account the keys are for, and its followers."""
        answer, raw = self._api.me()
        me = as_object(answer.get("data"))
        if not me.get("id"):
            raise unclear(NETWORK, said(answer, raw), write=False)
        self._bill.add("user_read", [str(me["id"])])
        if str(me["id"]) != self._options.user_id:
            raise NotAuthorised(
                _(
                    "The keys belong to @{name} ({found}), not to the account {user_id}. Correct"
                    " user_id, or use that account's keys."
                ).format(
                    name=quoted(me.get("username")),
                    found=quoted(me["id"]),
                    user_id=self._options.user_id,
                )
            )
        followers = as_object(me.get("public_metrics")).get("followers_count")
        # What the keys may do is only told in this header; a 403 tells it at the latest.
        reads_only = raw.headers.get("x-access-level") == "read"
        return Standing(
            remote_id=self._options.user_id,
            name=f"@{quoted(me.get('username'))}",
            followers=whole(followers),
            missing=("write",) if reads_only else (),
            remarks=tuple(remarks(raw.headers)),
        )

    def reach(self, posts: Sequence[str], private: Collection[str] = ()) -> Readings:
        """Impressions and what X counts beside them, 100 posts a call."""
        from orchestrator.networks.wire.x_figures import figures

        return figures(self._reading, posts, private, METRICS)

    def replies(
        self,
        posts: Sequence[Listening],
        since: str | None,
        strays: frozenset[str] = frozenset(),
    ) -> Hearing:
        """What names us since the mark, and what else is said under these posts.

        Mentions are cheap and nearly all there is; a search through the last seven days finds
        the rest, under young posts to which X counts more answers than are known. Held replies
        are looked up: those that were deleted are gone, and so are those of an account that
        became private, since X wants whatever its author withdrew deleted within a day. An
        edited reply keeps the number of its first version.
        """
        from orchestrator.networks.wire.x_hearing import Listener

        now = self._clock.now() if self._clock else None
        return Listener(self._reading, posts, now, strays).hear(since)

    def messages(
        self,
        since: str | None,
        begin: datetime,
        held: Mapping[str, frozenset[str]] = NOTHING_HELD,
    ) -> Hearing:
        """Of the last thirty days; what was taken back X does not tell."""
        from orchestrator.networks.wire.x_messages import hear

        return hear(self._reading, since, begin)

    def length(self, text: str) -> int:
        """The weighted length by which X counts."""
        from orchestrator.networks.wire.x_text import length

        return length(text)

    def price(self, text: str, alts: int = 0, on: date | None = None) -> float:
        """A post in which X finds a URL is dearer, also a bare domain."""
        from orchestrator.networks.wire.x_text import has_url

        prices = self._options.prices.on(on or self._bill.today())
        return (prices.post_with_url if has_url(text) else prices.post) + alts * prices.alt_text


def _value(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
