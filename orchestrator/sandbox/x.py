"""The X API v2 on loopback, as strict as its published description and its reported refusals.

Knobs (`configure`), one rehearsal of trouble each:
`token`: "ok" | "revoked" | "read-only" · `suspended`: bool · `client_forbidden`: bool ·
`credits`: USD left or null · `rate_limit_next`: n · `limits`: {operation: {"user"|"app": n}} ·
`visibility_lag`: seconds · `date_skew_seconds`: seconds by which the time that answers tell is
ahead of this machine's · `names`: "old" | "new" | "only new" (also of requests) ·
`problem_host`: host ·
`accounts`: [{"id", "username", "name", "access_token", "access_token_secret"}] ·
`metrics`: {post: {figure: n}} on top of what the public does ·
`replies`: [{"post", "author", "text", …}], see `x_placing` ·
`messages`: [{"author", "text", …}], see `x_letters` ·
`pages`: "" | "repeat" | "reorder" | "truncate" | "miscount" (of mentions and searches) ·
`partial_errors`: bool (beside mentions and searches) · `unavailable`: [post] (to look-ups).
`processing_seconds`: for which a film is looked at · `processing_fails`: what is then said of
films, or "" · `media_seconds`: for which an upload is good · `longest_video`: seconds.
`token` and `suspended` also take {user id: value} when there are several accounts.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.http import Answer, Emulator, Request, dated
from orchestrator.sandbox.public import Public, record
from orchestrator.sandbox.x_crowd import Crowd
from orchestrator.sandbox.x_desk import Call, Desk
from orchestrator.sandbox.x_fields import in_old_names, spoken
from orchestrator.sandbox.x_knobs import turn
from orchestrator.sandbox.x_ledger import entry
from orchestrator.sandbox.x_limits import LimitDesk
from orchestrator.sandbox.x_oauth import App, SignatureDesk, UnsignedError
from orchestrator.sandbox.x_posts import perform
from orchestrator.sandbox.x_prices import Purse
from orchestrator.sandbox.x_problems import (
    OLD_HOST,
    ProblemError,
    client_forbidden,
    forbidden,
    invalid_request,
    no_such_path,
    out_of_credits,
    read_only,
    unauthorized,
    unsupported_authentication,
    wrong_method,
)
from orchestrator.sandbox.x_schema import Operation, operations
from orchestrator.sandbox.x_store import Account, Store

APP = App("sandbox-consumer-key", "sandbox-consumer-secret")
APP_ONLY_BEARER = "sandbox-app-only-bearer"
OWNER_ID = "2244994945000000001"


def create(clock: SandboxClock, public: Public | None = None) -> Emulator:
    """A fresh X with one account, which owns the developer app."""
    return XEmulator(clock, public=public)


class XEmulator:
    """Lets calls in (signature, limits, access, credits) and hands them to the desk."""

    name = "x"

    def __init__(
        self,
        clock: SandboxClock,
        real: Callable[[], float] = time.time,
        public: Public | None = None,
    ) -> None:
        owner = Account(
            id=OWNER_ID,
            username="sandbox_doors",
            name="Sandbox Doors",
            token=f"{OWNER_ID}-sandbox-access-token",
            secret="sandbox-access-token-secret",
        )
        self.clock = clock
        self.store = Store(clock, owner)
        self.purse = Purse()
        self.crowd = Crowd(self.store, public)
        self.desk = Desk(clock, self.store, self.purse, self.crowd)
        self.limits = LimitDesk(clock, lambda: real() + self.date_skew)
        self.signatures = SignatureDesk(APP, real)
        self.client_forbidden = False
        self.date_skew = 0.0
        self.new_names = self.refuses_old_names = False
        self.problem_host = OLD_HOST
        self.operations = operations()

    def owns(self, path: str) -> bool:
        """All of version 2."""
        return path == "/2" or path.startswith("/2/")

    def answer(self, request: Request) -> Answer:
        """Play one call. `x-sandbox-cost` (USD, so far in all) is the sandbox's own header."""
        headers: dict[str, str] = {}
        try:
            answer = self._serve(request, headers)
        except ProblemError as problem:
            answer = problem.answer
        headers |= {**answer.headers, "x-sandbox-cost": str(self.purse.spent)}
        headers |= dated(self.date_skew)
        body = answer.body
        if self.new_names or self.problem_host != OLD_HOST:
            body = spoken(body, self.new_names, self.problem_host)
        return replace(answer, body=body, headers=headers)

    def _serve(self, request: Request, headers: dict[str, str]) -> Answer:
        operation, identifier = self._route(request)
        account = self._identify(request, operation)
        headers |= self.limits.count(operation, account.token if account else None)
        self._admit(operation, account)
        if self.refuses_old_names and (old := in_old_names(request.query)):
            raise invalid_request(old)
        return perform(self.desk, Call(operation, request, identifier, account))

    def _route(self, request: Request) -> tuple[Operation, str]:
        matches = [(op, op.match(request.path)) for op in self.operations]
        on_path = [(op, found) for op, found in matches if found is not None]
        for operation, identifier in on_path:
            if operation.method == request.method:
                return operation, identifier
        if on_path:
            raise wrong_method({operation.method for operation, _ in on_path})
        raise no_such_path(request.path)

    def _identify(self, request: Request, operation: Operation) -> Account | None:
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            if credential != APP_ONLY_BEARER:
                raise unauthorized("unknown bearer token")
            if not operation.app_only:
                raise unsupported_authentication()
            return None
        try:
            return self.store.account_of(self.signatures.check(request, self._secrets()))
        except UnsignedError as unsigned:
            raise unauthorized(str(unsigned)) from unsigned

    def _secrets(self) -> dict[str, str]:
        holders = (a for a in self.store.accounts.values() if a.token)
        valid = (account for account in holders if account.permission != "revoked")
        return {account.token: account.secret for account in valid}

    def _admit(self, operation: Operation, account: Account | None) -> None:
        # In which order the live service checks these is unverified.
        if self.client_forbidden:
            raise client_forbidden()
        if account and account.suspended:
            # The text of the older API; the current one's is unverified.
            raise forbidden(
                "Your account is suspended and is not permitted to access this feature."
            )
        if account and account.permission == "read-only" and operation.method != "GET":
            raise read_only()
        if self.purse.is_empty():
            raise out_of_credits(self.store.owner.id)

    def env(self, base_url: str) -> dict[str, str]:
        """The product's settings for this X."""
        owner = self.store.owner
        settings = {
            "API_BASE": base_url,
            "CONSUMER_KEY": APP.key,
            "CONSUMER_SECRET": APP.secret,
            "ACCESS_TOKEN": owner.token,
            "ACCESS_TOKEN_SECRET": owner.secret,
            "USER_ID": owner.id,
        }
        return {f"TUEROEFFNER_X__{name}": value for name, value in settings.items()}

    def ledger(self) -> list[dict[str, object]]:
        """Every post of ours that is or was live, oldest first; `text` as sent, costs in USD."""
        bills, now = self.purse.by_resource(), self.clock.now()
        return [entry(self.store, post, bills, now) for post in self.store.own()]

    def messages(self) -> list[dict[str, object]]:
        """What the public wrote to us alone until now, and what it truly is."""
        now, letters = self.clock.now(), self.desk.letters
        return [
            record(number, letter)
            for number, letter in letters.written.items()
            if letter.at <= now and number in letters.all
        ]

    def configure(self, options: dict[str, object]) -> None:
        """Turn knobs (see the module's docstring); raises ValueError, and then turns none."""
        turn(self, options)
