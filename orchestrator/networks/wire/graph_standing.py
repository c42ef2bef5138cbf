"""What a doctor finds out about tokens: whose they are, what they may, until when, and the proof.

Unverified live: that a page's token may ask about itself. Which tasks the person behind it has on
the page, only a person's token is told.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from orchestrator.formats import day
from orchestrator.i18n import _
from orchestrator.networks.wire.answer import as_object
from orchestrator.networks.wire.graph import Graph
from orchestrator.networks.wire.graph_token import (
    TO_MESSAGE,
    TO_MODERATE,
    expiry,
    missing,
    purposes,
)
from orchestrator.ports import NotAuthorised, Rejected, Remark, Trouble

_TASKS = ("CREATE_CONTENT", "MODERATE", "ADVERTISE")


def told(graph: Graph, token: str) -> dict[str, Any]:
    """What the platform says of a token; empty where it does not say."""
    try:
        answer = graph.get("debug_token", input_token=token)
    except (Rejected, NotAuthorised):
        return {}  # some tokens may not ask about themselves
    return as_object(answer.get("data"))


def of_page(token: Mapping[str, Any], bare: Graph, *, proves: bool) -> Iterator[Remark]:
    """What is to be said of a page's token; ``bare`` asks without the proof, if we have one."""
    if not isinstance(token.get("scopes"), list):
        yield Remark(
            _("Facebook does not tell this token what it may do, nor when it ends."),
            _("Look it up in Meta's access token debugger; a first post shows the rest."),
            known=False,
        )
    yield from _beyond_posts(token)
    yield _proof(bare, proves)


def _beyond_posts(token: Mapping[str, Any]) -> Iterator[Remark]:
    """What of the inbox does not work with this token; posts go out all the same."""
    if lacking := missing(token, TO_MODERATE):
        yield Remark(
            _("This token can neither hide nor answer comments: it lacks {permissions}.").format(
                permissions=", ".join(lacking)
            ),
            _("Make a new page token with it if `inbox hide` and `inbox reply` shall work."),
        )
    if lacking := missing(token, TO_MESSAGE):
        yield Remark(
            _("This token can neither read nor write messages: it lacks {permissions}.").format(
                permissions=", ".join(lacking)
            ),
            _("Make a new page token with it if people shall be answered privately."),
        )


def _proof(bare: Graph, proves: bool) -> Remark:
    if not proves:
        return Remark(
            _("No app_secret is set: whoever gets hold of the page token can post with it."),
            _("Set [facebook] app_secret, then require the proof of it in the app's settings."),
        )
    try:
        bare.get("me", fields="id")
    except NotAuthorised:
        return Remark(_("The app asks for the proof of app_secret, and ours is right."))
    except Trouble as trouble:
        return Remark(
            _("Whether the app asks for the proof of app_secret was not found out."),
            trouble.why,
            known=False,
        )
    return Remark(
        _("The app does not ask for the proof of app_secret: a stolen token alone would do."),
        _("Switch “Require app secret” on in the app's settings (Advanced, Security)."),
    )


def untold_tasks() -> Remark:
    """What a page's own token cannot tell."""
    return Remark(
        _(
            "Whether the person behind page_token has the page's task CREATE_CONTENT, a page token"
            " does not tell."
        ),
        _("`tueroeffner doctor --pilot` finds it out."),
        known=False,
    )


def of_ads(ads: Graph, token: str, page_id: str, *, pays: bool) -> Iterator[Remark]:
    """What is to be said of the token for adverts, which is a person's; posts go out without it.

    ``pays``: else it only counts people, and needs to make no advert.
    """
    try:
        ads.get("me", fields="id")
        tasks = _tasks(ads, page_id)
    except Trouble as trouble:
        yield Remark(
            _("The token for adverts is refused: {why}").format(why=trouble.why),
            _("Put a new one into [facebook] ads_token; posts go out without it."),
            hinders=pays,
        )
        return
    about = told(ads, token)
    needed = ("ads_read", "ads_management") if pays else ("ads_read",)
    for permission in missing(about, needed):
        yield Remark(
            _("ads_token lacks the permission {permission}: {purpose}.").format(
                permission=permission, purpose=purposes()[permission]
            ),
            _("Grant it in the network's developer settings, and get a new token."),
            hinders=pays,
        )
    if ends := expiry(about):
        what = _("ads_token ends on {day}; adverts stop then.").format(day=day(ends.date()))
        yield Remark(what, _("Get a new one before that day."), ends)
    yield from _of_tasks(tasks, pays=pays)


def _tasks(ads: Graph, page_id: str) -> list[str] | None:
    """The person's tasks on the page; None where they are not told."""
    try:
        for page in ads.pages("me", "accounts", fields="id,tasks"):
            if str(page.get("id")) == page_id and isinstance(page.get("tasks"), list):
                return [str(task) for task in page["tasks"]]
    except (Rejected, NotAuthorised):
        return None
    return None


def _of_tasks(tasks: list[str] | None, *, pays: bool) -> Iterator[Remark]:
    if tasks is None:
        yield Remark(
            _("Which tasks the person behind ads_token has on the page could not be read."),
            _("Give that token pages_show_list, and the person a task on the page."),
            known=False,
        )
        return
    for task in _TASKS:
        if task not in tasks:
            yield Remark(
                _("The person behind ads_token lacks the page's task {task}.").format(task=task),
                _("An administrator of the page gives it in the page's settings."),
                hinders=pays and task == "ADVERTISE",
            )
