"""One planning transaction: who is admitted, which slots are free, which words are said.

``plan`` gathers what is needed beforehand; here everything is read and written in one go.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from audiences.meetings import meetings
from audiences.overlap import Overlap
from orchestrator import circle, uploads
from orchestrator.approve import cancel, content_digest
from orchestrator.capabilities import account_of
from orchestrator.circle import Circle, Drawn, State, Told, is_told, overlap_of, people_told
from orchestrator.compose import Rules, Unfit, Wording, compose, folded, voice_of
from orchestrator.config import Settings
from orchestrator.copies import late_looks
from orchestrator.eligible import Reason, sentence, why_not
from orchestrator.frame import frame_of, posts_each
from orchestrator.i18n import _
from orchestrator.illustration import Illustration, illustrated
from orchestrator.model import Account, Appeal, Audience, Campaign, Consent, Post, Tandem
from orchestrator.money import exceeds, expected, for_links, spent_at
from orchestrator.planned import Minded, PlanReport, Skipped
from orchestrator.policy import Finding, decided
from orchestrator.policy.audience import Gate, gate_rules
from orchestrator.policy.finding import BLOCK, OK
from orchestrator.policy.limiting import lost_audience, trial_of
from orchestrator.policy.text import private_appeal, public_text
from orchestrator.ports import Network
from orchestrator.unkept import written_anew
from orchestrator.vocabulary import PostState, Show
from schedules.calendar import Slot, slot_at
from schedules.terms import Crowd, Demand, Fixed, Patience, Placed, Why
from schedules.timetable import expand, same_day_overlap


@dataclass(frozen=True)
class Candidate:
    """A tandem with all that planning needs to know of it."""

    tandem: Tandem
    appeals: Sequence[Appeal]
    consents: Sequence[Consent]
    name: str


def rules_for(network: Network, settings: Settings) -> Rules:
    """What ``network`` and the campaign ask of a wording."""
    plain = network.price("a")
    return Rules(
        network=network.name,
        limit=network.limits.text,
        length=network.length,
        languages=settings.campaign.languages,
        hashtag=settings.campaign.hashtag,
        contact=settings.campaign.contact,
        links=settings.networks[network.name].link_policy,
        link_in_text=network.limits.link_in_text,
        # A network that charges for a URL tells us so by its price.
        has_url=lambda text: network.price(text) > plain,
        link=settings.campaign.link,
    )


# Slug, network and number of a post → its time.
Slots = dict[tuple[str, str, int], Slot]
PostKey = tuple[int, str, int]


class Planner:
    """One planning transaction; the campaign's row is locked by whoever opened it."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        campaign: Campaign,
        networks: Mapping[str, Network],
        drawn: Drawn,
        now: datetime,
    ) -> None:
        self.session = session
        self.settings = settings
        self.campaign = campaign
        self.networks = networks
        self.drawn = drawn
        self.now = now
        self.report = PlanReport(unreachable=dict(drawn.unreachable))
        self.posts: dict[PostKey, Post] = {
            (post.tandem_id, post.network, post.number): post
            for post in session.exec(
                select(Post)
                .where(Post.campaign_id == campaign.id)
                .order_by(col(Post.id))
                .with_for_update()
            ).all()
        }
        sought = late_looks().where(Post.campaign_id == campaign.id)
        self.sought = {post.id for _attempt, post in session.exec(sought).all()}
        self.written: set[PostKey] = set()
        self.taken = {folded(post.text) for post in self.posts.values() if not self._free(post)}

    def run(self, candidates: Sequence[Candidate]) -> PlanReport:
        """Plan every network in turn; their slots are laid in one timetable."""
        welcome = {
            (each.tandem.slug, name): each
            for name, network in self.networks.items()
            for each in candidates
            if self._admitted(each, network)
        }
        slots = self._slots(welcome)
        for name, network in self.networks.items():
            account = self._account(name)
            spent = self._committed(name)
            for each in candidates:
                if (each.tandem.slug, name) in welcome:
                    spent = self._plan_tandem(each, network, account, slots, spent)
            self.report.cost[name] = spent
            cap = self.settings.networks[name].spending_cap
            self.report.cap = cap if cap is not None else self.report.cap
        self._call_off_the_rest()
        for name, network in self.networks.items():
            waiting = [
                post
                for post in self.posts.values()
                if post.network == name and post.state is PostState.PLANNED
            ]
            self.report.expected[name] = expected(waiting, network)
            self.report.for_links += for_links(waiting, network)
        return self.report

    def _committed(self, network: str) -> float:
        """What was spent, and what approved posts will cost."""
        approved = (
            post.price_usd
            for post in self.posts.values()
            if post.network == network and post.state is PostState.PLANNED and not self._free(post)
        )
        return spent_at(self.session, self.campaign.id, network) + sum(approved)

    def _admitted(self, each: Candidate, network: Network) -> bool:
        today = self.now.astimezone(self.settings.campaign.zone).date()
        first_day = max(today, self.settings.campaign.start)
        refused = why_not(
            each.tandem,
            each.consents,
            network.name,
            first_day,
            gated=network.limits.targeting,
            versions=self.settings.consent_versions,
        )
        if refused is not None:
            self._skip(each, network.name, sentence(refused))
            self._call_off(each.tandem, network.name, sentence(refused))
        elif self._told(each.tandem, network) is None:
            self._skip(each, network.name, _("changed while planning; plan again"))
            return False
        return refused is None

    def _circle(self, tandem: Tandem) -> Circle | None:
        """The circle that was drawn before this transaction, unless the place changed since."""
        return self.drawn.circles.get(circle.outline(tandem))

    def _told(self, tandem: Tandem, network: Network) -> Told | None:
        """What the network was asked for then, unless the tandem's place or its wish changed."""
        wish = circle.wish(tandem, self.settings.networks[network.name])
        return self.drawn.told[network.name].get(wish)

    def _drawn(self, tandem: Tandem, network: Network) -> tuple[Circle, Told]:
        drawn, told = self._circle(tandem), self._told(tandem, network)
        assert drawn is not None, "only tandems with a circle are admitted"
        assert told is not None, "and only what a network was asked for"
        return drawn, told

    def _skip(self, each: Candidate, network: str, reason: str) -> None:
        entry = Skipped(each.tandem.slug, network, reason)
        if entry not in self.report.skipped:
            self.report.skipped.append(entry)

    def _call_off(self, tandem: Tandem, network: str, reason: str) -> None:
        """Nothing that waits may go out for a reason that would stop it being planned today."""
        for (tandem_id, name, _number), post in self.posts.items():
            if (tandem_id, name) != (tandem.id, network):
                continue
            if post.state is PostState.PLANNED:
                cancel(post, reason)
                self.report.updated += 1
            elif post.state is PostState.SCHEDULED and post.approved_digest:
                # Without an approval the network has to give it back.
                post.approved_digest = post.approved_at = None
                self.report.updated += 1

    def _free(self, post: Post) -> bool:
        """Whether planning may still change a post: nobody approved it and nothing was sent.

        What is looked for is known by its words.
        """
        if post.state is PostState.CANCELLED:
            return post.id not in self.sought
        return post.state is PostState.PLANNED and post.approved_digest is None

    def _call_off_the_rest(self) -> None:
        """What this plan did not write again must not be approved in its old words."""
        for key, post in self.posts.items():
            stale = post.state is PostState.PLANNED and self._free(post) and key not in self.written
            if stale and post.network in self.networks:
                cancel(post, _("no longer part of the plan"))
                self.report.updated += 1

    def _slots(self, welcome: Mapping[tuple[str, str], Candidate]) -> Slots:
        """A slot for every post: the one it has, or a new one."""
        count = posts_each(self.settings.campaign)
        demands = [Demand(slug, network, count) for slug, network in welcome]
        slugs = {each.tandem.id: each.tandem.slug for each in welcome.values()}
        kept = {
            (slugs[post.tandem_id], post.network, post.number): post
            for post in self.posts.values()
            if post.tandem_id in slugs and self._keeps_slot(post, count)
        }
        fixed = [Fixed(*where, post.due_at) for where, post in kept.items()]
        shared = overlap_of(
            {
                each.tandem.slug: drawn
                for each in welcome.values()
                if (drawn := self._circle(each.tandem))
            }
        )
        patience = self.settings.audience
        table = expand(
            demands,
            frame_of(self.settings.campaign),
            fixed=fixed,
            earliest=self.now,
            conflicts=shared.shared(),
            crowds=[Crowd(round(each.people), each.keys) for each in shared.crowds],
            patience=Patience(patience.appeals_per_day, patience.appeals_per_week),
        )
        for lost in table.unplaced:
            self._skip(welcome[lost.key, lost.lane], lost.lane, _without_slot(lost.reason))
        slots = {where: slot_at(post.due_at, post.zone) for where, post in kept.items()}
        slots |= {(each.key, each.lane, each.number): each.slot for each in table.placed}
        self._count_meetings(slots, shared)
        return slots

    def _count_meetings(self, slots: Slots, shared: Overlap) -> None:
        """Who meets how many of the appeals, those that went out already among them."""
        placed = [Placed(*where, slot) for where, slot in slots.items()]
        self.report.same_day_overlap = same_day_overlap(placed, shared.shared())
        self.report.frequency = meetings(
            shared.crowds,
            ((each.key, each.slot.day) for each in placed),
            self.settings.campaign.start,
            self.settings.audience.appeals_per_day,
            self.settings.audience.appeals_per_week,
        )

    def _keeps_slot(self, post: Post, count: int) -> bool:
        if not self._free(post):
            return True
        campaign = self.settings.campaign
        day = post.due_at.astimezone(campaign.zone).date()
        in_time = post.due_at > self.now and campaign.start <= day <= campaign.end
        return in_time and post.number <= count

    def _plan_tandem(
        self, each: Candidate, network: Network, account: Account, slots: Slots, spent: float
    ) -> float:
        """Plan one tandem on one network; the money that is spent so far, with these posts."""
        audience = self._audience(each.tandem, network)
        if isinstance(self._told(each.tandem, network), State):
            spent -= self._call_off_towns(each.tandem, network, audience)
        gated = audience.mode == "hard" and network.limits.targeting
        if gated and not self._gate(each, network, account):
            return spent
        for number in range(1, posts_each(self.settings.campaign) + 1):
            post = self.posts.get((each.tandem.id, network.name, number))
            slot = slots.get((each.tandem.slug, network.name, number))
            if post is not None and self._shows_otherwise(each, network, post):
                spent -= post.price_usd
                self._write_anew(post, _("its pictures or films were changed"))
            if post is not None and not self._free(post):
                self._keep(each, network, post)
            elif slot is not None and self._consented_on(each, network, slot.day):
                shown = self._illustration(each, network, slot.day)
                wording = self._wording(each, network, number, spent, shown, slot)
                if wording is None:
                    break
                spent += network.price(wording.text, shown.alts, slot.day)
                self._write(each.tandem, account, network, number, slot, wording, audience, shown)
        return spent

    def _illustration(self, each: Candidate, network: Network, day: date) -> Illustration:
        """What goes with the words; what stays at home is told."""
        versions = self.settings.consent_versions
        shown = illustrated(self.session, each.tandem, each.consents, network, day, versions)
        for reason in shown.without:
            entry = Skipped(each.tandem.slug, network.name, reason)
            if entry not in self.report.without_media:
                self.report.without_media.append(entry)
        return shown

    def _shows_otherwise(self, each: Candidate, network: Network, post: Post) -> bool:
        """Whether an approved post that waits would be written with other pictures today."""
        if not self._is_waiting(post):
            return False
        day = post.due_at.astimezone(self.settings.campaign.zone).date()
        shown = self._illustration(each, network, day)
        now = uploads.approved(post.media), post.made_with_ai
        return now != (shown.media, each.tandem.made_with_ai)

    def _call_off_towns(self, tandem: Tandem, network: Network, audience: Audience) -> float:
        """Approved posts for towns, where by now only the state is told; what they would cost."""
        towns = [
            post
            for (tandem_id, name, _number), post in self.posts.items()
            if (tandem_id, name) == (tandem.id, network.name)
            and self._is_waiting(post)
            and post.targeting != audience.targeting
        ]
        for post in towns:
            self._write_anew(post, _("it was for the towns of the circle"))
        return sum(post.price_usd for post in towns)

    def _is_waiting(self, post: Post) -> bool:
        """Whether it is approved, and still here for some time."""
        if post.state is not PostState.PLANNED or self._free(post) or post.due_at <= self.now:
            return False
        return post.id not in self.sought and post.handed_digest is None

    def _write_anew(self, post: Post, reason: str) -> None:
        self.taken.discard(folded(post.text))
        cancel(post, reason)

    def _keep(self, each: Candidate, network: Network, post: Post) -> None:
        """A post that stands as it is, unless consent does not reach to its day any more."""
        day = post.due_at.astimezone(self.settings.campaign.zone).date()
        if post.state is PostState.PLANNED and not self._consented_on(each, network, day):
            cancel(post, _("consent does not reach to its day"))
            self.report.updated += 1
        else:
            self.report.unchanged += 1

    def _gate(self, each: Candidate, network: Network, account: Account) -> bool:
        """Whether a post can be limited to the circle, with enough people who may see it.

        If it cannot, what was approved before that was known does not go out either.
        """
        drawn, told = self._drawn(each.tandem, network)
        gate = Gate(
            network=network.name,
            hard=True,
            region_only=each.tandem.show in (None, Show.REGION),
            home_known=is_told(drawn, told),
            people=people_told(drawn, told),
            least=self.settings.audience.k_anonymity,
            state=told.region.name if isinstance(told, State) else "",
            trial=trial_of(self.session, account.id),
        )
        stopped = self._blocked(each, network, gate_rules(gate))
        if stopped:
            self._call_off(each.tandem, network.name, stopped.reason)
        return stopped is None

    def _blocked(
        self, each: Candidate, network: Network, findings: Iterable[Finding]
    ) -> Finding | None:
        """The first rule that blocks it, if one does; whatever is to be minded is told."""
        for finding in decided(findings, self.settings.decisions(self.now)):
            self._mind(each.tandem, network, finding)
            if finding.level == BLOCK:
                self._skip(each, network.name, finding.reason)
                return finding
        return None

    def _mind(self, tandem: Tandem, network: Network, finding: Finding) -> None:
        minded = Minded(tandem.slug, network.name, finding)
        if finding.level != OK and minded not in self.report.policy:
            self.report.policy.append(minded)

    def _wording(
        self,
        each: Candidate,
        network: Network,
        number: int,
        spent: float,
        shown: Illustration,
        slot: Slot,
    ) -> Wording | None:
        """New words that no other post has; None, and a reason, when nothing fits or is paid."""
        voice = voice_of(each.tandem, each.name, each.appeals)
        rules = rules_for(network, self.settings)
        try:
            wording = compose(voice, number, rules, taken=self.taken)
        except Unfit as unfit:
            if unfit.private:
                self._blocked(each, network, [private_appeal(unfit.reason)])
            else:
                self._skip(each, network.name, unfit.reason)
            return None
        own = (self.settings.campaign.contact, self.settings.campaign.link)
        if self._blocked(each, network, [public_text(wording.text, wording.link, own)]):
            return None
        cap = self.settings.networks[network.name].spending_cap
        if exceeds(cap, spent, network.price(wording.text, shown.alts, slot.day)):
            self._skip(each, network.name, _("the cap on spending is reached"))
            return None
        self.taken.add(folded(wording.text))
        return wording

    def _audience(self, tandem: Tandem, network: Network) -> Audience:
        drawn, told = self._drawn(tandem, network)
        mode = circle.mode_of(tandem, self.settings.networks[network.name].reach_mode)
        return circle.store_audience(self.session, tandem, network, drawn, told, mode, self.now)

    def _consented_on(self, each: Candidate, network: Network, day: date) -> bool:
        reason = why_not(
            each.tandem,
            each.consents,
            network.name,
            day,
            gated=network.limits.targeting,
            versions=self.settings.consent_versions,
        )
        if reason is Reason.CONSENT_ENDED:
            self._skip(each, network.name, _("consent ends before the last of its posts"))
        elif reason is Reason.CONSENT_NOT_YET:
            self._skip(each, network.name, _("consent begins after the first of its posts"))
        return reason is None

    def _write(
        self,
        tandem: Tandem,
        account: Account,
        network: Network,
        number: int,
        slot: Slot,
        wording: Wording,
        audience: Audience,
        shown: Illustration,
    ) -> None:
        content: dict[str, Any] = {
            "account_id": account.id,
            "language": wording.language,
            "text": wording.text,
            "link": wording.link,
            "targeting": audience.targeting,
            "mode": audience.mode if audience.targeting else "",
            "media": shown.media,
            "made_with_ai": tandem.made_with_ai,
            "place": self._place(tandem, network),
            "price_usd": network.price(wording.text, shown.alts, slot.day),
            "show": tandem.show,
            "error": self._lost(tandem, network, number),
            **_time(slot),
            "state": PostState.PLANNED,
        }
        self._put((tandem.id, network.name, number), content)

    def _lost(self, tandem: Tandem, network: Network, number: int) -> str | None:
        """What to mind of a post whose audience was not kept before, and which is written anew."""
        post = self.posts.get((tandem.id, network.name, number))
        if post is None or post.targeting_kept is not False:
            return None
        self._mind(tandem, network, lost_audience(tandem.slug))
        return written_anew(post)

    def _put(self, key: PostKey, content: Mapping[str, Any]) -> None:
        """Write a post, or what changed of it; and count which."""
        post = self.posts.get(key)
        if post is None:
            post = self.posts[key] = self._new(key, content)
            self.report.created += 1
        elif any(getattr(post, name) != value for name, value in content.items()):
            post.sqlmodel_update(dict(content))
            self.report.updated += 1
        else:
            self.report.unchanged += 1
        post.digest = content_digest(post)
        self.written.add(key)
        self.session.add(post)

    def _new(self, key: PostKey, content: Mapping[str, Any]) -> Post:
        tandem_id, network, number = key
        return Post(
            campaign_id=self.campaign.id,
            tandem_id=tandem_id,
            network=network,
            number=number,
            digest="",
            **content,
        )

    def _place(self, tandem: Tandem, network: Network) -> str:
        """The network's number of the town; where only the region may be named there is none."""
        if tandem.show in (None, Show.REGION):
            return ""
        return self.settings.networks[network.name].place_id(tandem.town)

    def _account(self, network: str) -> Account:
        remote_id = self.settings.networks[network].account
        row = account_of(self.session, self.campaign.id, network, remote_id)
        if row is None:
            row = Account(campaign_id=self.campaign.id, network=network, remote_id=remote_id)
            self.session.add(row)
            self.session.flush()
        return row


def _without_slot(reason: Why) -> str:
    return {
        Why.OVER: _("the campaign has no sendable time left"),
        Why.ONE_A_DAY: _("no day is left on which this tandem is not posted already"),
        Why.FULL: _("all days are full ([campaign] max_posts_per_day)"),
    }[reason]


def _time(slot: Slot) -> dict[str, Any]:
    return {
        "due_at": slot.at_utc,
        "due_wall": f"{slot.day.isoformat()}T{slot.wall:%H:%M}",
        "zone": slot.zone,
    }
