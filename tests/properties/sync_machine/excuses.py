"""Why a record may be held: for every reason, what must stand on both sides for it to be true."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from taskforce.domain.reasons import Reason
from tests.properties.sync_machine.people import Source, carried_id
from tests.properties.sync_machine.view import View
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS, Raw, squeezed

_FREE = frozenset({"unmapped", "ignored", "deleted"})
"""Pairs in one of these states keep their Autotask record from nobody else."""

Excuse = Callable[[View, Source], bool]


def is_excused(view: View, source: Source, reason: Reason) -> bool:
    """Whether what a record is held for is true."""
    excuse = EXCUSES.get(reason)
    return excuse is not None and excuse(view, source)


def _ambiguous(view: View, source: Source) -> bool:
    return len(_fitting(view, source)) > 1


def _taken(view: View, source: Source) -> bool:
    """The one that fits is another's, or another with the same key is waiting for nothing but this."""
    fitting = _fitting(view, source) | set(view.carriers(source))
    owners = {owner for target in fitting for owner in _owners(view, source[0], target)}
    return bool(owners - {source[1], ""})


def _candidate_inactive(view: View, source: Source) -> bool:
    fitting = _fitting(view, source) | set(view.carriers(source))
    return any(not view.targets[source[0]][target]["isActive"] for target in fitting)


def _duplicate_id(view: View, source: Source) -> bool:
    """It stands on several, or on another than the one that a merge has paired it with."""
    carriers, link = set(view.carriers(source)), view.links.get(source)
    return len(carriers) > 1 or (link is not None and bool(carriers - {link.target_id}))


def _company_not_linked(view: View, source: Source) -> bool:
    """The account's company is not there to be written under: not linked, inactive, or without its id."""
    account = _record(view, source)["AccountId"]
    company = view.target_of((COMPANIES, str(account)))
    if company is None or not company["isActive"]:
        return True
    return carried_id(COMPANIES, dict(company)) != account or _is_held(view, (COMPANIES, str(account)))


def _same_name_other_company(view: View, source: Source) -> bool:
    """A contact of this name stands under another company that is called the same."""
    company = view.target_of((COMPANIES, str(_record(view, source)["AccountId"])))
    names = Counter(squeezed(each["companyName"]) for each in view.targets[COMPANIES].values())
    return company is not None and names[squeezed(company["companyName"])] > 1 and bool(_namesakes(view, source))


def _moved(view: View, source: Source) -> bool:
    """Its Autotask record stands under another company than its account's."""
    link = view.links.get(source)
    numbers = [link.target_id] if link is not None else view.carriers(source)
    records = [view.targets[CONTACTS][number] for number in numbers if number in view.targets[CONTACTS]]
    company = view.company_of(_record(view, source)["AccountId"])
    return company is not None and any(each["companyID"] != company for each in records)


def _owner_not_found(view: View, source: Source) -> bool:
    account = _record(view, source)
    return view.rules.owner(account) is None and view.rules.manager(view.settings.default_account_manager) is None


def _type_not_found(view: View, source: Source) -> bool:
    fallback = view.rules.code("companyType", view.settings.fallback_company_type)
    return fallback is None and view.rules.code("companyType", _record(view, source)["Type"]) is None


def _too_long(view: View, source: Source) -> bool:
    return view.rules.refuses_overflow and view.rules.is_too_long(source[0], _record(view, source))


def _orphaned(view: View, source: Source) -> bool:
    link = view.links.get(source)
    record = view.targets[source[0]].get(link.target_id) if link is not None else None
    return link is not None and (record is None or not record["isActive"])


def _plan_rejected(view: View, source: Source) -> bool:
    """A person rejected it, and it has not changed since."""
    return view.book.rejected.get(source) == _record(view, source)["SystemModstamp"]


EXCUSES: Mapping[Reason, Excuse] = {
    Reason.AMBIGUOUS: _ambiguous,
    Reason.TAKEN: _taken,
    Reason.CANDIDATE_INACTIVE: _candidate_inactive,
    Reason.DUPLICATE_ID: _duplicate_id,
    Reason.COMPANY_NOT_LINKED: _company_not_linked,
    Reason.SAME_NAME_OTHER_COMPANY: _same_name_other_company,
    Reason.MOVED: _moved,
    Reason.OWNER_NOT_FOUND: _owner_not_found,
    Reason.TYPE_NOT_FOUND: _type_not_found,
    Reason.TOO_LONG: _too_long,
    Reason.ORPHANED: _orphaned,
    Reason.PLAN_REJECTED: _plan_rejected,
}
"""What is not here is no reason to be held once everything is quiet."""


def _record(view: View, source: Source) -> Raw:
    return view.sources[source[0]][source[1]]


def _fitting(view: View, source: Source) -> set[int]:
    """The Autotask records with the same key; contacts only under their company."""
    kind, _ = source
    record = _record(view, source)
    if kind == COMPANIES:
        key = view.rules.key(record)
        return {number for number, each in view.targets[COMPANIES].items() if _company_key(each) == key}
    link = view.links.get((COMPANIES, str(record["AccountId"])))
    company = link.target_id if link is not None else None  # decided about before its account had left, perhaps
    return {number for number in _namesakes(view, source) if view.targets[CONTACTS][number]["companyID"] == company}


def _namesakes(view: View, source: Source) -> set[int]:
    """The Autotask contacts of this name, wherever they stand."""
    stand_in = squeezed(view.settings.first_name_stand_in)
    key = view.rules.person_key(_record(view, source))
    return {number for number, each in view.targets[CONTACTS].items() if _person_key(each, stand_in) == key}


def _company_key(record: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(squeezed(record[name]) for name in ("companyName", "address1", "city", "state"))


def _person_key(record: Mapping[str, Any], stand_in: str) -> tuple[str, ...]:
    first, last = squeezed(record["firstName"]), squeezed(record["lastName"])
    return ("" if first == stand_in else first, last)


def _owners(view: View, kind: str, target: int) -> set[str]:
    """Whose Autotask record it is: by link, or by the id that it carries."""
    linked = {
        source_id
        for (each, source_id), link in view.links.items()
        if each == kind and link.target_id == target and link.state not in _FREE
    }
    return linked | {carried_id(kind, dict(view.targets[kind][target]))}


def _is_held(view: View, source: Source) -> bool:
    row = view.inbox.get(source)
    return row is not None and row.state == "held"
