"""The rules by which people change the settings of the connection, and lock fields."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from taskforce.domain.filtering import Unfit
from tests.properties.sync_machine.choices import CAUTIOUS, kinds, nth, which
from tests.properties.sync_machine.fitting import ACCOUNT_FILTERS, CONTACT_FILTERS
from tests.properties.sync_machine.people import People
from tests.properties.sync_machine.plant import MANAGER
from tests.properties.sync_machine.story import NO_BRAKE, Story
from tests.properties.sync_machine.tally import TALLY
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

_LOCKABLE = {
    COMPANIES: ("companyName", "phone", "city", "classification", "companyType", "parentCompanyID"),
    CONTACTS: ("firstName", "lastName", "title", "phone"),
}


class Administrators(RuleBasedStateMachine):
    """They change what is imported, and how."""

    story: Story
    people: People

    @rule(
        setting=st.sampled_from(
            [
                {"overflow": "refuse"},
                {"overflow": "cut"},
                {"clear_blanks": False},
                {"clear_blanks": True},
                {"default_account_manager": ""},
                {"default_account_manager": MANAGER},
                {"fallback_company_type": "Lead"},
                {"fallback_company_type": "Nowhere"},
                {"fallback_company_type": "Customer"},
                CAUTIOUS,
                NO_BRAKE,
            ]
        )
    )
    def change_settings(self, setting: dict[str, object]) -> None:
        """Somebody changes a rule of the connection."""
        self.story.settle(**setting)

    @rule(
        accounts=st.sampled_from(sorted(ACCOUNT_FILTERS)),
        contacts=st.sampled_from(sorted(CONTACT_FILTERS)),
        unfit=st.sampled_from([each.value for each in Unfit]),
        bring_parents=st.booleans(),
    )
    def change_filter(
        self, accounts: tuple[str, ...], contacts: tuple[str, ...], unfit: str, bring_parents: bool
    ) -> None:
        """Somebody changes which records are imported."""
        wanted = {"accounts": accounts, "contacts": contacts, "unfit": unfit, "bring_parents": bring_parents}
        self.story.settle(record_filter=wanted)
        TALLY.others["filters"] += 1
        self.story.look()

    @rule(kind=kinds, record=which, field=which, is_locked=st.sampled_from([True, True, False]))
    def lock(self, kind: str, record: int, field: int, is_locked: bool) -> None:
        """Somebody locks a field of a pair, or unlocks it."""
        if living := self.people.living(kind):
            self.story.locks((kind, nth(living, record)), nth(_LOCKABLE[kind], field), is_locked=is_locked)
