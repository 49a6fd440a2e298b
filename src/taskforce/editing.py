"""What the next import looks at again once a connection was edited."""

from collections.abc import Mapping
from dataclasses import fields

from taskforce.connection_config import ConnectionConfig, sides_of
from taskforce.domain.cursor import Cursor
from taskforce.domain.field_map import Blank, Wins
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.stores import Stores

SOLVED_BY_SETTINGS = (
    Reason.OWNER_NOT_FOUND,
    Reason.TYPE_NOT_FOUND,
    Reason.TOO_LONG,
    Reason.NEAR_MATCH_HELD,
    Reason.RULE_MATCH_HELD,
    Reason.PLAN_REJECTED,
    Reason.REJECTED,
    Reason.FIELD_NOT_VISIBLE,
)
"""What is held or failing for these reasons is looked at again when the settings change."""

SOLVED_BY_OTHER_KEYS = (
    Reason.AMBIGUOUS,
    Reason.TAKEN,
    Reason.CANDIDATE_INACTIVE,
    Reason.SAME_NAME_OTHER_COMPANY,
    Reason.NEAR_MATCH_HELD,
    Reason.RULE_MATCH_HELD,
)
"""What is held for these reasons may fit something else once records are compared in another way."""

MAKE_THE_KEYS = ("match_ignores_legal_forms", "match_reads_states", "first_name_stand_in")
"""Settings that the keys rest on by which records find each other (S15, S16)."""

ADDED_RULES = "match_rules"
"""The setting by which further matches are found; what they look for is kept of every Autotask record."""

CONCERN_ALL_RECORDS = (
    "person_accounts",
    "clear_blanks",
    "overflow",
    "fallback_company_type",
    "autotask_currency",
    "record_filter",
    "mappings",
)
"""Settings under which records that were settled before may be wanted otherwise."""


def is_elsewhere(before: ConnectionConfig, after: ConnectionConfig) -> bool:
    """Whether another org or database may be meant: another address, or another user."""
    return sides_of(before.plain()) != sides_of(after.plain())


def look_again(stores: Stores, before: ConnectionConfig, after: ConnectionConfig) -> None:
    """Inside a transaction, together with the edit.

    What was held for its settings becomes due; settings that concern all records have Salesforce read from the
    beginning (what does not change by that costs no request to Autotask); after those that make the keys all of
    Autotask is looked at anew, so that everything is found by its new ones; another mapping may name fields that the
    metadata known so far does not tell of; after another address or user likewise,
    and the import makes sure that these are the same systems.
    """
    stores.inbox.release_reasons(SOLVED_BY_SETTINGS)
    look_again_by(stores, before.settings.as_settings(), after.settings.as_settings())
    if is_elsewhere(before, after):
        stores.schemas.expire()
        stores.index.expire()


def concern_what_is_stored(before: ConnectionSettings, after: ConnectionSettings) -> bool:
    """Whether settings changed on which rests what earlier imports stored."""
    return bool(_changed(before, after).intersection((*CONCERN_ALL_RECORDS, *MAKE_THE_KEYS, ADDED_RULES)))


def look_again_by(stores: Stores, before: ConnectionSettings, after: ConnectionSettings) -> None:
    """What other settings make doubtful is read or looked up again; inside a transaction."""
    changed = _changed(before, after)
    if changed.intersection(CONCERN_ALL_RECORDS):
        read_anew(stores)
    if "record_filter" in changed:
        stores.inbox.bring_no_more()
    if changed.intersection(MAKE_THE_KEYS):
        stores.index.expire()
    if changed.intersection((*MAKE_THE_KEYS, ADDED_RULES, "mappings")):
        stores.inbox.release_reasons(SOLVED_BY_OTHER_KEYS)
    if "mappings" in changed:
        stores.schemas.expire()
        for entity in Entity:
            if _rules(before, entity) != _rules(after, entity):
                stores.links.compare_all(entity)


def _rules(settings: ConnectionSettings, entity: Entity) -> Mapping[str, tuple[Wins, Blank]]:
    """Who wins each field: what is wanted may be the same as before, and yet is written now where it was not."""
    return {each.target: (each.wins, each.blank) for each in settings.mappings.of(entity).fields}


def _changed(before: ConnectionSettings, after: ConnectionSettings) -> set[str]:
    return {each.name for each in fields(after) if getattr(after, each.name) != getattr(before, each.name)}


def read_anew(stores: Stores) -> None:
    """Have the next import read everything again; inside a transaction."""
    for entity in Entity:
        stores.cursors.put(entity, Cursor())
