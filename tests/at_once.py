"""Several workers at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def together(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run ``work(number)`` in so many threads at the same moment; what they raised."""
    start = threading.Barrier(count)

    def one(number: int) -> None:
        start.wait(10)
        work(number)

    with ThreadPoolExecutor(count) as pool:
        ended = [pool.submit(one, number) for number in range(count)]
    return [error for each in ended if (error := each.exception(60))]
