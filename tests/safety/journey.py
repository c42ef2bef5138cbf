"""A whole campaign, typed: each command as people, scripts and the curious call it.

What is typed here covers the program's command tree; the test fails for a command that is missing.
"""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from tests.safety import canaries, hostile
from tests.safety.people import BAD, GOOD
from tests.safety.stage import WAYS, Stage

# What only looks, and can be typed at any time.
LOOKS = (
    "config show", "db status", "db upgrade --yes", "today", "tandem list", "tandem show tandem-01",
    "audience resolve Neustadt", "audience show tandem-02", "audience overlap --all",
    "audience settle Neustadt 1 --dry-run", "audience map --public", "audience map --out map.html",
    "schedule show", "schedule ics", "post list", "post show 1", "run --status",
    "run --once --dry-run", "backup list", "report write --format json",
    "report explain totals.tips", "inbox list --all", "inbox show 1",
    "retention show", "retention apply --dry-run", "audit list", "audit verify",
    "media check", "media prepare tandem-02", "costs", "advert list", "advert plan",
    "advert show tandem-02", "doctor --pilot --dry-run", "doctor --live-mode yes",
)  # fmt: skip
# Commands that stay out, and why.
EXEMPT = {
    "demo": "an invented campaign with invented credentials; it reads none of this one",
    "sandbox serve": "shows its practice credentials, which everybody may know, on purpose",
    "sandbox advance": "speaks only with `sandbox serve`",
}


def play(stage: Stage) -> None:
    """Live through it; the order matters only between the parts."""
    _prepare(stage)
    _send_into_trouble(stage)
    _hear(stage)
    _look(stage)
    _decide(stage)
    _fail_unexpectedly(stage)
    _lose_the_database(stage)
    _give_secrets_wrongly(stage)
    _protect(stage)
    _restore(stage)
    _end(stage)


def _prepare(stage: Stage) -> None:
    stage.type(
        "init --name 'Woche der Türen' --start 2026-11-30 --end 2026-12-06"
        " --contact https://kurz.example/tueren"
    )
    stage.both("init")
    stage.give_credentials()
    stage.both(f"tandem import {stage.give_tandems('good.csv', GOOD)}")
    bad = stage.give_tandems(f"{hostile.FILE.replace('tirhas', '')}.csv", BAD)
    stage.both(f"tandem import {shlex.quote(bad)}")
    rows = ("AGS;name;population;lat;lon", "06611000;Kassel;204687;51.31;9.48")
    table = "\n".join((*rows, f"1;{hostile.ALL};x;0;0"))
    stage.both(f"audience import {stage.give_file('gemeinden.csv', table)}")
    for line in ("audience build", "plan", "approve --all --yes"):
        stage.both(line)
    stage.both("preview --out preview")
    stage.type("preview --out sheets --for-tandem")


def _send_into_trouble(stage: Stage) -> None:
    """Each fault meets a pass, and whatever was noted of it is looked at."""
    stage.wait(days=3)
    for faults in (("facebook 401", "x 403"), ("facebook 400", "page"), ("facebook 500", "x 401"),
                   ("broken",)):  # fmt: skip
        stage.wait(hours=14)
        stage.fault(*faults, times=2)
        stage.type("run --once --yes --json")
        stage.type("post list --json", "today --verbose")
        # An account that was told off is left alone until a person says otherwise.
        stage.type("resume --network x --yes", "resume --network facebook --yes")
    stage.fault()
    stage.wait(hours=10)
    stage.both("publish --yes")
    stage.wait(hours=14)
    stage.really("run --once --yes --verbose")


def _hear(stage: Stage) -> None:
    """Strangers leave their numbers, in their words and in their names; somebody calls."""
    _let_answer(stage, "facebook", [
        (canaries.FACEBOOK_PHONE, f"Wir suchen jemanden, ruft an: {canaries.FACEBOOK_PHONE}"),
        (canaries.FACEBOOK_MAIL, f"Meldet euch bei {canaries.FACEBOOK_MAIL}, wir haben Arbeit"),
        *((text, text) for text in (*hostile.WORDS.values(), hostile.ALL)),
    ])  # fmt: skip
    _let_answer(stage, "x", [
        ("Heron", f"عندنا عمل، اتصلوا {canaries.X_PHONE}"),
        (hostile.ALL, f"Stelle frei: {canaries.X_MAIL} {hostile.ALL}"),
    ])  # fmt: skip
    for faults in (("facebook 401", "x 401"), ("page",)):
        stage.wait(hours=7)
        stage.fault(*faults)
        stage.type("collect --verbose")
    stage.fault()
    stage.wait(hours=7)
    stage.both("collect")
    contact = stage.give_file("contact.txt", canaries.CALLER_PHONE)
    words = f"Sucht Hilfe in der Küche, Rückruf {canaries.CALLER_PHONE}"
    add = f"inbox add --channel phone --name 'Frau Adler' --new --contact-file {contact} --text"
    stage.both(f"{add} -", stdin=stage.give_file("words.txt", words))
    evil = shlex.quote(hostile.ALL)
    stage.type(
        f"{add} '{words}'", f"inbox add --channel phone --text {evil} --name {evil} --new",
        f"inbox add --channel {evil}", f"inbox label 1 {evil}", f"tandem show {evil}",
        f"audience resolve {evil}", f"audience settle {evil} 1", f"audience map --out {evil}.html",
        f"audience import {evil}", f"report explain {evil} --json", f"{evil} {evil}",
        f"tandem import {evil} --verbose", f"doctor --lang {evil} --json",
    )  # fmt: skip
    told = json.dumps({"id": "1", "text": f"Ruf an {canaries.X_PHONE}"})
    stage.both("inbox classify", stdin=stage.give_file("said.jsonl", told))


def _let_answer(stage: Stage, network: str, said: Sequence[tuple[str, str]]) -> None:
    post = next(row["id"] for row in stage.sandbox.ledger() if row["network"] == network)
    replies = [{"post": post, "author": author, "text": text} for author, text in said]
    stage.sandbox.configure({network: {"replies": replies}})


def _look(stage: Stage) -> None:
    stage.both(*LOOKS)
    stage.type("report write --out r.html", "report write --format csv --out tables",
               "schedule ics --out week.ics", "tandem show tandem-02", "post show 9 --json",
               "inbox show 2", "inbox show 6 --json")  # fmt: skip
    stage.fault("facebook 401", "x 401", times=40)
    stage.both("doctor")
    stage.fault("page", times=40)
    stage.type("audience build")
    stage.fault()


def _decide(stage: Stage) -> None:
    """What a person settles, takes and corrects; refusals are sentences as well."""
    posts = stage.type("post list --json")[0].document["posts"]
    number = {post["state"]: post["id"] for post in posts}
    evil = stage.give_file("new-words.txt", f"{hostile.ALL} {canaries.CALLER_PHONE}")
    contact = stage.give_file("employer.txt", canaries.CALLER_PHONE)
    for line in (
        "inbox take 1", "inbox release 1", "inbox thread 1 --out thread.html",
        "inbox label 1 job_offer",
        "inbox hide 2 --yes", "inbox unhide 2 --yes", "post shield 1 on",
        "pause --all", "resume --all",
        f"inbox check 1 --employer 'Frau Adler' --reachable yes --contact-file {contact}",
        "inbox check 1 --wanted yes", "inbox check 1 --second --yes",
        f"inbox check 1 --employer {shlex.quote(hostile.ALL)} --pay {shlex.quote(hostile.ALL)}",
        "inbox reply 1 --dry-run", "inbox reply 1 --yes",
        f"inbox reply 1 --kind answer --text {shlex.quote(hostile.ALL)} --yes",
        f"inbox reply 1 --kind answer --text 'Tel. {canaries.CALLER_PHONE}' --yes",
        "inbox reply 2 --way noted --yes", "inbox forward 1 --dry-run",
        f"inbox forward 1 --by call --yes --out {stage.folder / 'call.txt'}",
        "inbox receipt K7RM-2FQ3", "inbox outcome 1 contacted",
        "tandem away tandem-02 2026-12-01 2026-12-05",
        f"post settle {number['unknown']} --not-live --yes", "post retry 1 --yes",
        f"schedule move {number['planned']} '2026-12-05 10:00'",
        f"post edit {number['published']} --yes --text {evil}", "advert make tandem-02",
        "advert approve tandem-02 --yes", "advert stop --all",
    ):  # fmt: skip
        stage.both(line)
    stage.fault("facebook 500", times=5)
    stage.both("post takedown 1 --yes")
    stage.fault()
    stage.type("rehearse --json --verbose")


def _fail_unexpectedly(stage: Stage) -> None:
    """A mistake of ours or of a library, whose message holds everything, its arguments as well."""
    for target, line in {
        "orchestrator.store:Store.reading": "today", "orchestrator.store:Store.session": "collect",
        "orchestrator.networks.wire.transport:Wire.request": "run --once --yes",
        "requests:Session.send": "collect", "sqlalchemy:Connection.execute": "post list",
    }.items():  # fmt: skip
        stage.wait(hours=6)
        stage.type(line, f"{line} --json --verbose", breaks=target)


def _lose_the_database(stage: Stage) -> None:
    """A server that is not there, under an address with a password."""
    password = canaries.DATABASE_PASSWORD
    quoted = password.replace("-", "%2D")
    for url, lines in {
        f"postgresql://anna:{password}@127.0.0.1:9/t": ("db status", "plan"),
        f"postgresql://anna:{quoted}@[::1/t": ("config show", "today"),
        f"mysql://anna:{password}@127.0.0.1:9/t": ("config show", "plan"),
    }.items():
        stage.both(*lines, environ={"TUEROEFFNER_DATABASE__URL": url})


def _give_secrets_wrongly(stage: Stage) -> None:
    """What nobody should do: a secret under a wrong key, in the open, in a file for everybody."""
    token, other = stage.secret("FACEBOOK__PAGE_TOKEN"), stage.secret("X__ACCESS_TOKEN")
    for_all = stage.give_file("for-all", other)
    Path(for_all).chmod(0o644)
    for name, value in {
        "FACEBOOK__TOKEN": token, "FACEBOOK__PAGE_TOKEN": f"{token} \x1b[31m{token}",
        "X__CAP": token, "FACEBOOK__API_BASE": f"ftp://{token}",
        "X__ACCESS_TOKEN_FILE": for_all,
    }.items():  # fmt: skip
        stage.both("collect", environ={f"TUEROEFFNER_{name}": value})
    config = (stage.campaign / "config.toml").read_text("utf-8")
    for line in (f'page_token = "{token}"', f'page_tokn = "{token}"', f'page_token = "{token}'):
        text = config.replace("[facebook]\n", f"[facebook]\n{line}\n", 1)
        stage.both(f"config show --config {stage.give_file('open.toml', text)}")


def _protect(stage: Stage) -> None:
    """Consent with its proof, the safety check, and the papers."""
    proof = shlex.quote(stage.give_file(hostile.FILE, f"%PDF-1.4 {canaries.REGION_NAME}"))
    mail, phone = (f"'{each}'" for each in (canaries.VOLUNTEER_MAIL, canaries.VOLUNTEER_PHONE))
    consent, given = "tandem consent tandem-02", "--on 2026-11-20 --method paper --text de"
    for line in (
        consent, f"{consent} --give facebook {given} --evidence {proof}", "inbox evidence 1",
        "tandem screen tandem-03 --show alias --alias Sam --yes", "privacy pack",
        "retention apply --yes",
    ):  # fmt: skip
        stage.both(line)
    stage.type(
        f"{consent} --form", f"{consent} --evidence-out {stage.folder / 'shown.pdf'}",
        f"{consent} --give x {given} --evidence {mail}",
        f"{consent} --give {mail} {given}", f"tandem screen tandem-03 --show {phone}",
    )  # fmt: skip


def _restore(stage: Stage) -> None:
    stage.both("backup create")
    number = stage.typed[-2].document["id"]
    stage.type(
        "backup verify --json", "backup verify --verbose",
        *(f"backup restore {number} --to restored{way} --yes {way}" for way in WAYS),
    )  # fmt: skip


def _end(stage: Stage) -> None:
    """Leaving in every way; what an export writes is the person's own, and lies outside."""
    stage.type(*(
        f"tandem export tandem-02 --out {stage.folder / 'export'}{way} {way}" for way in WAYS
    ))  # fmt: skip
    stage.both("tandem close tandem-04 --reason hired --posts down --yes")
    stage.fault("facebook 500", "x 401", times=3)
    stage.type("tandem withdraw tandem-01 --yes --verbose")
    stage.fault()
    stage.both("tandem withdraw tandem-01 --yes")
    stage.both("tandem erase tandem-01 --yes --out certificate.html")


def covered(typed: Sequence[str], command: str) -> set[str]:
    """In which of the ways a command was typed."""
    lines = [line for line in typed if f"{line} ".startswith(f"{command} ")]
    return {way for way in WAYS if any(way in line.split() for line in lines)}
