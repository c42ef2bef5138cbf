"""The search's query language, as far as replies need it: words, phrases, OR, brackets, negation,
`conversation_id:`, `from:`, `to:`, `is:retweet`, `is:reply`; any other operator is refused.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from orchestrator.sandbox.x_problems import ProblemError, invalid_request
from orchestrator.sandbox.x_schema import Complaint
from orchestrator.sandbox.x_store import Account, Post

LONGEST = 512  # for self-serve; the description's 4096 are for enterprises
TOKEN = re.compile(r'[()]|-(?=\()|-?"[^"]*"|[^\s()"]+|\S')
OPERATOR = re.compile(r"([A-Za-z_]+):(.*)")
NUMBER = re.compile("[0-9]{1,19}")
USER = re.compile("[A-Za-z0-9_]{1,19}")
Matches = Callable[[Post], bool]


@dataclass(frozen=True)
class Clause:
    """A part of a query. `stands`: it may stand alone; `negated`: it only leaves posts out."""

    matches: Matches
    stands: bool = True
    negated: bool = False


def search_for(query: str) -> Matches:
    """What a query finds; raises an invalid-request problem."""
    if len(query) > LONGEST:
        # That it is refused is documented; in which words is unverified.
        raise _refused(query, f"The query is longer than {LONGEST} characters")
    parser = _Parser(query)
    clause = parser.read()
    if clause.negated:
        raise parser.fault(
            "Rules must contain a non-negation term (at position 1), Rules must contain at least"
            " one positive, non-stopword clause (at position 1)"
        )
    if not clause.stands:
        raise parser.fault("is/has/lang cannot be used as a standalone operator (at position 1)")
    return clause.matches


def _refused(query: str, message: str) -> ProblemError:
    return invalid_request([Complaint(message, "query", (query,))])


class _Parser:
    """Reads a query from left to right; a space binds closer than OR."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = TOKEN.findall(query)

    def fault(self, message: str) -> ProblemError:
        return _refused(self._query, f"There were errors processing your request: {message}")

    def read(self) -> Clause:
        clause = self._any()
        if self._tokens:
            raise self.fault(f"missing EOF at '{self._tokens[0]}'")
        return clause

    def _any(self) -> Clause:
        branches = [self._all()]
        while self._tokens and self._tokens[0] == "OR":
            self._tokens.pop(0)
            branches.append(self._all())
        return Clause(
            lambda post: any(branch.matches(post) for branch in branches),
            all(branch.stands for branch in branches),
            any(branch.negated for branch in branches),
        )

    def _all(self) -> Clause:
        parts = []
        while self._tokens and self._tokens[0] not in ("OR", ")"):
            parts.append(self._one(self._tokens.pop(0)))
        if not parts:
            raise self.fault("no viable alternative at input (at position 1)")
        return Clause(
            lambda post: all(part.matches(post) for part in parts),
            any(part.stands for part in parts),
            all(part.negated for part in parts),
        )

    def _one(self, token: str) -> Clause:
        if token == "(":
            return self._group()
        if token.startswith("-") and len(token) > 1:
            part = self._term(token[1:])
            return Clause(lambda post: not part.matches(post), stands=False, negated=True)
        return self._term(token)

    def _group(self) -> Clause:
        clause = self._any()
        if not self._tokens or self._tokens.pop(0) != ")":
            raise self.fault("missing ')'")
        return clause

    def _term(self, token: str) -> Clause:
        if token.startswith('"') and len(token) > 1:
            return Clause(_says(token))
        if token.lower() in ("or", "and"):
            raise self.fault(f"Ambiguous use of {token} as a keyword")
        if found := OPERATOR.fullmatch(token):
            return self._operator(found[1].lower(), found[2])
        if not any(letter.isalnum() for letter in token):
            raise self.fault(f"no viable alternative at input '{token}'")
        return Clause(_says(token))

    def _operator(self, name: str, value: str) -> Clause:
        if name == "conversation_id" and NUMBER.fullmatch(value):
            return Clause(lambda post: post.conversation == value)
        if name == "from" and USER.fullmatch(value):
            return Clause(lambda post: _is(post.author, value))
        if name == "to" and USER.fullmatch(value):
            return Clause(lambda post: bool(post.parent and _is(post.parent.author, value)))
        if name == "is" and value == "retweet":
            return Clause(lambda post: False, stands=False)  # nobody here passes posts on as such
        if name == "is" and value == "reply":
            return Clause(lambda post: post.parent is not None, stands=False)
        raise self.fault(f"Reference to invalid operator '{name}'")


def _is(account: Account, value: str) -> bool:
    return value == account.id or value.casefold() == account.username.casefold()


def _says(text: str) -> Matches:
    wanted = list(_tokens(text))
    return lambda post: _contains(list(_tokens(post.text)), wanted)


def _contains(tokens: list[str], wanted: list[str]) -> bool:
    size = len(wanted)
    return any(tokens[at : at + size] == wanted for at in range(len(tokens) - size + 1))


def _tokens(text: str) -> Iterator[str]:
    """Words as they are compared: without case and accents, cut at every sign."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return (found[0] for found in re.finditer(r"\w+", bare))
