"""What hangs on a company, counted and never touched (B6)."""

from collections.abc import Mapping
from typing import Final

import msgspec

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.query import Condition, Op, is_one_of, query_body
from taskforce.adapters.autotask.wire import decode
from taskforce.domain.records import TargetId
from taskforce.errors import AccessError

_OPEN_TICKETS: Final = Condition(op=Op.NOT_EXIST, field="completedDate")
"""Status codes differ from tenant to tenant; a ticket that was never completed is open in all of them."""

_WHAT: Final[Mapping[str, tuple[str, str, tuple[Condition, ...]]]] = {
    "contacts": ("Contacts", "companyID", ()),
    "child companies": ("Companies", "parentCompanyID", ()),
    "open tickets": ("Tickets", "companyID", (_OPEN_TICKETS,)),
    "contracts": ("Contracts", "companyID", ()),
    "opportunities": ("Opportunities", "companyID", ()),
    "projects": ("Projects", "companyID", ()),
}


class _CountWire(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `/query/count` (reference section 3)."""

    query_count: int


def count_attached(client: AutotaskClient, company_id: TargetId) -> dict[str, int]:
    """One request for each kind of thing; what the API user may not query is left out."""
    counts: dict[str, int] = {}
    for what, (endpoint, field, conditions) in _WHAT.items():
        body = query_body(is_one_of(field, [company_id]), *conditions)
        operation = f"count {endpoint}"
        try:
            answer = client.read(f"{endpoint}/query/count", entity=endpoint, operation=operation, body=body)
        except AccessError as denied:
            if denied.status == 401:
                raise
            continue
        counts[what] = decode(answer, _CountWire, operation).query_count
    return counts
