"""Somebody stops an import while the next page is on its way: every request is accounted for."""

from taskforce.domain.run import RunStatus
from tests.end_to_end.office import NAME, Office, SilentProgress


def test_page_on_its_way_is_counted_though_nobody_reads_it(office: Office) -> None:
    """The third of three pages of companies has been asked for when the second is looked at, after which all stops."""
    office.account()
    for number in range(1_100):
        office.company(companyName=f"Company {number}")
    office.control("autotask", "faults", action="delay", path="(?i)/companies/query/next", skip=1, delay_seconds=0.5)
    before = office.mark()

    def pages() -> list[str]:
        entries = office.pair.autotask.journal.entries(before)
        return [each.path for each in entries if each.method == "POST" and "/companies/query" in each.path.lower()]

    run = office.installation.run_import(NAME, progress=SilentProgress(), should_stop=lambda: len(pages()) >= 2)

    assert (run.status, len(pages())) == (RunStatus.CANCELLED, 3)
    assert run.calls.autotask == sum(each.counted for each in office.pair.autotask.journal.entries(before))
    assert office.run().calls.autotask > 0
    assert office.company_of(office.pair.salesforce.records("Account")[0]["Id"])["companyName"] == "Birch Dental"
