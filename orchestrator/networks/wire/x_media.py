"""Pictures and films on their way to X: in parts, from where a cut left off, until X has looked.

Unverified live: that X takes a part again whose answer was lost, and words for those who do not
see a film (its own programs have them for pictures only).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Gone, as_object, whole
from orchestrator.networks.wire.said import quoted, repeatable, unclear
from orchestrator.networks.wire.x_api import XApi
from orchestrator.networks.wire.x_bill import Bill
from orchestrator.networks.wire.x_posts import is_id
from orchestrator.networks.wire.x_troubles import NETWORK
from orchestrator.ports import Attachment, OutcomeUnknown, Rejected, Uploaded
from orchestrator.vocabulary import MediaKind
from schedules.clock import Clock

MB = 1024 * 1024
MOST_PARTS = 1000
# What a call goes on for at most, in seconds.
LONGEST = 120.0
_CATEGORIES = {MediaKind.PHOTO: "tweet_image", MediaKind.VIDEO: "tweet_video"}
Keep = Callable[[Uploaded], None]


def part_size(size: int) -> int:
    """Parts of one megabyte, or of more where a thousand of these would not be enough."""
    return max(MB, -(-size // MOST_PARTS))


class Uploads:
    """The uploads of one account; ``tick`` tells real time, in seconds."""

    def __init__(
        self, api: XApi, bill: Bill, clock: Clock, tick: Callable[[], float] = monotonic
    ) -> None:
        self._api, self._bill, self._clock, self._tick = api, bill, clock, tick
        self._ask_at: dict[str, float] = {}

    def go_on(self, file: Attachment, so_far: Uploaded, keep: Keep) -> Uploaded:
        """As ``Uploading.upload``: what X does not know any more is begun anew, once."""
        if not self._is_good(so_far):
            so_far = Uploaded()
        try:
            return self._bring(file, so_far, keep)
        except (Rejected, Gone) as refusal:
            if so_far.remote_id or not so_far.mark:
                raise _refused(refusal) from None
        try:
            return self._bring(file, Uploaded(), keep)
        except (Rejected, Gone) as refusal:
            raise _refused(refusal) from None

    def _is_good(self, so_far: Uploaded) -> bool:
        return so_far.expires_at is None or self._clock.now() < so_far.expires_at

    @repeatable(NETWORK)
    def _bring(self, file: Attachment, so_far: Uploaded, keep: Keep) -> Uploaded:
        until = self._tick() + LONGEST
        if not so_far.mark:
            so_far = self._begin(file)
            keep(so_far)
        while so_far.sent < file.size:
            so_far = self._append(file, so_far)
            keep(so_far)
            if self._tick() >= until:
                return so_far
        if not so_far.remote_id:
            so_far = self._looked_at(so_far, self._api.finish_upload(so_far.mark)[0])
        elif not so_far.ready:
            so_far = self._ask(so_far)
        return self._described(file, so_far) if so_far.ready else so_far

    def _begin(self, file: Attachment) -> Uploaded:
        told, _raw = self._api.begin_upload(file.mime, file.size, _CATEGORIES[file.kind])
        data = as_object(told.get("data"))
        if not is_id(data.get("id")):
            raise unclear(NETWORK, _("no number for the upload"), write=True)
        return Uploaded(mark=str(data["id"]), expires_at=self._expiry(data))

    def _append(self, file: Attachment, so_far: Uploaded) -> Uploaded:
        size = part_size(file.size)
        with file.path.open("rb") as opened:
            opened.seek(so_far.sent)
            part = opened.read(min(size, file.size - so_far.sent))
        if not part:
            raise Rejected("", reason=_("it ended before its size"))
        self._api.append_upload(so_far.mark, so_far.sent // size, part)
        return replace(so_far, sent=so_far.sent + len(part))

    def _ask(self, so_far: Uploaded) -> Uploaded:
        """How far X is with it; not before X wants to be asked again."""
        wait = self._ask_at.get(so_far.mark, 0.0) - self._tick()
        if wait > 0:
            return replace(so_far, wait=wait)
        return self._looked_at(so_far, self._api.upload_status(so_far.mark)[0])

    def _looked_at(self, so_far: Uploaded, told: Mapping[str, Any]) -> Uploaded:
        data = as_object(told.get("data"))
        processing = as_object(data.get("processing_info"))
        state = processing.get("state", "succeeded" if is_id(data.get("id")) else "")
        if state == "failed":
            raise _unfit(processing)
        if state not in ("succeeded", "pending", "in_progress"):
            raise unclear(NETWORK, _("nothing said of the upload"), write=True)
        wait = float(whole(processing.get("check_after_secs")) or 0)
        self._ask_at[so_far.mark] = self._tick() + wait
        done = state == "succeeded"
        expires_at = self._expiry(data) or so_far.expires_at
        return replace(
            so_far,
            **{"remote_id": so_far.mark, "ready": done, "wait": 0.0 if done else wait},
            expires_at=expires_at,
        )

    def _described(self, file: Attachment, so_far: Uploaded) -> Uploaded:
        if not file.alt:
            return so_far
        try:
            self._api.describe(so_far.mark, file.alt)
        except OutcomeUnknown:
            self._bill.called("alt_text")  # perhaps
            raise
        except Rejected as refusal:
            return _without_words(file, so_far, refusal)
        self._bill.called("alt_text")
        return so_far

    def _expiry(self, data: Mapping[str, Any]) -> datetime | None:
        seconds = whole(data.get("expires_after_secs"))
        return self._clock.now() + timedelta(seconds=seconds) if seconds else None


def _without_words(file: Attachment, so_far: Uploaded, refusal: Rejected) -> Uploaded:
    """A film goes on without its words: X may not know any for films, however they are worded.

    Of a picture X does know them: what was approved is a picture that those who do not see it can
    read, and it must not go out as another one unasked. A person can word them otherwise.
    """
    said = refusal.reason or refusal.why
    if file.kind == MediaKind.VIDEO:
        why = _("X does not take the words that describe the film, so it goes out without: {said}.")
        return replace(so_far, remark=why.format(said=said))
    raise Rejected(
        _(
            "X does not take the words that describe the picture: {said}. Change them in the tandem"
            " file (column media_alt), import it and plan anew."
        ).format(said=said)
    )


def _refused(refusal: Rejected | Gone) -> Rejected:
    """A refusal of X with what to do; one that tells that already stays as it is."""
    if isinstance(refusal, Rejected) and not refusal.reason:
        return refusal
    said = refusal.reason or refusal.why
    return Rejected(
        _(
            "X does not take the picture or film: {said}. Give another one, or post without it."
        ).format(said=said),
        reason=said,
    )


def _unfit(processing: Mapping[str, Any]) -> Rejected:
    error = as_object(processing.get("error"))
    return Rejected("", reason=f"“{quoted(error.get('message'), error.get('name'))}”")
