"""Adverts of a page's posts, through Meta's library: made switched off, found again by name.

Nothing of it costs anything until ``switch`` lets it run.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from facebook_business.adobjects.abstractobject import AbstractObject
from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.api import FacebookAdsApi

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer, Gone
from orchestrator.networks.wire.graph import BATCH_SIZE, Graph, Read, whole_list
from orchestrator.networks.wire.graph_adverts_answers import account, judged, seen
from orchestrator.networks.wire.graph_adverts_forms import (
    ACTIVE,
    PAUSED,
    STEPS,
    VALIDATE,
    ad,
    adset,
    campaign,
    creative,
)
from orchestrator.networks.wire.graph_options import Options
from orchestrator.networks.wire.graph_radius import refuse_unfit
from orchestrator.networks.wire.graph_troubles import NETWORK, Json
from orchestrator.networks.wire.said import repeatable, unclear_answer
from orchestrator.ports import (
    AdvertAccount,
    AdvertSeen,
    AdvertWish,
    Rejected,
    Trouble,
)

Params = dict[str, Any]
_CREATE = {
    "campaign": AdAccount.create_campaign,
    "adset": AdAccount.create_ad_set,
    "creative": AdAccount.create_ad_creative,
    "ad": AdAccount.create_ad,
}
_EDGES = {"campaign": "campaigns", "adset": "adsets", "creative": "adcreatives", "ad": "ads"}
_KINDS: dict[str, type[AbstractObject]] = {"campaign": Campaign, "adset": AdSet, "ad": Ad}
_ACCOUNT = "name,currency,account_status,disable_reason,funding_source,spend_cap,amount_spent"
_PAID_FOR = "status,lifetime_budget,end_time,targeting,dsa_beneficiary,dsa_payor"
_STANDING = (
    f"status,effective_status,ad_review_feedback,issues_info,adset{{{_PAID_FOR}}}"
    ",campaign{status,special_ad_category_country}"
)
_FIGURES = "spend,reach,impressions,clicks"
_READS_EACH = 3


class Adverts:
    """The ad account; ``page`` reads the posts, with the page's own token."""

    steps = STEPS

    def __init__(self, graph: Graph, page: Graph, options: Options) -> None:
        self._graph, self._page, self._options = graph, page, options
        self._own = f"act_{options.ad_account_id}"

    def account(self) -> AdvertAccount:
        """Currency, state and a way to pay."""
        return account(self._read((self._own, {"fields": _ACCOUNT})))

    def make(self, step: str, wish: AdvertWish, made: Mapping[str, str]) -> str:
        """Make one step, paused."""
        told = self._create(step, self._form(step, wish, made))
        number = str(told.get("id") or "")
        if not number.isdigit():
            raise unclear_answer(NETWORK, 200, write=True)
        return number

    def rehearse(self, step: str, wish: AdvertWish, made: Mapping[str, str]) -> None:
        """Only let it be checked. Below a special category the check is said to be a part of it."""
        told = self._create(step, self._form(step, wish, made) | VALIDATE)
        if told.get("success") is not True:
            raise unclear_answer(NETWORK, 200, write=False)

    def _form(self, step: str, wish: AdvertWish, made: Mapping[str, str]) -> Params:
        if step == "campaign":
            return campaign(wish)
        if step == "adset":
            refuse_unfit(wish.targeting, employment=wish.category == "employment")
            says = (self._options.ad_beneficiary, self._options.ad_payor)
            return adset(wish, made, self._options.page_id, says)
        if step == "creative":
            return creative(wish, self._promotable(wish.post))
        return ad(wish, made)

    def _promotable(self, post: str) -> str:
        """By which number an advert shows the post: not always its own."""
        try:
            told = self._page.look(post, "id,promotable_id,is_eligible_for_promotion,is_published")
        except Gone:
            raise Rejected(_("The post that the advert would show is not there.")) from None
        if told.get("is_eligible_for_promotion") is False or told.get("is_published") is False:
            raise Rejected(
                _("Facebook says that this post may not be advertised (is_eligible_for_promotion).")
            )
        return str(told.get("promotable_id") or post)

    def _create(self, step: str, params: Params) -> Json:
        def send(api: FacebookAdsApi) -> object:
            return _CREATE[step](AdAccount(self._own, api=api), [], params)

        return judged(self._graph.ask(send, write=True), write=True)

    def find(self, step: str, wish: AdvertWish, made: Mapping[str, str]) -> str | None:
        """By its name, which nothing else has, in the whole of the list; the oldest, if several."""
        name = wish.campaign if step == "campaign" else wish.name
        path = f"{self._above(step, made)}/{_EDGES[step]}"
        found = [str(each.get("id")) for each in self._all(path, "id,name") if each["name"] == name]
        return min(found, key=int, default=None)

    def _above(self, step: str, made: Mapping[str, str]) -> str:
        return {"adset": made.get("campaign"), "ad": made.get("adset")}.get(step) or self._own

    def _all(self, path: str, fields: str) -> Iterator[Json]:
        """A list to its end; what was deleted or archived there is not in it (unverified live)."""
        told = whole_list(lambda page: self._read((path, {"fields": fields, **page})))
        return (each for each in told if each.get("name") is not None)

    def switch(self, made: Mapping[str, str], *, on: bool) -> None:
        """From the top when it shall run, from the bottom when not; the campaign stays on.

        Other adverts hang on it, and by itself it runs nothing.
        """
        parts = ("campaign", "adset", "ad") if on else ("ad", "adset")
        for part in parts:
            if made.get(part):
                self._turn(part, made[part], ACTIVE if on else PAUSED)

    def _turn(self, part: str, number: str, status: str) -> None:
        def send(api: FacebookAdsApi) -> object:
            return _KINDS[part](number, api=api).api_update([], {"status": status})

        with repeatable(NETWORK):
            told = judged(self._graph.ask(send, write=True), write=True)
            if told.get("success") is not True:
                raise unclear_answer(NETWORK, 200, write=True)

    def seen(self, adverts: Sequence[Mapping[str, str]]) -> list[AdvertSeen | Trouble]:
        """Status and figures of all of their time, three reads each, in lots."""
        reads = [read for made in adverts for read in _reads(made["ad"])]
        answers: list[Answer | None] = []
        for start in range(0, len(reads), BATCH_SIZE):
            answers += self._graph.lot(reads[start : start + BATCH_SIZE])
        return [
            _attempt(answers[at : at + _READS_EACH]) for at in range(0, len(reads), _READS_EACH)
        ]

    def strays(self, campaign: str, known: Collection[str]) -> dict[str, str]:
        """Ad sets that are on, and that no row of ours explains."""
        told = self._all(f"{campaign}/adsets", "id,name,status")
        return {
            str(each.get("id")): str(each["name"])
            for each in told
            if each.get("status") == ACTIVE and str(each.get("id")) not in known
        }

    def _read(self, read: Read) -> Json:
        path, params = read
        send: Callable[[FacebookAdsApi], object] = lambda api: api.call(  # noqa: E731
            "GET", tuple(path.split("/")), dict(params)
        )
        return judged(self._graph.ask(send), write=False)


def _reads(number: str) -> list[Read]:
    every = {"fields": _FIGURES, "date_preset": "maximum"}
    return [
        (number, {"fields": _STANDING}),
        (f"{number}/insights", every),
        (f"{number}/insights", every | {"breakdowns": ["gender"]}),
    ]


def _attempt(answers: Sequence[Answer | None]) -> AdvertSeen | Trouble:
    """What one advert is; figures that cannot be read cost only themselves."""
    standing, figures, genders = answers
    try:
        return seen(_judged(standing), _or_nothing(figures), _or_nothing(genders))
    except Trouble as trouble:
        return trouble


def _judged(answer: Answer | None) -> Json:
    if answer is None:
        raise unclear_answer(NETWORK, 200, write=False)
    return judged(answer, write=False)


def _or_nothing(answer: Answer | None) -> Json:
    try:
        return _judged(answer)
    except Trouble:
        return {}
