"""What differs between two states of a connection, in words: for the audit, and for those who look."""

from collections.abc import Callable, Mapping
from typing import Any

from taskforce.connection_config import SECRETS, ConnectionConfig
from taskforce.domain.audit import Deed
from taskforce.domain.filtering import Unfit
from taskforce.domain.records import Entity
from taskforce.domain.standard_mapping import STANDARD, Mappings, changed_rows
from taskforce.filter_config import FilterConfig
from taskforce.mapping_config import MappingConfig
from taskforce.match_config import RulesConfig

_NAMED = 20
"""So many changed rows of a mapping are named."""


def differences(before: ConnectionConfig | None, after: ConnectionConfig) -> dict[str, str]:
    """What saving changed, for the audit: "old → new", of a secret only that it was changed."""
    old, new = _flat(before.plain()) if before is not None else {}, _flat(after.plain())
    return {
        key: _change(key, old.get(key), value)
        for key, value in new.items()
        if value != old.get(key) and not (before is None and _words(key, value) == _words(key, None))
    }


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of all sections, each behind its section's name, and those that belong to none."""
    found: dict[str, Any] = {}
    for section, value in document.items():
        if isinstance(value, dict):
            found |= {f"{section}.{key}": each for key, each in value.items()}
        else:
            found[section] = value
    return found


def _change(key: str, was: object, value: object) -> str:
    section, _, name = key.partition(".")
    if name in SECRETS.get(section, ()):
        return "changed"
    if name == "mapping":
        return _mapping_changes(was, value)
    return f"{_words(key, was)} → {_words(key, value)}"


def _words(key: str, value: object) -> str:
    return _WORDS.get(key.partition(".")[2], _told)(value)


def deed_of(changed: Mapping[str, str]) -> Deed:
    """What the audit calls an edit that changed this."""
    return Deed.CONNECTION_EDITED if touches_access(changed) else Deed.SETTINGS_CHANGED


def touches_access(changed: Mapping[str, str]) -> bool:
    """Whether addresses, users or secrets are among what was changed: who does that signs in again."""
    return any(key.startswith(("salesforce.", "autotask.")) for key in changed)


def _told(value: object) -> str:
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)


def filter_words(stored: FilterConfig) -> str:
    """A filter in a few words."""
    said = [
        f"{kind} with {' or '.join(groups)}" for kind in ("accounts", "contacts") if (groups := getattr(stored, kind))
    ]
    if stored.accounts and stored.unfit is Unfit.DEACTIVATE:
        said.append("others are set inactive")
    if stored.accounts and stored.bring_parents:
        said.append("their parents come along")
    return "; ".join(said) or "everything"


def rule_words(stored: RulesConfig) -> str:
    """The added match rules in a few words."""
    said = [
        f"{entity.plural} by {', '.join(f'{rule.trait.words} ({rule.verdict.value})' for rule in rules)}"
        for entity in Entity
        if (rules := stored.of(entity))
    ]
    return "; ".join(said) or "none"


def mapping_words(mappings: Mappings) -> str:
    """A mapping in a few words."""
    changed = len(changed_rows(STANDARD, mappings))
    if not changed:
        return "as Taskforce comes"
    return f"{changed} row{'' if changed == 1 else 's'} of your own"


def _mapping_changes(was: Any, value: Any) -> str:
    """Which rows differ, each named by its Autotask field ("contact.phone")."""
    before, after = (MappingConfig(**(each or {})).as_mappings() for each in (was, value))
    changed = [f"{entity.value}.{target}" for entity, target in changed_rows(before, after)]
    return ", ".join(changed[:_NAMED]) + (f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else "")


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "mapping": lambda value: mapping_words(MappingConfig(**(value or {})).as_mappings()),
    "record_filter": lambda value: filter_words(FilterConfig(**(value or {}))),
    "match_rules": lambda value: rule_words(RulesConfig(**(value or {}))),
}
"""Settings that are told in words of their own."""
