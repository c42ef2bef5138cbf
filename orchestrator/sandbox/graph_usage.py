"""How much of what it allows the platform says is used: every call counts, also one in a batch."""

import json
from collections import deque
from datetime import datetime, timedelta

from orchestrator.sandbox.graph_errors import UNTOLD
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_tokens import AD_ACCOUNT, PAGES

# A page may make 4,800 calls a day for each person who has to do with it.
CALLS_A_PERSON, PEOPLE = 4800, 190
DAY = timedelta(days=1)


class Usage:
    """The calls of the last 24 hours, by the rehearsal's clock."""

    def __init__(self) -> None:
        self._calls: deque[datetime] = deque()

    def count(self, now: datetime) -> None:
        """One more call."""
        self._calls.append(now)
        while now - self._calls[0] >= DAY:
            self._calls.popleft()

    def headers(self, knobs: Knobs) -> dict[str, str]:
        """As every answer has them; shares are whole percentages."""
        limit, start = knobs.rate_limit, knobs.usage
        limited = limit is not None and limit.calls > 0
        full = limit is not None and limited and limit.code not in UNTOLD
        allowed = knobs.calls_a_day or CALLS_A_PERSON * PEOPLE
        spent = 100 if full else len(self._calls) * 100 // allowed
        minutes = limit.minutes if limit and limited else start.minutes
        shares = {"total_cputime": 1, "total_time": 1}
        page = shares | {"type": "pages", "call_count": min(spent + start.page, 100)}
        page["estimated_time_to_regain_access"] = minutes
        told = {
            "X-App-Usage": shares | {"call_count": min(spent + start.app, 100)},
            "X-Business-Use-Case-Usage": {PAGES[0].id: [page]},
        }
        if start.ads:
            told["X-Ad-Account-Usage"] = {"acc_id_util_pct": start.ads, "account": AD_ACCOUNT}
        return {name: json.dumps(value) for name, value in told.items()}
