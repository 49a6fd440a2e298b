"""By what else the records of a connection are matched (B4)."""

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body
from pydantic import Field

from taskforce.documents import trial_document
from taskforce.domain.added_rules import RuleVerdict, Trait
from taskforce.domain.roles import Role
from taskforce.engine.job import Unwatched
from taskforce.errors import ConfigurationError
from taskforce.match_config import RulesConfig, rules_of
from taskforce.web.api.app import Given, Refused, operation
from taskforce.web.api.here import Name, connection
from taskforce.web.bearer import note_edit_by_token

TAG = "match rules"


class Rule(Given):
    """What both records share, and whether they are linked by it or held for a person."""

    trait: Trait
    verdict: RuleVerdict = RuleVerdict.HOLD


Rules = Annotated[list[Rule], Field(max_length=len(Trait))]


class MatchRules(Given):
    """The rules in the order in which they are asked, once the same key was not found."""

    companies: Rules = Field(default_factory=list)
    contacts: Rules = Field(default_factory=list)

    def config(self) -> RulesConfig:
        """As it is stored; 422 for what makes no sense."""
        try:
            return rules_of(self.model_dump(mode="json"))
        except ConfigurationError as error:
            raise Refused(422, " ".join(error.problems)) from error


@operation("GET", "/connections/{name}/match-rules", role=Role.ADMINISTRATOR, tag=TAG)
def match_rules(request: HttpRequest, name: Name) -> dict[str, Any]:
    """The added rules, as `taskforce match NAME show --json`."""
    return connection(request, name).connection(name).settings.match_rules.model_dump(mode="json")


@operation("PUT", "/connections/{name}/match-rules", role=Role.ADMINISTRATOR, tag=TAG)
def put_match_rules(request: HttpRequest, name: Name, given: Body[MatchRules]) -> dict[str, Any]:
    """Store these rules in place of those there are, and tell them."""
    here, wanted = connection(request, name), given.config()
    after = {"settings": {"match_rules": wanted.model_dump(mode="json")}}
    here.book.edit(name, after, noted=partial(note_edit_by_token, request, name))
    return wanted.model_dump(mode="json")


@operation("POST", "/connections/{name}/match-rules/try", role=Role.ADMINISTRATOR, tag=TAG)
def try_match_rules(request: HttpRequest, name: Name, given: Body[MatchRules]) -> dict[str, Any]:
    """What these rules would do with the present data, as `taskforce match NAME try --json`; nothing changes.

    422 before a first import, or where Salesforce has more records than an answer can wait for.
    """
    here, wanted = connection(request, name), given.config()
    try:
        found = here.try_rules(name, wanted.as_rules(), progress=Unwatched(), is_quick=True)
    except ConfigurationError as error:
        raise Refused(422, " ".join(error.problems)) from error
    return trial_document(found)
