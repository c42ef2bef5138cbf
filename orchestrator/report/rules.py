"""The rule of every figure, in one or two sentences that a board can read."""

from collections.abc import Mapping

from orchestrator.i18n import _
from orchestrator.ports import Metrics
from orchestrator.report import words
from orchestrator.vocabulary import Label, PostState


def tandems() -> str:
    """Rule of ``tandems``."""
    return _(
        "Tandems of the campaign, whatever the period. For a network or a day: those with a post."
    )


def posts() -> str:
    """Rule of ``posts``."""
    return _(
        "Posts that were planned and not called off. Each belongs to the day on which it went out,"
        " or else was due."
    )


def published() -> str:
    """Rule of ``published``."""
    return _("Posts that a network confirmed, also those that were taken down later.")


def gone() -> str:
    """Rule of ``gone``."""
    return _("Posts that the network no longer has. Their last figure is kept.")


def kept() -> str:
    """Rule of ``targeting.kept``."""
    return _("Posts that were read back, and the network holds the audience that we asked for.")


def lost() -> str:
    """Rule of ``targeting.lost``."""
    return _("Posts that were read back, and the network did not keep the audience.")


def post_state(state: PostState) -> str:
    """Rule of ``post_states.…``."""
    return _("Posts whose state is now: {state}.").format(state=words.state(state))


def replies() -> str:
    """Rule of ``replies``."""
    return _(
        "Everything that people answered, on every channel, abuse and spam too. What reached us"
        " twice counts once. What was deleted is told apart, unless it had been handed over."
    )


def deleted() -> str:
    """Rule of ``replies_deleted``."""
    return _("Replies that their authors or the network deleted after we had read them.")


def hidden() -> str:
    """Rule of ``replies_hidden``."""
    return _(
        "Replies that are kept out of sight at their network, by a person or by the rule. Nothing"
        " is deleted; each can be shown again."
    )


def duplicates() -> str:
    """Rule of ``duplicates``."""
    return _("Replies that repeat one that had come on another channel; they count nowhere else.")


def label(which: Label) -> str:
    """Rule of ``labels.…``."""
    return _("Replies that are sorted as: {kind}. A person can correct the sorting.").format(
        kind=words.kind(which)
    )


def offers() -> str:
    """Rule of ``job_offers``."""
    return _(
        "Replies that offer work, training, an internship or a trial day of their own. Each offer"
        " counts once, whatever became of it."
    )


def tips() -> str:
    """Rule of ``tips``."""
    return _("Replies that point to work elsewhere, or offer other help. Each counts once.")


def not_looked_at() -> str:
    """Rule of ``not_looked_at``."""
    return _(
        "Job offers and tips that the program sorted and nobody has taken, labelled or handed over"
        " yet."
    )


def handed_over() -> str:
    """Rule of ``handed_over``."""
    return _(
        "Job offers that were forwarded to the tandem, wherever they stand since. Offers that were"
        " unsafe or taken back do not count."
    )


def warned() -> str:
    """Rule of ``warned``."""
    return _(
        "Job offers whose check found a warning, such as pay below the minimum wage. They need a"
        " second person, and go out with advice. What its author has edited since does not count."
    )


def warned_handed_over() -> str:
    """Rule of ``warned_handed_over``."""
    return _("Job offers with a warning among those that were handed over.")


def waiting() -> str:
    """Rule of ``waiting``."""
    return _("Job offers that are new or checked, not deleted, and not yet handed over.")


def waiting_too_long() -> str:
    """Rule of ``waiting_too_long``."""
    return _(
        "Job offers that wait to be handed over although they came more than 24 hours before the"
        " report was made. This is an alarm."
    )


def tips_waiting() -> str:
    """Rule of ``tips_waiting``."""
    return _("Tips that are new or checked, not deleted, and not yet handed over.")


def at_work() -> str:
    """Rule of ``at_work``."""
    return _("Job offers out of which somebody started work, as far as we were told.")


def outcome(status: str) -> str:
    """Rule of ``outcomes.…``."""
    return _("Job offers that stand now at: {status}.").format(status=words.outcome(status))


def reach(network: str, metrics: Mapping[str, Metrics]) -> str:
    """Rule of ``reach.…``."""
    metric = metrics.get(network)
    if metric is None:
        return _("This version of the program does not know the network.")
    if metric.people:
        return _(
            "Sum of each post's last figure “{metric}” of {network}: the people who saw that post."
            " Whoever saw several posts counts several times, so the sum is not a number of people."
        ).format(metric=metric.reach, network=words.network(network))
    return _(
        "Sum of each post's last figure “{metric}” of {network}: how often that post was shown."
        " Impressions are not people."
    ).format(metric=metric.reach, network=words.network(network))


def private(network: str, metric: str) -> str:
    """Rule of ``private.…``."""
    return _(
        "Sum of each post's last figure “{metric}” of {network}, which only the owner of a post is"
        " told, and only while it is young; posts without it are not counted as 0."
    ).format(metric=metric, network=words.network(network))


def cost(network: str) -> str:
    """Rule of ``cost.…``."""
    return _(
        "What posting and reading on {network} cost by its prices, in US dollars. A send whose"
        " outcome is unclear counts as charged. Reading is charged for the whole account and"
        " counts only in figures of the whole campaign."
    ).format(network=words.network(network))
