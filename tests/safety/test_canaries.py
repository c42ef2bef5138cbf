"""Tokens, numbers, addresses and names are in no answer, file, log, report or process list."""

from pathlib import Path

import pytest

from tests.safety import journey
from tests.safety.canaries import Artefact, Canary, search
from tests.safety.stage import WAYS, Stage
from tests.test_docs import COMMANDS


def test_every_command_of_the_program_was_typed(played: Stage) -> None:
    """For scripts, and with all details; an exemption has a reason and is needed."""
    typed = [said.line for said in played.typed]
    missing = {name: set(WAYS) - journey.covered(typed, name) for name in COMMANDS}
    assert {name for name, ways in missing.items() if ways} == journey.EXEMPT.keys()


def test_twenty_canaries_are_planted(played: Stage, twenty: list[Canary]) -> None:
    """Each lies where it belongs, and the search that finds none elsewhere finds it there."""
    places = played.folder, played.folder / "secrets", played.campaign / "keys"
    given = [path for place in places for path in place.iterdir() if path.is_file()]
    planted = [Artefact("file", path.name.encode() + b" " + path.read_bytes()) for path in given]
    planted.append(Artefact("echo", played.echo().encode()))
    found = {sentence.partition(" in ")[0] for sentence in search(twenty, planted)}
    assert len(twenty) == 20
    assert {canary.name for canary in twenty} == found


def test_no_canary_comes_out(artefacts: list[Artefact], twenty: list[Canary]) -> None:
    """Nowhere but in the key file, which is the campaign's secret itself."""
    own = "campaign/keys/campaign.key"
    found = [each for each in search(twenty, artefacts) if each != f"campaign key in {own}"]
    assert found == []
    assert len(artefacts) > 500


def test_the_journey_met_what_it_was_to_meet(played: Stage) -> None:
    """Posts, replies and troubles were there: an empty campaign would leak nothing either."""
    assert {said.exit for said in played.typed} == {0, 1, 2, 3, 4}
    everything = b"\n".join(said.out + said.err for said in played.typed).decode()
    for word in ("•••", "Traceback", '"label": "job_offer"'):
        assert word in everything
    assert len(list((played.campaign / "backups").iterdir())) > 0


def test_a_traceback_is_only_for_those_who_ask(played: Stage) -> None:
    for said in played.typed:
        if b"Traceback" in said.out + said.err:
            assert "--verbose" in said.line, said


@pytest.mark.parametrize(
    "spelled",
    ["+49 761 8880417", "0761/88 80 417", "٠٧٦١ ٨٨٨٠٤١٧", "0761%208880417", "0761\u200b8880417",
     "&#48;761&nbsp;8880417", r"\u0030761 8880417", "KESTREL.Vogt%40x", "kestrel.vogt"],
)  # fmt: skip
def test_the_search_finds_a_leak(twenty: list[Canary], spelled: str) -> None:
    """In whatever spelling it comes out."""
    assert len(search(twenty, [Artefact("a page", f"… {spelled} …".encode())])) == 1


def test_the_search_finds_a_leak_in_containers(twenty: list[Canary], tmp_path: Path) -> None:
    """In a workbook, in base64, and in a program's own binary file."""
    import base64

    import openpyxl

    book = openpyxl.Workbook()
    book.worksheets[0].append(["Rückruf", "0761 8880417"])
    book.save(tmp_path / "x.xlsx")
    assert search(twenty, [Artefact("x.xlsx", (tmp_path / "x.xlsx").read_bytes())])
    for lead in (b"x:", b"a", b"ab"):
        header = base64.b64encode(lead + b"sandbox-consumer-secret:x")
        assert "consumer_secret in a header" in search(twenty, [Artefact("a header", header)])
    assert search(twenty, [Artefact("db", b"\0\xff\x01Nasrullah\0\x9c")])


def test_a_program_that_masks_nothing_is_convicted(played: Stage, twenty: list[Canary]) -> None:
    """The same commands with masking switched off: the search would have told."""
    [naked] = played.type("collect --json --verbose", naked=True, breaks="requests:Session.send")
    played.typed.remove(naked)
    found = search(twenty, [Artefact("naked", naked.out + naked.err)])
    names = {each.partition(" in ")[0] for each in found}
    assert names >= {"page_token", "consumer_secret", "volunteer's phone", "comment's mail",
                     "database password"}  # fmt: skip
