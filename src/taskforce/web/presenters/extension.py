"""The extension page: a connection as values of a form, and back; what saving did."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from taskforce.adapters.autotask.fields import OLD_ID_FIELDS
from taskforce.connection_config import (
    MASK,
    NEEDED,
    SECRETS,
    ConnectionConfig,
    LoginMethod,
    SettingsConfig,
)
from taskforce.domain.records import Entity
from taskforce.domain.schema import TargetSchema
from taskforce.web.presenters.addresses import AUTOTASK_URL, filled_in, standard_url

Values = Mapping[str, Any]

WEB_SERVICE = "Web Service for Salesforce"

SALESFORCE_FIELDS = ("url", "method", "client_id", "client_secret", "private_key", "username", "password")
AUTOTASK_FIELDS = ("url", "username", "secret", "integration_code")
_ELSEWHERE = ("notified", "create_settle_seconds", "record_filter", "match_rules", "mapping")
SETTINGS = tuple(name for name in SettingsConfig.model_fields if name not in _ELSEWHERE)
"""What General sets; `notified` has a tab of its own, filter, match rules and mapping have pages."""


def autotask_field(name: str) -> str:
    """The form's name for a key of the Autotask side."""
    return f"autotask_{name}"


def initial_of(config: ConnectionConfig | None) -> dict[str, Any]:
    """What stands in the form; secrets never do."""
    if config is None:
        method = LoginMethod.CLIENT_CREDENTIALS
        fresh = SettingsConfig().model_dump(mode="json")
        return {
            "method": method.value,
            "url": standard_url(method),
            autotask_field("url"): AUTOTASK_URL,
            **{name: fresh[name] for name in SETTINGS},
        }
    document = config.plain()
    salesforce, autotask, settings = document["salesforce"], document["autotask"], document["settings"]
    return {
        **{name: salesforce[name] for name in SALESFORCE_FIELDS if name not in SECRETS["salesforce"]},
        **{autotask_field(name): autotask[name] for name in AUTOTASK_FIELDS if name not in SECRETS["autotask"]},
        **{name: settings[name] for name in SETTINGS},
    }


def stored_secrets(config: ConnectionConfig | None, values: Values) -> frozenset[str]:
    """The form's names of the secrets that are kept unless typed anew; another address keeps none of its side."""
    if config is None:
        return frozenset()
    plain = config.plain()
    kept = set()
    if _same_place(plain["salesforce"]["url"], values.get("url") or ""):
        kept |= {name for name in SECRETS["salesforce"] if plain["salesforce"][name]}
    if _same_place(plain["autotask"]["url"], values.get(autotask_field("url")) or ""):
        kept |= {autotask_field(name) for name in SECRETS["autotask"] if plain["autotask"][name]}
    return frozenset(kept)


def is_moved(config: ConnectionConfig, side: str, url: str) -> bool:
    """Whether another host is meant: its secrets have to be typed anew."""
    return not _same_place(config.plain()[side]["url"], url)


def _same_place(before: str, after: str) -> bool:
    """Scheme, host and port are the same; a secret must not go elsewhere unasked."""
    parts = re.compile(r"(?i)\s*(https?)://([^/?#]*)")
    found = [parts.match(each) for each in (before, after)]
    return all(found) and len({(each[1].casefold(), each[2].casefold()) for each in found if each}) == 1


def document_of(values: Values, config: ConnectionConfig | None) -> dict[str, Any]:
    """The whole connection as the form has it: a secret that was not typed is a mask, or nothing if none is kept."""
    method = LoginMethod(values["method"])
    kept = stored_secrets(config, values)
    salesforce: dict[str, Any] = {"url": filled_in(values["url"], method), "method": method.value}
    is_as_before = config is not None and config.salesforce.method is method
    for name in SALESFORCE_FIELDS[2:]:
        value = _value(name, values[name], kept, is_secret=name in SECRETS["salesforce"])
        salesforce[name] = value if is_as_before or name in NEEDED[method] else ""
    keeps_token = salesforce["password"] == MASK and "security_token" in kept
    salesforce["security_token"] = MASK if keeps_token else ""
    autotask = {
        name: _value(autotask_field(name), values[autotask_field(name)], kept, is_secret=name in SECRETS["autotask"])
        for name in AUTOTASK_FIELDS
    }
    return {"salesforce": salesforce, "autotask": autotask, "settings": {name: values[name] for name in SETTINGS}}


def _value(name: str, typed: str, kept: frozenset[str], *, is_secret: bool) -> str:
    if is_secret and typed in ("", MASK):
        return MASK if name in kept else ""
    return typed


def candidate_of(document: Mapping[str, Any], config: ConnectionConfig | None) -> ConnectionConfig:
    """The connection as it would be. Raises ConfigurationError with every problem."""
    return ConnectionConfig.of(document) if config is None else config.edited(document)


def field_of(problem: str) -> tuple[str | None, str]:
    """Beside which field of the form a problem with a connection belongs, and the sentence to put there."""
    where, _, words = problem.partition(": ")
    section, _, key = where.partition(".")
    sentence = f"This {words}" if words.startswith(("must", "is ")) else words
    if section == "salesforce" and key in SALESFORCE_FIELDS:
        return key, sentence
    if section == "autotask" and key in AUTOTASK_FIELDS:
        return autotask_field(key), sentence
    if section == "settings" and key in SETTINGS:
        return key, sentence
    return None, problem


_NUMBERS = {1: "One user-defined field was", 2: "Two user-defined fields were"}


def saved_sentence(
    *,
    created: Sequence[Entity] = (),
    adopted: Sequence[str] = (),
    due_at: datetime | None = None,
    now: datetime,
    has_run: bool = False,
) -> str:
    """What saving did; `due_at` and `now` in the reader's time zone."""
    said = ["Saved."]
    if created:
        said.append(f"{_NUMBERS[len(created)]} created in Autotask.")
    if adopted:
        names = " and ".join(f'"{name}"' for name in adopted)
        said.append(f"The user-defined field {names} of the earlier extension is used, with the ids in it.")
    if due_at is None:
        said.append("No import is scheduled while Active is not set.")
    else:
        day = "" if due_at.date() == now.date() else f" on {due_at:%Y-%m-%d}"
        said.append(f"The {'next' if has_run else 'first'} import runs at {due_at:%H:%M}{day}.")
    return " ".join(said)


def adopted_fields(schema: TargetSchema) -> list[str]:
    """The earlier extension's user-defined fields that are written, there being no newer ones."""
    return [name for entity, name in schema.id_fields.items() if _plain(name) in map(_plain, OLD_ID_FIELDS[entity])]


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
