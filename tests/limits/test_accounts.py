"""Accounts that a network refuses: one network pauses, the other goes on; nobody is hammered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import update

from orchestrator import conditions, networks, rounds
from orchestrator.capabilities import account_of
from orchestrator.daemon import Keys
from orchestrator.doctor import Check, Level
from orchestrator.model import Account
from orchestrator.run import collect_pass, publish_pass, run_pass, watch_pass
from orchestrator.sandbox.faults import Fault
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Condition, PostState
from tests.limits.conftest import Live, given

OTHER = {"facebook": "x", "x": "facebook"}
# By network: what happens to the account, and what kind of refusal that is.
FATES: dict[str, list[tuple[dict[str, Any], Condition]]] = {
    "facebook": [
        ({"token": "password_changed"}, Condition.TOKEN),
        ({"token": "no_role"}, Condition.TOKEN),
        ({"permissions": ["pages_read_engagement"]}, Condition.PERMISSION),
        ({"blocked": True}, Condition.BLOCKED),
    ],
    "x": [
        ({"token": "revoked"}, Condition.TOKEN),
        ({"token": "read-only"}, Condition.PERMISSION),
        ({"suspended": True}, Condition.SUSPENDED),
        ({"credits": 0}, Condition.CREDITS),
    ],
}
CASES = [(name, knobs, kind) for name, fates in FATES.items() for knobs, kind in fates]
WELL: dict[str, dict[str, Any]] = {
    "facebook": {"token": "valid", "blocked": False},
    "x": {"token": "ok", "suspended": False, "credits": None},
}


def post(campaign: Live, slug: str, network: str) -> int:
    return campaign.post(
        campaign.tandem(slug), network, targeting=None, mode="", due_at=campaign.clock.now()
    )


def passed(campaign: Live) -> Tally:
    """A pass of a daily job: a process of its own, which remembers nothing."""
    return run_pass(campaign.shift())


@pytest.mark.parametrize(("name", "knobs", "kind"), CASES, ids=str)
def test_one_networks_refusal_pauses_that_network_only(
    campaign: Live, name: str, knobs: dict[str, Any], kind: Condition
) -> None:
    """Exit 4 is due, since when and why is on record, and the other network goes on."""
    campaign.sandbox.configure({name: knobs})
    here, there = post(campaign, "hier", name), post(campaign, "dort", OTHER[name])
    tally = publish_pass(campaign.shift())
    assert tally.needs_person
    assert campaign.read(here).state is PostState.PLANNED
    assert campaign.read(there).state is PostState.PUBLISHED
    account = campaign.account(name)
    assert (account.condition, account.condition_since) == (kind, campaign.clock.now())
    assert account.refusal
    assert campaign.account(OTHER[name]).condition is None


@pytest.mark.parametrize(("name", "knobs", "kind"), CASES, ids=str)
def test_it_goes_on_where_it_stopped(
    campaign: Live, name: str, knobs: dict[str, Any], kind: Condition
) -> None:
    """Three days later, with a new token or by a word of a person; nothing is lost or doubled."""
    campaign.sandbox.configure({name: knobs})
    posts = [post(campaign, f"tandem-{number}", name) for number in range(2)]
    passed(campaign)
    for _day in range(3):
        campaign.later(days=1)
        posts += [post(campaign, f"tag-{len(posts)}", name)]
        assert passed(campaign).needs_person
    every = list(_permissions()) if name == "facebook" else []
    campaign.sandbox.configure({name: WELL[name] | ({"permissions": every} if every else {})})
    if kind in conditions.AT_REST:
        assert passed(campaign).published == 0
        with campaign.session() as session:
            lifted = conditions.lift(session, campaign.id, {name}, campaign.clock.now(), "tester")
        assert lifted == [name]
    assert passed(campaign).published == len(posts)
    assert {campaign.read(each).state for each in posts} == {PostState.PUBLISHED}
    live = [each for each in campaign.sandbox.ledger() if each["network"] == name]
    assert len(live) == len(posts)
    assert campaign.account(name).condition is None


def _permissions() -> frozenset[str]:
    from orchestrator.sandbox.graph_knobs import PERMISSIONS

    return PERMISSIONS


@pytest.mark.parametrize(
    ("name", "knobs"),
    [("x", {"suspended": True}), ("x", {"credits": 0}), ("facebook", {"blocked": True})],
    ids=str,
)
def test_a_week_of_passes_knocks_once(campaign: Live, name: str, knobs: dict[str, Any]) -> None:
    """14 passes, posts due and live ones to be read: one call, and every pass asks for a person."""
    post(campaign, "vorher", name)
    assert passed(campaign).published == 1
    campaign.later(minutes=30)
    campaign.sandbox.configure({name: knobs})
    post(campaign, "nachher", name)
    publish_pass(campaign.shift())
    before = campaign.calls(name)
    for _pass in range(14):
        campaign.later(hours=12)
        assert passed(campaign).needs_person
        assert collect_pass(campaign.shift(), by_hand=True).needs_person
    assert campaign.calls(name) == before


def test_a_refused_post_on_x_is_no_refused_account(campaign: Live) -> None:
    """403 about one text: that post is refused, the next one goes out."""
    body = {"title": "Forbidden", "detail": "This text is not allowed.", "status": 403}
    campaign.sandbox.faults.add(Fault("status", network="x", method="POST", status=403, body=body))
    first, second = (post(campaign, slug, "x") for slug in ("eins", "zwei"))
    publish_pass(campaign.shift())
    assert campaign.read(first).state is PostState.REJECTED
    assert campaign.read(second).state is PostState.PUBLISHED
    assert campaign.account("x").condition is None


def test_a_limit_of_the_cycle_is_no_wait_of_minutes(campaign: Live) -> None:
    """usage-capped comes as 429, and is over when somebody raises it."""
    body = {"type": "https://api.x.com/2/problems/usage-capped", "detail": "Monthly", "status": 429}
    campaign.sandbox.faults.add(Fault("status", network="x", method="POST", status=429, body=body))
    post(campaign, "eins", "x")
    publish_pass(campaign.shift())
    assert campaign.account("x").condition is Condition.CREDITS


def told(campaign: Live, name: str, shift: Shift) -> list[Check]:
    options = shift.settings.networks[name]
    return [
        each
        for each in rounds.accounts(shift.settings, campaign.clock.now())
        if each.name == name and options.ready
    ]


def test_the_doctor_tells_what_a_pages_tokens_may_and_until_when(campaign: Live) -> None:
    """Missing permissions with their purpose, both ends, the proof, tasks; what is unknown too."""
    campaign.sandbox.configure(
        {
            "facebook": {
                "expires_in_days": 200,
                "data_access_days": 9,
                "permissions": ["pages_manage_posts", "pages_read_engagement", "pages_show_list"],
                "tasks": ["CREATE_CONTENT", "MODERATE"],
            }
        }
    )
    checks = told(campaign, "facebook", campaign.shift())
    said = "\n".join(each.what for each in checks)
    assert all(each.remedy for each in checks if each.level is not Level.OK)
    for words in (
        "pages_read_user_content. It is needed to read comments.",
        "read_insights. It is needed to read reach.",
        "may read only until Dec 3, 2026",
        "does not ask for the proof of app_secret",
        "CREATE_CONTENT, a page token does not tell",
        "ads_token lacks the permission ads_read",
        "lacks the page's task ADVERTISE",
    ):
        assert words in said
    assert "ends on" not in said.replace("ads_token ends on", "")
    campaign.sandbox.configure(
        {"facebook": {"expires_in_days": 13, "require_appsecret_proof": True}}
    )
    said = "\n".join(each.what for each in told(campaign, "facebook", campaign.shift()))
    assert "The token for facebook ends on Dec 7, 2026." in said
    assert "asks for the proof of app_secret, and ours is right" in said


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"app_secret": "f" * 32}, "proof of the app's secret"),
        ({"page_token": "EAAWrong" + "0" * 30}, "page_token"),
        ({"page_id": "104729188301602"}, "belongs to"),
    ],
    ids=str,
)
def test_a_wrong_key_is_told_apart_from_a_wrong_page(
    campaign: Live, settings: Any, changed: dict[str, str], words: str
) -> None:
    own = settings(facebook=given(campaign.sandbox, "facebook") | changed)
    found = [each for each in rounds.accounts(own, campaign.clock.now()) if each.name == "facebook"]
    assert [each.level for each in found] == [Level.FAIL]
    assert words in found[0].what
    assert found[0].remedy


def test_a_call_that_goes_well_ends_what_it_disproves(campaign: Live) -> None:
    """An account with credits again; but a page that is held back only a person lets go on."""
    for name, knobs in (("x", {"credits": 0}), ("facebook", {"blocked": True})):
        campaign.sandbox.configure({name: knobs})
        post(campaign, f"auf-{name}", name)
    publish_pass(campaign.shift())
    with campaign.session() as session:
        for name in ("x", "facebook"):
            remote = campaign.settings.networks[name].account
            account = account_of(session, campaign.id, name, remote, lock=True)
            assert account
            conditions.was_asked(session, account, campaign.clock.now(), lacking=False)
    assert campaign.account("x").condition is None
    assert campaign.account("facebook").condition is Condition.BLOCKED
    with campaign.session() as session:
        asked, now = {"x", "facebook"}, campaign.clock.now()
        [check] = rounds.refused(session, campaign.id, campaign.settings, asked, now)
    assert "holds our account back since" in check.what
    assert check.remedy == "Run `tueroeffner resume --network facebook`."


def test_what_may_not_be_read_hinders_no_post(campaign: Live) -> None:
    campaign.sandbox.configure(
        {"facebook": {"permissions": ["pages_manage_posts", "pages_read_engagement"]}}
    )
    post(campaign, "eins", "facebook")
    assert passed(campaign).published == 1
    campaign.later(minutes=30)
    post(campaign, "zwei", "facebook")
    assert passed(campaign).published == 1
    assert campaign.account("facebook").condition is None


ODD = {
    "page": Fault("html", network="facebook", times=50),
    "page, with success": Fault("html", network="facebook", status=200, times=50),
    "nothing": Fault("empty", network="facebook", times=50),
    "slow": Fault("hang", network="facebook", seconds=2, times=50),
    "a list": Fault("status", network="facebook", status=200, body=[1], times=50),
}


@pytest.mark.parametrize("fault", ODD.values(), ids=ODD.keys())
def test_whatever_one_network_answers_the_other_goes_on(campaign: Live, fault: Fault) -> None:
    """Sending, checking and reading: nothing is posted twice, and all is made up for afterwards."""
    before = [post(campaign, f"vor-{name}", name) for name in OTHER]
    assert passed(campaign).published == 2
    campaign.later(minutes=30)
    campaign.sandbox.faults.add(fault)
    now = [post(campaign, f"nun-{name}", name) for name in OTHER]
    tally = passed(campaign)
    assert tally.published == 1
    assert tally.findings
    assert campaign.read(now[1]).state is PostState.PUBLISHED
    assert campaign.read(now[0]).state is PostState.UNKNOWN
    campaign.sandbox.faults.clear()
    for _pass in range(5):
        campaign.later(minutes=31)
        passed(campaign)
    assert {campaign.read(each).state for each in (*before, *now)} == {PostState.PUBLISHED}
    assert len(campaign.sandbox.ledger()) == 4


def test_unknown_fields_change_nothing(campaign: Live) -> None:
    page = campaign.settings.networks["facebook"].account
    body = {"id": f"{page}_77", "new_in_v27": {"a": [1]}, "post_id": 7}
    campaign.sandbox.faults.add(
        Fault("status", network="facebook", method="POST", status=200, body=body)
    )
    made = post(campaign, "eins", "facebook")
    assert publish_pass(campaign.shift()).published == 1
    assert campaign.read(made).remote_id == f"{page}_77"


def test_every_network_tells_of_its_limits(campaign: Live) -> None:
    assert set(OTHER) == set(networks.names())
    for name in OTHER:
        network = getattr(campaign, name)
        network.standing()
        assert network.pressure.used < 0.75
        assert network.pressure.rest == timedelta()


def test_a_running_scheduler_goes_on_with_a_new_token(campaign: Live, settings: Any) -> None:
    """It is put into its file, and the next pass sends; a broken file in between harms nothing."""
    shift = campaign.shift()
    made = post(campaign, "eins", "facebook")
    campaign.sandbox.configure({"facebook": {"token": "password_changed"}})
    assert publish_pass(shift).needs_person
    new = "EAASandboxPageTokenMadeAnew00000000000001"
    campaign.sandbox.configure({"facebook": {"new_token": new}})
    written: list[dict[str, Any]] = [{}]
    keys = Keys(
        lambda: written[-1],
        lambda name, options: networks.adapter(name).connect(options, clock=campaign.clock),
    )
    keys.look(shift)
    keys.hand_out(shift)
    assert publish_pass(shift).published == 0
    own = {name: given(campaign.sandbox, name) for name in OTHER}
    own["facebook"] |= {"page_token": new}
    written.append(settings(**own).networks)
    keys.look(shift)
    keys.hand_out(shift)
    x = shift.networks["x"]
    assert publish_pass(shift).published == 1
    assert campaign.read(made).state is PostState.PUBLISHED
    keys.hand_out(shift)
    assert shift.networks["x"] is x
    assert campaign.account("facebook").condition is None


def refuse_reading(campaign: Live, status: int, path: str | None = None) -> None:
    body = {"title": "Forbidden", "detail": "Not for this app.", "status": status}
    fault = Fault("status", "x", "GET", path=path, status=status, body=body, times=10_000)
    campaign.sandbox.faults.add(fault)


def asked(campaign: Live, one_pass: Callable[[Shift], Tally]) -> list[tuple[int, Tally]]:
    """In which of the next 45 hours X was asked, and what the pass said then."""
    found = []
    for hour in range(45):
        before, tally = campaign.calls("x"), one_pass(campaign.shift())
        if campaign.calls("x") > before:
            found.append((hour, tally))
        campaign.later(hours=1)
    return found


@pytest.mark.parametrize("status", [400, 403])
def test_who_refuses_to_be_read_is_asked_once_a_day(campaign: Live, status: int) -> None:
    """Nobody knows why, so a person is told in its words; sending goes on, and later reading."""
    post(campaign, "lesen", "x")
    publish_pass(campaign.shift())
    campaign.later(hours=1)
    refuse_reading(campaign, status)
    days = asked(campaign, collect_pass)
    assert [hour for hour, _tally in days] == [0, 20, 40]
    for _hour, tally in days:
        assert tally.needs_person
        assert "“Not for this app”" in tally.closed["x"]
        assert "Change what it names" not in tally.closed["x"]
    assert "Not for this app" in (campaign.account("x").refusal or "")
    late = post(campaign, "senden", "x")
    assert publish_pass(campaign.shift()).published == 1
    assert campaign.read(late).state is PostState.PUBLISHED
    campaign.sandbox.faults.clear()
    campaign.later(hours=20)
    assert collect_pass(campaign.shift()).snapshots
    assert campaign.account("x").refusal is None


def say(campaign: Live, made: int, **how: Any) -> None:
    """Somebody answers a post on X."""
    reply = {"post": campaign.read(made).remote_id, "text": "Frag beim Bäcker"} | how
    campaign.sandbox.configure({"x": {"replies": [reply]}})


@pytest.mark.parametrize(
    ("path", "deaf"), [("search/recent$", False), ("(search/recent|mentions)$", True)]
)
def test_where_only_answers_are_refused_the_rest_goes_on(
    campaign: Live, path: str, deaf: bool
) -> None:
    """Figures, and looking for a lost post; the refused part is asked for once, and told of."""
    made = post(campaign, "lesen", "x")
    publish_pass(campaign.shift())
    say(campaign, made, mention=False)
    campaign.later(hours=1)
    refuse_reading(campaign, 403, path)
    tally = collect_pass(campaign.shift())
    assert (bool(tally.snapshots), tally.closed, tally.needs_person) == (True, {}, deaf)
    assert any("“Not for this app”" in finding for finding in tally.findings)
    assert campaign.read(made).collected_at == campaign.clock.now()
    campaign.sandbox.faults.add(Fault("drop_after", "x", method="POST"))
    unclear = post(campaign, "suchen", "x")
    publish_pass(campaign.shift())
    campaign.later(hours=1)
    watch_pass(campaign.shift())
    assert campaign.read(unclear).state is PostState.PUBLISHED
    campaign.later(hours=1)
    tally = collect_pass(campaign.shift())
    assert (bool(tally.snapshots), tally.findings) == (True, [])
    account = campaign.account("x")
    assert (account.read_not_before, account.refusal) == (None, None)


def test_where_figures_are_refused_answers_are_heard(campaign: Live) -> None:
    """The account rests from reading all the same: most of what is read are figures."""
    made = post(campaign, "lesen", "x")
    publish_pass(campaign.shift())
    say(campaign, made)
    campaign.later(hours=1)
    refuse_reading(campaign, 403, "tweets$")
    tally = collect_pass(campaign.shift())
    assert (tally.snapshots, tally.replies, tally.needs_person) == (0, 1, True)
    assert campaign.read(made).collected_at is None
    assert conditions.is_unread(campaign.account("x"), campaign.clock.now())


def test_a_person_ends_the_rest_of_reading(campaign: Live) -> None:
    """Who has mended the app's access need not wait for the next day."""
    made = post(campaign, "lesen", "x")
    publish_pass(campaign.shift())
    say(campaign, made)
    campaign.later(hours=1)
    refuse_reading(campaign, 403)
    collect_pass(campaign.shift())
    campaign.sandbox.faults.clear()
    campaign.later(hours=1)
    assert not collect_pass(campaign.shift()).snapshots
    assert lift(campaign) == ["x"]
    tally = collect_pass(campaign.shift())
    assert (bool(tally.snapshots), tally.replies) == (True, 1)


def lift(campaign: Live) -> list[str]:
    with campaign.session() as session:
        return conditions.lift(session, campaign.id, {"x"}, campaign.clock.now(), "tester")


def test_a_person_ends_no_wait_that_the_network_asked_for(campaign: Live) -> None:
    """Of an account in order neither that of reading nor that of sending."""
    until = campaign.clock.now() + timedelta(minutes=10)
    with campaign.session() as session:
        session.exec(update(Account).values(not_before=until, read_not_before=until))
    assert lift(campaign) == []
    account = campaign.account("x")
    assert (account.not_before, account.read_not_before) == (until, until)


def told_by_doctor(campaign: Live) -> list[str]:
    """What a doctor says of X's account after a call that went well."""
    now, remote = campaign.clock.now(), campaign.settings.networks["x"].account
    with campaign.session() as session:
        account = account_of(session, campaign.id, "x", remote, lock=True)
        assert account
        conditions.was_asked(session, account, now, lacking=False)
        checks = [*rounds.refused(session, campaign.id, campaign.settings, {"x"}, now)]
    return [f"{each.level} {each.what} {each.remedy}" for each in checks]


def test_that_nothing_may_be_read_is_told_until_it_is_asked_for_again(campaign: Live) -> None:
    """Neither a post that goes out nor the doctor's own call disproves it."""
    post(campaign, "lesen", "x")
    publish_pass(campaign.shift())
    campaign.later(hours=1)
    refuse_reading(campaign, 403)
    collect_pass(campaign.shift())
    post(campaign, "senden", "x")
    assert publish_pass(campaign.shift()).published == 1
    [told] = told_by_doctor(campaign)
    assert told.startswith("fail")
    assert "“Not for this app”" in told
    command = "tueroeffner resume --network x"
    assert told.endswith(f"Do what it says; then `{command}`.")
    assert conditions.way_back(campaign.account("x"), campaign.clock.now()) == command
    campaign.later(hours=20)
    assert told_by_doctor(campaign) == []
    assert campaign.account("x").refusal is None


def test_an_unclear_post_is_not_looked_for_on_and_on_where_nothing_may_be_read(
    campaign: Live,
) -> None:
    """It stays unclear, is not sent again, and is found as soon as it may be looked for."""
    campaign.sandbox.faults.add(Fault("drop_after", "x", method="POST"))
    unclear = post(campaign, "suchen", "x")
    publish_pass(campaign.shift())
    assert campaign.read(unclear).state is PostState.UNKNOWN
    campaign.later(hours=1)
    refuse_reading(campaign, 403)
    assert [hour for hour, _tally in asked(campaign, watch_pass)] == [0, 20, 40]
    campaign.sandbox.faults.clear()
    campaign.later(hours=20)
    watch_pass(campaign.shift())
    assert campaign.read(unclear).state is PostState.PUBLISHED
