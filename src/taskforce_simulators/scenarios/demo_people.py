"""Demo contacts: every case of the product's section 2 that is about people, and what an import is expected to do."""

from typing import Final

from taskforce_simulators.scenarios.basis import Record
from taskforce_simulators.scenarios.book import Book

LONG_TITLE: Final = "Deputy Assistant Superintendent for Instructional Technology, Assessment and Libraries"
LONG_LAST_NAME: Final = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley"
LONG_STREET: Final = (
    "c/o Registrar's Office, Second Floor, East Wing of the Historic Administration Building, Whitaker Elementary "
    "School Campus, 4400 Old Post Road"
)


def add_people_cases(book: Book, known: dict[str, Record]) -> None:
    """Add every case of contacts to the accounts of the matching cases."""
    _values(book, known["Whitaker Elementary School"])
    _matching(book, known["Whitaker Elementary School"], known["company:Whitaker Elementary School"])
    _same_company_name(book, known)
    _of_held_accounts(book, known)
    _without_account_or_deleted(book, known)
    _ordinary(book, known)


def _values(book: Book, school: Record) -> None:
    # Blank first name: created with the stand-in "-", reported.
    book.contact(school, FirstName=None, LastName="Pemberton")
    # Title, last name, street line, city and state too long: cut, reported.
    book.contact(school, FirstName="Wilhelmina", LastName="Lockwood", Title=LONG_TITLE)
    book.contact(school, FirstName="Hubert", LastName=LONG_LAST_NAME)
    book.contact(school, FirstName="Adele", LastName="Marchetti", MailingStreet=LONG_STREET)
    book.contact(school, FirstName="Bronwyn", LastName="Rees", MailingCity="Llanfairpwllgwyngyllgogerychwyrndrobwll")
    book.contact(
        school, FirstName="Aigul", LastName="Bekova", MailingState="Autonomous Special Region of the North-East"
    )
    # Phone, mobile, fax, other phone and postal code too long: left out, reported.
    book.contact(
        school,
        FirstName="Desmond",
        LastName="Achebe",
        Phone="(312) 555-0171 ext. 3319 (mornings)",
        MobilePhone="(312) 555-0172, text messages only",
        Fax="(312) 555-0173 (call before sending)",
        OtherPhone="(312) 555-0174 at the summer residence",
        MailingPostalCode="60606-1234 / 5678",
    )
    # A multi-line street: first line to addressLine, the others to addressLine1.
    book.contact(school, FirstName="Noriko", LastName="Tanabe", MailingStreet="4400 Old Post Road\nRoom 12\nWest Wing")
    # A country without counterpart: created without a country, reported.
    book.contact(school, FirstName="Arben", LastName="Gashi", MailingCountry="Kosovo")
    # Other scripts and accents: created letter by letter as they are.
    book.contact(school, FirstName="נועה", LastName="כהן-לוי")
    book.contact(school, FirstName="Hương", LastName="Nguyễn Thị")
    book.contact(school, FirstName="Åsa", LastName="Öström")


def _matching(book: Book, school: Record, company: Record) -> None:
    # An exact match without a link: linked.
    exact = book.contact(school, FirstName="Rosalind", LastName="Chowdhury")
    book.contact_counterpart(exact, company)
    # Differing case and white space: linked, and the name written as in Salesforce.
    shouted = book.contact(school, FirstName="Mary Ann", LastName="MCKENZIE")
    book.contact_counterpart(shouted, company, firstName="mary  ann ", lastName="McKenzie")
    # Blanks where Autotask holds values: linked, mobile and title are cleared.
    blank = book.contact(school, FirstName="Leopold", LastName="Hartigan", MobilePhone=None, Title=None)
    book.contact_counterpart(blank, company, mobilePhone="(312) 555-0129", title="Caretaker")
    # Twins in Salesforce, nobody in Autotask: one is created, the other held.
    book.contact(school, FirstName="Jonathan", LastName="Pryce-Morgan", Title="Teacher")
    book.contact(school, FirstName="Jonathan", LastName="Pryce-Morgan", Title="Music Teacher")
    # Twins in Salesforce, one of them in Autotask: not both can have it; the second is held.
    twin = book.contact(school, FirstName="Edwina", LastName="Castellano", Title="Librarian")
    book.contact(school, FirstName="EDWINA", LastName="Castellano", Title="Archivist")
    book.contact_counterpart(twin, company)
    # Two contacts of the name in the Autotask company: held as ambiguous.
    double = book.contact(school, FirstName="Basil", LastName="Thackeray")
    book.contact_counterpart(double, company)
    book.contact_counterpart(double, company, emailAddress="b.thackeray@former.example")
    # The contact that fits is inactive: held as candidate_inactive.
    gone = book.contact(school, FirstName="Ottoline", LastName="Vandermeer")
    book.contact_counterpart(gone, company, isActive=0)


def _same_company_name(book: Book, known: dict[str, Record]) -> None:
    # The same name under another company of the same name: held.
    visitor = book.contact(known["Harbor Dental"], FirstName="Jane", LastName="Whitcomb")
    book.contact_counterpart(visitor, known["company:Harbor Dental in Portland"])
    # The same name under both companies of the same name.
    both = book.contact(known["Harbor Dental"], FirstName="Cyrus", LastName="Bellamy")
    book.contact_counterpart(both, known["company:Harbor Dental"])
    book.contact_counterpart(both, known["company:Harbor Dental in Portland"])


def _of_held_accounts(book: Book, known: dict[str, Record]) -> None:
    # Contacts of held accounts: left alone (company_not_linked) until their company is linked.
    for name in (
        "Redwood Veterinary Hospital",
        "Sapphire Wealth Advisors",
        "Granite Tool & Die",
        "Clover Data Systems",
        "Willow Event Center",
    ):
        for _ in range(2):
            book.contact(known[name])


def _without_account_or_deleted(book: Book, known: dict[str, Record]) -> None:
    # Contacts without an account: not imported (S17).
    book.contact(None, FirstName="Constance", LastName="Appleyard")
    book.contact(None, FirstName="Ignatius", LastName="Moreau")
    book.contact(None, FirstName=None, LastName="Newsletter subscriber")
    # Deleted contacts: of a living account, with their account, and merged into another.
    dental = known["HARBOR POINT Dental"]
    book.contact(dental, FirstName="Percival", LastName="Ashdown", IsDeleted=True)
    book.contact(known["Moonlight Bistro (closed)"], IsDeleted=True)
    survivor = book.contact(dental, FirstName="Philippa", LastName="Ravenscroft")
    book.contact(dental, FirstName="Pippa", LastName="Ravenscroft", IsDeleted=True, MasterRecordId=survivor["Id"])


def _ordinary(book: Book, known: dict[str, Record]) -> None:
    # People of companies that are adopted by their id: they have no id yet, as the field does not exist for contacts.
    for name in ("Juniper Books", "Lantern Learning Center", "Kestrel Logistics", "HARBOR POINT Dental"):
        book.contact_counterpart(book.contact(known[name]), known[f"company:{name}"])
        book.contact(known[name])
        book.company_contact(known[f"company:{name}"])
    for name in ("Acme Inc", "Gateway Inn & Suites", "Redwood Veterinary Annex"):
        book.contact(known[name])
