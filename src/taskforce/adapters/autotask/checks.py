"""The Autotask half of `taskforce check`: would an import work, and if not, what is to be mended."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from taskforce.adapters.autotask.check_access import check_access
from taskforce.adapters.autotask.check_schema import StandIns, check_schema
from taskforce.adapters.autotask.findings import Finding, good, stop, stopped_by, warning
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.autotask.wording import API_ACTIVITY
from taskforce.domain.budget import TenantUse
from taskforce.domain.standard_mapping import STANDARD, Mappings
from taskforce.errors import ApiError, TaskforceError

HIGH_USE: Final = 0.75
"""From this share of the hourly limit on Autotask delays every answer by a second (reference section 7)."""

_NAMES: Final[Mapping[str, str]] = {
    "wrong_zone": "zone",
    "unknown_user": "login",
    "login": "login",
    "request_limit": "request_limit",
    "too_many_requests": "request_limit",
    "permission": "metadata",
}
"""The check that an error belongs to; any other is about reaching Autotask."""


def check_autotask(
    target: AutotaskTarget,
    *,
    default_account_manager: str = "",
    fallback_company_type: str = "Customer",
    stand_ins: StandIns = MappingProxyType({}),
    mappings: Mappings = STANDARD,
) -> tuple[Finding, ...]:
    """Every check in turn, about a dozen requests; those that depend on a failed one are left out.

    `stand_ins` are the values for required fields that are blank in Salesforce, by entity and field.
    """
    findings: list[Finding] = []
    try:
        for finding in _checks(target, default_account_manager, fallback_company_type, stand_ins, mappings):
            findings.append(finding)  # noqa: PERF402 - what was found before an error counts
    except TaskforceError as error:
        code = error.code if isinstance(error, ApiError) else ""
        if not (code == "permission" and any(finding.stops_import for finding in findings)):
            findings.append(stopped_by(_NAMES.get(code, "reachable"), error))
    return tuple(findings)


def _checks(
    target: AutotaskTarget,
    default_account_manager: str,
    fallback_company_type: str,
    stand_ins: StandIns,
    mappings: Mappings,
) -> Iterator[Finding]:
    yield from _check_connection(target)
    yield from check_access(target.client)
    yield from check_schema(
        target.client,
        target.describe(),
        default_account_manager=default_account_manager,
        fallback_company_type=fallback_company_type,
        stand_ins=stand_ins,
        mappings=mappings,
    )


def _check_connection(target: AutotaskTarget) -> Iterator[Finding]:
    """The zone is found without credentials; the first request with credentials tells about the login."""
    host = target.client.find_zone()
    has_certificate = target.client.is_encrypted
    yield good("reachable", f"Autotask can be reached{', and its certificate is valid' if has_certificate else ''}.")
    yield good("zone", f"The database of this user is at {host}.")
    threshold = target.usage()
    yield good("login", "Autotask accepts the credentials.")
    yield _check_threshold(threshold)


def _check_threshold(threshold: TenantUse | None) -> Finding:
    """The limit is shared by all integrations of the tenant."""
    name = "request_limit"
    if threshold is None or threshold.limit <= 0:
        return good(name, "Autotask reports no request limit.")
    used, limit, minutes = threshold.used, threshold.limit, round(threshold.window / timedelta(minutes=1))
    message = f"{used} of {limit} requests in {minutes} minutes are used, by all integrations together."
    mend = f"Look who uses them: {API_ACTIVITY}."
    if used >= limit:
        return stop(name, message, mend)
    return warning(name, message, mend) if used >= HIGH_USE * limit else good(name, message)
