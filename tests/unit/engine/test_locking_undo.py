"""Fields that are locked between a run and its undo (B8, B15)."""

from dataclasses import replace

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.run import RunStatus, Undoing
from taskforce.domain.settings import BrakeLimits
from taskforce.engine.approving import approve_run
from taskforce.engine.undoing import run_undo
from tests.unit.engine.office import COMPANY
from tests.unit.engine.owned import notes, standing
from tests.unit.engine.reviewing import FIRST, link, linked, review
from tests.unit.engine.test_locking import NEW_FAX


def test_an_undo_leaves_what_is_locked_and_is_no_edit() -> None:
    """What it puts back was written by Taskforce; a field locked since the run stays."""
    office = linked(1)
    office.save(FIRST, Fax=NEW_FAX, BillingCity="Chicago")
    run = office.run()
    review(office).lock(COMPANY, FIRST, ["fax"])
    office.clock.advance(office.settings.settle_time)
    undone = run_undo(office.world(), Undoing(run_id=run.id, creates=False))
    known = link(office, FIRST)

    assert (standing(office, "fax"), standing(office, "city")) == (NEW_FAX, "Springfield")
    assert [(note.reason, note.field) for note in notes(office, undone.id)] == [(Reason.FIELD_LOCKED, "fax")]
    assert known is not None
    assert not known.written.is_edited("city", "Springfield")


def test_a_field_locked_while_the_undo_waits_is_left() -> None:
    """Undoing once more puts back what is not locked."""
    office = linked(1)
    office.save(FIRST, Fax=NEW_FAX, BillingCity="Chicago")
    run = office.run()
    office.clock.advance(office.settings.settle_time)
    office.settings = replace(office.settings, brake=BrakeLimits(updates=0))
    waiting = run_undo(office.world(), Undoing(run_id=run.id, creates=False))
    review(office).lock(COMPANY, FIRST, ["fax"])
    ended = approve_run(office.world(), waiting.id)
    after_approval = (standing(office, "fax"), standing(office, "city"))
    office.settings = replace(office.settings, brake=BrakeLimits())
    run_undo(office.world(), Undoing(run_id=run.id, creates=False))

    assert waiting.status is RunStatus.AWAITING_APPROVAL
    assert office.outcomes(ended) == {FIRST: (OutcomeKind.SKIPPED, Reason.CHANGED_SINCE_RUN)}
    assert after_approval == (NEW_FAX, "Chicago")
    assert (standing(office, "fax"), standing(office, "city")) == (NEW_FAX, "Springfield")
