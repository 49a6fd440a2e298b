"""Demo accounts that test the match rule: doubles, ids already carried, hierarchies, deletions.

Each comment names the case of the product's section 2 and what an import is expected to do.
"""

from taskforce_simulators.scenarios import basis
from taskforce_simulators.scenarios.basis import Record
from taskforce_simulators.scenarios.book import ADOPTED_FIELD, Book


def add_matching_cases(book: Book) -> dict[str, Record]:
    """Add every case of matching; returns the accounts by name, with "company:NAME" for their Autotask companies."""
    known: dict[str, Record] = {}
    _fitting(book, known)
    _held(book, known)
    _carrying_an_id(book, known)
    _nearly_the_same(book, known)
    _hierarchies(book, known)
    _deleted(book, known)
    return known


def _keep(known: dict[str, Record], account: Record, company: Record | None = None) -> None:
    known[str(account["Name"])] = account
    if company is not None:
        known[f"company:{account['Name']}"] = company


def _fitting(book: Book, known: dict[str, Record]) -> None:
    # An exact match without a link: linked.
    school = book.account(Name="Whitaker Elementary School", Type="Customer")
    _keep(known, school, book.counterpart(school))
    # Differing case and white space in all four matching keys: linked.
    dental = book.account(
        Name="HARBOR POINT Dental",
        BillingStreet="77  Harbor Drive",
        BillingCity="PORTLAND",
        BillingState="ME",
        BillingPostalCode="04101",
    )
    company = book.counterpart(
        dental, companyName="Harbor  Point dental ", address1="77 HARBOR Drive", city=" Portland", state="me"
    )
    _keep(known, dental, company)
    # Empty equals empty: no street, city and state on either side: linked.
    outfitters = book.account(Name="Windsor Outfitters Online", BillingStreet=None, BillingCity=None, BillingState=None)
    _keep(known, outfitters, book.counterpart(outfitters, address1=None, city="", state=None))
    # A company of the same name in another town: one is linked, the other created; see the contacts of both.
    boston = book.account(
        Name="Harbor Dental", BillingStreet="5 Liberty Street", BillingCity="Boston", BillingState="MA"
    )
    _keep(known, boston, book.counterpart(boston))
    known["company:Harbor Dental in Portland"] = book.company(
        companyName="Harbor Dental", address1="310 Pine Street", city="Portland", state="ME"
    )
    # The MSP's own company has an account too: company 0 is never matched and never changed.
    own = book.companies[0]
    book.account(
        Name=basis.MSP_NAME,
        BillingStreet=own["address1"],
        BillingCity=own["city"],
        BillingState=own["state"],
        Phone=own["phone"],
        Industry="Technology",
    )


def _held(book: Book, known: dict[str, Record]) -> None:
    # Two Autotask companies fit: held as ambiguous.
    hospital = book.account(Name="Redwood Veterinary Hospital")
    _keep(known, hospital, book.counterpart(hospital))
    book.counterpart(hospital, phone="(415) 555-0190", companyNumber="")
    # The account stands twice in Salesforce, and the one company that fits carries the first one's id: the first is
    # adopted, the second is held as taken.
    first = book.account(Name="Sapphire Wealth Advisors")
    address = {name: first[name] for name in ("BillingStreet", "BillingCity", "BillingState", "BillingPostalCode")}
    _keep(known, book.account(Name=first["Name"], **address), book.adopted(first))
    # The one that fits is inactive: held as candidate_inactive.
    tools = book.account(Name="Granite Tool & Die")
    _keep(known, tools, book.counterpart(tools, isActive=False))
    # The one that fits carries an id that is no account's any more: held as taken.
    data = book.account(Name="Clover Data Systems")
    stranger = basis.salesforce_id("001", 9_000_001)
    _keep(known, data, book.counterpart(data, userDefinedFields=[{"name": ADOPTED_FIELD, "value": stranger}]))
    # Two Autotask companies carry this account's id: held as ambiguous.
    center = book.account(Name="Willow Event Center")
    _keep(known, center, book.adopted(center))
    book.adopted(center, short=True, companyName="Willow Event Center (old)")


def _carrying_an_id(book: Book, known: dict[str, Record]) -> None:
    # The old extension's field holds the id with 18 characters: adopted.
    books = book.account(Name="Juniper Books")
    _keep(known, books, book.adopted(books))
    # It holds only 15 characters: adopted as well.
    center = book.account(Name="Lantern Learning Center")
    _keep(known, center, book.adopted(center, short=True))
    # It holds the id although name and street are no longer the same: adopted, then updated.
    logistics = book.account(Name="Kestrel Logistics")
    company = book.adopted(logistics, companyName="Kestrel Freight Forwarding", address1="1 Former Street")
    _keep(known, logistics, company)


def _nearly_the_same(book: Book, known: dict[str, Record]) -> None:
    # "Acme Inc" and "Acme, Inc." at one address: not the same by the rule; created, marked as a near match.
    acme = book.account(Name="Acme Inc")
    _keep(known, acme)
    book.counterpart(acme, companyName="Acme, Inc.")
    # "New York" and "NY": created, marked as a near match.
    inn = book.account(
        Name="Gateway Inn & Suites", BillingCity="Albany", BillingState="New York", BillingPostalCode="12207"
    )
    _keep(known, inn)
    book.counterpart(inn, state="NY")
    # Nearly the same account twice in Salesforce, one telephone: both are created.
    builders = book.account(Name="Hearthstone Builders")
    book.account(Name="Hearthstone Builders, Inc.", Phone=builders["Phone"], Website=builders["Website"])


def _hierarchies(book: Book, known: dict[str, Record]) -> None:
    # Children that come before their parent, in the order of ids and of changes: the parent is imported first.
    north, south = book.account(Name="Meridian Dental North"), book.account(Name="Meridian Dental South")
    parent = book.account(Name="Meridian Dental Partners", SystemModstamp="2026-09-29T17:00:00.000+0000")
    for child in (north, south):
        child.update(ParentId=parent["Id"], SystemModstamp="2024-01-15T09:30:00.000+0000")
    # A parent, a child and a grandchild; the parent stands in Autotask already.
    group = book.account(Name="Pinnacle Hospitality Group")
    _keep(known, group, book.counterpart(group))
    hotel = book.account(Name="Pinnacle Inn Boulder", ParentId=group["Id"])
    book.account(Name="Pinnacle Inn Gift Shop", ParentId=hotel["Id"])
    # A loop, which Salesforce refuses and only pieces of data show: imported without the closing link, reported.
    holdings = book.account(Name="Ouroboros Holdings")
    trading = book.account(Name="Ouroboros Trading", ParentId=holdings["Id"])
    holdings["ParentId"] = trading["Id"]
    # A parent that is held: the child is imported without a parent for now.
    annex = book.account(Name="Redwood Veterinary Annex", ParentId=known["Redwood Veterinary Hospital"]["Id"])
    _keep(known, annex)


def _deleted(book: Book, known: dict[str, Record]) -> None:
    # Deleted, never imported: nothing happens.
    _keep(known, book.account(Name="Moonlight Bistro (closed)", IsDeleted=True))
    # Deleted, and its company carries its id: nothing happens by default.
    closed = book.account(Name="Oldfield Furniture (closed)", IsDeleted=True)
    _keep(known, closed, book.adopted(closed, companyName="Oldfield Furniture"))
    # A merge loser; the survivor fits a company without a link: the survivor is linked.
    survivor = book.account(Name="Sparrow Furniture")
    _keep(known, survivor, book.counterpart(survivor))
    book.account(Name="Sparrow Furniture Ltd", IsDeleted=True, MasterRecordId=survivor["Id"])
    # A merge loser whose id the company carries: the link moves to the survivor, or the survivor is held as taken.
    heir = book.account(Name="Falcon Electric Inc")
    loser = book.account(Name="Falcon Electric", IsDeleted=True, MasterRecordId=heir["Id"])
    carried = [{"name": ADOPTED_FIELD, "value": loser["Id"]}]
    _keep(known, heir, book.counterpart(heir, userDefinedFields=carried))
