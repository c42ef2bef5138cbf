"""Who calls: pages, tokens, permissions, and the proof that the caller knows the app's secret."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from orchestrator.sandbox.graph_errors import METHOD, GraphError, bad_token, not_permitted
from orchestrator.sandbox.graph_knobs import Knobs

Kind = Literal["PAGE", "USER", "APP"]
# Invented, and worth nothing anywhere.
APP_ID = "728301945512088"
APP_SECRET = "0123456789abcdef0123456789abcdef"
USER_ID = "122093847561029"
USER_NAME = "Mira Sandkasten"
USER_TOKEN = "EAASandboxUserTokenWorthNothing0000000001"
# Another token of the same person, made for the ad account.
ADS_TOKEN = "EAASandboxAdsTokenWorthNothing00000000001"
AD_ACCOUNT = "390184726650113"

STATES: dict[str, tuple[str, int | None]] = {
    "invalid": ("Invalid OAuth access token - Cannot parse access token", None),
    "expired": ("Error validating access token: Session has expired.", 463),
    "app_removed": (
        "Error validating access token: The user has not authorized the application.",
        458,
    ),
    "password_changed": (
        "Error validating access token: The session has been invalidated because the user changed"
        " their password.",
        460,
    ),
    "checkpoint": ("Error validating access token: The user is enrolled in a checkpoint.", 459),
    "unconfirmed": (
        "Error validating access token: Sessions for the user are not allowed because the user is"
        " not a confirmed user.",
        464,
    ),
    "logged_out": ("Error validating access token: This session is invalid.", 467),
    "no_role": (
        "Invalid Session: The user associated with the Page access token does not have an"
        " appropriate role on the Page.",
        492,
    ),
}


@dataclass(frozen=True)
class Page:
    """An invented page."""

    id: str
    name: str
    username: str
    followers: int
    fans: int
    token: str


PAGES = (
    Page(
        "104729188301557",
        "Türöffner Probe",
        "tueroeffner.probe",
        12640,
        11890,
        "EAASandboxPageTokenWorthNothing0000000001",
    ),
    Page(
        "104729188301602",
        "Türöffner Probe Nord",
        "tueroeffner.probe.nord",
        3120,
        2987,
        "EAASandboxPageTokenWorthNothing0000000002",
    ),
)


@dataclass(frozen=True)
class Token:
    """A token that was accepted; `profile` is the id of its page, user or app."""

    kind: Kind
    profile: str


def pages(knobs: Knobs) -> dict[str, Page]:
    """The pages that exist, by id."""
    first = PAGES[0] if knobs.fans is None else replace(PAGES[0], fans=knobs.fans)
    others = PAGES[1:] if knobs.second_page else ()
    return {page.id: page for page in (first, *others)}


def identify(token: str | None, proof: str | None, knobs: Knobs) -> Token:
    """Whose token this is; raises code 190, or 100 for the app secret's proof."""
    if not token:
        raise bad_token("An access token is required to request this resource.")
    owner = _owner(token, knobs)
    if owner is None:
        raise bad_token(*STATES["invalid"])
    if state := _state(token, owner, knobs):
        raise bad_token(*STATES[state])
    _check_proof(token, proof, knobs)
    return owner


def _state(token: str, owner: Token, knobs: Knobs) -> str:
    """What is wrong with a token; empty for nothing."""
    if owner.kind == "APP" or token == knobs.new_token:
        return ""
    return knobs.token if knobs.token != "valid" else ""


def _owner(token: str, knobs: Knobs) -> Token | None:
    owners = {page.token: Token("PAGE", page.id) for page in pages(knobs).values()}
    if knobs.new_token:
        owners[knobs.new_token] = Token("PAGE", PAGES[0].id)
    owners[USER_TOKEN] = owners[ADS_TOKEN] = Token("USER", USER_ID)
    owners[f"{APP_ID}|{APP_SECRET}"] = Token("APP", APP_ID)
    return owners.get(token)


def _check_proof(token: str, proof: str | None, knobs: Knobs) -> None:
    if proof is None:
        if knobs.require_appsecret_proof:
            why = "API calls from the server require an appsecret_proof argument"
            raise GraphError(100, why, kind=METHOD)
        return
    right = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), proof.encode()):
        why = "Invalid appsecret_proof provided in the API argument"
        raise GraphError(100, why, kind=METHOD)


def may_read(token: Token, page_id: str, knobs: Knobs) -> None:
    """Whether this token may read the page's posts; raises code 190 or 10."""
    _page_token_only(token)
    if token.profile != page_id or "pages_read_engagement" not in knobs.permissions:
        raise not_permitted(
            10,
            "This endpoint requires the 'pages_read_engagement' permission or the 'Page Public"
            " Content Access' feature.",
        )


def may_hear(token: Token, page_id: str, knobs: Knobs) -> None:
    """Whether this token may read what people say on the page; raises code 190 or 10."""
    may_read(token, page_id, knobs)
    if "pages_read_user_content" not in knobs.permissions:
        raise not_permitted(
            10,
            "This endpoint requires the 'pages_read_user_content' permission or the 'Page Public"
            " Content Access' feature.",
        )


def may_measure(token: Token, page_id: str, knobs: Knobs) -> None:
    """Whether this token may read the page's insights; raises code 190 or 10."""
    may_read(token, page_id, knobs)
    if "read_insights" not in knobs.permissions:
        raise not_permitted(10, "This endpoint requires the 'read_insights' permission.")


def may_count(token: Token, knobs: Knobs) -> None:
    """Whether this token may read the ad account; raises code 200."""
    if token.kind != "USER" or "ads_read" not in knobs.permissions:
        raise not_permitted(
            200, "Ad account owner has NOT grant ads_management or ads_read permission"
        )


def may_advertise(token: Token, knobs: Knobs) -> None:
    """Whether this token may make and change adverts; raises code 200."""
    if token.kind != "USER" or "ads_management" not in knobs.permissions:
        raise not_permitted(200, "Ad account owner has NOT grant ads_management permission")


def may_post(token: Token, page_id: str, knobs: Knobs) -> None:
    """Whether this token may write posts of the page; raises code 190 or 200."""
    _page_token_only(token)
    needed = {"pages_manage_posts", "pages_read_engagement"}
    if token.profile != page_id or not needed <= knobs.permissions:
        raise not_permitted(
            200,
            "If posting to a page, requires both pages_read_engagement and pages_manage_posts as"
            " an admin with sufficient administrative permission",
        )


def may_moderate(token: Token, page_id: str, knobs: Knobs) -> None:
    """Whether this token may act on what people say on the page; raises code 190 or 200."""
    _page_token_only(token)
    needed = {"pages_manage_engagement", "pages_read_engagement"}
    if token.profile != page_id or not needed <= knobs.permissions:
        # The platform's own words for comments are unverified.
        raise not_permitted(
            200,
            "This endpoint requires the 'pages_manage_engagement' permission of somebody who can"
            " moderate the page.",
        )


def may_message(token: Token, page_id: str, knobs: Knobs) -> None:
    """Whether this token may read and write messages of the page; raises code 190 or 230."""
    _page_token_only(token)
    if token.profile != page_id or "pages_messaging" not in knobs.permissions:
        raise not_permitted(230, "Requires pages_messaging permission to manage the object")


def _page_token_only(token: Token) -> None:
    if token.kind == "USER":
        raise bad_token(
            "User Access Token Is Not Supported: A Page access token is required for this call for"
            " the new Pages experience.",
            2069032,
        )


def describe(token: str, knobs: Knobs, now: datetime) -> dict[str, object]:
    """What /debug_token says about a token."""
    owner = _owner(token, knobs)
    if owner is None:
        refusal = {"code": 190, "message": "Invalid OAuth access token."}
        return {"error": refusal, "is_valid": False, "scopes": []}
    data: dict[str, object] = {
        "app_id": APP_ID,
        "type": owner.kind,
        "application": "Türöffner Probe",
        "expires_at": 0 if knobs.expires_in_days is None else _ahead(now, knobs.expires_in_days),
        "is_valid": not _state(token, owner, knobs),
        "scopes": sorted(knobs.permissions),
        "granular_scopes": [{"scope": each} for each in sorted(knobs.permissions)],
    }
    if owner.kind != "APP":
        ends = _ahead(now, knobs.data_access_days)
        data |= {"user_id": USER_ID, "data_access_expires_at": ends}
    if owner.kind == "PAGE":
        data["profile_id"] = owner.profile
    if state := _state(token, owner, knobs):
        why, subcode = STATES[state]
        data["error"] = {"code": 190, "message": why, "subcode": subcode}
    return data


def _ahead(now: datetime, days: float) -> int:
    return int(now.timestamp() + days * 86400)
