"""Added match rules as people write them (B4)."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError

from taskforce.config_section import Section, refusal
from taskforce.domain.added_rules import TRAITS, MatchRule, MatchRules, RuleVerdict, Trait
from taskforce.domain.records import Entity


class RuleConfig(Section):
    """One added match rule: what two records share, and whether they are linked by it or held for a person."""

    trait: Trait
    verdict: RuleVerdict = RuleVerdict.HOLD


def _checked_rules(entity: Entity, rules: tuple[RuleConfig, ...]) -> tuple[RuleConfig, ...]:
    """Each trait once, and only those that such records have."""
    traits = [rule.trait for rule in rules]
    if strange := next((each for each in traits if each not in TRAITS[entity]), None):
        raise ValueError(f"cannot be matched by {strange.value}; choose among {', '.join(TRAITS[entity])}")
    if doubled := next((each for each in traits if traits.count(each) > 1), None):
        raise ValueError(f"has {doubled.value} twice")
    return rules


class RulesConfig(Section):
    """The added match rules, in the order in which they are asked once S15 or S16 found nothing."""

    companies: Annotated[tuple[RuleConfig, ...], AfterValidator(partial(_checked_rules, Entity.COMPANY))] = ()
    contacts: Annotated[tuple[RuleConfig, ...], AfterValidator(partial(_checked_rules, Entity.CONTACT))] = ()

    def of(self, entity: Entity) -> tuple[RuleConfig, ...]:
        """Those for one kind of record."""
        return self.companies if entity is Entity.COMPANY else self.contacts

    def with_rules(self, entity: Entity, rules: Iterable[RuleConfig]) -> "RulesConfig":
        """With others for one kind of record. Raises ConfigurationError where that makes no sense."""
        plain = [rule.model_dump(mode="json") for rule in rules]
        return rules_of({**self.model_dump(mode="json"), entity.plural: plain})

    def as_rules(self) -> MatchRules:
        """The domain's form."""
        companies, contacts = (
            tuple(MatchRule(trait=rule.trait, verdict=rule.verdict) for rule in self.of(entity)) for entity in Entity
        )
        return MatchRules(companies=companies, contacts=contacts)


def rules_of(document: Mapping[str, Any]) -> RulesConfig:
    """Match rules as somebody wrote them. Raises ConfigurationError with every one that makes no sense."""
    try:
        return RulesConfig.model_validate(document)
    except ValidationError as error:
        raise refusal(error) from None
