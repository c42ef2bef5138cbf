"""Who locks the campaign's row keeps stops waiting, never a receipt: that could be a deadlock."""

from pathlib import Path

import pytest

from orchestrator.claim import claim, intend
from orchestrator.elsewhere.freezing import freeze_as_copy, freeze_as_older
from orchestrator.elsewhere.knows import knows
from orchestrator.intake.importing import Intake, import_file
from orchestrator.outcome import delivered
from orchestrator.ports import Receipt
from orchestrator.release import release
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState
from orchestrator.witness import Seen
from tests.publishing.conftest import NOON, Campaign

# What each of them calls right after it has locked the row.
LOCKED = {
    "older": "orchestrator.freeze.accounts_for",
    "copy": "orchestrator.elsewhere.freezing.freeze_for",
    "release": "orchestrator.release._begin",
    "import": "orchestrator.intake.importing.write",
}


def lock(campaign: Campaign, who: str, folder: Path) -> None:
    shift = campaign.shift()
    with campaign.store.reading() as session:
        known = knows(session, campaign.id)
    assert known
    if who == "older":
        freeze_as_older(shift, Tally(), known, Seen(99, NOON))
    elif who == "copy":
        freeze_as_copy(shift, Tally(), known, NOON, ["https://social.example/1"])
    elif who == "release":
        release(shift, Tally())
    else:
        file = folder / "tandems.csv"
        file.write_text("slug,name,place,appeal_de\n")
        settings = campaign.settings
        import_file(Intake(settings, campaign.store, campaign.key, NOON, "tester"), file)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("who", LOCKED)
def test_a_receipt_waits_for_nobody_who_has_locked_the_campaign(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, who: str
) -> None:
    """It comes in at that very moment, and its event points to the locked row."""
    post_id = campaign.post(campaign.tandem(), "x")
    shift, came = campaign.shift(), []
    fence = claim(shift, post_id)
    assert fence is not None
    assert intend(shift, Tally(), post_id, fence)

    def locked(*_arguments: object, **_named: object) -> None:
        came.append(delivered(shift, post_id, fence, Receipt("x-1", "https://social.example/1")))
        raise InterruptedError

    monkeypatch.setattr(LOCKED[who], locked)
    with pytest.raises(InterruptedError):
        lock(campaign, who, tmp_path)
    assert len(came) == 1
    assert campaign.read(post_id).state is PostState.PUBLISHED
