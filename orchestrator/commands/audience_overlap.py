"""``audience overlap``: which tandems' appeals reach the same people, and how many there are."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.formats import about
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from audiences.overlap import Overlap

_SHOWN = 20


@command
def overlap(
    desk: Desk,
    every: Annotated[bool, typer.Option("--all", help="Show every pair, not the largest.")] = False,
) -> None:
    """Show whom the tandems' circles share: pairs, and people counted once and as often as held."""
    from orchestrator.plan import shared_audiences

    with desk.looking() as (session, campaign_id):
        found = shared_audiences(
            session,
            campaign_id,
            desk.settings.audience,
            lambda total: desk.progress(_("Circles"), total),
        )
    desk.emit(_document(found))
    if found.people:
        _say(desk, found, every=every)
    else:
        desk.say(_("No tandem is active; import some with `tueroeffner tandem import`."))


def _document(found: "Overlap") -> dict[str, object]:
    return {
        "pairs": [
            {"a": each.a, "b": each.b, "people": each.people, "share": each.share}
            for each in found.pairs
        ],
        "gross_people": found.gross,
        "net_people": found.net,
    }


def _say(desk: Desk, found: "Overlap", *, every: bool) -> None:
    shown = found.pairs if every else found.pairs[:_SHOWN]
    if shown:
        desk.table(
            [_("Tandem"), _("And"), _("People in both (about)"), _("Of the smaller circle")],
            [[each.a, each.b, about(each.people), f"{each.share:.0%}"] for each in shown],
        )
    if hidden := len(found.pairs) - len(shown):
        desk.say(
            ngettext(
                "{count} more pair overlaps; see it with --all.",
                "{count} more pairs overlap; see them with --all.",
                hidden,
            ).format(count=hidden)
        )
    if not found.pairs:
        desk.say(_("No two circles overlap."))
    desk.say(
        _("About {gross} people in all circles together, about {net} different people.").format(
            gross=about(found.gross), net=about(found.net)
        )
    )
    if found.most_circles > 1:
        desk.say(_("Where most circles meet, {count} of them do.").format(count=found.most_circles))
