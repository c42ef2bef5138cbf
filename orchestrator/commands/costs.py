"""``costs``: what the networks charged, what is planned, and what the cap leaves."""

from typing import TYPE_CHECKING

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.formats import count, day, dollars
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from orchestrator.costs import Costs
    from orchestrator.money import Line


@command
def costs(desk: Desk) -> None:
    """Show what was charged, what is planned and what is left; an estimate."""
    from orchestrator import networks
    from orchestrator.costs import costs as costs_of

    settings, on = desk.settings, desk.settings.on()
    # Counting needs no credentials, and what a network charged stays true when it is off.
    known = {
        name: networks.adapter(name).connect(options, clock=desk.clock)
        for name, options in settings.networks.items()
    }
    caps = {name: settings.networks[name].spending_cap for name in known}
    with desk.looking() as (session, campaign_id):
        found = costs_of(session, campaign_id, known, caps)
    found = {name: each for name, each in found.items() if name in on or each.charged}
    desk.emit(
        {
            "currency": "USD",
            "networks": {
                name: {"on": name in on, **each.document()} for name, each in found.items()
            },
            "charged_usd": round(sum(each.spent for each in found.values()), 4),
            "planned_usd": round(sum(each.to_come for each in found.values()), 4),
        }
    )
    for name, each in found.items():
        _say(desk, source_word(name, ""), each)
        if name not in on:
            desk.say(_("{network} is off now.").format(network=source_word(name, "")))
    if not found:
        desk.say(_("No network that is on charges anything."))


def _say(desk: Desk, name: str, found: "Costs") -> None:
    from orchestrator.money import over_days

    rows = [(_("charged"), each) for each in over_days(found.charged)]
    rows += [(_("planned"), each) for each in found.planned]
    if rows:
        desk.table(
            [_("Network"), "", _("What"), _("How many"), _("Each"), _("Together"), _("Days")],
            [[name, state, *_cells(each)] for state, each in rows],
        )
    desk.say(
        _("{network}: charged {charged}, planned {planned}.").format(
            network=name, charged=dollars(found.spent), planned=dollars(found.to_come)
        )
    )
    if found.cap is not None and found.left is not None:
        desk.say(
            _("Of the cap of {cap} {left} are left after that.").format(
                cap=dollars(found.cap), left=dollars(found.left)
            )
        )
    desk.say(
        _(
            "This is our own count; what you pay stands in the network's console. It is more if the"
            " network charges for the accounts behind answers as for accounts read."
        )
    )


def _cells(line: "Line") -> list[str]:
    days = dict.fromkeys((day(line.first), day(line.last)))
    words = _words().get(line.what, line.what)
    return [words, count(line.count), dollars(line.each), dollars(line.usd), " – ".join(days)]


def _words() -> dict[str, str]:
    return {
        "post": _("posts without a link"),
        "post_with_url": _("posts with a link"),
        "post_unclear": _("posts without a link, perhaps"),
        "post_with_url_unclear": _("posts with a link, perhaps"),
        "alt_text": _("descriptions of pictures"),
        "delete": _("deletions"),
        "manage": _("replies hidden or shown again"),
        "summoned_reply": _("answers to people"),
        "message": _("messages sent"),
        "message_read": _("messages read"),
        "read": _("posts read"),
        "owned_read": _("own posts and mentions read"),
        "user_read": _("accounts read"),
        "earlier": _("before it was kept by kind"),
    }
