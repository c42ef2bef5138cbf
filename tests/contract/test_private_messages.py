"""What every network promises of private messages, over HTTP against the sandbox."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from contract_terms import Connect, Expect, given

from orchestrator import networks
from orchestrator.ports import Draft, Heard, NotAuthorised, RateLimited, Unreadable
from orchestrator.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
Write = Callable[..., None]


@pytest.fixture
def begin(sandbox: Sandbox) -> datetime:
    """Since when the campaign speaks."""
    now = sandbox.clock.now()
    sandbox.clock.advance(HOUR)
    return now


@pytest.fixture
def write(sandbox: Sandbox, name: str) -> Write:
    """People write to us; each an hour after the one before."""

    def place(*messages: dict[str, Any]) -> None:
        sandbox.configure({name: {"messages": list(messages)}})

    return place


def words(heard: Any) -> list[str]:
    return [each.text for each in heard]


def test_what_people_write_is_heard_once_and_by_its_conversation(
    begin: datetime, network: Any, write: Write, sandbox: Sandbox, name: str
) -> None:
    """Also when one person writes twice; the next hearing goes on at the mark."""
    write({"author": "Ute Brandt", "text": "Wir haben eine Stelle in der Näherei."})
    sandbox.clock.advance(HOUR)
    write({"author": "Ali Demir", "text": "Sucht sie noch?"})
    write({"author": "Ute Brandt", "text": "Melden Sie sich: 030 23125 017"})
    hearing = network.messages(None, begin)
    assert sorted(words(hearing.heard)) == sorted(
        [
            "Wir haben eine Stelle in der Näherei.",
            "Sucht sie noch?",
            "Melden Sie sich: 030 23125 017",
        ]
    )
    assert {each.channel for each in hearing.heard} == {"message"}
    assert all(each.conversation and each.author_id for each in hearing.heard)
    of = {each.text: (each.conversation, each.author_id) for each in hearing.heard}
    assert of["Wir haben eine Stelle in der Näherei."] == of["Melden Sie sich: 030 23125 017"]
    assert len(set(of.values())) == 2
    assert [each.at for each in hearing.heard] == sorted(each.at for each in hearing.heard)


def test_a_mark_leads_past_what_is_known(
    begin: datetime, network: Any, write: Write, sandbox: Sandbox
) -> None:
    """What is hours old is not told a second time, and a quiet day moves no mark back."""
    write({"author": "Ute", "text": "Eins"})
    first = network.messages(None, begin)
    sandbox.clock.advance(3 * HOUR)
    write({"author": "Ali", "text": "Zwei"})
    second = network.messages(first.until, begin)
    assert words(second.heard)[-1] == "Zwei"
    assert int(second.until) > int(first.until)
    sandbox.clock.advance(3 * HOUR)
    write({"author": "Eva", "text": "Drei"})
    third = network.messages(second.until, begin)
    assert "Eins" not in words(third.heard)
    assert words(third.heard)[-1] == "Drei"
    sandbox.clock.advance(24 * HOUR)
    quiet = network.messages(third.until, begin)
    assert {*words(quiet.heard)} <= {"Drei"}
    assert int(quiet.until) >= int(third.until)


def test_nothing_from_before_the_campaign_is_heard(
    begin: datetime, network: Any, write: Write, sandbox: Sandbox
) -> None:
    """What was written to the page last year is nobody's answer to a post."""
    write({"author": "Ute", "text": "Frühere Frage"})
    sandbox.clock.advance(48 * HOUR)
    write({"author": "Ali", "text": "Jetzt"})
    assert words(network.messages(None, begin + 24 * HOUR).heard) == ["Jetzt"]


def test_many_messages_come_on_many_pages(
    begin: datetime, network: Any, write: Write, sandbox: Sandbox
) -> None:
    """From many people, and many from one; the lists go on over several pages."""
    write(*({"author": f"Person {n}", "text": f"Frage {n}"} for n in range(130)))
    heard = network.messages(None, begin).heard
    assert sorted(words(heard)) == sorted(f"Frage {n}" for n in range(130))
    assert len({each.conversation for each in heard}) == 130


def test_what_looks_like_a_trick_comes_as_it_is(
    begin: datetime, network: Any, write: Write
) -> None:
    """Long, empty of words, in another script: taming is not the network's business."""
    odd = ["ä" * 1500, "<b>fett</b>", "\u202egnal\u202c", "👍", "مرحبا، عندي شغل"]
    write(*({"author": f"P {n}", "text": text} for n, text in enumerate(odd)))
    assert sorted(words(network.messages(None, begin).heard)) == sorted(odd)


def test_a_wait_and_a_dead_token_are_told(
    begin: datetime, network: Any, sandbox: Sandbox, stage: Any, expect: Expect
) -> None:
    """So that the rest of a pass knows what to do."""
    for knobs, _least, _most in stage.busy.values():
        sandbox.configure({network.name: knobs})
        with expect(RateLimited):
            network.messages(None, begin)
        break


def test_a_refused_account_is_not_a_missing_permission(
    begin: datetime, sandbox: Sandbox, name: str, connect: Connect, expect: Expect
) -> None:
    dead = {"facebook": {"token": "expired"}, "x": {"token": "revoked"}}[name]
    sandbox.configure({name: dead})
    with expect(NotAuthorised):
        connect().messages(None, begin)  # type: ignore[attr-defined]


class TestFacebook:
    """What only pages have: own words beside others', things taken back, and a permission."""

    @pytest.fixture
    def name(self) -> str:
        return "facebook"

    def test_a_missing_permission_is_said_with_its_remedy(
        self, begin: datetime, network: Any, sandbox: Sandbox, expect: Expect
    ) -> None:
        allowed = ["pages_manage_posts", "pages_read_engagement", "pages_read_user_content"]
        sandbox.configure({"facebook": {"permissions": allowed}})
        with expect(Unreadable) as caught:
            network.messages(None, begin)
        assert "pages_messaging" in caught.value.why

    def test_our_own_words_are_no_reply(
        self, begin: datetime, network: Any, write: Write, sandbox: Sandbox
    ) -> None:
        write({"author": "Ute", "author_id": "777", "text": "Hallo"})
        network._graph.post(
            network._options.page_id,
            "messages",
            recipient={"id": "777"},
            message={"text": "Danke!"},
            messaging_type="RESPONSE",
        )
        assert words(network.messages(None, begin).heard) == ["Hallo"]

    def test_what_was_taken_back_is_gone_and_what_was_edited_reads_anew(
        self, begin: datetime, network: Any, write: Write, sandbox: Sandbox
    ) -> None:
        """Only when somebody asks what became of it; what is merely old is not gone."""
        write(*({"author": "Ute", "author_id": "777", "text": f"Satz {n}"} for n in range(3)))
        first = network.messages(None, begin)
        one, two, three = (each.remote_id for each in first.heard)
        write({"id": two, "deleted": True}, {"id": three, "text": "Satz 2, verbessert"})
        sandbox.clock.advance(24 * HOUR)
        held = {first.heard[0].conversation: frozenset({one, two, three})}
        quiet = network.messages(first.until, begin)
        assert quiet.gone == frozenset()
        asked = network.messages(first.until, begin, held)
        assert asked.gone == {two}
        assert "Satz 2, verbessert" in words(asked.heard)

    def test_of_what_many_came_after_only_that_it_is_there_is_told(
        self, begin: datetime, network: Any, write: Write, sandbox: Sandbox
    ) -> None:
        """It is said, since somebody has to read it in the page's inbox; and it is not gone."""
        write(*({"author": "Ute", "author_id": "777", "text": f"Satz {n}"} for n in range(5)))
        early = network.messages(None, begin)
        held = {early.heard[0].conversation: frozenset(each.remote_id for each in early.heard)}
        sandbox.clock.advance(HOUR)
        write(*({"author": "Ute", "author_id": "777", "text": f"Wort {n}"} for n in range(30)))
        later = network.messages(early.until, begin, held)
        assert len(later.heard) == 20
        assert {each.text[:4] for each in later.heard} == {"Wort"}
        assert later.gone == frozenset()
        [finding] = later.findings
        assert "10 private messages" in finding

    def test_a_number_that_is_no_number_never_becomes_an_address(
        self, begin: datetime, network: Any, write: Write
    ) -> None:
        write({"author": "Ute", "text": "Hallo"})
        held = {"t_1/../me": frozenset({"m_1/../../me"}), "t_9": frozenset({"m?x=1"})}
        hearing = network.messages(None, begin, held)
        assert (words(hearing.heard), hearing.gone) == (["Hallo"], frozenset())

    def test_a_sticker_is_a_picture(self, begin: datetime, network: Any, write: Write) -> None:
        write({"author": "Ute", "text": "", "sticker": True})
        [heard] = network.messages(None, begin).heard
        assert (heard.text, heard.picture) == ("", True)

    def test_the_address_of_a_post_leads_to_it(
        self, begin: datetime, network: Any, write: Write
    ) -> None:
        """Of one post of this page; that of somebody else's leads nowhere."""
        post = network.publish(Draft("Wer kennt in Bautzen eine Schneiderei?")).remote_id
        page, number = post.split("_")
        write(
            {"author": "A", "text": f"Wegen https://www.facebook.com/{page}/posts/{number}: ja!"},
            {"author": "B", "text": "https://www.facebook.com/123456/posts/9 ist auch schön"},
        )
        found = {each.author: each.post for each in network.messages(None, begin).heard}
        assert found == {"A": post, "B": None}


class TestX:
    """What only X has: prices, a list that ends after thirty days, and few calls."""

    @pytest.fixture
    def name(self) -> str:
        return "x"

    def test_each_message_costs_once_a_day_and_no_more_than_needed(
        self, begin: datetime, write: Write, sandbox: Sandbox
    ) -> None:
        """Where nothing is new, five known ones are all that is looked at."""
        adapter = networks.adapter("x")
        network = adapter.connect(adapter.Options(**given(sandbox, "x")), clock=sandbox.clock)
        for number in range(60):
            sandbox.clock.advance(timedelta(minutes=2))
            write({"author": f"P {number}", "text": f"Frage {number}"})
        first = network.messages(None, begin)
        assert len(first.heard) == 60
        assert network.spent == pytest.approx(0.60)
        sandbox.clock.advance(24 * HOUR)
        network.messages(first.until, begin)
        assert network.spent == pytest.approx(0.65)

    def test_a_picture_and_a_link_to_a_post(
        self, begin: datetime, network: Any, write: Write
    ) -> None:
        """X shortens addresses; the one of a post of ours leads to it."""
        post = network.publish(Draft("Wer kennt in Bautzen eine Schneiderei?")).remote_id
        address = f"https://x.com/sandbox_doors/status/{post}"
        write(
            {"author": "Ute", "text": "", "picture": True},
            {"author": "Ali", "text": f"Wegen {address} melde ich mich"},
        )
        picture, link = network.messages(None, begin).heard
        assert (picture.text, picture.picture, picture.post) == ("", True, None)
        assert (link.text, link.post) == (f"Wegen {address} melde ich mich", post)

    def test_without_money_the_rest_waits(
        self, begin: datetime, network: Any, write: Write
    ) -> None:
        """The mark stays, so that nothing is lost."""
        write(*({"author": f"P {n}", "text": f"Frage {n}"} for n in range(60)))
        network.allowance = 0.06
        hearing = network.messages(None, begin)
        assert len(hearing.heard) == 5
        assert hearing.until is None
        assert hearing.findings
        network.allowance = None
        assert len(network.messages(hearing.until, begin).heard) == 60

    def test_an_app_that_may_not_read_messages_goes_on_with_the_rest(
        self, begin: datetime, network: Any, sandbox: Sandbox, expect: Expect
    ) -> None:
        """It is said once, and not asked again soon; posts go out."""
        from orchestrator.sandbox.faults import describe

        body = (
            '{"title":"Forbidden","status":403,"type":"https://api.twitter.com/2/problems/'
            'oauth1-permissions","detail":"Your client app is not configured with the appropriate'
            ' oauth1 app permissions for this endpoint."}'
        )
        sandbox.faults.add(
            describe(
                {
                    "network": "x",
                    "path": "/2/dm_events$",
                    "kind": "status",
                    "status": 403,
                    "body": body,
                    "times": 1,
                }
            )
        )
        with expect(Unreadable) as caught:
            network.messages(None, begin)
        assert "direct messages" in caught.value.why
        calls = network.calls
        assert network.messages("7", begin).until == "7"
        assert network.calls == calls
        network.publish(Draft("Es geht weiter"))


def test_a_heard_message_says_what_is_needed_and_no_more(
    begin: datetime, network: Any, write: Write
) -> None:
    write({"author": "Ute Brandt", "text": "Hallo"})
    [heard] = network.messages(None, begin).heard
    assert isinstance(heard, Heard)
    assert (heard.post, heard.parent, heard.permalink) == (None, None, "")
