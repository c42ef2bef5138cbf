"""What X tells a doctor of the keys besides whose they are."""

from collections.abc import Iterator, Mapping

from orchestrator.i18n import _
from orchestrator.ports import Remark


def remarks(headers: Mapping[str, str]) -> Iterator[Remark]:
    """What the keys may do stands in a header only. Unverified live: that it always does."""
    level = headers.get("x-access-level", "")
    if level.startswith("read-write"):
        yield Remark(_("The keys act for this account itself, and may read and write."))
    elif not level:
        yield Remark(
            _("X does not say whether the keys may write."),
            _("Nothing has to be done: the first post shows it."),
            known=False,
        )
