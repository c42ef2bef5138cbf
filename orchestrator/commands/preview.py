"""``preview``: how each post will look, on the terminal, in the browser, and on paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import tandem_ids, why_left
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.planner import Candidate
    from orchestrator.preview.cards import Card
    from orchestrator.preview.pages import Page


@command
def preview(
    desk: Desk,
    slug: Annotated[str | None, typer.Argument(help="Only this tandem.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the pages.")] = Path("preview"),
    for_tandem: Annotated[
        bool, typer.Option("--for-tandem", help="Sheets to print and go through with the tandem.")
    ] = False,
) -> None:
    """Show every post as it will appear, with time, audience, length and price."""
    from orchestrator.preview.pages import write
    from orchestrator.preview.wording import cost, total

    if slug is not None:
        tandem_ids(desk, [slug])
    shown, sheets = _gather(desk, slug, for_tandem)
    if not shown:
        if out.is_dir():
            # What an earlier preview shows may be of somebody who has withdrawn.
            write([], out, stale="*.html" if slug is None else f"sheet-{slug}-*.html")
        desk.emit({"posts": [], "files": [], "price_usd": 0.0})
        left = why_left(desk, [slug]) if slug else []
        desk.say("".join(left) or _("There are no posts yet. `tueroeffner plan` makes them."))
        return
    pages = sheets if for_tandem else [_overview(desk, shown)]
    files = write(pages, out, stale="sheet-*.html" if for_tandem and slug is None else "")
    desk.emit(
        {
            "posts": [card.document() for card in shown],
            "files": [str(f) for f in files],
            "price_usd": cost(shown),
        }
    )
    if not for_tandem:
        for card in shown:
            _panel(desk, card)
        desk.say(_("Sending these posts costs {price} in all.").format(price=total(shown)))
    for path in files:
        desk.say(_("Wrote {path}.").format(path=path))
    desk.say(
        _("Go through the sheets together, then run `tueroeffner approve --seen-by-tandem DATE`.")
        if for_tandem
        else _("Open the page in a browser; then `tueroeffner approve` lets the posts go out.")
    )


def _gather(desk: Desk, slug: str | None, for_tandem: bool) -> "tuple[list[Card], list[Page]]":
    from orchestrator import networks
    from orchestrator.plan import gather
    from orchestrator.preview.cards import cards
    from orchestrator.preview.reached import reached

    # Counting needs no credentials, so a network that is off is previewed as well.
    connected = [
        networks.adapter(name).connect(options) for name, options in desk.settings.networks.items()
    ]
    with desk.looking() as (session, campaign_id):
        near = reached(session, campaign_id, desk.settings)
        shown = cards(session, campaign_id, connected, near, slug)
        candidates = gather(session, campaign_id, desk.key) if for_tandem and shown else []
    return shown, [page for each in candidates for page in _sheets(desk, each, shown)]


def _sheets(desk: Desk, candidate: "Candidate", shown: "list[Card]") -> "list[Page]":
    from orchestrator.compose import voice_of
    from orchestrator.preview.sheets import Subject, sheet_languages, sheets
    from orchestrator.preview.stills import stills

    own = [card for card in shown if card.tandem_id == candidate.tandem.id]
    if not own:
        return []
    campaign = desk.settings.campaign
    used = {card.network for card in own}
    ends = [
        each.ends_on
        for each in candidate.consents
        if each.purpose in used and each.ends_on and not each.withdrawn_at
    ]
    subject = Subject(
        voice_of(candidate.tandem, candidate.name, candidate.appeals),
        sheet_languages(
            candidate.tandem.volunteer_lang, [each.language for each in candidate.appeals]
        ),
        min([*ends, campaign.last_day]),
    )
    return sheets(subject, own, stills(desk.settings.folder, own), campaign.contact)


def _overview(desk: Desk, shown: "list[Card]") -> "Page":
    from orchestrator.preview.pages import overview
    from orchestrator.preview.stills import stills
    from orchestrator.preview.wording import when

    campaign = desk.settings.campaign
    made_at = when(desk.now.astimezone(campaign.zone))
    return overview(shown, stills(desk.settings.folder, shown), campaign.name, made_at)


def _panel(desk: Desk, card: "Card") -> None:
    if desk.json or desk.quiet:
        return
    from rich import box
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    from orchestrator.preview import wording
    from orchestrator.redact import tame

    colour = "green" if card.approved or card.is_out else "yellow"
    facts = [
        wording.when(card.due),
        wording.length(card),
        wording.price(card),
        wording.audience(card),
        wording.gaps(card),
        wording.followers(card),
        wording.labels(card),
    ]
    body = Group(
        Text(tame(card.text)),
        *([Text(f"\n{tame(card.ending)}")] if card.ending else []),
        *([Text(f"↗ {tame(card.beside)}", style="blue")] if card.beside else []),
        *(Text(f"▣ {wording.shot(each)}: {wording.alt(each, card)}") for each in card.media),
        Text(""),
        Text(" · ".join(fact for fact in facts if fact), style="dim"),
        *([Text(f"! {trouble}", style="red")] if (trouble := wording.trouble(card)) else []),
    )
    title = f"{card.id} · {tame(card.tandem)} · {card.label} · {card.language}"
    desk.console.print(
        Panel(
            body,
            title=Text(title, style="bold"),
            title_align="left",
            subtitle=Text(wording.standing(card), style=colour),
            subtitle_align="right",
            border_style=colour,
            box=box.ROUNDED,
            width=min(desk.console.width, 88),
        )
    )
