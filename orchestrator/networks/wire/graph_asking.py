"""Reading many things of a page in few calls, so that what fails costs only itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Answer, as_object
from orchestrator.networks.wire.graph import BATCH_SIZE, Graph, Read, read_object
from orchestrator.networks.wire.graph_codes import Reaction, row
from orchestrator.networks.wire.graph_troubles import NO_SUCH_OBJECT, Json, number
from orchestrator.networks.wire.pressure import STOP
from orchestrator.ports import NotAuthorised, RateLimited, Trouble

_TOO_MUCH = "reduce the amount of data"


@dataclass(frozen=True)
class Refused:
    """Why one read gave nothing, with the platform's code where it gave one."""

    trouble: Trouble
    code: int = 0
    subcode: int = 0
    message: str = ""
    large: bool = False  # a smaller page might be given

    @property
    def gone(self) -> bool:
        """There is no such object, or none that we may see."""
        return (self.code, self.subcode) == NO_SUCH_OBJECT

    @property
    def unpermitted(self) -> bool:
        """The token lacks a permission for this; others may go on."""
        return row(self.code, self.subcode, self.message).reaction is Reaction.LACKS

    @property
    def no_metric(self) -> bool:
        """One of the metrics asked for does not exist (any more)."""
        return row(self.code, self.subcode, self.message).reaction is Reaction.DROP

    @property
    def ends(self) -> bool:
        """Whether nothing else should be asked now."""
        account = isinstance(self.trouble, NotAuthorised) and not self.unpermitted
        return account or isinstance(self.trouble, RateLimited)


Outcome = Json | Refused


class Asking:
    """Many reads, in lots; after one that `ends` them, or a lot without an answer, no more."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.ended: Trouble | None = None

    def all(self, reads: Sequence[Read]) -> list[Outcome]:
        """What came of each read, in order."""
        outcomes: list[Outcome] = []
        for start in range(0, len(reads), BATCH_SIZE):
            outcomes += self._lot(reads[start : start + BATCH_SIZE])
        return outcomes

    def _lot(self, reads: Sequence[Read]) -> list[Outcome]:
        self.ended = self.ended or self._sparing()
        if self.ended:
            return [Refused(self.ended) for _read in reads]
        try:
            answers = self._graph.lot(reads)
        except Trouble as trouble:
            if self._graph.overflowed:
                return self._smaller(reads, trouble)
            self.ended = trouble
            return [Refused(trouble) for _read in reads]
        outcomes = [_outcome(answer) for answer in answers]
        ending = (each.trouble for each in outcomes if isinstance(each, Refused) and each.ends)
        self.ended = next(ending, None)
        return outcomes

    def _sparing(self) -> RateLimited | None:
        """Why nothing more is read for now: the little that is left is kept for sending."""
        pressure = self._graph.usage.pressure
        seconds = pressure.rest.total_seconds()
        if pressure.used < STOP or seconds <= 0:
            return None
        why = _(
            "Nearly all calls that Facebook allows are used, and the rest is kept for posts:"
            " reading goes on in {minutes} minutes."
        )
        return RateLimited(why.format(minutes=max(1, round(seconds / 60))), seconds=seconds)

    def _smaller(self, reads: Sequence[Read], trouble: Trouble) -> list[Outcome]:
        """Ask in halves for what is too long together."""
        if len(reads) == 1:
            return [Refused(trouble, large=True)]
        half = len(reads) // 2
        return [*self._lot(reads[:half]), *self._lot(reads[half:])]


def _outcome(answer: Answer | None) -> Outcome:
    try:
        return read_object(answer)
    except Trouble as trouble:
        error = as_object(as_object(answer.document() if answer else None).get("error"))
        code, subcode = number(error.get("code")), number(error.get("error_subcode"))
        message = str(error.get("message"))
        large = row(code).reaction is Reaction.LOOK and _TOO_MUCH in message.lower()
        return Refused(trouble, code, subcode, message, large)


def first_trouble(outcomes: Sequence[Outcome]) -> Trouble | None:
    """Why reads failed: the first reason that is about more than one post, or any."""
    refused = [each for each in outcomes if isinstance(each, Refused)]
    wide = [each.trouble for each in refused if each.ends or each.unpermitted]
    return next(iter([*wide, *(each.trouble for each in refused)]), None)
