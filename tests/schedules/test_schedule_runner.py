"""The tick: at once, again and again, no job beside itself, and an end that is bounded."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from threading import Barrier, Event, Thread

import pytest

from schedules.runner import Job, tick

BOUND = 10.0


def never(trouble: BaseException) -> object:
    raise AssertionError(trouble)


def run_aside(job: Callable[[], object], stop: Event, **more: float) -> tuple[Thread, list[bool]]:
    ended: list[bool] = []
    aside = Thread(
        target=lambda: ended.append(tick([Job(0.01, job)], stop, on_error=never, **more))
    )
    aside.start()
    return aside, ended


def test_the_first_run_does_not_wait_for_the_interval() -> None:
    stop = Event()
    assert tick([Job(3600, stop.set)], stop, on_error=never)


def test_it_runs_again_until_it_is_stopped() -> None:
    stop, runs = Event(), []

    def job() -> None:
        runs.append(1)
        if len(runs) == 3:
            stop.set()

    assert tick([Job(0.01, job)], stop, on_error=never)
    assert len(runs) == 3


def test_a_long_job_is_never_run_beside_itself() -> None:
    stop, begun, go_on = Event(), Event(), Event()
    inside: list[int] = []
    most: list[int] = []

    def job() -> None:
        inside.append(1)
        most.append(len(inside))
        begun.set()
        go_on.wait(0.2)  # twenty intervals
        inside.pop()

    aside, _ = run_aside(job, stop)
    assert begun.wait(BOUND)
    while len(most) < 3:
        go_on.wait(0.01)
    stop.set()
    aside.join(BOUND)
    assert set(most) == {1}


def test_a_stop_lets_the_running_job_end() -> None:
    stop, begun, go_on, done = Event(), Event(), Event(), Event()

    def job() -> None:
        begun.set()
        go_on.wait(BOUND)
        done.set()

    aside, ended = run_aside(job, stop)
    assert begun.wait(BOUND)
    stop.set()
    assert not done.is_set()
    go_on.set()
    aside.join(BOUND)
    assert done.is_set()
    assert ended == [True]


def test_a_job_that_never_ends_is_not_waited_for_for_ever() -> None:
    stop, begun, go_on = Event(), Event(), Event()

    def job() -> None:
        begun.set()
        go_on.wait(BOUND)

    aside, ended = run_aside(job, stop, patience=0.01)
    assert begun.wait(BOUND)
    stop.set()
    aside.join(BOUND)
    assert ended == [False]
    go_on.set()


def test_trouble_is_handed_over_and_the_tick_goes_on() -> None:
    stop, troubles = Event(), []

    def job() -> None:
        raise OSError(f"run {len(troubles)}")

    def on_error(trouble: BaseException) -> str:
        troubles.append(str(trouble))
        return "stop" if len(troubles) == 3 else "go on"

    assert tick([Job(0.01, job)], stop, on_error=on_error)
    assert troubles == ["run 0", "run 1", "run 2"]


def test_a_trouble_that_goes_on_is_told_once() -> None:
    """Until it is another one, or its job went well."""
    stop, runs, troubles = Event(), iter("aab-aaa!"), []

    def job() -> None:
        match next(runs):
            case "-":
                return
            case "!":
                stop.set()
            case letter:
                raise OSError(letter)

    assert tick([Job(0.01, job)], stop, on_error=lambda trouble: troubles.append(str(trouble)))
    assert troubles == ["a", "b", "a"]


def test_of_two_jobs_in_the_same_trouble_one_is_told() -> None:
    stop, both, troubles = Event(), Barrier(2), []

    def failing() -> Job:
        runs: list[int] = []

        def work() -> None:
            runs.append(1)
            both.wait(BOUND) if len(runs) == 1 else stop.set()
            raise OSError("no database")

        return Job(0.01, work)

    tick([failing(), failing()], stop, on_error=troubles.append)
    assert len(troubles) == 1


def test_even_a_job_that_wants_to_exit_does_not_end_the_tick(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A library that ends the program for a lost reader ends one run; no traceback is logged."""
    stop, troubles = Event(), []

    def job() -> None:
        raise SystemExit(len(troubles))

    def on_error(trouble: BaseException) -> str:
        troubles.append(trouble)
        return "stop" if len(troubles) == 2 else "go on"

    assert tick([Job(0.01, job)], stop, on_error=on_error)
    assert [type(each) for each in troubles] == [SystemExit, SystemExit]
    assert not caplog.records


def test_nothing_runs_when_the_stop_came_first() -> None:
    stop, runs = Event(), []
    stop.set()
    assert tick([Job(0.01, lambda: runs.append(1))], stop, on_error=never)
    assert not runs


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_interrupt_ends_the_tick_and_sets_the_stop() -> None:
    class Interrupted(Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    stop = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        tick([Job(3600, lambda: None)], stop, on_error=never)
    assert stop.is_set()


def test_different_jobs_run_beside_each_other() -> None:
    """Three that wait for one another come through: a slow one keeps no other waiting."""
    stop, together = Event(), Barrier(3)

    def meet() -> None:
        together.wait(BOUND)
        stop.set()

    assert tick([Job(3600, meet) for _number in range(3)], stop, on_error=never)
    assert not together.broken


def test_a_quick_job_goes_on_while_a_slow_one_runs() -> None:
    stop, quick, go_on = Event(), [], Event()

    def often() -> None:
        quick.append(1)
        if len(quick) == 5:
            go_on.set()

    def seldom() -> None:
        assert go_on.wait(BOUND), "the quick job had to wait"
        stop.set()

    assert tick([Job(0.01, often), Job(3600, seldom)], stop, on_error=never)
    assert len(quick) >= 5


def test_the_patience_is_for_all_jobs_together() -> None:
    """Two that hang are waited for once, and the one that ended is not held against them."""
    stop, begun, go_on = Event(), Barrier(3), Event()

    def hang() -> None:
        begun.wait(BOUND)
        go_on.wait(BOUND)

    def last() -> None:
        begun.wait(BOUND)
        stop.set()

    began = time.monotonic()
    assert not tick([Job(3600, hang), Job(3600, hang), Job(3600, last)], stop, on_error=never,
                    patience=0.2)  # fmt: skip
    took = time.monotonic() - began
    go_on.set()
    assert 0.2 <= took < 3


def test_jobs_know_what_their_maker_knew() -> None:
    """The language, for one; what a job changes in it stays with that run."""
    stop, heard = Event(), []
    word: ContextVar[str] = ContextVar("word", default="nothing")
    word.set("Guten Morgen")

    def job() -> None:
        heard.append(word.get())
        word.set("changed")
        if len(heard) == 3:
            stop.set()

    assert tick([Job(0.01, job)], stop, on_error=never)
    assert heard == ["Guten Morgen"] * 3
