"""``sandbox serve|advance``: the networks played on this machine, to practise with."""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import NOW_VARIABLE, Desk
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.sandbox.server import Sandbox

app = typer.Typer(help="Practise: the networks, played on this machine.", no_args_is_help=True)


@app.command("serve")
@command
def serve(
    desk: Desk,
    port: Annotated[
        int | None,
        typer.Option(
            help="Port on 127.0.0.1, 0 takes a free one; else the configured one, or 8780.",
            min=0,
            max=65535,
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="Time at which the sandbox starts, with offset.")
    ] = None,
    speed: Annotated[
        float, typer.Option(help="Sandbox seconds per second; 0 stands still.", min=0.0)
    ] = 1.0,
    seed: Annotated[
        int, typer.Option(help="Which public reacts; the same number, the same week.")
    ] = 1,
    no_public: Annotated[bool, typer.Option("--no-public", help="Nobody reacts.")] = False,
) -> None:
    """Serve the sandbox until Ctrl-C; prints one line of JSON when it is ready."""
    import threading

    public = None if no_public else seed
    sandbox = _started(_port(desk, port), _time(start), speed, public)
    env = sandbox.env() | ({NOW_VARIABLE: start} if start else {})
    ready = {"ready": True, "base_url": sandbox.base_url, "env": env, "seed": public}
    print(json.dumps(ready), flush=True)
    _say_how_to_use(desk, env)
    try:
        threading.Event().wait()
    finally:
        sandbox.stop()


def _started(port: int, start: datetime | None, speed: float, public: int | None) -> "Sandbox":
    from orchestrator.sandbox.server import PortInUse, Sandbox

    try:
        sandbox = Sandbox(port, start, speed, public)
        sandbox.start()
    except PortInUse as taken:
        raise UsageProblem(
            _("Port {port} is in use by another program.").format(port=taken.port),
            remedy=_("Stop it, or choose another with --port; 0 takes a free one."),
        ) from taken
    return sandbox


def _say_how_to_use(desk: Desk, env: dict[str, str]) -> None:
    desk.note(_("The sandbox is ready. Copy these lines into a second terminal:"))
    for name, value in env.items():
        # The sandbox's own invented credentials: the one place where they are meant to be read.
        print(f"export {name}={value}", file=sys.stderr)
    desk.note(_("Stop it here with Ctrl-C; it forgets everything."))


def _port(desk: Desk, wish: int | None) -> int:
    """The flag's, else the configuration's where there is one, else the default."""
    from orchestrator.config import config_path
    from orchestrator.settings import Sandbox

    if wish is not None:
        return wish
    configured = desk.config_flag is not None or config_path(None).exists()
    return desk.settings.sandbox.port if configured else Sandbox().port


@app.command("advance")
@command
def advance(
    desk: Desk,
    duration: Annotated[str, typer.Argument(help="How far, such as 15m, 24h or 1d.")],
    url: Annotated[
        str | None, typer.Option(help="Address of the sandbox; else the configured one.")
    ] = None,
) -> None:
    """Let time pass in the sandbox; says the time to set for the next commands."""
    import urllib.error
    import urllib.request

    from orchestrator.durations import parse_duration

    try:
        seconds = parse_duration(duration).total_seconds()
    except ValueError as error:
        raise UsageProblem(
            _("“{text}” is not a length of time.").format(text=duration), remedy=str(error)
        ) from error
    base = (url or desk.settings.networks["facebook"].api_base).rstrip("/")
    _refuse_abroad(base)
    request = urllib.request.Request(
        f"{base}/_sandbox/advance",
        data=json.dumps({"seconds": seconds}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            now = json.load(answer)["now"]
    except (OSError, ValueError, KeyError) as error:
        raise UsageProblem(
            _("No sandbox answers at {url}.").format(url=base),
            remedy=_("Start it with `tueroeffner sandbox serve`, or name it with --url."),
        ) from error
    desk.emit({"now": now, "env": {"TUEROEFFNER_NOW": now}})
    desk.say(f"export TUEROEFFNER_NOW={now}")


def _refuse_abroad(base: str) -> None:
    from urllib.parse import urlsplit

    from orchestrator.section import is_loopback

    if not is_loopback(urlsplit(base).hostname or ""):
        raise UsageProblem(
            _("{url} is not a sandbox on this machine.").format(url=base),
            remedy=_("Start it with `tueroeffner sandbox serve`, or name it with --url."),
        )


def _time(text: str | None) -> datetime | None:
    from schedules.clock import clock_from

    if text is None:
        return None
    try:
        return clock_from(text).now()
    except ValueError as error:
        raise UsageProblem(
            _("“{text}” is not a time with an offset.").format(text=text),
            remedy=_("Write it like 2026-11-23T09:00:00+01:00."),
        ) from error
