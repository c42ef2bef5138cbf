"""Every figure equals what a second, plain computation finds in the same rows."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_rows import Size, fill
from sqlalchemy import event
from sqlmodel import select

from orchestrator import networks, snapshots
from orchestrator.model import Account, Partner, Post, Reply, Snapshot, Tandem
from orchestrator.report.figures import Head, Report
from orchestrator.report.measures import measures
from orchestrator.report.names import Names
from orchestrator.report.reading import read
from orchestrator.report.rows import AccountRow, PostRow, ReplyRow, Rows, TandemRow
from orchestrator.report.scopes import Wish
from orchestrator.settings import Audience
from orchestrator.store import open_store
from orchestrator.vocabulary import Label, PostState, TandemState

if TYPE_CHECKING:
    from tests.report.conftest import Desk, MakeDesk

BERLIN = ZoneInfo("Europe/Berlin")
PASSED_ON = [
    "forwarded",
    "received",
    "contacted",
    "trial",
    "offer",
    "permit_pending",
    "started",
    "kept_4w",
    "kept_6m",
    "no_fit",
    "filled",
    "declined",
    "permit_refused",
]
# Steps after which a deletion at the network takes nothing back.
BEYOND = [*PASSED_ON, "unsafe", "withdrawn"]
CONTRACT = {
    "tandems",
    "posts",
    "published",
    "replies",
    "tips",
    "job_offers",
    "handed_over",
    "outcomes",
    "reach",
    "cost",
}


def naive(store: Any, campaign_id: int, days: tuple[date, date] | None, partner: str | None) -> Any:
    """The totals by plain loops over whole entities: every snapshot is looked at."""
    with store.reading() as session:
        tandems = session.exec(select(Tandem).where(Tandem.campaign_id == campaign_id)).all()
        names = {each.id: each.name for each in session.exec(select(Partner)).all()}
        posts = session.exec(select(Post).where(Post.campaign_id == campaign_id)).all()
        replies = session.exec(select(Reply).where(Reply.campaign_id == campaign_id)).all()
        snapshots = session.exec(select(Snapshot)).all()
    mine = {each.id for each in tandems if partner in (None, names.get(each.partner_id or 0))}
    of = {each.id: each.tandem_id for each in posts}

    def inside(at: datetime) -> bool:
        return days is None or days[0] <= at.astimezone(BERLIN).date() <= days[1]

    def ours(reply: Reply) -> bool:
        home = reply.tandem_id or of.get(reply.post_id or 0)
        return partner is None or home in mine

    kept = [each for each in posts if each.tandem_id in mine]
    kept = [each for each in kept if inside(each.published_at or each.due_at)]
    heard = [each for each in replies if inside(each.received_at) and ours(each)]
    once = [each for each in heard if each.duplicate_of is None]
    counting = [each for each in once if each.deleted_at is None or each.status in BEYOND]
    reach: dict[str, int] = {}
    for post in kept:
        metric = networks.adapter(post.network).METRICS.reach
        newest = max(
            (each for each in snapshots if (each.post_id, each.metric) == (post.id, metric)),
            key=lambda each: each.taken_at,
            default=None,
        )
        if newest:
            reach[post.network] = reach.get(post.network, 0) + newest.value
    offers = [each for each in counting if each.label == "job_offer"]
    return {
        "tandems": len(mine),
        "posts": sum(each.state != "cancelled" for each in kept),
        "published": sum(each.published_at is not None for each in kept),
        "replies": len(counting),
        "tips": sum(each.label == "tip" for each in counting),
        "job_offers": len(offers),
        "handed_over": sum(each.status in PASSED_ON for each in offers),
        "duplicates": len(heard) - len(once),
        "replies_deleted": sum(each.deleted_at is not None for each in heard),
        "reach": reach,
        "outcomes": dict(Counter(each.status for each in offers)),
        "labels": dict(Counter(str(each.label) for each in counting)),
        "refused": sum(each.state == "rejected" for each in kept),
        "lost": sum(each.targeting_kept is False for each in kept),
        "posting": round(
            sum(each.price_usd for each in kept if each.state in ("published", "unknown")), 6
        ),
    }


PARTS: list[tuple[tuple[date, date] | None, str | None]] = [
    (None, None),
    ((date(2026, 11, 24), date(2026, 11, 26)), None),
    (None, "Café Ankommen"),
    ((date(2026, 11, 25), date(2026, 11, 25)), "Brückenbau e. V."),
]


@pytest.mark.parametrize("seed", [1, 7, 23])
def test_figures_equal_a_plain_count(desk: "MakeDesk", seed: int) -> None:
    """On both databases, whole and in part, for several invented campaigns."""
    made = desk(seed=seed)
    for days, partner in PARTS:
        _is_counted_right(made, days, partner)


def _is_counted_right(made: "Desk", days: tuple[date, date] | None, partner: str | None) -> None:
    asked = [] if days is None else ["--since", str(days[0]), "--until", str(days[1])]
    asked += [] if partner is None else ["--partner", partner]
    totals = made.json(*asked)["totals"]
    wanted = naive(made.store, made.campaign_id, days, partner)
    assert wanted["replies"] > 0
    for name in ("tandems", "posts", "published", "replies", "tips", "job_offers", "handed_over"):
        assert totals[name] == wanted[name], name
    for name in ("duplicates", "replies_deleted"):
        assert totals[name] == wanted[name], name
    found = {each["network"]: each["value"] for each in totals["reach"]}
    assert {name: value for name, value in found.items() if value is not None} == wanted["reach"]
    for name in ("outcomes", "labels"):
        assert {key: value for key, value in totals[name].items() if value} == wanted[name]
    assert totals["post_states"]["rejected"] == wanted["refused"]
    assert totals["targeting"]["lost"] == wanted["lost"]
    assert totals["cost"]["posting"] == pytest.approx(wanted["posting"])


def test_the_parts_add_up(desk: "MakeDesk") -> None:
    """Each way of cutting loses nothing: replies, offers, posts and reach."""
    document = desk().json()
    totals = document["totals"]
    for group in ("by_network", "by_partner", "by_day"):
        for name in ("posts", "published", "replies", "tips", "job_offers", "handed_over"):
            assert sum(each[name] for each in document[group]) == totals[name], (group, name)
    for name in ("replies", "tips", "job_offers"):
        assert sum(each[name] for each in document["by_channel"]) == totals[name]
    for group in ("by_tandem", "by_day", "by_partner"):
        for number, whole in enumerate(totals["reach"]):
            parts = [each["reach"][number]["value"] or 0 for each in document[group]]
            assert sum(parts) == whole["value"], group


def test_the_contract_s_keys(desk: "MakeDesk") -> None:
    """What scripts rely on is there, times carry their offset, money its currency."""
    document = desk().json()
    assert {"as_of", "campaign", "totals"} | {
        f"by_{each}" for each in ("tandem", "network", "partner", "channel", "day")
    } == set(document)
    assert set(document["totals"]) >= CONTRACT
    assert document["as_of"] == "2026-11-30T09:00:00+01:00"
    assert set(document["totals"]["cost"]) >= {"currency", "spent", "cap", "reading", "by_network"}
    assert document["totals"]["cost"]["currency"] == "USD"
    for entry in document["totals"]["reach"]:
        assert set(entry) >= {"network", "metric", "value", "as_of", "note"}
        assert datetime.fromisoformat(entry["as_of"]).tzinfo is not None
    assert [each["day"] for each in document["by_day"]] == [
        f"2026-11-{day}" for day in range(23, 30)
    ]
    slugs = {f"tandem-{number:03}" for number in range(24) if number != 21}  # that one withdrew
    assert {each["tandem"] for each in document["by_tandem"]} == slugs | {"_withdrawn"}


def test_a_reach_that_is_kept_back_is_no_nought(desk: "MakeDesk") -> None:
    """Not available is null, with the reason in a word and in words."""
    made = desk(Size(tandems=3, posts=6, readings=0, replies=5))
    with made.store.session() as session:
        for account in session.exec(select(Account)).all():
            if account.network == "facebook":
                account.unavailable = {"post_total_media_view_unique": "few_likes"}
                session.add(account)
    facebook, x = made.json()["totals"]["reach"]
    assert (facebook["value"], facebook["reason"]) == (None, "few_likes")
    assert "more likes" in facebook["note"]
    assert (x["value"], x["note"]) == (None, "No figure was read yet.")


def test_what_only_the_owner_is_told_stands_under_its_own_name(desk: "MakeDesk") -> None:
    """The last word on each post counts, however old; what was never told is no nought."""
    made = desk(Size(tandems=3, posts=6, readings=1, replies=5))
    with made.store.session() as session:
        first, second = session.exec(select(Post.id).where(Post.network == "x").limit(2)).all()
        snapshots.keep(session, {first: {"url_link_clicks": 9, "engagements": 0}}, START)
        newer = {first: {"url_link_clicks": 12}, second: {"url_link_clicks": 4}}
        snapshots.keep(session, newer, START + timedelta(hours=1))
        account = session.exec(select(Account).where(Account.network == "x")).one()
        account.unavailable = {"user_profile_clicks": "not_permitted"}
    facebook, x = made.json()["totals"]["reach"]
    told = {each["metric"]: each for each in x["private"]}
    assert facebook["private"] == []
    assert {name: each["value"] for name, each in told.items()} == {
        "url_link_clicks": 16, "engagements": 0, "user_profile_clicks": None,
        "organic_metrics.impression_count": None,
    }  # fmt: skip
    assert (told["url_link_clicks"]["posts"], told["engagements"]["posts"]) == (2, 1)
    assert told["url_link_clicks"]["as_of"].startswith("2026-11-23T08:00")
    assert told["user_profile_clicks"]["reason"] == "not_permitted"
    found = made.json("explain", "totals.private.x.url_link_clicks")
    assert (found["value"], [row["private"]["url_link_clicks"] for row in found["rows"]]) in [
        (16, [12, 4]), (16, [4, 12])
    ]  # fmt: skip
    html = made.page()
    for words in ("Clicks on links", '<code dir="ltr">user_profile_clicks</code>'):
        assert html.count(words) == 1
    made.run("--format", "csv", "--out", str(made.folder / "tables"))
    table = (made.folder / "tables" / "posts.csv").read_text("utf-8-sig").splitlines()
    column = table[0].split(";").index("url_link_clicks")
    assert sorted(line.split(";")[column] for line in table[1:]) == ["", "", "", "", "12", "4"]


def test_reach_says_what_it_is(desk: "MakeDesk") -> None:
    """Viewers are a sum and no people; what X counts is called impressions."""
    facebook, x = desk().json()["totals"]["reach"]
    assert facebook["unit"] == "viewers"
    assert "not people" in facebook["note"]
    assert x["unit"] == "impressions"
    assert "Impressions" in x["note"]


def test_reading_costs_are_not_split(desk: "MakeDesk") -> None:
    """For a part of the campaign, what reading cost is unknown, not nought."""
    made = desk()
    whole, part = (made.json(*asked)["totals"]["cost"] for asked in ([], ["--since", "2026-11-24"]))
    assert whole["reading"] == pytest.approx(0.412)
    assert whole["spent"] == pytest.approx(whole["posting"] + 0.412)
    assert part["reading"] is None
    assert part["spent"] == pytest.approx(part["posting"])
    assert part["by_network"]["x"]["reading"] is None


def _names() -> Names:
    return Names(lambda: pytest.fail("no name is sealed"), START.date(), {"de": "1"})


def test_a_few_statements_whatever_the_size(desk: "MakeDesk") -> None:
    """The number of statements does not grow with the campaign, and no snapshot is listed."""
    made = desk(Size(tandems=10, posts=40, readings=6, replies=50))
    said: list[str] = []
    event.listen(made.store.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    with made.store.reading() as session:
        rows = read(session, made.campaign_id, BERLIN, _names(), Audience())
    asked = [each for each in said if each.lstrip().startswith("SELECT")]
    assert len(asked) <= 10
    with_figures = [each for each in rows.posts if each.is_out]
    assert with_figures
    assert all(each.reach is not None for each in with_figures)


def test_the_newest_figure_is_sought_in_the_index(sqlite_url: str) -> None:
    """SQLite looks the newest snapshot up in the primary key instead of walking them all."""
    store = open_store(sqlite_url)
    campaign_id = fill(store, Size(tandems=4, posts=12, readings=3, replies=9))
    said: list[tuple[str, Any]] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3]))
    )
    with store.reading() as session:
        read(session, campaign_id, BERLIN, _names(), Audience())
        statement, values = next(each for each in said if "snapshot" in each[0])
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    store.close()
    steps = [str(row[3]) for row in plan]
    assert any("SEARCH snapshot" in step for step in steps), steps
    assert not any("SCAN snapshot" in step for step in steps), steps


# Generated rows: no database, every combination.

START = datetime(2026, 11, 23, 7, tzinfo=UTC)
TANDEMS = tuple(
    TandemRow(
        id=number,
        slug=f"t{number}",
        name="Kim",
        town="Fulda",
        region="Hessen",
        country="DE",
        partner=("", "Café", "Verein")[number % 3],
        shown=True,
        hidden=False,
        state=TandemState.ACTIVE,
        point=(50.5, 9.7),
        radius_km=10,
    )
    for number in range(4)
)


@st.composite
def posts(draw: st.DrawFn) -> list[PostRow]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        at = START + timedelta(hours=draw(st.integers(0, 150)))
        out = draw(st.booleans())
        made.append(
            PostRow(
                id=number + 1,
                tandem_id=draw(st.integers(0, 3)),
                network=draw(st.sampled_from(["facebook", "x"])),
                number=1,
                state=PostState.PUBLISHED if out else draw(st.sampled_from(list(PostState))),
                at=at,
                day=at.astimezone(BERLIN).date(),
                due_at=at,
                published_at=at if out else None,
                targeting_kept=draw(st.sampled_from([None, True, False])),
                gone_at=None,
                permalink="",
                cost_usd=draw(st.sampled_from([0.0, 0.015, 0.2])),
                reach=draw(st.one_of(st.none(), st.integers(0, 10**7))) if out else None,
                taken_at=at if out else None,
            )
        )
    return made


@st.composite
def replies(draw: st.DrawFn) -> list[ReplyRow]:
    made = []
    for number in range(draw(st.integers(0, 25))):
        at = START + timedelta(hours=draw(st.integers(0, 150)))
        made.append(
            ReplyRow(
                id=number + 1,
                tandem_id=draw(st.one_of(st.none(), st.integers(0, 3))),
                post_id=None,
                network=draw(st.sampled_from(["", "facebook", "x"])),
                channel=draw(st.sampled_from(["comment", "phone", "mail"])),
                label=draw(st.sampled_from(list(Label))),
                status=draw(st.sampled_from(["new", "checked", "forwarded", "started", "unsafe"])),
                at=at,
                day=at.astimezone(BERLIN).date(),
                deleted=draw(st.booleans()),
                duplicate_of=draw(st.sampled_from([None, None, None, 1])),
            )
        )
    return made


def report_of(own: list[PostRow], heard: list[ReplyRow], wish: Wish) -> Report:
    metrics = {name: networks.adapter(name).METRICS for name in networks.names()}
    accounts = (AccountRow("facebook", {}, 0.0), AccountRow("x", {}, 0.5))
    rows = Rows(BERLIN, TANDEMS, tuple(own), tuple(heard), accounts, metrics)
    head = Head(
        "Woche", "woche", date(2026, 11, 23), date(2026, 11, 29), BERLIN, START, {"x": 10.0}
    )
    return Report(head, wish, rows)


@settings(max_examples=60, deadline=None)
@given(own=posts(), heard=replies(), since=st.integers(22, 30), length=st.integers(0, 7))
def test_any_rows_are_counted_by_the_rules(
    own: list[PostRow], heard: list[ReplyRow], since: int, length: int
) -> None:
    """Labels sum to the replies, parts to the whole, and a period cuts like a plain filter."""
    first = date(2026, 11, since)
    wish = Wish(first, first + timedelta(days=length))
    document = report_of(own, heard, wish).document()
    totals = document["totals"]
    inside = [each for each in heard if first <= each.day <= first + timedelta(days=length)]
    once = [each for each in inside if each.duplicate_of is None]
    counting = [each for each in once if not each.deleted or each.status in BEYOND]
    assert totals["replies"] == len(counting) == sum(totals["labels"].values())
    offers = [each for each in counting if each.label is Label.JOB_OFFER]
    assert totals["job_offers"] == len(offers) == sum(totals["outcomes"].values())
    assert totals["handed_over"] == sum(each.status in PASSED_ON for each in offers)
    assert totals["waiting"] == sum(each.status not in BEYOND for each in offers)
    mine = [each for each in own if first <= each.day <= first + timedelta(days=length)]
    for entry in totals["reach"]:
        values = [
            each.reach
            for each in mine
            if each.network == entry["network"] and each.reach is not None
        ]
        assert entry["value"] == (sum(values) if values else None)
    for group in ("by_network", "by_partner", "by_day"):
        assert sum(each["replies"] for each in document[group]) == totals["replies"]
        assert sum(each["published"] for each in document[group]) == totals["published"]


@settings(max_examples=30, deadline=None)
@given(own=posts(), heard=replies())
def test_every_count_is_the_number_of_its_rows(own: list[PostRow], heard: list[ReplyRow]) -> None:
    """What ``explain`` lists is what was counted, and a name for everything."""
    from orchestrator.report.explain import all_figures, explain

    report = report_of(own, heard, Wish())
    seen = set()
    for figure in all_figures(report):
        [measure] = figure.measures
        assert figure.name not in seen
        seen.add(figure.name)
        assert measure.rule()
        if measure.name.startswith("reach."):
            total = sum(row.reach or 0 for row in measure.rows if isinstance(row, PostRow))
            assert measure.value == (total if measure.rows else None)
        elif measure.name.startswith("private."):
            assert (measure.value is None) is (not measure.rows)
        elif not measure.name.startswith("cost."):
            assert measure.value == len(measure.rows)
    some = sorted(seen)[:: max(len(seen) // 25, 1)]
    assert all(explain(report, name).name == name for name in some)


def test_statuses_of_tomorrow_are_counted_under_their_own_name() -> None:
    """A step that this version does not know neither vanishes nor counts as handed over."""
    one = ReplyRow(
        1,
        0,
        None,
        "x",
        "reply",
        Label.JOB_OFFER,
        "second_interview",
        START,
        START.date(),
        False,
        None,
    )
    found = measures(report_of([], [one, replace(one, id=2, status="offer")], Wish()).scope)
    assert found["outcomes.second_interview"].value == 1
    assert found["handed_over"].value == 1
    assert found["job_offers"].value == 2
