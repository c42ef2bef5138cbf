"""What must be said of a tandem that leaves."""

from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word
from orchestrator.leaving.look import Standing


def standing(each: Standing) -> str:
    """How many posts a network has of the tandem, in one line."""
    parts = [
        (ngettext("{count} planned", "{count} planned", each.planned), each.planned),
        (ngettext("{count} held unseen", "{count} held unseen", each.held), each.held),
        (ngettext("{count} being sent", "{count} being sent", each.sending), each.sending),
        (ngettext("{count} unclear", "{count} unclear", each.unclear), each.unclear),
        (ngettext("{count} published", "{count} published", each.published), each.published),
    ]
    said = ", ".join(sentence.format(count=count) for sentence, count in parts if count)
    return f"{source_word(each.network, '')}: {said}"


def cannot_be_undone() -> list[str]:
    """What stays whatever we delete."""
    return [
        _("What cannot be taken back: what people shared, photographed or saved, what search"
          " engines and archives copied, and what was told on."),
        _("Comments below a post go with it; what we read of them stays in the inbox until its"
          " time is over."),
    ]  # fmt: skip
