"""Facebook: a page's posts and their audience, through the Graph API."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from orchestrator.networks.wire import graph_answering
from orchestrator.networks.wire.answer import Gone
from orchestrator.networks.wire.graph_cities import pick, pick_region, places, regions_found
from orchestrator.networks.wire.graph_creating import create, show
from orchestrator.networks.wire.graph_media import MEDIA, bring, message, pictures
from orchestrator.networks.wire.graph_metrics import METRICS as METRICS
from orchestrator.networks.wire.graph_options import Options as Options
from orchestrator.networks.wire.graph_page import Page
from orchestrator.networks.wire.graph_posts import FIELDS, comparable, is_number, unix
from orchestrator.networks.wire.graph_radius import refuse_unfit
from orchestrator.networks.wire.graph_search import city_questions, keys_of, region_questions
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.graph_wall import everywhere, live, unseen
from orchestrator.networks.wire.said import repeatable, unclear_answer
from orchestrator.ports import (
    NOTHING_HELD,
    Answerable,
    Attachment,
    Charges,
    City,
    Draft,
    Estimate,
    Hearing,
    Limits,
    Listening,
    Place,
    Pressure,
    Readings,
    Receipt,
    Region,
    Remark,
    Said,
    Standing,
    Uploaded,
)
from orchestrator.vocabulary import MediaKind
from schedules.clock import Clock

if TYPE_CHECKING:
    from orchestrator.networks.wire.graph import Graph
    from orchestrator.networks.wire.graph_adverts import Adverts

LIMITS = Limits(text=63206, targeting=True, hiding=True, link_in_text=False)
READ_TIMEOUT = 30.0
CITY_ENTRIES, REGION_ENTRIES = 250, 200
# The platform takes 10 minutes to 30 days (one of its pages says 75); the rest is our margin for
# what a call takes and for clocks that differ.
SOONEST, LATEST = timedelta(minutes=15), timedelta(days=30) - timedelta(hours=1)


def connect(
    options: Options, *, read_timeout: float = READ_TIMEOUT, clock: Clock | None = None
) -> "Facebook":
    """Open the page; ``read_timeout`` in seconds. The clock tells for how long uploads are good."""
    network = Facebook(options, read_timeout, clock)
    if options.ready:
        network.open()
    return network


class Facebook:
    """One page: posts, who gets them, and what the platform says of them."""

    name = "facebook"
    limits = LIMITS
    metrics = METRICS
    media = MEDIA
    answers = graph_answering.ANSWERS
    soonest = SOONEST
    latest = LATEST
    spent = 0.0
    charges: Charges = MappingProxyType({})
    allowance: float | None = None

    def __init__(
        self, options: Options, read_timeout: float = READ_TIMEOUT, clock: Clock | None = None
    ) -> None:
        self._options = options
        self._clock = clock
        self._read_timeout = read_timeout
        self._dead: set[str] = set()

    def open(self) -> None:
        """Load the vendor's library, which takes a second or two, before anything is promised."""
        assert self._graph

    @cached_property
    def _graph(self) -> "Graph":
        return self._connected("page_token", self._options.app_secret)

    @cached_property
    def _page(self) -> Page:
        return Page(self._graph, self._options.page_id, _value(self._options.page_token))

    @cached_property
    def _adverts(self) -> "Graph":
        """The same interface with the token of the ad account, which the page's is not."""
        return self._connected("ads_token", self._options.app_secret)

    def _connected(self, key: str, secret: SecretStr | None) -> "Graph":
        from orchestrator.networks.wire.graph import Graph

        return Graph(
            self._options.api_base,
            self._options.api_version,
            _value(getattr(self._options, key)),
            _value(secret) or None,
            self._read_timeout,
            key=key,
        )

    @property
    def pressure(self) -> Pressure:
        """What is used of the page's calls."""
        return self._graph.usage.pressure

    @property
    def calls(self) -> int:
        """HTTP requests made so far."""
        opened = [self.__dict__.get(name) for name in ("_graph", "_adverts")]
        return sum(graph.calls for graph in opened if graph)

    def publish(self, draft: Draft) -> Receipt:
        """Post on the page, at once or at the draft's time; or show what is there already."""
        if draft.draft_id:
            return show(self._page, draft)
        return create(self._page, draft, Place.HELD if draft.at else Place.LIVE)

    def prepare(self, draft: Draft) -> Receipt:
        """Create the post unseen. Unverified live: that nobody is told of it."""
        return create(self._page, replace(draft, at=None), Place.DRAFT)

    def upload(
        self, file: Attachment, so_far: Uploaded, keep: Callable[[Uploaded], None]
    ) -> Uploaded:
        """A photo in one call, a film in parts; both unseen until a post shows them."""
        if file.kind is MediaKind.PHOTO:
            return bring(self._graph, self._options.page_id, file, self._now)
        from orchestrator.networks.wire.graph_video import Bringing

        return Bringing(self._graph, self._page.app, file, keep, self._now).go_on(so_far)

    def discard(self, uploaded: Uploaded) -> bool:
        """Delete a photo that no post shows. A film that none shows is no thing there as yet: its
        handle ends by itself, within a day.

        Unverified live: that an unseen photo can be deleted before it ends by itself.
        """
        photo = uploaded.remote_id
        if not is_number(photo):
            return False
        with repeatable(NETWORK):
            try:
                done = self._graph.delete(photo).get("success") is True
            except Gone:
                return False
            if not done:
                raise unclear_answer(NETWORK, 200, write=True)
        return True

    def _now(self) -> datetime | None:
        return self._clock.now() if self._clock else None

    def plays(self, remote_id: str) -> bool | None:
        """By the state of the film in a post of ours."""
        from orchestrator.networks.wire.graph_video import plays

        self._page.refuse_foreign(remote_id)
        return plays(self._graph, remote_id)

    def shows(self, remote_id: str) -> int | None:
        """By its attachments; several photos are one album there."""
        self._page.refuse_foreign(remote_id)
        asked = "media_type,subattachments{media_type}"
        return pictures(self._graph.get(remote_id, "attachments", fields=asked))

    def edit(self, remote_id: str, draft: Draft) -> None:
        """Change the words of a post, seen or not. Unverified live: of one that shows a film."""
        self._page.refuse_foreign(remote_id)
        with repeatable(NETWORK):
            self._graph.change(remote_id, message=message(draft))

    def move(self, remote_id: str, at: datetime) -> None:
        """Give a held post another time. Unverified live: that one which is live is refused."""
        self._page.refuse_foreign(remote_id)
        with repeatable(NETWORK):
            self._graph.change(remote_id, scheduled_publish_time=unix(at))

    def hide(self, remote_id: str, hidden: bool) -> None:
        """Take a post from the page's timeline, or put it back.

        Unverified live: that it leaves the feeds of followers too. Whoever has its address, or a
        copy that somebody shared, may see it all the same.
        """
        self._page.refuse_foreign(remote_id)
        with repeatable(NETWORK):
            self._graph.change(remote_id, is_hidden=hidden)

    def is_hidden(self, remote_id: str) -> bool | None:
        """What the post itself says; that it is gone is believed as in ``look``."""
        return self._page.is_hidden(remote_id)

    def hide_reply(self, remote_id: str, hidden: bool) -> bool | None:
        """Hide a comment: its author and the author's friends see it all the same."""
        from orchestrator.networks.wire.graph_moderating import hide_comment

        return hide_comment(self._page, remote_id, hidden)

    def answer(self, to: Answerable, text: str, *, private: bool) -> str:
        """Below a comment, or as a message of the page."""
        return graph_answering.answer(self._page, to, text, private=private)

    def answered(self, to: Answerable, since: datetime, *, private: bool) -> list[Said]:
        """The page's own words there."""
        return graph_answering.answered(self._page, to, since, private=private)

    def answer_length(self, text: str, *, private: bool) -> int:
        """Facebook counts characters."""
        return len(text)

    def answer_price(self, text: str, *, private: bool, on: date | None = None) -> float:
        """Nothing is paid for it."""
        return 0.0

    def own(self, since: datetime) -> list[Receipt]:
        """The page's published posts; unpublished ones are not live."""
        return live(self._graph, self._options.page_id, since)

    def unseen(self) -> list[Receipt]:
        """The page's scheduled posts, and those that are neither live nor have a time."""
        return unseen(self._graph, self._options.page_id)

    def look(self, remote_id: str) -> Receipt | None:
        """The post itself; that it is gone is believed only while the page can be read."""
        return self._page.look(remote_id)

    def plain(self, text: str) -> str:
        """The platform composes letters and trims."""
        return comparable(text)

    def find(self, text: str, since: datetime) -> list[Receipt]:
        """The page's posts with this text, in all its lists."""
        told = everywhere(self._graph, self._options.page_id, since)
        found = [post for post in told if post.text == comparable(text)]
        if not all(self._page.is_own(post.remote_id) for post in found):
            raise unclear_answer(NETWORK, 200, write=False)
        return found

    def takedown(self, remote_id: str) -> bool:
        """Delete a post of the page, seen or not."""
        with repeatable(NETWORK):
            return self._page.delete(remote_id)

    def standing(self) -> Standing:
        """Which page the token is for, its followers, and what the token lacks."""
        return self._page.standing(self._remarks)

    def _remarks(self, token: dict[str, Any]) -> Iterator[Remark]:
        from orchestrator.networks.wire.graph_standing import of_ads, of_page, untold_tasks

        bare = self._connected("page_token", None)
        yield from of_page(token, bare, proves=bool(self._options.app_secret))
        yield untold_tasks()
        if self._options.advertises:
            ads, page = _value(self._options.ads_token), self._options.page_id
            yield from of_ads(self._adverts, ads, page, pays=self._options.paid)

    def reach(self, posts: Sequence[str], private: Collection[str] = ()) -> Readings:
        """Insights and counters; which metrics have vanished is remembered."""
        from orchestrator.networks.wire.graph_collecting import reach

        return reach(self._page, posts, self._dead)

    def replies(
        self,
        posts: Sequence[Listening],
        since: str | None,
        strays: frozenset[str] = frozenset(),
    ) -> Hearing:
        """Every comment, and every answer to one; they all belong to a post."""
        from orchestrator.networks.wire.graph_collecting import replies

        return replies(self._page, posts)

    def messages(
        self,
        since: str | None,
        begin: datetime,
        held: Mapping[str, frozenset[str]] = NOTHING_HELD,
    ) -> Hearing:
        """In the page's conversations on Messenger."""
        from orchestrator.networks.wire.graph_messages import hear

        return hear(self._page, since, begin, held)

    def length(self, text: str) -> int:
        """Facebook counts characters."""
        return len(text)

    def price(self, text: str, alts: int = 0, on: date | None = None) -> float:
        """A post on one's own page costs nothing."""
        return 0.0

    def city_keys(self, cities: Sequence[City]) -> list[str | None]:
        """Look the towns up in Meta's own search, first by their full name."""
        return keys_of(
            self._graph, cities, city_questions, lambda city, told: pick(city, places(told))
        )

    def region_keys(self, regions: Sequence[Region]) -> list[str | None]:
        """Look the states up in the same search, by our name and then by their other one."""
        return keys_of(
            self._graph,
            regions,
            region_questions,
            lambda region, told: pick_region(region, regions_found(told)),
        )

    def fit(self, keys: Sequence[str], *, regions: bool = False) -> dict[str, Any]:
        """Cities only, or regions only: entries are added up, so a wider one undoes the others.

        The platform takes 250 cities and 200 regions, so the first ones count.
        """
        kind, most = ("regions", REGION_ENTRIES) if regions else ("cities", CITY_ENTRIES)
        return {"geo_locations": {kind: [{"key": key} for key in keys[:most]]}}

    @property
    def advertising(self) -> "Adverts | None":
        """The ad account, where there is one; whether anything is paid for, the options say."""
        from orchestrator.networks.wire.graph_adverts import Adverts

        if not self._options.advertises:
            return None
        return Adverts(self._adverts, self._graph, self._options)

    @property
    def counts(self) -> bool:
        """Whether there is an ad account to ask."""
        return self._options.advertises

    def estimate(self, targeting: Mapping[str, Any]) -> Estimate:
        """Monthly active people. Unverified live: for circles as small as ours."""
        from orchestrator.networks.wire.graph_estimate import estimate

        refuse_unfit(targeting, employment=self._options.ad_category == "employment")
        return estimate(self._adverts, self._options.ad_account_id, targeting)

    def stored(self, remote_id: str, mode: str) -> dict[str, Any] | None:
        """The post's ``targeting`` (hard) or ``feed_targeting`` (soft), as it reads back."""
        self._page.refuse_foreign(remote_id)
        kept = self._graph.get(remote_id, fields="id,targeting,feed_targeting").get(FIELDS[mode])
        return kept if isinstance(kept, dict) and kept else None

    def is_eligible(self, remote_id: str) -> bool | None:
        """What the post itself says of being advertised."""
        self._page.refuse_foreign(remote_id)
        told = self._graph.get(remote_id, fields="id,is_eligible_for_promotion")
        eligible = told.get("is_eligible_for_promotion")
        return eligible if isinstance(eligible, bool) else None


def _value(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
