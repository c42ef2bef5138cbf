"""The front door: Ctrl-C, the way out of every error of usage, and the command that was called.

Nothing heavy is imported before :func:`main` watches for Ctrl-C.
"""

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer


def build() -> "typer.Typer":
    """The application; a command is loaded when it is called."""
    import typer

    from orchestrator import __version__
    from orchestrator.commands.front_door import FrontDoor

    app = typer.Typer(
        name="tueroeffner",
        cls=FrontDoor,
        help="Geo-targeted social media campaigns for people who look for work.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    def show_version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"tueroeffner {__version__}")
            raise typer.Exit

    @app.callback()
    def front_door(
        version: bool = typer.Option(False, "--version", callback=show_version, is_eager=True),
    ) -> None:
        """Geo-targeted social media campaigns for people who look for work."""

    return app


def main() -> None:
    """Run ``tueroeffner``; a mistake in the command itself exits with 2."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # A command takes over while it works; before and after, there is nothing to undo.
        signal.signal(signal.SIGINT, _interrupted)
    from orchestrator.commands.streams import prepare_streams

    prepare_streams()
    from orchestrator.commands.usage import ended

    sys.exit(ended(lambda: build()(prog_name="tueroeffner", standalone_mode=False)))


def _interrupted(_number: int, _frame: object) -> None:
    """End at once, with a sentence; half-loaded modules would only answer with a traceback."""
    try:
        from orchestrator.commands.usage import interruption

        stream, text = interruption()
    except Exception:  # noqa: BLE001 - we may stand in the middle of loading that very module
        stream, text = 2, "Interrupted."
    try:
        os.write(stream, f"{text}\n".encode(errors="replace"))
    finally:
        os._exit(130)


if __name__ == "__main__":
    main()
