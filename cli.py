"""The front door: the command groups, and errors of usage as the contract wants them."""

import json
import sys

import typer

from orchestrator import __version__
from orchestrator.commands import config

app = typer.Typer(
    name="tueroeffner",
    help="Geo-targeted social media campaigns for people who look for work.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(config.app, name="config")


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
