"""What stands in the old extension's id fields: which names are much the same, and what is found to be what (B14)."""

from dataclasses import replace

import pytest

from taskforce.domain.adopting import Finding, counted, finding_of, has_much_the_same_name, to_compare
from taskforce.domain.history import Cause
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from tests.builders import NOON

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT


def company_names(ours: str, theirs: str) -> bool:
    """Whether an account and a company may be one by their names."""
    account = SourceRecord(entity=Entity.COMPANY, id=SourceId("0"), modified_at=NOON, fields={"Name": ours})
    fields = {"companyName": theirs}
    company = TargetRecord(entity=Entity.COMPANY, id=TargetId(1), fields=fields, is_active=True)
    return has_much_the_same_name(account, company)


def contact_names(ours: tuple[str | None, str], theirs: tuple[str | None, str]) -> bool:
    """Whether two contacts may be one by first and last name."""
    fields = {"FirstName": ours[0], "LastName": ours[1]}
    contact = SourceRecord(entity=Entity.CONTACT, id=SourceId("0"), modified_at=NOON, fields=fields)
    there = {"firstName": theirs[0], "lastName": theirs[1]}
    return has_much_the_same_name(
        contact, TargetRecord(entity=Entity.CONTACT, id=TargetId(1), fields=there, is_active=True)
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Acme Inc", "ACME Incorporated"),
        ("Müller GmbH", "Mueller"),
        ("IBM", "International Business Machines"),
        ("Northwind Traders", "Northwind"),
        ("Willow Event Center (old)", "Willow Event Center"),
        ("Smith & Sons Plumbing", "Smith Heating and Plumbing"),
        ("Acme Boston", "Acme Chicago"),
        ("Inc", "Inc"),
        ("株式会社サクラ", "株式会社サクラ"),
    ],
)
def test_companies_of_much_the_same_name(ours: str, theirs: str) -> None:
    """At least half of both names is the same, however it is written."""
    assert (company_names(ours, theirs), company_names(theirs, ours)) == (True, True)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Acme", "Globex"),
        ("Kestrel Logistics", "Kestrel Freight Forwarding"),
        ("Acme Cloud Services", "Acme Hosting"),
        ("Delta Consulting Group", "Sigma Consulting Group"),
        ("Redwood Veterinary Hospital", "Redwood Animal Clinic"),
        ("Alpha Services", "Beta Services"),
    ],
)
def test_companies_of_quite_another_name(ours: str, theirs: str) -> None:
    """Less than half of both is the same; words that many companies have count for less."""
    assert (company_names(ours, theirs), company_names(theirs, ours)) == (False, False)


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        (("Anna", "Lind"), ("Anna", "Lind"), True),
        (("Anna", "Lind"), ("ANNA", "Lind-Berg"), True),
        (("Robert", "Lind"), ("Bob", "Lind"), True),
        (("A", "Lind"), ("Anna", "Lind"), True),
        (("Anna", "Lind"), ("Lind", "Anna"), True),
        ((None, "Lind"), ("Anna", "Lind"), True),
        (("Anna", "Lind"), ("-", "Lind"), True),
        (("Anna", "Lind"), ("Maria", "Lind"), False),
        (("Anna", "Lind"), ("Jorge", "Costa"), False),
        ((None, "Lind"), ("Anna", "Costa"), False),
    ],
)
def test_contacts_by_their_first_names(
    ours: tuple[str | None, str], theirs: tuple[str | None, str], is_same: bool
) -> None:
    """People marry: another first name tells more than another last name."""
    assert (contact_names(ours, theirs), contact_names(theirs, ours)) == (is_same, is_same)


@pytest.mark.parametrize(
    ("outcome", "reason", "finding"),
    [
        (OutcomeKind.LINKED, Reason.ADOPTED, Finding.LINKED),
        (OutcomeKind.LINKED, Reason.ADOPTED_TO_COMPARE, Finding.LINKED),
        (OutcomeKind.UNCHANGED, Reason.PAIR_STANDS, Finding.LINKED),
        (OutcomeKind.SKIPPED, Reason.PAIR_STANDS, Finding.LEFT_OUT),
        (OutcomeKind.SKIPPED, Reason.UNFIT, Finding.LEFT_OUT),
        (OutcomeKind.SKIPPED, Reason.DELETED, Finding.GONE),
        (OutcomeKind.SKIPPED, Reason.VANISHED, Finding.GONE),
        (OutcomeKind.SKIPPED, Reason.NOT_AN_ID, Finding.UNREADABLE),
        (OutcomeKind.HELD, Reason.DUPLICATE_ID, Finding.DOUBLED),
        (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED, Finding.WAITING),
        (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT, Finding.WAITING),
        (OutcomeKind.HELD, Reason.NAME_DIFFERS, Finding.DOUBTFUL),
        (OutcomeKind.HELD, Reason.MOVED, Finding.DOUBTFUL),
    ],
)
def test_findings_follow_from_what_is_stored(outcome: OutcomeKind, reason: Reason, finding: Finding) -> None:
    """So that a report can be made of any adoption, however large, by counting."""
    assert finding_of(outcome, reason) is finding


def cause(entity: Entity, outcome: OutcomeKind, reason: Reason, number: int) -> Cause:
    """So many records that ended so."""
    return Cause(entity=entity, outcome=outcome, reason=reason, number=number, example="Acme")


def test_findings_are_counted_by_kind_of_record() -> None:
    """Remarks are about records that are counted already, and what was put off was not looked at."""
    linked, held, skipped = OutcomeKind.LINKED, OutcomeKind.HELD, OutcomeKind.SKIPPED
    causes = [
        cause(COMPANY, linked, Reason.ADOPTED, 3),
        cause(COMPANY, linked, Reason.ADOPTED_TO_COMPARE, 2),
        cause(CONTACT, linked, Reason.ADOPTED_TO_COMPARE, 1),
        replace(cause(COMPANY, linked, Reason.ADOPTED_TO_COMPARE, 9), is_note=True),
        cause(CONTACT, held, Reason.DUPLICATE_ID, 4),
        cause(COMPANY, skipped, Reason.DELETED, 5),
        cause(COMPANY, skipped, Reason.VANISHED, 6),
        cause(COMPANY, OutcomeKind.POSTPONED, Reason.NOT_REACHED, 7),
    ]

    assert counted(causes) == {
        Finding.LINKED: {COMPANY: 5, CONTACT: 1},
        Finding.DOUBTFUL: {COMPANY: 0, CONTACT: 0},
        Finding.DOUBLED: {COMPANY: 0, CONTACT: 4},
        Finding.WAITING: {COMPANY: 0, CONTACT: 0},
        Finding.GONE: {COMPANY: 11, CONTACT: 0},
        Finding.UNREADABLE: {COMPANY: 0, CONTACT: 0},
        Finding.LEFT_OUT: {COMPANY: 0, CONTACT: 0},
    }
    assert to_compare(causes) == 3
