"""Whether the view opens, and its way from the first second to the last."""

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk

if TYPE_CHECKING:
    from orchestrator.commands.view.screen import Screen


def fits(desk: Desk) -> bool:
    """Whether somebody sits at a terminal that can show a full screen, and wants to be shown it."""
    asked = desk.may_ask and not (desk.yes or desk.quiet)
    return asked and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def open_view(desk: Desk) -> None:
    """Show the inbox until somebody leaves it."""
    gc.disable()  # what is loaded until the first reply is there stays: no garbage to look for
    try:
        from orchestrator.commands.view.screen import Screen
        from orchestrator.commands.view.shelf import Shelf
        from orchestrator.config import config_path

        screen = Screen(Shelf(desk), config_path(desk.config_flag), painted=gc.enable)
        _run(screen)
    finally:
        gc.enable()


def _run(screen: "Screen") -> None:
    with _nothing_between():
        screen.run(mouse=False)
    for page in screen.pages:
        page.unlink(missing_ok=True)
    if screen.failure:
        raise screen.failure


@contextmanager
def _nothing_between() -> Iterator[None]:
    """No remark of a library is written into the middle of the screen."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        root.setLevel(before)
