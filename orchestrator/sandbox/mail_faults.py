"""How the faults of the sandbox happen on a line that is open for a whole talk."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from orchestrator.sandbox.faults import Fault

Say = Callable[[str], Awaitable[None]]
Perform = Callable[[], Awaitable[None]]


class Cut(Exception):
    """The line ends here, without a word more."""


async def meet(fault: Fault, perform: Perform, say: Say, transport: asyncio.BaseTransport) -> None:
    """Let a fault happen instead of, before or after a command; raises Cut when the line ends.

    ``perform`` does the command without answering; ``say`` is for the answer instead.
    """
    if fault.waits:
        await asyncio.sleep(fault.waits)
    if fault.performs:
        await perform()
    if fault.kind in ("status", "error_after"):
        words = fault.body if isinstance(fault.body, str) else "The sandbox was told to refuse"
        await say(f"{fault.status or 451} {words}")
    elif fault.kind == "html":
        await say(str(fault.body or "<html>This is no mail server.</html>"))
    else:
        cut(transport, reset=fault.kind.startswith("reset"))
        raise Cut


def cut(transport: asyncio.BaseTransport, *, reset: bool) -> None:
    """End a line; `reset`: as by a machine that lost its memory."""
    line: socket.socket | None = transport.get_extra_info("socket")
    if reset and line is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
