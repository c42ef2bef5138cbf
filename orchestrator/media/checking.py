"""What every file is, whether it is ready, and which network takes it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from orchestrator import formats
from orchestrator.eligible import Versions, no_picture, why_left
from orchestrator.ending import consents_of
from orchestrator.i18n import _
from orchestrator.media.filming import even_sides
from orchestrator.media.preparing import rows_of
from orchestrator.media.verdict import remark, verdict
from orchestrator.model import Medium
from orchestrator.ports import MediaLimits
from orchestrator.vocabulary import MediaKind


@dataclass(frozen=True)
class Checked:
    """One file. ``hidden``: why no network is given it, empty where they are.
    ``left``: its tandem takes part no more, so nobody needs to change or do anything.

    ``verdicts``: network → why it does not take it, None where it does.

    Of a file that is not ready yet they say what holds for it as it was given, as far as making it
    ready changes nothing about that: its length and its shape.
    """

    tandem: str
    position: int
    name: str
    kind: MediaKind
    alt: str
    facts: Mapping[str, Any]
    ready: bool
    problem: str | None
    verdicts: Mapping[str, str | None]
    hidden: str
    left: bool

    @property
    def refused(self) -> str:
        """Why no network will show it, unless somebody changes the file; empty: one may."""
        if self.left:
            return ""
        if self.problem or not self.verdicts or not all(self.verdicts.values()):
            return self.problem or ""
        said = " ".join(f"{name}: {why}" for name, why in self.verdicts.items())
        return _("No network takes it. {said}").format(said=said)

    @property
    def note(self) -> str:
        """What to know of it, though it is taken; empty: nothing."""
        return remark(self.facts)

    @property
    def found(self) -> str:
        """The facts in a line."""
        return ", ".join(_words(self.kind, self.facts))

    def document(self) -> dict[str, Any]:
        """As scripts read it."""
        return {
            "tandem": self.tandem,
            "name": self.name,
            "kind": self.kind.value,
            "alt": self.alt,
            "facts": dict(self.facts),
            "ready": self.ready,
            "problem": self.problem,
            "note": self.note or None,
            "shown": not self.hidden,
            "why": self.hidden or None,
            "networks": [
                {"network": name, "taken": why is None, "reason": why}
                for name, why in self.verdicts.items()
            ],
        }


def checked(
    session: Session,
    campaign_id: int,
    limits: Mapping[str, MediaLimits],
    on: date,
    versions: Versions,
    tandems: Collection[int] | None = None,
) -> list[Checked]:
    """Every file of these tandems (None: of all), in their order, as it would be shown that day."""
    consents = consents_of(session, campaign_id)
    return [
        Checked(
            tandem.slug,
            medium.position,
            medium.name,
            medium.kind,
            medium.alt,
            medium.facts,
            medium.ready is not None,
            medium.problem,
            {name: verdict(_as_sent(medium), medium.kind, each) for name, each in limits.items()},
            no_picture(tandem, consents.get(tandem.refugee_id, ()), on, versions),
            bool(why_left(tandem)),
        )
        for medium, tandem in rows_of(session, campaign_id, tandems)
    ]


def _as_sent(medium: Medium) -> Mapping[str, Any]:
    """The facts of what is sent; before it is made ready, those that will stay."""
    if medium.ready_facts:
        return medium.ready_facts
    width, height = int(medium.facts["width"]), int(medium.facts["height"])
    sides = dict(zip(("width", "height"), even_sides((width, height)), strict=True))
    made = {"mime": "image/jpeg"} if medium.kind is MediaKind.PHOTO else sides
    return {**medium.facts, **made, "size": 0}


def _words(kind: MediaKind, facts: Mapping[str, Any]) -> list[str]:
    said = [str(facts["codec"]).upper(), f"{facts['width']} × {facts['height']}"]
    if kind is MediaKind.VIDEO:
        said.append(f"{formats.tenths(facts['seconds'])} s")
        said.append(_("with sound") if facts["audio"] else _("no sound"))
    if facts.get("mirrored"):
        said.append(_("mirrored"))
    if facts["rotation"]:
        said.append(_("turned by {degrees}°").format(degrees=facts["rotation"]))
    return [*said, formats.filesize(facts["size"])]
