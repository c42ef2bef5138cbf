"""The scheduler: sends what comes due within a second, watches, collects, and shows that it lives.

Jobs beside each other, so that no long film, slow reading or slow mail server keeps a post waiting.
What is due is asked of the database every second; a pass is made only when something is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event

from orchestrator import heartbeat, poll, run
from orchestrator.due import recover
from orchestrator.ports import Network
from orchestrator.section import NetworkOptions
from orchestrator.shift import Shift, Tally
from schedules.runner import Job, OnError, tick

_LOOK_SECONDS = 1.0
_WATCH_SECONDS = 30.0
# Due posts that wait (a pause, quiet hours, a platform's own wait) are looked at this often.
_AGAIN = timedelta(seconds=30)
# For so long a burst of late posts counts: after an outage or a stop no page is flooded.
PACE = timedelta(minutes=30)


@dataclass(frozen=True)
class Crew:
    """One shift for each job, with networks of its own: a network is for one thread at a time."""

    sends: Shift
    watches: Shift
    collects: Shift
    uploads: Shift

    @classmethod
    def of(cls, shift: Shift, connect: Callable[[], dict[str, Network]]) -> "Crew":
        """The same shift four times, each with its own bill for what its networks read.

        What they know of refused tokens, and of the world, they share.
        """
        shift = replace(shift, pace=PACE)
        others = (replace(shift, networks=connect(), booked={}) for _job in range(3))
        return cls(shift, *others)


@dataclass
class Outlook:
    """Whether it is time for a pass that sends; remembers what the last one knew."""

    newest: datetime | None = None
    again_at: datetime | None = None

    def asks_for_pass(self, shift: Shift) -> bool:
        """Yes when something new came due, or when what waits was not looked at for a while."""
        store, campaign_id, now = shift.store, shift.campaign_id, shift.now
        if not poll.anything_due(store, campaign_id, now):
            self.newest = None
            return False
        newest = poll.newest_due(store, campaign_id, now)
        waited = self.again_at is None or shift.machine.now() >= self.again_at
        if newest == self.newest and not waited:
            return False
        self.newest, self.again_at = newest, shift.machine.now() + _AGAIN
        return True


@dataclass
class Keys:
    """Keys that are replaced while the scheduler runs: every job goes on with the new ones.

    ``reload`` reads the networks' sections again, empty where they make no sense just now.
    """

    reload: Callable[[], Mapping[str, NetworkOptions]]
    connect: Callable[[str, NetworkOptions], Network]
    _newest: dict[str, NetworkOptions] = field(default_factory=dict)
    _held: dict[tuple[int, str], NetworkOptions] = field(default_factory=dict)

    def look(self, shift: Shift) -> None:
        """Find out whether somebody has put another token into its file."""
        for name, options in self.reload().items():
            known = shift.settings.networks[name]
            keys = {key: getattr(options, key) for key in type(options).secrets()}
            if name in shift.networks and options.account == known.account:
                self._newest[name] = known.model_copy(update=keys)

    def hand_out(self, shift: Shift) -> None:
        """Let this job go on with new keys; each job asks by itself, between its passes."""
        for name, options in dict(self._newest).items():
            job = (id(shift), name)
            if options != self._held.get(job, shift.settings.networks[name]):
                shift.networks[name] = self.connect(name, options)
                self._held[job] = options
                shift.booked.pop(name, None)
                shift.benched.pop(name, None)


def keep_going(
    crew: Crew,
    stop: Event,
    *,
    told: Callable[[str, Tally], object],
    back_up: Callable[[Shift, Tally], object],
    on_error: OnError,
    keys: Keys | None = None,
) -> bool:
    """Work until the stop; whether all that was in flight then came to its end.

    ``told`` hears of every pass, by the name of its job; ``back_up`` is asked after each reading.
    """
    outlook, keys = Outlook(), keys or Keys(dict, lambda name, _options: crew.sends.networks[name])

    def send() -> None:
        keys.hand_out(crew.sends)
        if outlook.asks_for_pass(crew.sends):
            tally = run.send_pass(crew.sends)
            outlook.newest = None if tally.busy else outlook.newest
            told("send", tally)
            _sign(crew.sends, heartbeat.passed)

    def watch() -> None:
        crew.watches.store.refuse_unfit()
        keys.look(crew.watches)
        keys.hand_out(crew.watches)
        # Where nothing is due, nobody else would take over what a dead program left behind.
        recover(crew.watches)
        told("watch", run.watch_pass(crew.watches))
        _sign(crew.watches, heartbeat.passed)

    def collect() -> None:
        keys.hand_out(crew.collects)
        tally = run.collect_pass(crew.collects)
        back_up(crew.collects, tally)
        told("collect", tally)

    def upload() -> None:
        keys.hand_out(crew.uploads)
        told("upload", run.upload_pass(crew.uploads))

    def forward() -> None:
        told("forward", run.offers_pass(crew.watches))

    jobs = [
        Job(_LOOK_SECONDS, send),
        Job(_WATCH_SECONDS, upload),
        Job(_WATCH_SECONDS, watch),
        Job(_WATCH_SECONDS, collect),
        Job(_WATCH_SECONDS, forward),
        Job(heartbeat.EVERY_SECONDS, lambda: _sign(crew.sends, heartbeat.beat)),
    ]
    return tick(jobs, stop, on_error=on_error)


def _sign(shift: Shift, give: Callable[..., None]) -> None:
    give(shift.store, shift.campaign_id, shift.worker, shift.machine.now())
