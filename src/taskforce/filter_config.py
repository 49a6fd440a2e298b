"""A filter as people write it (B10)."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, ValidationError

from taskforce.config_section import Line, Section, refusal
from taskforce.domain.filtering import RecordFilter, Unfit, conditions_of


def _checked_conditions(text: str) -> str:
    """A group of conditions in one spelling."""
    return " and ".join(map(str, conditions_of(text)))


Conditions = Annotated[Line, AfterValidator(_checked_conditions)]


class FilterConfig(Section):
    """Which records are imported (B10): groups of conditions such as "Type = Customer and Rating != Cold"."""

    accounts: tuple[Conditions, ...] = ()
    contacts: tuple[Conditions, ...] = ()
    unfit: Unfit = Unfit.KEEP
    bring_parents: bool = False

    def as_filter(self) -> RecordFilter:
        """The domain's form."""
        accounts, contacts = (tuple(map(conditions_of, texts)) for texts in (self.accounts, self.contacts))
        return RecordFilter(accounts=accounts, contacts=contacts, unfit=self.unfit, bring_parents=self.bring_parents)


def filter_of(
    accounts: Iterable[str], contacts: Iterable[str], unfit: Unfit = Unfit.KEEP, *, bring_parents: bool = False
) -> FilterConfig:
    """A filter as somebody typed it. Raises ConfigurationError with every group that is not understood."""
    try:
        return FilterConfig(
            accounts=tuple(accounts), contacts=tuple(contacts), unfit=unfit, bring_parents=bring_parents
        )
    except ValidationError as error:
        raise refusal(error) from None
