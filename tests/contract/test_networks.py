"""What every network promises, proven through its real library over HTTP against the sandbox."""

import socket
import unicodedata
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from contract_terms import Connect, Expect, given
from network_stages import STAGES, Stage

from orchestrator import networks
from orchestrator.ports import (
    Draft,
    Network,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.http import Request
from orchestrator.sandbox.server import Sandbox

TEXTS = {
    "plain": "Yusuf Demirci ist Fliesenleger und sucht in Halle eine Stelle.",
    "umlauts and quotes": "Eine Tür auf: „Ich möchte wieder nähen“, sagt Amira – in Görlitz.",
    "entities": "Näherei & Wäscherei, <gern> Früh- & Spätschicht, 3 < 5 > 2, &amp; auch so",
    "several lines": "Samuel, Koch.\n\nErreichbar über das Aktionsbüro.\n#Türöffner",
    "emoji": "👋🏽 Ich bin Rahel, Bäckerin 🥖 in Wörth … 👨‍👩‍👧",
    "decomposed": unicodedata.normalize("NFD", "Ümit hört gern zu: Pflege in Köln"),
    "arabic": "أبحث عن عمل كنجار في لايبزيغ",
    "links": "Mehr: https://www.caritas.de/tür?a=1&b=2#c und Caritas.de, http://example.org/ heute",
    "links side by side": "(https://example.com/a) https://example.com/a/b/ – example.de.",
    "space around": "  Lkw-Fahrer mit Führerschein CE in Emden \n",
}
LONG_AGO = timedelta(hours=1)
_MAY_NOT = "You may not delete this post"
REFUSED_DELETION = {
    "facebook": {"error": {"code": 100, "message": _MAY_NOT, "type": "x"}},
    "x": {"title": "Forbidden", "type": "about:blank", "detail": _MAY_NOT, "status": 403},
}


def now(sandbox: Sandbox) -> datetime:
    return sandbox.clock.now()


def posts(sandbox: Sandbox, name: str) -> list[dict[str, object]]:
    """What is live."""
    mine = [entry for entry in sandbox.ledger() if entry["network"] == name]
    return [e for e in mine if not e["deleted"] and e.get("state", "published") == "published"]


def texts(sandbox: Sandbox, name: str) -> list[object]:
    return [post["text"] for post in posts(sandbox, name)]


def found(network: Network, text: str, sandbox: Sandbox) -> list[str]:
    return [r.remote_id for r in network.find(text, now(sandbox) - LONG_AGO)]


def test_every_network_is_staged() -> None:
    """No network escapes this suite."""
    assert set(STAGES) == set(networks.names()) >= {"facebook", "x"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_what_is_sent_is_live_and_is_found(
    network: Network, name: str, stage: Stage, sandbox: Sandbox, text: str
) -> None:
    """One call puts exactly the text live; reading back finds it, by its number."""
    receipt = network.publish(Draft(text))
    assert texts(sandbox, name) == [stage.keeps(text)]
    assert network.calls == 1
    assert receipt.remote_id == posts(sandbox, name)[0]["id"]
    assert receipt.permalink.startswith("https://")
    [proof] = network.find(text, now(sandbox) - LONG_AGO)
    assert (proof.remote_id, proof.permalink) == (receipt.remote_id, receipt.permalink)
    assert proof.created_at is not None
    assert abs(proof.created_at - now(sandbox)) < timedelta(minutes=1)


def test_each_text_finds_its_own_post_only(network: Network, sandbox: Sandbox) -> None:
    """Texts that resemble each other are told apart."""
    base = "Yusuf sucht Arbeit als Koch in Halle, Näheres bei caritas.de"
    alike = [base, base + "!", base[:-1], base.replace("Koch", "Köch"), base.lower()]
    alike += [base.replace("caritas", "diakonie"), f"{base} https://example.com/1"]
    alike += [f"{base} https://example.com/2", base.replace(",", " &amp;")]
    sent = {text: network.publish(Draft(text)).remote_id for text in alike}
    assert {text: found(network, text, sandbox) for text in alike} == {
        text: [remote_id] for text, remote_id in sent.items()
    }
    assert found(network, "Yusuf", sandbox) == []


def test_finding_reads_every_page(
    network: Network, name: str, stage: Stage, sandbox: Sandbox
) -> None:
    """The oldest of more posts than fit on two pages is found; a page that fails fails it all."""
    sandbox.configure({name: stage.roomy})
    oldest = network.publish(Draft("Die erste: Amira näht in Bautzen"))
    for number in range(205):
        network.publish(Draft(f"Noch eine Tür, Nummer {number}"))
    before = network.calls
    assert found(network, "Die erste: Amira näht in Bautzen", sandbox) == [oldest.remote_id]
    reads = network.calls - before
    assert reads >= 3
    for answered in range(reads):
        if answered:
            sandbox.faults.add(Fault("slow", method="GET", seconds=0, times=answered))
        sandbox.faults.add(Fault("status", method="GET", status=503))
        with pytest.raises(OutcomeUnknown):
            found(network, "Noch eine Tür, Nummer 204", sandbox)
        assert sandbox.faults.left() == []
    assert len(found(network, "Noch eine Tür, Nummer 204", sandbox)) == 1


def test_all_own_posts_are_listed_in_plain_words(
    network: Network, name: str, sandbox: Sandbox
) -> None:
    """Every text of ours is among them by its ``plain`` form, once; what is deleted is not."""
    sent = [network.publish(Draft(text)).remote_id for text in TEXTS.values()]
    network.takedown(network.publish(Draft("Wieder fort")).remote_id)
    own = {post.remote_id: post.text for post in network.own(now(sandbox) - LONG_AGO)}
    assert own == dict(zip(sent, map(network.plain, TEXTS.values()), strict=True))


def test_finding_begins_at_a_time(network: Network, sandbox: Sandbox) -> None:
    """Posts from before ``since`` are not ours; one of the very second is."""
    network.publish(Draft("Gestern: Rahel backt"))
    sandbox.clock.advance(timedelta(hours=2))
    since = now(sandbox)
    later = network.publish(Draft("Heute: Rahel backt"))
    assert network.find("Gestern: Rahel backt", since) == []
    assert [r.remote_id for r in network.find("Heute: Rahel backt", since)] == [later.remote_id]


def test_the_same_text_twice_is_refused_as_duplicate(
    network: Network, name: str, sandbox: Sandbox, expect: Expect
) -> None:
    network.publish(Draft("Zweimal dasselbe"))
    with expect(Rejected) as caught:
        network.publish(Draft("Zweimal dasselbe"))
    assert caught.value.duplicate
    assert len(posts(sandbox, name)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name in STAGES for text in STAGES[name].too_long],
)
def test_a_text_over_the_limit_is_counted_so_and_refused(
    network: Network, name: str, sandbox: Sandbox, expect: Expect, text: str
) -> None:
    """The adapter counts as the network does: just over the limit is refused, just under taken."""
    assert network.length(text) > network.limits.text
    with expect(Rejected) as caught:
        network.publish(Draft(text))
    assert not caught.value.duplicate
    assert posts(sandbox, name) == []
    fits = text[network.length(text) - network.limits.text :]
    assert network.length(fits) <= network.limits.text
    network.publish(Draft(fits))


def test_a_wrong_key_is_not_authorised(
    connect: Connect, name: str, stage: Stage, sandbox: Sandbox, expect: Expect
) -> None:
    network = connect(**stage.wrong_key)
    with expect(NotAuthorised):
        network.publish(Draft("Mit falschem Schlüssel"))
    with expect(NotAuthorised):
        network.find("Mit falschem Schlüssel", now(sandbox))
    with expect(NotAuthorised):
        network.standing()
    assert posts(sandbox, name) == []


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in STAGES for label in STAGES[name].refusing]
)
def test_an_account_that_is_refused_has_to_wait(
    network: Network, name: str, stage: Stage, sandbox: Sandbox, expect: Expect, label: str
) -> None:
    """Expired, removed, suspended, out of credits …: nothing on this account can go on."""
    live = network.publish(Draft("Vorher"))
    sandbox.configure({name: stage.refusing[label]})
    for call in (
        lambda: network.publish(Draft("Nachher")),
        lambda: network.find("Vorher", now(sandbox) - LONG_AGO),
        lambda: network.takedown(live.remote_id),
        network.standing,
    ):
        with expect(NotAuthorised):
            call()
    assert texts(sandbox, name) == ["Vorher"]


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in STAGES for label in STAGES[name].refused_writes]
)
def test_an_account_that_may_not_write_has_to_wait(
    network: Network, name: str, stage: Stage, sandbox: Sandbox, expect: Expect, label: str
) -> None:
    live = network.publish(Draft("Vorher"))
    sandbox.configure({name: stage.refused_writes[label]})
    with expect(NotAuthorised):
        network.publish(Draft("Nachher"))
    assert texts(sandbox, name) == ["Vorher"]
    assert found(network, "Vorher", sandbox) == [live.remote_id]


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in STAGES for label in STAGES[name].busy]
)
def test_a_rate_limit_says_how_long_to_wait(
    network: Network, name: str, stage: Stage, sandbox: Sandbox, expect: Expect, label: str
) -> None:
    """In real seconds, by the platform's own headers, and within reason without them."""
    knobs, least, most = stage.busy[label]
    sandbox.configure({name: knobs})
    for call in (lambda: network.publish(Draft("Zu viel")), lambda: found(network, "", sandbox)):
        with expect(RateLimited) as caught:
            call()
        assert least <= caught.value.seconds <= most
    assert posts(sandbox, name) == []


UNCLEAR = {
    "error": Fault("status", status=500),
    "gateway error": Fault("status", status=503, body={"title": "Service Unavailable"}),
    "page": Fault("html"),
    "page, with success": Fault("html", status=200),
    "refusal without words": Fault("html", status=403),
    "empty": Fault("empty"),
    "empty, created": Fault("empty", status=201),
    "no id": Fault("status", status=200, body={"data": {}}),
    "list": Fault("status", status=200, body=[1]),
    "number": Fault("status", status=200, body=7),
    "word": Fault("status", status=200, body='"ok"'),
    "null": Fault("html", status=200, body="null"),
    "half": Fault("html", status=200, body='{"id": "1'),
    "deep": Fault("html", status=200, body="[" * 20_000),
    "redirect": Fault("status", status=302, body={"id": "1", "data": {"id": "1"}}),
    "never": Fault("hang", seconds=5),
    "dropped before": Fault("drop_before"),
    "dropped after": Fault("drop_after"),
    "error after": Fault("error_after", status=500),
    "error after, with a refusal's words": Fault(
        "error_after",
        status=503,
        body={
            "error": {"code": 190, "message": "Error validating access token"},
            "detail": "Your account is suspended.",
            "type": "https://api.x.com/2/problems/client-forbidden",
        },
    ),
    "time-out after": Fault("error_after", status=408, body={"title": "Request Timeout"}),
}


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_an_answer_that_never_came_or_makes_no_sense_is_unknown(
    connect: Connect, name: str, sandbox: Sandbox, expect: Expect, fault: Fault
) -> None:
    """One call, no repetition, no claim; reading back tells what really happened."""
    network = connect(read_timeout=0.25 if fault.kind == "hang" else 10)
    sandbox.faults.add(fault)
    with expect(OutcomeUnknown):
        network.publish(Draft("Vielleicht live"))
    assert network.calls == 1
    assert sandbox.faults.left() == []
    assert len(found(connect(), "Vielleicht live", sandbox)) == fault.performs
    assert len(posts(sandbox, name)) == fault.performs


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_a_read_that_makes_no_sense_is_a_trouble(
    connect: Connect, sandbox: Sandbox, expect: Expect, fault: Fault
) -> None:
    """Cannot see is never "is not there"."""
    network = connect(read_timeout=0.25 if fault.kind == "hang" else 10)
    for read in (lambda: found(network, "Irgendwas", sandbox), network.standing):
        sandbox.faults.add(fault)
        with expect(OutcomeUnknown):
            read()


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_a_takedown_without_a_clear_answer_is_unknown(
    connect: Connect, name: str, sandbox: Sandbox, expect: Expect, fault: Fault
) -> None:
    """Nobody is told that a post is gone unless the network said so; repeating it is safe."""
    remote_id = connect().publish(Draft("Soll weg")).remote_id
    network = connect(read_timeout=0.25 if fault.kind == "hang" else 10)
    sandbox.faults.add(fault)
    with expect(OutcomeUnknown) as caught:
        network.takedown(remote_id)
    said = caught.value.why
    assert ("repeating it is safe" in said, "by hand" in said) == (True, False)
    network.takedown(remote_id)
    assert posts(sandbox, name) == []


@pytest.mark.parametrize("status", [403, 429])
def test_a_refused_takedown_does_not_speak_of_sending(
    network: Network, name: str, sandbox: Sandbox, expect: Expect, status: int
) -> None:
    """The network's own words, or how long to wait; nothing of posts that go out later."""
    remote_id = network.publish(Draft("Soll weg")).remote_id
    body = REFUSED_DELETION[name] if status == 403 else {}
    sandbox.faults.add(Fault("status", method="DELETE", status=status, body=body))
    with expect(Rejected if status == 403 else RateLimited) as caught:
        network.takedown(remote_id)
    said = caught.value.why
    assert (_MAY_NOT in said) is (status == 403)
    assert not any(word in said for word in ("Change what", "not tried again", "stay planned"))
    assert len(posts(sandbox, name)) == 1


@pytest.mark.parametrize("name", ["x"])
def test_an_account_that_is_not_there_is_no_sixth_trouble(
    network: Network, sandbox: Sandbox, expect: Expect
) -> None:
    """Only a deletion may take "not found" for an answer."""
    kind = "https://api.x.com/2/problems/resource-not-found"
    body = {"title": "Not Found Error", "type": kind, "detail": "No user.", "status": 404}
    for call in (lambda: found(network, "Irgendwas", sandbox), network.standing):
        sandbox.faults.add(Fault("status", status=404, body=body))
        with expect(NotAuthorised):
            call()


@pytest.mark.parametrize("name", ["facebook"])
def test_nothing_but_its_number_is_asked_of_a_new_post(
    network: Network, name: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error about reading it would come after it is live, and look like a refusal."""
    seen: list[Request] = []
    serve = sandbox.serve
    monkeypatch.setattr(sandbox, "serve", lambda call: seen.append(call) or serve(call))
    receipt = network.publish(Draft("Eine Tür", link="https://example.org/"))
    [call] = seen
    assert "message" in call.form()
    assert "fields" not in {**call.form(), **call.query}
    page, _mark, number = receipt.remote_id.partition("_")
    assert receipt.permalink == f"https://www.facebook.com/{page}/posts/{number}"
    assert receipt.created_at is None


class Redirecting(BaseHTTPRequestHandler):
    """Sends every call elsewhere, as a captive portal or a moved service does."""

    elsewhere = ""

    def redirect(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(307)
        self.send_header("Location", self.elsewhere + self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = redirect  # noqa: N815  # http.server's names

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_nothing_is_sent_on_to_another_server(
    connect: Connect, sandbox: Sandbox, expect: Expect
) -> None:
    """A token is for the configured host alone, also when that one names another."""
    handler = type("Handler", (Redirecting,), {"elsewhere": sandbox.base_url})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        network = connect(api_base=f"http://127.0.0.1:{server.server_port}")
        with expect(OutcomeUnknown):
            network.publish(Draft("Weiter, bitte"))
        with expect(OutcomeUnknown):
            network.standing()
        server.shutdown()
    assert sandbox.calls.entries() == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_refused_connection_sends_nothing(connect: Connect, expect: Expect) -> None:
    network = connect(api_base=f"http://127.0.0.1:{free_port()}")
    with expect(NotSent):
        network.publish(Draft("Niemand da"))
    with expect(NotSent):
        network.standing()


def test_an_unknown_name_sends_nothing(
    connect: Connect, expect: Expect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    network = connect(api_base="https://graph.example.invalid")
    with expect(NotSent):
        network.publish(Draft("Kein Netz"))


def test_a_server_that_cannot_be_trusted_gets_nothing(
    connect: Connect, name: str, sandbox: Sandbox, expect: Expect
) -> None:
    """The handshake fails before a byte of the post, or the token, is written."""
    network = connect(api_base=sandbox.base_url.replace("http:", "https:"))
    with expect(NotSent):
        network.publish(Draft("Nur verschlüsselt"))
    assert posts(sandbox, name) == []


def test_a_proxy_of_the_environment_is_not_used_for_the_sandbox(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    connect().publish(Draft("Ohne Umweg"))


def test_taking_down_twice_is_taking_down(network: Network, name: str, sandbox: Sandbox) -> None:
    """Only the post meant goes, and one that is gone already counts."""
    kept = network.publish(Draft("Bleibt"))
    gone = network.publish(Draft("Geht"))
    network.takedown(gone.remote_id)
    network.takedown(gone.remote_id)
    assert [post["id"] for post in posts(sandbox, name)] == [kept.remote_id]
    assert found(network, "Geht", sandbox) == []
    assert network.publish(Draft("Geht")).remote_id != gone.remote_id


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in STAGES for label in STAGES[name].refusing]
)
def test_who_may_not_look_cannot_say_that_a_post_is_gone(
    network: Network, name: str, stage: Stage, sandbox: Sandbox, expect: Expect, label: str
) -> None:
    """A post that a token may not see looks like one that is gone; nobody is told it is."""
    gone = network.publish(Draft("Geht"))
    network.takedown(gone.remote_id)
    sandbox.configure({name: stage.refusing[label]})
    with expect(NotAuthorised):
        network.takedown(gone.remote_id)


@pytest.mark.parametrize(
    ("name", "strange"), [(name, each) for name in STAGES for each in STAGES[name].strange_ids]
)
def test_what_is_no_post_of_ours_is_not_even_asked_for(
    network: Network, expect: Expect, strange: str
) -> None:
    with expect(Rejected):
        network.takedown(strange)
    assert network.calls == 0


def test_standing_tells_who_we_are(network: Network, name: str, sandbox: Sandbox) -> None:
    standing = network.standing()
    assert standing.remote_id in given(sandbox, name).values()
    assert standing.name
    assert standing.followers is not None
    assert not standing.missing
    assert standing.expires_at is None or standing.expires_at > datetime.now(UTC)


def test_keys_of_another_account_are_noticed(
    connect: Connect, stage: Stage, expect: Expect
) -> None:
    """Posting to somebody else's page in our name must be impossible to overlook."""
    with expect(NotAuthorised) as caught:
        connect(**stage.foreign).standing()
    assert next(iter(stage.foreign.values())) in caught.value.why


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in STAGES for label in STAGES[name].variants]
)
def test_what_platforms_change_without_notice_changes_nothing(
    network: Network, name: str, stage: Stage, sandbox: Sandbox, expect: Expect, label: str
) -> None:
    sandbox.configure({name: stage.variants[label]})
    text = TEXTS["links"]
    receipt = network.publish(Draft(text))
    with expect(Rejected) as caught:
        network.publish(Draft(text))
    assert caught.value.duplicate
    assert found(network, text, sandbox) == [receipt.remote_id]
    assert network.standing().remote_id
    network.takedown(receipt.remote_id)
    network.takedown(receipt.remote_id)


def test_asking_for_length_and_price_makes_no_call(network: Network, sandbox: Sandbox) -> None:
    assert network.length("Tür") == 3
    assert network.price("Tür") >= 0
    assert network.calls == 0
    assert sandbox.calls.entries() == []
