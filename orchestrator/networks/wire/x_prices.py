"""What X charges, in US dollars, and from which day on: it changes its prices every few months."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, model_validator

from orchestrator.section import Section

Price = Annotated[float, Field(ge=0)]


class PriceList(Section):
    """The prices of one time, by what is charged; by itself those since 2026-04-20.

    State of X's price page of 2026-08-22. Unverified live: that deleting a post is what it calls
    "interaction: delete", and hiding a reply "content: manage"; that an answer with a link costs
    what any post with one does (we count it so).
    """

    post: Price = 0.015
    post_with_url: Price = 0.2
    alt_text: Price = 0.005
    delete: Price = 0.01
    manage: Price = 0.005
    summoned_reply: Price = 0.01
    message: Price = 0.015
    message_read: Price = 0.01
    read: Price = 0.005
    owned_read: Price = 0.001
    user_read: Price = 0.01

    def over(self, older: "PriceList") -> "PriceList":
        """The older list with what this one names."""
        kinds = PriceList.model_fields.keys() & self.model_fields_set
        return older.model_copy(update={kind: getattr(self, kind) for kind in kinds})


class DatedList(PriceList):
    """Prices from a day (UTC) on; what it leaves out stays as it was."""

    valid_from: date


# Before 2026-02-06 nothing was charged by the call. The first list knew no dearer links and no own
# reads; of what its time did not tell, the later price counts.
BUILT_IN = (
    DatedList(valid_from=date(2026, 2, 6), post=0.01, post_with_url=0.01, owned_read=0.005),
    DatedList(valid_from=date(2026, 4, 20), post=0.015, post_with_url=0.2, owned_read=0.001),
)


class Prices(PriceList):
    """The setting: a table for all time, or a list of tables with ``valid_from``."""

    tables: tuple[DatedList, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        if isinstance(given, dict) and "valid_from" in given:
            given = [given]
        return {"tables": given} if isinstance(given, list) else given

    def on(self, day: date) -> PriceList:
        """What is charged on a day (UTC); the first list counts for all that was before it."""
        asked = BUILT_IN[0].over(PriceList())
        for each in BUILT_IN[1:]:
            asked = each.over(asked) if each.valid_from <= day else asked
        asked = self.over(asked)
        for own in sorted(self.tables, key=lambda table: table.valid_from):
            asked = own.over(asked) if own.valid_from <= day else asked
        return asked
