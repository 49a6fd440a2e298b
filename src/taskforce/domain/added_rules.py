"""Match rules that an administrator adds behind those of S15 and S16: what two records share, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from taskforce.domain.records import Entity


class Trait(StrEnum):
    """What two records have in common; the value is what people write."""

    DOMAIN = "domain"
    PHONE = "phone"
    ACCOUNT_NUMBER = "account_number"
    NAME = "name"
    EMAIL = "email"
    MOBILE_PHONE = "mobile_phone"

    @property
    def words(self) -> str:
        """For a person."""
        return _WORDS[self]


_WORDS: Mapping[Trait, str] = {
    Trait.DOMAIN: "domain of the website",
    Trait.PHONE: "phone",
    Trait.ACCOUNT_NUMBER: "account number",
    Trait.NAME: "name without legal form",
    Trait.EMAIL: "e-mail",
    Trait.MOBILE_PHONE: "mobile phone",
}

TRAITS: Mapping[Entity, Mapping[Trait, str]] = {
    Entity.COMPANY: {
        Trait.DOMAIN: "webAddress",
        Trait.PHONE: "phone",
        Trait.ACCOUNT_NUMBER: "companyNumber",
        Trait.NAME: "companyName",
    },
    Entity.CONTACT: {
        Trait.EMAIL: "emailAddress",
        Trait.PHONE: "phone",
        Trait.MOBILE_PHONE: "mobilePhone",
    },
}
"""What companies and contacts may be matched by, each with the Autotask field that it is read from."""


class RuleVerdict(StrEnum):
    """What becomes of a record for which a rule finds exactly one free, active Autotask record."""

    LINK = "link"
    """The two are linked."""
    HOLD = "hold"
    """It is held until a person decides, with what was found as a suggestion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """One rule: a trait, and its verdict."""

    trait: Trait
    verdict: RuleVerdict = RuleVerdict.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRules:
    """The rules in the order in which they are asked, once S15 or S16 found nothing."""

    companies: tuple[MatchRule, ...] = ()
    contacts: tuple[MatchRule, ...] = ()

    def of(self, entity: Entity) -> tuple[MatchRule, ...]:
        """Those for one kind of record."""
        return self.companies if entity is Entity.COMPANY else self.contacts
