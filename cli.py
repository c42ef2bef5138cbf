"""The front door: the command groups, and errors of usage as the contract wants them.

Nothing heavy is imported before :func:`main` watches for Ctrl-C, and ``build`` loads the commands.
"""

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer


def build() -> "typer.Typer":
    """Put all commands together."""
    import typer

    from orchestrator.commands import (
        approve,
        audience,
        backup,
        collect,
        config,
        db,
        demo,
        doctor,
        inbox,
        init,
        pause,
        plan,
        post,
        preview,
        publish,
        rehearse,
        report,
        sandbox,
        schedule,
        tandem,
        today,
    )

    app = typer.Typer(
        name="tueroeffner",
        help="Geo-targeted social media campaigns for people who look for work.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.command("init")(init.init)
    app.command("demo")(demo.demo)
    app.command("doctor")(doctor.doctor)
    app.add_typer(sandbox.app, name="sandbox")
    app.add_typer(tandem.app, name="tandem")
    app.command("pause")(pause.pause)
    app.command("resume")(pause.resume)
    app.add_typer(audience.app, name="audience")
    app.command("plan")(plan.plan)
    app.command("preview")(preview.preview)
    app.add_typer(schedule.app, name="schedule")
    app.command("approve")(approve.approve)
    app.command("publish")(publish.publish)
    app.command("collect")(collect.collect)
    app.command("run")(publish.run)
    app.add_typer(post.app, name="post")
    app.add_typer(inbox.app, name="inbox")
    app.command("today")(today.today)
    app.add_typer(report.app, name="report")
    app.add_typer(backup.app, name="backup")
    app.command("rehearse")(rehearse.rehearse)
    app.add_typer(config.app, name="config")
    app.add_typer(db.app, name="db")
    _add_options(app)
    return app


def _add_options(app: "typer.Typer") -> None:
    import typer

    from orchestrator import __version__

    def show_version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"tueroeffner {__version__}")
            raise typer.Exit

    @app.callback()
    def front_door(
        version: bool = typer.Option(False, "--version", callback=show_version, is_eager=True),
    ) -> None:
        """Geo-targeted social media campaigns for people who look for work."""


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
