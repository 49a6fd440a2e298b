"""The rules an administrator sets for one connection; the defaults are those of the extension (spec 1 and 2)."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from taskforce.domain.added_rules import MatchRules
from taskforce.domain.filtering import RecordFilter
from taskforce.domain.standard_mapping import STANDARD, Mappings


class Overflow(StrEnum):
    """What becomes of a name, title, street line or city that is longer than the Autotask field."""

    CUT = "cut"
    """Cut at the limit, and report the original."""
    REFUSE = "refuse"
    """Hold the record until somebody shortens it."""


class PersonAccounts(StrEnum):
    """What becomes of person accounts, where the org has them."""

    SKIP = "skip"
    """Left alone, and counted."""
    IMPORT = "import"
    """Imported as a company with one contact."""


class Deletion(StrEnum):
    """What becomes of the Autotask record when its Salesforce record is deleted (B6)."""

    KEEP = "keep"
    """Nothing: it stays as it is."""
    DEACTIVATE = "deactivate"
    """It is set inactive, and active again when the deletion is taken back."""


class NearMatch(StrEnum):
    """What becomes of a record that would be created although something much like it stands in Autotask (B4)."""

    CREATE = "create"
    """Created, and remarked upon."""
    HOLD = "hold"
    """Held for a person to look at; recommended for the first import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeLimits:
    """How much a plan may change without a person's approval (B7, protocol 6).

    A number of None is no limit. `share` (0 to 1) is that of the linked records, for each kind of change alike; it
    counts from `floor` changes on, so that a small database is not asked about every day's work.
    """

    creates: int | None = 500
    updates: int | None = 1000
    deactivations: int | None = 20
    cleared: int | None = 500
    share: float = 0.5
    floor: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """What an administrator may set; `interval` and `settle_time` are durations, names as S19 compares them.

    `autotask_share` and `salesforce_share` (0 to 1) are how far the tenant's hour and the org's day may be used up
    before Taskforce yields (protocol 5). `reconcile_every` and `alarm_after` of zero mean never. `notified` are the
    Autotask ids of the resources who are told by mail (S11).
    """

    active: bool = False
    interval: timedelta = timedelta(minutes=20)
    default_account_manager: str = ""
    settle_time: timedelta = timedelta(minutes=10)
    phone_stand_in: str = "000-000-0000"
    first_name_stand_in: str = "-"
    fallback_company_type: str = "Customer"
    overflow: Overflow = Overflow.CUT
    person_accounts: PersonAccounts = PersonAccounts.SKIP
    clear_blanks: bool = True
    autotask_currency: str = ""
    read_overlap: timedelta = timedelta(minutes=10)
    deletion: Deletion = Deletion.KEEP
    brake: BrakeLimits = BrakeLimits()
    autotask_share: float = 0.5
    salesforce_share: float = 0.8
    reconcile_every: timedelta = timedelta(days=7)
    alarm_after: timedelta = timedelta(hours=2)
    near_match: NearMatch = NearMatch.CREATE
    match_ignores_legal_forms: bool = False
    match_reads_states: bool = False
    notified: tuple[int, ...] = ()
    mail_only_with_changes: bool = False
    record_filter: RecordFilter = field(default_factory=RecordFilter)
    mappings: Mappings = STANDARD
    match_rules: MatchRules = field(default_factory=MatchRules)
