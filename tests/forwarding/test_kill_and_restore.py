"""What a killed program or an older database leaves behind is never mailed a second time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from orchestrator import freeze
from orchestrator.forwarding import handing
from orchestrator.forwarding.attending import go_on
from orchestrator.model import Campaign
from orchestrator.ports import NotSent
from orchestrator.shift import Tally
from orchestrator.vocabulary import Delivery, Step
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.forwarding.conftest import VOLUNTEER, House
from tests.forwarding.test_forward_journey import Office, office, running, sandbox  # noqa: F401


def test_a_kill_while_the_server_thinks(house: House, office: Office) -> None:  # noqa: F811
    """SIGKILL after the final dot: nobody knows, nothing goes out again, until somebody says."""
    reply = house.offer(house.tandem())
    office.fault("DOT", kind="hang", seconds=2)
    environ = {**os.environ, "TUEROEFFNER_NOW": NOON.isoformat()}
    line = [sys.executable, "-c", "import cli; cli.main()", "inbox", "forward", str(reply), "--yes"]
    with subprocess.Popen(line, env=environ, cwd=office.manager.folder) as program:
        _until(lambda: asked_to_take(office), program)
        os.kill(program.pid, signal.SIGKILL)
    assert [each.state for each in house.steps(reply)] == [Delivery.SENDING]
    for _pass in range(2):
        office.wait(minutes=11)
        office.run()
    assert house.steps(reply)[0].state is Delivery.UNKNOWN
    assert office.letters == []
    office.manager.ask("inbox", "forward", str(reply), "--sent", "no")
    office.run()
    assert len(office.letters) == 1


def asked_to_take(office: Office) -> bool:  # noqa: F811
    """Whether the server has seen the end of a letter."""
    return any(call["method"] == "DOT" for call in office.sandbox.calls.entries())


def _until(happened: Callable[[], bool], program: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        assert program.poll() is None
        time.sleep(0.02)


def restored(house: House, since: timedelta, until: timedelta) -> None:
    """The database is put back as it was at ``since``, and released at ``until``."""
    with house.rows.store.session() as session:
        campaign = session.get_one(Campaign, house.rows.id)
        campaign.frozen_since = NOON + since
        freeze.note_doubt(session, campaign, NOON + until, "heike", 0)
        campaign.frozen_since = None


@on_both
def test_a_reminder_that_a_restore_forgot_is_for_a_person(house: House) -> None:
    """It was due between backup and restore: perhaps it went out then."""
    reply = house.offer(house.tandem(contacts=VOLUNTEER | {"backup_contact": "weber@example.org"}))
    house.hand(reply)
    restored(house, timedelta(hours=20), timedelta(hours=30))
    house.wait(hours=31)
    go_on(house.office, Tally())
    assert [(each.step, each.state) for each in house.steps(reply)] == [
        (Step.FORWARD, Delivery.SENT),
        (Step.REMINDER, Delivery.UNKNOWN),
    ]
    assert house.mails.calls == 1
    house.wait(hours=24)
    go_on(house.office, Tally())
    assert house.mails.letters[-1].to == "weber@example.org"


def test_a_mail_that_waited_then_is_not_tried_again_blindly(house: House) -> None:
    reply = house.offer(house.tandem())
    house.mails.script = [NotSent("not sent")]
    house.hand(reply)
    restored(house, timedelta(minutes=1), timedelta(hours=1))
    house.wait(hours=2)
    go_on(house.office, Tally())
    assert (house.steps(reply)[0].state, house.mails.letters) == (Delivery.UNKNOWN, [])


def test_whoever_hands_over_after_a_restore_is_warned(house: House) -> None:
    old = house.offer(house.tandem())
    restored(house, timedelta(hours=1), timedelta(hours=2))
    new = house.offer(house.tandem("neues"), collected_at=NOON + timedelta(hours=3))
    with house.rows.store.reading() as session:
        wishes = [handing.Wish(each) for each in (old, new)]
        told = [handing.look(session, house.office, each).notes for each in wishes]
    assert "sent mails" in told[0][0]
    assert told[1] == []
