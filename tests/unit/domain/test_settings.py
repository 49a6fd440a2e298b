"""The rules an administrator sets."""

from datetime import timedelta

from taskforce.domain.settings import ConnectionSettings, Overflow, PersonAccounts


def test_the_defaults_are_those_of_the_specification() -> None:
    """An untouched connection imports nothing by itself, every 20 minutes once it is active (S9, S14, section 2)."""
    assert ConnectionSettings() == ConnectionSettings(
        active=False,
        interval=timedelta(minutes=20),
        default_account_manager="",
        settle_time=timedelta(minutes=10),
        phone_stand_in="000-000-0000",
        first_name_stand_in="-",
        fallback_company_type="Customer",
        overflow=Overflow.CUT,
        person_accounts=PersonAccounts.SKIP,
        clear_blanks=True,
        autotask_currency="",
        read_overlap=timedelta(minutes=10),
    )
