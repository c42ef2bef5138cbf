"""Setting the rehearsal's stage: a copy of the database, and the sandbox's credentials."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from orchestrator.backup.snapshot import NAME, state_of, take
from orchestrator.campaign import enrol, known
from orchestrator.config import PREFIX, Settings, load
from orchestrator.keys import CampaignKey
from orchestrator.model import PersonKey
from orchestrator.rehearsal.copy import marked, move_in
from orchestrator.store import Store, open_store
from orchestrator.week import Stage

ACTOR = "rehearsal"


def set_stage(
    real: Settings,
    store: Store,
    key: CampaignKey,
    config: Path,
    folder: Path,
    environ: Mapping[str, str],
    sandbox: Mapping[str, str],
    now: datetime,
) -> Stage:
    """Copy the campaign into ``folder`` and point it at the sandbox; the real one is only read.

    Only networks that are on are played: the rehearsal shows what would happen, gaps included.
    Where none is, both are, so that there is something to see. No mail leaves a rehearsal.
    """
    folder.chmod(0o700)
    with state_of(store) as connection:
        take(connection, folder, lambda: None)
    played_on = [*(real.on() or real.networks), "mail"]
    overrides = {
        **{name: value for name, value in sandbox.items() if _network_of(name) in played_on},
        f"{PREFIX}DATABASE__URL": f"sqlite:///{folder / NAME}",
    }
    settings = load(config, {**environ, **overrides})
    settings = replace(settings, campaign=marked(settings.campaign))
    copy = open_store(settings.database.url)
    with copy.session() as session:
        if campaign_id := known(session, settings.campaign.slug):
            move_in(session, campaign_id, real, settings)
            # No backup holds them, but without its names nothing of a campaign can be planned.
            session.add_all(_keys_of(store))
        enrol(session, settings.campaign, key, now)
    return Stage(settings, copy, key, ACTOR)


def _keys_of(store: Store) -> list[PersonKey]:
    with store.reading() as session:
        rows = session.exec(select(PersonKey)).all()
    return [PersonKey(person_id=each.person_id, wrapped=each.wrapped) for each in rows]


def _network_of(variable: str) -> str:
    return variable.removeprefix(PREFIX).partition("__")[0].lower()
