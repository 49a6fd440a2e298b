"""The rules an administrator sets for one connection; the defaults are those of the extension (spec 1 and 2)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """What an administrator may set; `interval` and `settle_time` are durations, names as S19 compares them."""

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
