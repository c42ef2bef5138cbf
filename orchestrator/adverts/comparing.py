"""What an advert pays for at the network, beside what a person approved."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from orchestrator.config import Settings
from orchestrator.i18n import _
from orchestrator.model import Advert
from orchestrator.ports import AdvertKept, same_targeting

# A platform may round a time, and a place to some metres.
_ROUNDED, _DIGITS = timedelta(minutes=1), 4


def why_changed(row: Advert, kept: AdvertKept, settings: Settings) -> str:
    """Why what is paid for is not what was approved; empty: it is.

    Money, end and audience that are not told are none; names and countries may be the account's.
    """
    found = list(_differences(row, kept, settings))
    if not found:
        return ""
    return _(
        "what the network holds of it is not what was approved ({what}): make both agree, in the"
        " Ads Manager or in the configuration, and approve it again"
    ).format(what=", ".join(found))


def _differences(row: Advert, kept: AdvertKept, settings: Settings) -> Iterator[str]:
    if kept.budget != row.budget_cents:
        yield _("budget")
    if not _same_time(kept.ends_at, row.ends_at):
        yield _("end")
    if not same_targeting(_rounded(row.targeting), _rounded(kept.targeting or {})):
        yield _("audience")
    terms = settings.networks[row.network].pays
    if terms and _differ(terms.says, kept.says):
        yield _("who has it placed and who pays")
    declared = set(kept.countries)
    if row.category != "none" and declared and declared != set(settings.audience.countries):
        yield _("countries")


def _same_time(one: datetime | None, other: datetime) -> bool:
    return one is not None and abs(one - other) < _ROUNDED


def _differ(wanted: tuple[str, str], told: tuple[str, str]) -> bool:
    pairs = zip(wanted, told, strict=True)
    return any(one.split() and other and " ".join(one.split()) != other for one, other in pairs)


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, _DIGITS) if isinstance(value, float) else value
