"""An invented campaign of any size, written straight into a database: the same for one seed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from audiences.gazetteer import Gazetteer
from audiences.place import Place
from orchestrator import networks, snapshots
from orchestrator.model import (
    Account,
    Attempt,
    Audience,
    Campaign,
    Consent,
    Partner,
    Person,
    Post,
    Reply,
    Tandem,
)
from orchestrator.store import Store
from orchestrator.vocabulary import Label, MayWork, Outcome, PostState, Show, TandemState

START = datetime(2026, 11, 23, tzinfo=UTC)
NAMES = [
    "Samira",
    "Yusuf",
    "Olena",
    "Tesfay",
    "Mariam",
    "Bahar",
    "Ahmad",
    "Daryna",
    "Hamid",
    "Rojin",
    "Selam",
    "Farid",
    "Iryna",
    "Nour",
    "Idris",
    "Laleh",
    "Omid",
    "Zahra",
    "Mehret",
    "Viktor",
    "Amina",
    "Karim",
    "Halyna",
    "Jamal",
    "Shirin",
    "Abel",
    "Nadia",
    "Taras",
    "Leila",
    "Musa",
    "Oksana",
    "Reza",
    "Hana",
    "Ibrahim",
    "Sofiia",
    "Yara",
    "Adam",
    "Nasrin",
]
TOWNS = [
    "Freiburg im Breisgau",
    "Fulda",
    "Kassel",
    "Leipzig",
    "Erfurt",
    "Rostock",
    "Kiel",
    "Bremen",
    "Hannover",
    "Münster",
    "Köln",
    "Bonn",
    "Trier",
    "Mainz",
    "Würzburg",
    "Regensburg",
    "Augsburg",
    "Ulm",
    "Konstanz",
    "Passau",
    "Dresden",
    "Cottbus",
    "Berlin",
    "Potsdam",
    "Magdeburg",
    "Göttingen",
    "Osnabrück",
    "Aachen",
    "Saarbrücken",
    "Karlsruhe",
    "Stuttgart",
    "Nürnberg",
    "Bamberg",
    "Weimar",
    "Chemnitz",
    "Emden",
    "Flensburg",
    "Hamburg",
]
PARTNERS = ("Brückenbau e. V.", "Café Ankommen", "Nachbarschaftshilfe Nord", "Tandem Süd gGmbH")
LABELS = (
    [Label.JOB_OFFER] * 3
    + [Label.TIP] * 20
    + [Label.QUESTION] * 14
    + [Label.ENCOURAGEMENT] * 42
    + [Label.OTHER] * 12
    + [Label.ABUSE] * 6
    + [Label.SPAM] * 3
)
STATUSES = [
    "new",
    "new",
    "checked",
    "forwarded",
    "forwarded",
    "received",
    "contacted",
    "trial",
    "offer",
    "permit_pending",
    "started",
    "kept_4w",
    "no_fit",
    "filled",
    "declined",
    "unsafe",
]


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    tandems: int = 38
    posts: int = 150
    readings: int = 40
    replies: int = 700


def fill(store: Store, size: Size, seed: int = 1, slug: str = "woche") -> int:
    """Write a campaign and return its id."""
    chance = Random(seed)
    with store.session() as session:
        campaign = Campaign(
            slug=slug,
            name="Woche der offenen Türen",
            key_fingerprint="f",
            created_at=START - timedelta(days=9),
        )
        session.add(campaign)
        session.flush()
        tandems = _tandems(session, campaign.id, size.tandems, chance)
        accounts = _accounts(session, campaign.id)
        posts = _posts(session, campaign.id, tandems, accounts, size.posts, chance)
        _readings(session, posts, size.readings, chance)
        _replies(session, campaign.id, posts, tandems, size.replies, chance)
        return int(campaign.id)


def _accounts(session: Any, campaign_id: int) -> dict[str, Account]:
    made = {
        "facebook": Account(campaign_id=campaign_id, network="facebook", remote_id="1"),
        "x": Account(campaign_id=campaign_id, network="x", remote_id="2", read_usd=0.412),
    }
    session.add_all(made.values())
    session.flush()
    return made


def _tandems(session: Any, campaign_id: int, number: int, chance: Random) -> list[Tandem]:
    partners = [Partner(campaign_id=campaign_id, name=name) for name in PARTNERS]
    people = [Person(campaign_id=campaign_id) for _ in range(2 * number)]
    session.add_all([*partners, *people])
    session.flush()
    made = []
    for index in range(number):
        home = _town(TOWNS[index % len(TOWNS)] if index % 9 else "Berlin")
        show = Show.REGION if index % 11 == 4 else Show.ALIAS if index % 7 == 2 else Show.FULL
        made.append(
            Tandem(
                campaign_id=campaign_id,
                slug=f"tandem-{index:03}",
                partner_id=chance.choice([*(each.id for each in partners), None]),
                refugee_id=people[2 * index].id,
                volunteer_id=people[2 * index + 1].id,
                public_name=NAMES[index % len(NAMES)],
                show=None if index % 19 == 17 else show,
                adult=True,
                may_work=MayWork.YES,
                place_id=home.id,
                town=home.name,
                region=home.state,
                country=home.country,
                lat=home.lat,
                lon=home.lon,
                town_people=home.population,
                place_digest="0",
                state=TandemState.WITHDRAWN if index % 23 == 21 else TandemState.ACTIVE,
                imported_at=START,
                changed_at=START,
            )
        )
    session.add_all(made)
    session.flush()
    for each in made:
        session.add(
            Consent(
                tandem_id=each.id,
                person_id=each.refugee_id,
                purpose="story",
                given_on=START.date() - timedelta(days=20),
            )
        )
        session.add(
            Audience(
                tandem_id=each.id,
                network="facebook",
                radius_km=chance.choice((6, 9, 14, 22, 31)),
                people=50_000,
                mode="soft",
                cities=[],
                built_at=START,
            )
        )
    return made


def _town(name: str) -> Place:
    from audiences.fold import fold

    found = Gazetteer.open().named(fold(name))
    return max((place for _rank, place in found), key=lambda place: place.population)


def _posts(
    session: Any,
    campaign_id: int,
    tandems: list[Tandem],
    accounts: dict[str, Account],
    number: int,
    chance: Random,
) -> list[Post]:
    made = []
    for index in range(number):
        tandem, network = tandems[index // 2 % len(tandems)], ("facebook", "x")[index % 2]
        due = START + timedelta(days=index % 7, hours=8, minutes=chance.randrange(600))
        draw = chance.random()
        state = PostState.PUBLISHED
        if draw > 0.93:
            state = chance.choice(
                [PostState.REJECTED, PostState.EXPIRED, PostState.UNKNOWN, PostState.CANCELLED]
            )
        out = state is PostState.PUBLISHED
        made.append(
            Post(
                campaign_id=campaign_id,
                tandem_id=tandem.id,
                account_id=accounts[network].id,
                network=network,
                number=index // (2 * len(tandems)) + 1,
                language="de",
                text="Wer kann helfen?",
                mode="soft" if network == "facebook" else "",
                digest="d",
                price_usd=0.015 if network == "x" else 0.0,
                due_at=due,
                due_wall="",
                zone="Europe/Berlin",
                state=state,
                published_at=due + timedelta(seconds=4) if out else None,
                remote_id=str(index) if out else None,
                targeting_kept=(chance.random() > 0.04) if out and network == "facebook" else None,
                gone_at=due + timedelta(days=2) if out and draw < 0.01 else None,
            )
        )
    session.add_all(made)
    session.flush()
    for each in made:
        if each.state in (PostState.PUBLISHED, PostState.UNKNOWN):
            outcome = Outcome.DONE if each.state is PostState.PUBLISHED else Outcome.UNKNOWN
            session.add(
                Attempt(
                    post_id=each.id,
                    number=1,
                    digest="d",
                    price_usd=each.price_usd,
                    sent_at=each.due_at,
                    outcome=outcome,
                )
            )
    session.flush()
    return made


def _readings(session: Any, posts: Iterable[Post], number: int, chance: Random) -> None:
    """Figures that grow from hour to hour, of every metric that a network has."""
    out = [each for each in posts if each.published_at]
    seen = {each.id: 0 for each in out}
    for hour in range(number):
        figures = {}
        for post in out:
            metrics = networks.adapter(post.network).METRICS
            seen[post.id] += chance.randrange(400 if post.network == "facebook" else 90)
            figures[post.id] = {metrics.reach: seen[post.id]} | dict.fromkeys(
                metrics.counters, seen[post.id] // 40
            )
        snapshots.keep(session, figures, START + timedelta(hours=12 + hour))


def _replies(
    session: Any,
    campaign_id: int,
    posts: list[Post],
    tandems: list[Tandem],
    number: int,
    chance: Random,
) -> None:
    made: list[Reply] = []
    for index in range(number):
        post = chance.choice(posts) if index % 20 else None
        label = chance.choice(LABELS)
        at = START + timedelta(hours=9 + chance.randrange(24 * 6), minutes=chance.randrange(60))
        made.append(
            Reply(
                campaign_id=campaign_id,
                post_id=post.id if post else None,
                tandem_id=post.tandem_id
                if post
                else chance.choice([*(each.id for each in tandems), None]),
                network=post.network if post else None,
                channel=chance.choice(("comment", "comment", "mention"))
                if post
                else chance.choice(("phone", "mail", "press", "person")),
                remote_id=f"r{index}" if post else None,
                author="Ein Mensch",
                text="Bei uns in der Küche wird jemand gesucht, kommen Sie vorbei.",
                received_at=at,
                collected_at=at,
                deleted_at=at + timedelta(hours=3) if chance.random() < 0.02 else None,
                label=label,
                status=chance.choice(STATUSES) if label in (Label.JOB_OFFER, Label.TIP) else "new",
            )
        )
    session.add_all(made)
    session.flush()
    for copy, original in zip(made[40::60], made[::60], strict=False):
        copy.duplicate_of = original.id
        session.add(copy)
