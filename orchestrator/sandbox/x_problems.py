"""The X API's refusals: RFC 7807 bodies, sent as application/json like the live service does."""

from collections.abc import Iterable, Mapping

from orchestrator.sandbox.http import Answer
from orchestrator.sandbox.x_schema import Complaint

# The prefix in version 2.166 of the description; 2.167 has api.x.com (knob `problem_host`).
PREFIX = "https://api.twitter.com/2/problems/"
OLD_HOST = "api.twitter.com"
USER_CONTEXTS = "OAuth 1.0a User Context, OAuth 2.0 User Context"

Body = dict[str, object]


class ProblemError(Exception):
    """The call is refused with this status and body; `headers` come on top of the usual ones."""

    def __init__(self, status: int, body: Body, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body.get('detail')}")
        self.answer = Answer(status, body, headers or {})


def _blank(status: int, title: str, detail: str) -> Body:
    return {"detail": detail, "type": "about:blank", "title": title, "status": status}


def unauthorized(why: str) -> ProblemError:
    """401. The live service never says why; the header is the sandbox's own help."""
    body = _blank(401, "Unauthorized", "Unauthorized")
    return ProblemError(401, body, {"x-sandbox-reason": why})


def unsupported_authentication() -> ProblemError:
    """403: an app-only bearer token where only a user may act."""
    detail = (
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  "
        f"Supported authentication types are [{USER_CONTEXTS}]."
    )
    body: Body = {"title": "Unsupported Authentication", "detail": detail}
    return ProblemError(403, body | {"type": PREFIX + "unsupported-authentication", "status": 403})


def read_only() -> ProblemError:
    """403: the token was made before the app got write permission."""
    detail = (
        "Your client app is not configured with the appropriate oauth1 app permissions "
        "for this endpoint."
    )
    body: Body = {"title": "Forbidden", "detail": detail}
    return ProblemError(403, body | {"type": PREFIX + "oauth1-permissions", "status": 403})


def client_forbidden() -> ProblemError:
    """403: the app has no access to the API (not attached to a project)."""
    body: Body = {
        "title": "Client Forbidden",
        "detail": "When authenticating requests to the X API v2 endpoints, you must use keys and "
        "tokens from a developer App that is attached to a Project.",
        "reason": "client-not-enrolled",
        "type": PREFIX + "client-forbidden",
    }
    return ProblemError(403, body)


def forbidden(detail: str) -> ProblemError:
    """403 without a type of its own: duplicate, suspended, foreign post, closed feature."""
    return ProblemError(403, _blank(403, "Forbidden", detail))


def out_of_credits(account: str) -> ProblemError:
    """402: people report this title and text; the type's last segment is theirs too."""
    detail = f"Your enrolled account [{account}] does not have any credits to fulfill this request."
    body: Body = {"account_id": int(account), "title": "CreditsDepleted", "detail": detail}
    return ProblemError(402, body | {"type": PREFIX + "credits"})


def too_many_requests(headers: Mapping[str, str]) -> ProblemError:
    """429; the headers tell when to come back."""
    body = _blank(429, "Too Many Requests", "Too Many Requests")
    return ProblemError(429, body, headers)


def invalid_request(complaints: Iterable[Complaint]) -> ProblemError:
    """400 with every complaint."""
    body: Body = {
        "errors": [complaint.as_body() for complaint in complaints],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": PREFIX + "invalid-request",
    }
    return ProblemError(400, body)


def no_such_path(path: str) -> ProblemError:
    """404: no operation has this path (the body's exact text is unverified)."""
    return ProblemError(404, _blank(404, "Not Found", f"There is no endpoint at {path}."))


def wrong_method(allowed: Iterable[str]) -> ProblemError:
    """405: the path exists, with other methods (the body's exact text is unverified)."""
    body = _blank(405, "Method Not Allowed", "Method Not Allowed")
    return ProblemError(405, body, {"Allow": ", ".join(sorted(allowed))})


def not_found(kind: str, parameter: str, value: str) -> Body:
    """The partial error of a 200 for a post or user that is gone; `kind` is tweet or user."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PREFIX + "resource-not-found",
    }


def not_authorized(parameter: str, post: str) -> Body:
    """The partial error of a 200 for a post of somebody who is read by followers only."""
    return {
        "resource_id": post,
        "parameter": parameter,
        "resource_type": "tweet",
        "section": "includes" if "." in parameter else "data",
        "title": "Authorization Error",
        "value": post,
        "detail": f"Sorry, you are not authorized to see the Tweet with {parameter}: [{post}].",
        "type": PREFIX + "not-authorized-for-resource",
    }


def unavailable(parameter: str, post: str) -> Body:
    """The partial error of a 200 for a post that cannot be fetched just now."""
    return {
        "resource_id": post,
        "parameter": parameter,
        "resource_type": "tweet",
        "title": "Resource Unavailable Error",
        "detail": f"This tweet is not available now: [{post}].",
        "type": PREFIX + "resource-unavailable",
    }


def field_unauthorized(post: str, parameter: str, field: str) -> Body:
    """The partial error of a 200 for private figures of a foreign or over 30 days old post."""
    return {
        "resource_id": post,
        "parameter": parameter,
        "resource_type": "tweet",
        "section": "data",
        "title": "Field Authorization Error",
        "value": post,
        "detail": f"Sorry, you are not authorized to access '{field}' on the Tweet with "
        f"{parameter} : [{post}].",
        "field": field,
        "type": PREFIX + "not-authorized-for-field",
    }
