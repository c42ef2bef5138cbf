"""``audience``: where places are, and who can be reached around them."""

import typer

from orchestrator.commands.audience_import import import_
from orchestrator.commands.audience_map import map_
from orchestrator.commands.audience_overlap import overlap
from orchestrator.commands.audience_resolve import resolve
from orchestrator.commands.audience_settle import settle
from orchestrator.commands.audience_show import build, show

app = typer.Typer(help="Places and the people around them.", no_args_is_help=True)

app.command("resolve")(resolve)
app.command("settle")(settle)
app.command("build")(build)
app.command("show")(show)
app.command("overlap")(overlap)
app.command("map")(map_)
app.command("import")(import_)
