"""The demo's campaign: a folder like any other, 38 invented tandems, the sandbox's credentials."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestrator.campaign import known
from orchestrator.config import load
from orchestrator.demo.drawings import DRAWINGS, draw
from orchestrator.i18n import _
from orchestrator.init import Answers, configuration, set_up
from orchestrator.intake.importing import Intake, Report, import_file
from orchestrator.keys import read_key_file
from orchestrator.media import prepare_all
from orchestrator.media.preparing import unwatched
from orchestrator.store import open_store
from orchestrator.week import Stage

ACTOR = "demo"
PICTURES = "pictures"
MONDAY, SUNDAY = date(2026, 11, 30), date(2026, 12, 6)
_BERLIN = ZoneInfo("Europe/Berlin")
# Tandems are imported, planned and approved on the Friday before; the last look is on Monday.
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=_BERLIN)
END = datetime(2026, 12, 7, 9, 0, tzinfo=_BERLIN)


def all_tandems() -> list[list[str]]:
    """The rows of the shipped file, the headings first."""
    text = (files(__package__) / "tandems.csv").read_text("utf-8")
    return list(csv.reader(StringIO(text), delimiter=";"))


def _illustrated(rows: list[list[str]]) -> list[list[str]]:
    """The same rows, with the drawings of those who agreed to be shown."""
    heading, *tandems = rows
    media, consent = heading.index("media"), heading.index("consent")
    for row in tandems:
        drawn = DRAWINGS.get(row[0])
        row.append(drawn.alt if drawn else "")
        if drawn:
            row[media], row[consent] = f"{PICTURES}/{drawn.name}", f"{row[consent]} face"
    return [[*heading, "media_alt"], *tandems]


def set_stage(folder: Path, environ: Mapping[str, str], language: str, count: int) -> Stage:
    """Make the campaign's folder with the first ``count`` tandems."""
    answers = Answers(
        _("Week of Open Doors"), MONDAY, SUNDAY, _("Action centre 030 23125 000"), language
    )
    text = configuration(answers).replace(
        '#languages = ["de"]', 'languages = ["de", "en", "ar"]', 1
    )
    (folder / "config.toml").write_text(text, "utf-8")
    with (folder / "tandems.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(_illustrated(all_tandems()[: count + 1]))
    set_up(folder, answers)
    draw(folder / PICTURES)
    settings = load(folder / "config.toml", environ)
    key = read_key_file(settings.keys.file)
    return Stage(settings, open_store(settings.database.url), key, ACTOR)


def bring_tandems(stage: Stage, now: datetime) -> Report:
    """Import the file, and make its pictures ready."""
    folder = stage.settings.folder
    intake = Intake(stage.settings, stage.store, stage.key, now, stage.actor)
    report = import_file(intake, folder / "tandems.csv")
    with stage.store.reading() as session:
        campaign_id = known(session, stage.settings.campaign.slug)
    prepare_all(stage.store, folder, campaign_id, unwatched)
    return report
