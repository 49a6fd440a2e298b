"""Which records the filter takes (B10), thought out a second time: each filter stands beside what it means.

A record is in scope, left out, or neither can be said: a parent that may have been brought along earlier, and a contact
whose account is not to be seen.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from taskforce.connection_config import SettingsConfig
from tests.properties.sync_machine.people import Source
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS, Raw

if TYPE_CHECKING:
    from tests.properties.sync_machine.view import View

Meaning = Callable[[Raw], bool]
Texts = tuple[str, ...]


def _everything(_: Raw) -> bool:
    return True


def _begins_with_b_or_is_hot(account: Raw) -> bool:
    return str(account["Name"]).startswith("B") or account["Rating"] == "Hot"


ACCOUNT_FILTERS: Mapping[Texts, Meaning] = {
    (): _everything,
    ("Type = Customer",): lambda account: account["Type"] == "Customer",
    ("Type != Prospect",): lambda account: account["Type"] != "Prospect",
    ("Type is blank",): lambda account: account["Type"] is None,
    ("Name starts with B", "Rating = Hot"): _begins_with_b_or_is_hot,
}
CONTACT_FILTERS: Mapping[Texts, Meaning] = {
    (): _everything,
    ("FirstName is not blank",): lambda contact: contact["FirstName"] is not None,
}


def fits(view: "View", source: Source) -> bool | None:
    """Whether the filter takes a Salesforce record that is there; None if its account is not to be seen."""
    kind, source_id = source
    wanted, record = view.settings.record_filter, view.sources[kind][source_id]
    if kind == COMPANIES:
        return ACCOUNT_FILTERS[wanted.accounts](record)
    if not wanted.accounts:
        return CONTACT_FILTERS[wanted.contacts](record)
    account = (COMPANIES, str(record["AccountId"]))
    if not view.is_shown(account):
        return None
    return ACCOUNT_FILTERS[wanted.accounts](view.sources[COMPANIES][account[1]]) and CONTACT_FILTERS[wanted.contacts](
        record
    )


def brought_along(view: "View") -> frozenset[str]:
    """The accounts that do not fit and go with an imported one, whose parent they are: level by level."""
    if not view.settings.record_filter.bring_parents:
        return frozenset()
    brought: set[str] = set()
    level = {account for account in view.sources[COMPANIES] if fits(view, (COMPANIES, account))}
    while level:
        level = set(_lacking_parents(view, level)) - brought
        brought |= level
    return frozenset(brought)


def _lacking_parents(view: "View", accounts: set[str]) -> Iterator[str]:
    """Of accounts that are imported; those in a loop may go without their parent."""
    for account in accounts:
        source, parent = (COMPANIES, account), str(view.sources[COMPANIES][account]["ParentId"])
        is_imported = view.is_shown(source) and view.target_of(source) is not None and view.is_settled(source)
        is_above = view.is_shown((COMPANIES, parent)) and not is_in_a_loop(view, account)
        if is_imported and is_above and parent in view.witness.left_out.lacking and not fits(view, (COMPANIES, parent)):
            yield parent


def is_in_a_loop(view: "View", account: str) -> bool:
    """Whether the parents of an account lead back to one of them."""
    met, current = set(), account
    while current in view.sources[COMPANIES] and current not in met:
        met.add(current)
        current = str(view.sources[COMPANIES][current]["ParentId"])
    return current in met


def parents(view: "View") -> set[str]:
    """Every account that has a child: where parents are brought along, they may have been by now."""
    return {str(account["ParentId"]) for account in view.sources[COMPANIES].values() if account["ParentId"]}


def is_left_out(view: "View", source: Source) -> bool:
    """Whether a Salesforce record is there, and certainly not to be imported because of the filter."""
    kind, source_id = source
    if not view.is_shown(source) or fits(view, source) is not False:
        return False
    if kind == CONTACTS:
        return view.sources[CONTACTS][source_id]["AccountId"] is not None
    return source_id not in view.witness.left_out.may_be_brought


@dataclass(slots=True)
class LeftOut:
    """Has looked after every step: what is left out, and what had been written of it when that was first seen."""

    written: dict[Source, frozenset[int]] = field(default_factory=dict)
    may_be_brought: set[str] = field(default_factory=set)
    """Accounts that were a parent at some time under this filter: those that were brought along stay."""
    lacking: set[str] = field(default_factory=set)
    """Accounts that had no pair when they came not to fit: only these are brought along."""
    settings: SettingsConfig | None = None
    """Under which all this was seen."""

    def look(self, view: "View") -> None:
        """Take in what is new; as long as a write is on its way, nothing can be said of its record."""
        wanted = view.settings.record_filter
        if self.settings is None or self.settings.record_filter != wanted:
            self.written.clear()
            self.may_be_brought.clear()
            self.lacking.clear()
        self.settings = view.settings
        if wanted.bring_parents:
            self.may_be_brought |= parents(view)
            fitting = {each for each in view.sources[COMPANIES] if fits(view, (COMPANIES, each))}
            linked = {each for each in view.sources[COMPANIES] if view.company_of(each) is not None}
            self.lacking = (self.lacking | view.sources[COMPANIES].keys() - linked) - fitting
        if not wanted.accounts and not wanted.contacts:
            return
        everything = {(kind, source_id) for kind, records in view.sources.items() for source_id in records}
        left_out = {each for each in everything - view.intents.keys() if is_left_out(view, each)}
        for source in left_out - self.written.keys():
            self.written[source] = frozenset(row.pk for row in view.writes_of(source))
        for source in self.written.keys() - left_out:
            del self.written[source]
