"""What the next import looks at again once a connection was edited."""

from taskforce.connection_config import ConnectionConfig, sides_of
from taskforce.domain.cursor import Cursor
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.stores import Stores

SOLVED_BY_SETTINGS = (
    Reason.OWNER_NOT_FOUND,
    Reason.TYPE_NOT_FOUND,
    Reason.TOO_LONG,
    Reason.NEAR_MATCH_HELD,
    Reason.PLAN_REJECTED,
    Reason.REJECTED,
)
"""What is held or failing for these reasons is looked at again when the settings change."""

CONCERN_ALL_RECORDS = (
    "person_accounts",
    "clear_blanks",
    "overflow",
    "fallback_company_type",
    "autotask_currency",
    "record_filter",
)
"""Settings under which records that were settled before may be wanted otherwise."""


def is_elsewhere(before: ConnectionConfig, after: ConnectionConfig) -> bool:
    """Whether another org or database may be meant: another address, or another user."""
    return sides_of(before.plain()) != sides_of(after.plain())


def look_again(stores: Stores, before: ConnectionConfig, after: ConnectionConfig) -> None:
    """Inside a transaction, together with the edit.

    What was held for its settings becomes due; settings that concern all records have Salesforce read from the
    beginning (what does not change by that costs no request to Autotask); after another address or user the import
    makes sure that these are the same systems, and looks at all of Autotask anew.
    """
    stores.inbox.release_reasons(SOLVED_BY_SETTINGS)
    if concern_all_records(before.settings.as_settings(), after.settings.as_settings()):
        read_anew(stores)
    if is_elsewhere(before, after):
        stores.schemas.expire()
        stores.index.expire()


def concern_all_records(before: ConnectionSettings, after: ConnectionSettings) -> bool:
    """Settings changed under which every record may be wanted otherwise."""
    return any(getattr(after, each) != getattr(before, each) for each in CONCERN_ALL_RECORDS)


def read_anew(stores: Stores) -> None:
    """Have the next import read everything again; inside a transaction."""
    for entity in Entity:
        stores.cursors.put(entity, Cursor())
