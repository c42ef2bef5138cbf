"""The front door: the command groups, and errors of usage as the contract wants them."""

import json
import sys

import typer

from orchestrator import __version__
from orchestrator.commands import (
    approve,
    audience,
    config,
    db,
    doctor,
    init,
    pause,
    plan,
    post,
    preview,
    publish,
    sandbox,
    schedule,
    tandem,
)

app = typer.Typer(
    name="tueroeffner",
    help="Geo-targeted social media campaigns for people who look for work.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("init")(init.init)
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
app.command("run")(publish.run)
app.add_typer(post.app, name="post")
app.add_typer(config.app, name="config")
app.add_typer(db.app, name="db")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tueroeffner {__version__}")
        raise typer.Exit


@app.callback()
def front_door(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True),
) -> None:
    """Geo-targeted social media campaigns for people who look for work."""


def main() -> None:
    """Run ``tueroeffner``; a mistake in the command itself exits with 2."""
    try:
        sys.exit(app(prog_name="tueroeffner", standalone_mode=False) or 0)
    except typer.TyperException as error:
        _usage(error)
    except (KeyboardInterrupt, typer.Abort):
        # Before or after a command; within one, its desk has already said what matters.
        sys.exit(130)


def _usage(error: typer.TyperException) -> None:
    what = getattr(error, "format_message", lambda: str(error))()
    if "--json" in sys.argv:
        failure = {"what": what, "subject": "", "remedy": "tueroeffner --help", "exit": 2}
        print(json.dumps({"error": failure}))
    else:
        print(f"{what}\n→ tueroeffner --help", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
