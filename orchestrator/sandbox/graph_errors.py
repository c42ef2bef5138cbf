"""The refusals of the Graph API: code, HTTP status and wording as the platform gives them."""

from collections.abc import Mapping

OAUTH = "OAuthException"
METHOD = "GraphMethodException"


class GraphError(Exception):
    """One refusal. `headers` go out with the answer; `data` is its `error_data`."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        status: int = 400,
        kind: str = OAUTH,
        subcode: int | None = None,
        transient: bool = False,
        says: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: object = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self._body: dict[str, object] = {"message": message, "type": kind, "code": code}
        if subcode:
            self._body["error_subcode"] = subcode
        self._body["is_transient"] = transient
        if data is not None:
            self._body["error_data"] = data
        if says:
            self._body["error_user_title"], self._body["error_user_msg"] = says

    def body(self, trace: str) -> dict[str, object]:
        """The JSON of the answer; `trace` becomes the fbtrace_id."""
        return {"error": {**self._body, "fbtrace_id": trace}}


def bad_parameter(why: str, *, says: tuple[str, str] | None = None) -> GraphError:
    """Code 100: a parameter is unknown, missing or wrong."""
    return GraphError(100, f"(#100) {why}", says=says)


def bad_token(why: str, subcode: int | None = None) -> GraphError:
    """Code 190: the access token is missing, wrong, expired or of the wrong kind."""
    challenge = f'OAuth "Facebook Platform" "invalid_token" "{why}"'
    return GraphError(190, why, subcode=subcode, headers={"WWW-Authenticate": challenge})


def not_permitted(code: int, why: str) -> GraphError:
    """Code 10 (reading) or 200 (writing): the token lacks a permission."""
    return GraphError(code, f"(#{code}) {why}", status=403)


def no_such_object(method: str, name: str) -> GraphError:
    """Code 100/33: no such object, or not for this token; 803 for a name instead of a number."""
    if not name.removeprefix("act_").replace("_", "").isdigit():
        return GraphError(
            803, f"(#803) Some of the aliases you requested do not exist: {name}", status=404
        )
    return GraphError(
        100,
        f"Unsupported {method.lower()} request. Object with ID '{name}' does not exist, cannot be"
        " loaded due to missing permissions, or does not support this operation. Please read the"
        " Graph API documentation at https://developers.facebook.com/docs/graph-api",
        kind=METHOD,
        subcode=33,
    )


def unsupported(method: str) -> GraphError:
    """Code 100: nothing can be done with this method here."""
    return GraphError(
        100,
        f"Unsupported {method.lower()} request. Please read the Graph API documentation at"
        " https://developers.facebook.com/docs/graph-api",
        kind=METHOD,
    )


def no_such_field(name: str, node: str) -> GraphError:
    """Code 100: the node has neither a field nor an edge of this name."""
    return bad_parameter(f"Tried accessing nonexisting field ({name}) on node type ({node})")


def not_played() -> GraphError:
    """Code 3: the platform knows this call, the sandbox does not play it (yet)."""
    return GraphError(3, "(#3) Application does not have the capability to make this API call.")


def unknown_path(path: str) -> GraphError:
    """Code 2500: the path leads nowhere."""
    return GraphError(2500, f"Unknown path components: {path}")


# Code → HTTP status and words. 80002 to 80014, but for 80004 and 80006, from general knowledge.
LIMITS: dict[int, tuple[int, str]] = {
    4: (403, "Application request limit reached"),
    17: (400, "User request limit reached"),
    32: (403, "Page request limit reached"),
    341: (403, "Application limit reached"),
    613: (400, "Calls to this api have exceeded the rate limit."),
    80000: (400, "There have been too many calls to this ad-account's insights."),
    80001: (
        400,
        "There have been too many calls to this Page account. Wait a bit and try again.",
    ),
    80002: (400, "There have been too many calls to this Instagram account."),
    80003: (400, "There have been too many calls to this ad-account's custom audiences."),
    80004: (
        400,
        "There have been too many calls to this ad-account. Wait a bit and try again.",
    ),
    80005: (400, "There have been too many leadgen api calls to this Page account."),
    80006: (400, "There have been too many messenger api calls to this Page account."),
    80008: (400, "There have been too many calls to this WhatsApp Business account."),
    80009: (400, "There have been too many calls to this catalog account."),
    80014: (400, "There have been too many calls for the batch uploads to this catalog account."),
}
# These are not told in the headers of usage.
UNTOLD = frozenset({341, 613})
# What may be refused at any time, by code and subcode: HTTP status, words, what a person reads.
REFUSALS: dict[tuple[int, int], tuple[int, str]] = {
    (1, 0): (500, "An unknown error occurred"),
    (2, 0): (503, "Service temporarily unavailable"),
    (3, 0): (400, "(#3) Application does not have the capability to make this API call."),
    (10, 0): (403, "(#10) Application does not have permission for this action"),
    (100, 0): (400, "(#100) Invalid parameter"),
    (100, 1885364): (400, "Invalid parameter: the audience has no location"),
    (100, 1885621): (400, "Invalid parameter: a budget on the campaign and on the ad set"),
    (100, 2909034): (400, "Invalid parameter: the special ad category needs a country"),
    (102, 0): (401, "Session key invalid or no longer valid"),
    (190, 0): (400, "Invalid OAuth access token - Cannot parse access token"),
    (190, 458): (400, "Error validating access token: The user has not authorized application."),
    (190, 459): (400, "Error validating access token: The user is enrolled in a checkpoint."),
    (190, 460): (
        400,
        "Error validating access token: The session has been invalidated because the user changed"
        " their password.",
    ),
    (190, 463): (400, "Error validating access token: Session has expired."),
    (190, 464): (400, "Error validating access token: Sessions for the user are not allowed."),
    (190, 467): (400, "Error validating access token: This session is invalid."),
    (190, 492): (400, "Error validating access token: The user has no role on the Page."),
    (200, 0): (403, "(#200) Requires pages_manage_posts permission"),
    (299, 0): (403, "(#299) Permission denied"),
    (368, 0): (400, "The action attempted has been deemed abusive or is otherwise disallowed"),
    (506, 1455006): (400, "(#506) Duplicate status message"),
    (2635, 0): (400, "(#2635) You are calling a deprecated version of the Ads API."),
    (10, 2018278): (400, "(#10) This message is sent outside of allowed window."),
    (100, 2018001): (400, "(#100) No matching user found"),
    (100, 2018292): (400, "(#100) Invalid comment_id parameter"),
    (551, 1545041): (400, "(#551) This person isn't available right now."),
    (10900, 0): (400, "(#10900) Activity already replied to"),
    (10903, 0): (400, "(#10903) This user can't reply to this activity"),
    (6000, 1363037): (400, "There was a problem uploading your video: the offset is wrong."),
    (1609005, 0): (400, "(#1609005) The url you supplied could not be scraped."),
} | {(code, 0): told for code, told in LIMITS.items()}


def refused(code: int, subcode: int, data: object = None) -> GraphError:
    """Any refusal of the table; ``data`` becomes its ``error_data``."""
    status, why = REFUSALS[code, subcode]
    transient = code in LIMITS or code in (1, 2)
    return GraphError(
        code, why, status=status, subcode=subcode or None, transient=transient, data=data
    )


def rate_limited(code: int) -> GraphError:
    """One of the limits."""
    status, why = LIMITS[code]
    subcode = {80001: 2494055, 80004: 2446079}.get(code)
    return GraphError(code, f"(#{code}) {why}", status=status, subcode=subcode, transient=True)


def too_much() -> GraphError:
    """Code 1: an answer would become too large for the platform."""
    why = "Please reduce the amount of data you're asking for, then retry your request"
    return GraphError(1, why, status=500)


def blocked() -> GraphError:
    """Code 368: the platform holds the page back for its policies."""
    return GraphError(
        368,
        "The action attempted has been deemed abusive or is otherwise disallowed",
        says=("Action Blocked", "This page is restricted from posting for a while."),
    )


def duplicate() -> GraphError:
    """Code 506: the page has a post with exactly this text."""
    return GraphError(
        506,
        "(#506) Duplicate status message",
        subcode=1455006,
        says=("Duplicate Status Update", "A post of this page already has exactly this text."),
    )
