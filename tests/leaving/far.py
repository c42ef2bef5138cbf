"""A network whose posts outlive the program: each is a file, and deleting is what unlinks it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from orchestrator.ports import Place, Receipt
from tests.fakes import HoldingNetwork


@dataclass
class FarNetwork(HoldingNetwork):
    """Same promises as the fakes; what a killed process did there stays done."""

    folder: Path = field(default_factory=Path)

    def put(self, remote_id: str, text: str, at: datetime | None = None) -> None:
        """Somebody published it, or handed it over for a time."""
        said = {"text": text, "at": at.isoformat() if at else None}
        (self.folder / f"{self.name}.{remote_id}").write_text(json.dumps(said), "utf-8")

    def look(self, remote_id: str) -> Receipt | None:
        """Read it back."""
        try:
            said = json.loads((self.folder / f"{self.name}.{remote_id}").read_text("utf-8"))
        except FileNotFoundError:
            return None
        at = datetime.fromisoformat(said["at"]) if said["at"] else None
        place = Place.HELD if at else Place.LIVE
        address = f"https://social.example/{remote_id}"
        return Receipt(remote_id, address, said["text"], place=place, due_at=at)

    def takedown(self, remote_id: str) -> bool:
        """Delete it; whether it was there."""
        try:
            (self.folder / f"{self.name}.{remote_id}").unlink()
        except FileNotFoundError:
            return False
        return True

    def ids(self) -> set[str]:
        """All that it has, seen or unseen."""
        return {each.name.partition(".")[2] for each in self.folder.glob(f"{self.name}.*")}

    def own(self, since: datetime) -> list[Receipt]:
        """What is live."""
        return [each for each in map(self.look, self.ids()) if each and each.place is Place.LIVE]

    def unseen(self) -> list[Receipt]:
        """What is held."""
        return [each for each in map(self.look, self.ids()) if each and each.place is Place.HELD]

    def find(self, text: str, since: datetime) -> list[Receipt]:
        """What says these words."""
        return [each for each in [*self.own(since), *self.unseen()] if each.text == text]
