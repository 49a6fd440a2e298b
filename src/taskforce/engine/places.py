"""Where accounts stand in Autotask: linked, about to be by this run's plan, or nowhere yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from taskforce.domain import changes
from taskforce.domain.drafts import Draft
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.job import Job
from taskforce.engine.presence import confirm_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The company of an account: its Autotask id, or None when this plan is to create it, its name key and phone."""

    target_id: TargetId | None
    name_key: str
    phone: str | None = None

    @classmethod
    def at(cls, company: TargetId, known: Keys | None) -> "Place":
        """A company as the index knows it, if it does."""
        return cls(target_id=company, name_key=known.name if known else "", phone=known.phone if known else None)


class Places:
    """Looks up accounts' companies, and remembers what was decided since.

    One per slice of records, so that it does not grow with their number.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._known: dict[SourceId, Place] = {}

    def look_up(self, accounts: Iterable[SourceId]) -> None:
        """Learn where these accounts stand: by link, and by this run's plan, which may end that."""
        wanted = {account for account in accounts if account not in self._known}
        stores, plan = self._job.stores, self._job.plan
        links = stores.links.by_source(Entity.COMPANY, wanted)
        linked = {source: link.target_id for source, link in links.items() if link.state is LinkState.LINKED}
        keys = stores.index.keys(Entity.COMPANY, linked.values())
        standing = linked.keys() - self._separated(links, linked) - plan.leaving(Entity.COMPANY, linked)
        for source in standing:
            self._known[source] = Place.at(linked[source], keys.get(linked[source]))
        found = plan.planned(Entity.COMPANY, wanted - standing)
        there = stores.index.keys(Entity.COMPANY, [each.target_id for each in found.values() if each.target_id])
        for source, planned in found.items():
            known = there.get(planned.target_id) if planned.target_id is not None else None
            phone = known.phone if known is not None else None
            self._known[source] = Place(target_id=planned.target_id, name_key=planned.name_key, phone=phone)

    def _separated(self, links: Mapping[SourceId, Link], linked: Mapping[SourceId, TargetId]) -> set[SourceId]:
        """Accounts whose company was last seen inactive or without their id: nothing is written under it on trust."""
        carrying = {target: source for source, target in linked.items() if links[source].carries_id}
        seen = confirm_seen(self._job, Entity.COMPANY, carrying)
        return {
            carrying[target]
            for target, record in seen.items()
            if not record.is_active or record.source_id != carrying[target]
        }

    def of(self, account: SourceId) -> Place | None:
        """The account's company, if it has or gets one."""
        return self._known.get(account)

    def remember(self, draft: Draft, decision: changes.Decision) -> None:
        """What was just decided about a company: it gets one, has it again, or has it no longer."""
        match decision:
            case changes.Create():
                self._known[draft.record.id] = Place(target_id=None, name_key=draft.keys.name)
            case changes.Link() | changes.Update() | changes.Unchanged():
                keys = draft.keys
                self._known[draft.record.id] = Place(target_id=decision.target_id, name_key=keys.name, phone=keys.phone)
            case changes.Hold(link_state=None):
                pass  # a linked company whose values have to wait stands where it stood
            case _:
                self._known.pop(draft.record.id, None)
