"""The keys by which records are paired (S15, S16), and those by which they are merely alike (B4)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from taskforce.domain.added_rules import Trait
from taskforce.domain.likeness import state_code
from taskforce.domain.likeness_tables import NOBODYS_MAILBOXES, NOTHING_SAID, SHARED_SITES
from taskforce.domain.records import Entity, TargetId, Value
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.values import domain_of, match_text, phone_key, simple_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalences:
    """What an administrator lets count as the same in the keys of S15 and S16; all off is the rule as it stands.

    `legal_forms`: names without punctuation and legal form, so that "Acme, Inc." is "ACME Inc". `states`: a state or
    province by its code or its name, so that "New York" is "NY".
    """

    legal_forms: bool = False
    states: bool = False

    def key_text(self, field: str, value: Value) -> str:
        """The form in which a field's value is compared."""
        if field == "companyName" and self.legal_forms:
            return simple_name(value)
        if field == "state" and self.states:
            return state_code(value) or match_text(value)
        return match_text(value)


EXACTLY = Equivalences()

KEY_FIELDS: Mapping[Entity, tuple[str, ...]] = {
    Entity.COMPANY: ("companyName", "address1", "city", "state"),
    Entity.CONTACT: ("firstName", "lastName"),
}
"""The Autotask fields that S15 and S16 compare."""

BLOCK = 5
"""Near matches of names are looked for among those that begin with the same letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a record can be found by, all computed from mapped (Autotask) values.

    `match` is the exact key of S15 or, within one company, of S16; `name` the company's name alone, the same as
    `match` for contacts; `domain` (of a contact its e-mail address), `phone` and `similar` find near matches. These,
    and `number` (a company's account number, a contact's phone) and `mobile`, are what added rules look for.
    """

    match: str
    name: str
    domain: str | None = None
    phone: str | None = None
    similar: str = ""
    number: str | None = None
    mobile: str | None = None

    @property
    def block(self) -> str:
        """The letters that two names must begin with to be compared at all."""
        return self.similar[:BLOCK]

    @property
    def traits(self) -> tuple[str, ...]:
        """What a near match shares at least one of."""
        named = (("domain", self.domain), ("phone", self.phone), ("block", self.block))
        return tuple(f"{name} {value}" for name, value in named if value)

    def for_near_matches(self) -> "Keys":
        """Without what only added rules look for."""
        return replace(self, number=None, mobile=None)


def keys_of(
    entity: Entity, values: Mapping[str, Value], *, first_name_stand_in: str = "", same: Equivalences = EXACTLY
) -> Keys:
    """The keys of a record. A first name that is only the stand-in counts as blank."""
    if entity is Entity.COMPANY:
        return Keys(
            match=digest(*(same.key_text(name, values.get(name)) for name in KEY_FIELDS[entity])),
            name=digest(same.key_text("companyName", values.get("companyName"))),
            domain=domain_of(values.get("webAddress")),
            phone=phone_key(values.get("phone")),
            similar=simple_name(values.get("companyName")),
            number=match_text(values.get("companyNumber")) or None,
        )
    first, last = (match_text(values.get(name)) for name in KEY_FIELDS[entity])
    match = digest("" if first == match_text(first_name_stand_in) else first, last)
    return Keys(
        match=match,
        name=match,
        domain=match_text(values.get("emailAddress")) or None,
        number=phone_key(values.get("phone")),
        mobile=phone_key(values.get("mobilePhone")),
    )


def keys_by(settings: ConnectionSettings, entity: Entity, values: Mapping[str, Value]) -> Keys:
    """The keys of a record by the rules of a connection."""
    same = Equivalences(legal_forms=settings.match_ignores_legal_forms, states=settings.match_reads_states)
    return keys_of(entity, values, first_name_stand_in=settings.first_name_stand_in, same=same)


def shared_value(entity: Entity, trait: Trait, keys: Keys, settings: ConnectionSettings) -> str | None:
    """What an added rule compares of a record; None for what says nothing about who it is.

    That is what is blank or a stand-in, a domain where everybody may have a page, a mailbox of no one person.
    """
    match trait:
        case Trait.DOMAIN:
            return keys.domain if keys.domain not in SHARED_SITES else None
        case Trait.EMAIL:
            return keys.domain if _is_ones_own(keys.domain or "") else None
        case Trait.NAME:
            return keys.similar if len(keys.similar) >= SHORTEST_NAME and _says_something(keys.similar) else None
        case Trait.ACCOUNT_NUMBER:
            return keys.number if keys.number is not None and _says_something(keys.number) else None
        case Trait.PHONE:
            phone = keys.phone if entity is Entity.COMPANY else keys.number
        case Trait.MOBILE_PHONE:
            phone = keys.mobile
    return phone if phone != phone_key(settings.phone_stand_in) else None


SHORTEST_NAME = 3
"""Letters of a company's name that may be enough to tell it by."""


def _is_ones_own(address: str) -> bool:
    """An e-mail address of one person."""
    mailbox, at, domain = address.partition("@")
    return bool(at) and "." in domain and "@" not in domain and mailbox not in NOBODYS_MAILBOXES


def _says_something(text: str) -> bool:
    """No stand-in such as "n/a" or "000"."""
    letters = "".join(each for each in text if each.isalnum())
    return len(set(letters)) > 1 and letters not in NOTHING_SAID


def rule_key(entity: Entity, trait: Trait, keys: Keys, settings: ConnectionSettings) -> str:
    """A key that stands for "the records that share this trait with it"; empty when it says nothing."""
    value = shared_value(entity, trait, keys, settings)
    return digest("shares", trait, value) if value else ""


def keys_waited_for(entity: Entity, keys: Keys, settings: ConnectionSettings) -> frozenset[str]:
    """What a Salesforce record is held with that may concern an Autotask record with these keys."""
    rules = settings.match_rules.of(entity)
    return frozenset({keys.match, *(rule_key(entity, rule.trait, keys, settings) for rule in rules)}) - {""}


def digest(*parts: str) -> str:
    """A short fingerprint of texts: 32 hexadecimal digits."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An Autotask record that may be the counterpart, as the local index knows it.

    `linked_to` is the Salesforce id of the record it belongs to already, by link or by its user-defined field; one that
    was deleted in Salesforce owns nothing any more, and is `freed_from`. `company_name_key` is, of a contact, the name
    key of its company.
    """

    id: TargetId
    keys: Keys
    name: str
    is_active: bool
    linked_to: str | None = None
    company_id: TargetId | None = None
    company_name_key: str | None = None
    freed_from: str | None = None

    def freed(self) -> "Candidate":
        """The same candidate, once the record it belonged to was deleted in Salesforce."""
        return replace(self, linked_to=None, freed_from=self.linked_to)

    def claimed_by(self, source_id: str | None) -> "Candidate":
        """The same candidate, reserved for a Salesforce record if one is given."""
        return self if source_id is None else replace(self, linked_to=source_id)
