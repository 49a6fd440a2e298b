"""Whatever people do on both sides, Autotask ends as the rule of the field promises (B8).

One field of one pair, in memory, beside a model of it: people edit both sides and lock the field, imports run, and
answers get lost.
"""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.field_map import Blank, Wins
from taskforce.domain.ownership import edited_fields
from taskforce.domain.records import Value
from taskforce.domain.standard_mapping import COMPANY_MAPPING, STANDARD
from taskforce.testing.trouble import Fault
from tests.unit.engine.office import COMPANY, SETTINGS, Office
from tests.unit.engine.reviewing import FIRST, link, review

TEXTS = st.sampled_from(["", "1", "2", "3"])
SALESFORCE, AUTOTASK, IMPORT, LOST, LOCK = "salesforce", "autotask", "import", "lost", "lock"
STEPS = st.one_of(
    st.tuples(st.sampled_from([SALESFORCE, AUTOTASK]), TEXTS),
    st.tuples(st.just(IMPORT), st.none()),
    st.tuples(st.just(LOST), st.sampled_from([Fault.LOST_BEFORE, Fault.LOST_AFTER])),
    st.tuples(st.just(LOCK), st.booleans()),
)
MAPPING = COMPANY_MAPPING
FAX = next(each for each in MAPPING.fields if each.target == "fax")


@dataclass(slots=True)
class Model:
    """What stands on both sides, what Taskforce last wrote or saw to agree, and what it sent last without an answer."""

    wins: Wins
    blank: Blank
    ours: str
    theirs: str
    written: str
    is_locked: bool = False
    doubt: str | None = None

    def imported(self) -> None:
        """What an import makes of it, by the rule alone."""
        if self.doubt is not None and self.theirs == self.doubt:
            self.written = self.doubt
        self.doubt = None
        if self.ours == "" and self.blank is Blank.KEEP:
            return  # such a blank says nothing
        if self.ours == self.theirs or (not self.is_locked and self.is_to_be_written):
            self.theirs = self.written = self.ours

    @property
    def is_to_be_written(self) -> bool:
        """The words of the rules."""
        is_edited = self.theirs != self.written
        if self.ours == "" and self.blank is Blank.CLEAR_OURS and is_edited:
            return False
        return {
            Wins.SALESFORCE: True,
            Wins.FILL_EMPTY: self.theirs == "",
            Wins.KEEP_EDITS: not is_edited,
            Wins.CREATE_ONLY: False,
            Wins.NEVER: False,
        }[self.wins]


@dataclass(slots=True)
class Pair:
    """The same in both systems."""

    office: Office
    model: Model

    def step(self, what: str, value: object) -> None:
        """Somebody does something, or an import runs."""
        if what == SALESFORCE:
            self.model.ours = str(value)
            self.office.save(FIRST, Fax=str(value) or None)
        elif what == AUTOTASK:
            self.model.theirs = str(value)
            number = self.office.companies()[0].id
            self.office.target.edit(COMPANY, number, {"fax": str(value) or None})
        elif what == LOCK:
            self.lock(is_locked=bool(value))
        elif what == LOST:
            assert isinstance(value, Fault)
            self.lose(value)
        else:
            self.run()

    def run(self) -> None:
        """All is compared; what waits after a lost write is looked at by hand."""
        self.office.reconcile()
        self.office.run(by_hand=True)
        self.model.imported()

    def lose(self, fault: Fault) -> None:
        """The answer to the next write is lost, if one is written at all."""
        self.office.trouble(fault, "update")
        self.office.reconcile()
        self.office.target.script.troubles.clear()
        if not self.office.stores.intents.unsettled():
            self.office.run(by_hand=True)
            self.model.imported()
            return
        before = self.model.written
        if self.model.doubt is not None and self.model.theirs == self.model.doubt:
            before = self.model.doubt
        self.model.written, self.model.doubt = before, self.model.ours
        if fault is Fault.LOST_AFTER:
            self.model.theirs = self.model.ours

    def lock(self, *, is_locked: bool) -> None:
        """A person decides, once no write is in doubt."""
        if self.office.stores.intents.unsettled():
            self.run()
        desk = review(self.office)
        (desk.lock if is_locked else desk.unlock)(COMPANY, FIRST, ["fax"])
        self.model.is_locked = is_locked

    @property
    def standing(self) -> Value:
        """What Autotask holds."""
        return self.office.companies()[0].fields.get("fax") or ""

    @property
    def is_marked_as_edited(self) -> bool:
        """What the record's page says."""
        known = link(self.office, FIRST)
        assert known is not None
        return "fax" in edited_fields(MAPPING, self.office.companies()[0].fields, known.written)


def begun(wins: Wins, blank: Blank, first: str) -> Pair:
    """One pair that was created with a value."""
    mapping = MAPPING.with_row(replace(FAX, wins=wins, blank=blank))
    office = Office(settings=replace(SETTINGS, mappings=STANDARD.replaced(mapping)))
    office.account(1, Fax=first)
    office.run()
    theirs = "" if wins is Wins.NEVER else first
    return Pair(office=office, model=Model(wins=wins, blank=blank, ours=first, theirs=theirs, written=theirs))


BLANKS = st.sampled_from([Blank.CLEAR, Blank.KEEP, Blank.CLEAR_OURS])


@given(st.sampled_from(Wins), BLANKS, st.sampled_from(["1", "2"]), st.lists(STEPS, max_size=10))
def test_autotask_ends_as_the_rule_promises(
    wins: Wins, blank: Blank, first: str, steps: list[tuple[str, object]]
) -> None:
    """After every step, and once a last import has settled what was lost."""
    pair = begun(wins, blank, first)
    for what, value in steps:
        pair.step(what, value)
        assert pair.standing == pair.model.theirs
    pair.step(IMPORT, None)

    assert pair.standing == pair.model.theirs
    if wins is not Wins.NEVER:
        assert pair.is_marked_as_edited == (pair.model.theirs != pair.model.written)


@given(BLANKS, st.lists(STEPS.filter(lambda step: step[0] not in (AUTOTASK, LOCK)), max_size=6), TEXTS)
def test_an_edit_that_is_to_stay_stays(blank: Blank, steps: list[tuple[str, object]], edit: str) -> None:
    """Whatever Salesforce says afterwards, as long as it is not just what Taskforce itself has written."""
    pair = begun(Wins.KEEP_EDITS, blank, "1")
    pair.step(AUTOTASK, f"by hand {edit}")
    for what, value in steps:
        pair.step(what, value)
    pair.step(IMPORT, None)

    assert pair.standing == f"by hand {edit}"


@given(st.sampled_from(Wins), st.lists(STEPS.filter(lambda step: step[0] not in (AUTOTASK, LOCK)), max_size=6))
def test_a_locked_field_is_never_written(wins: Wins, steps: list[tuple[str, object]]) -> None:
    """Whatever the rule."""
    pair = begun(wins, Blank.CLEAR, "1")
    before = pair.standing
    pair.step(LOCK, value=True)
    for what, value in steps:
        pair.step(what, value)
    pair.step(IMPORT, None)

    assert pair.standing == before
