"""Demo accounts whose values do not fit the rules at once: blanks, no counterpart, too long, odd characters.

Each comment names the case of the product's section 2 and what an import is expected to do.
"""

from typing import Final

from taskforce_simulators.scenarios import basis
from taskforce_simulators.scenarios.basis import Record
from taskforce_simulators.scenarios.book import COUNTRY_IDS, Book
from taskforce_simulators.scenarios.tables.picklists import value_of

LONG_NAME: Final = (
    "The Greater Springfield Regional Association of Independent Veterinary Hospitals, Clinics and Mobile Practices"
)
LONG_NAME_KNOWN: Final = (
    "Saint Bartholomew and Saint Christopher Interdenominational Preparatory School for the Sciences and the Fine Arts"
)
LONG_STREET: Final = (
    "Building 7, Loading Dock C, North Gate of the Former Riverside Steel Works Industrial Estate, corner of "
    "Canal Street and Old Foundry Road 1180"
)
LONG_CITY: Final = "Llanfairpwllgwyngyllgogerychwyrndrobwll"
LONG_STATE: Final = "Autonomous Special Administrative Region North-East"


def add_value_cases(book: Book) -> None:
    """Add every case of values."""
    _blanks(book)
    _types(book)
    _industries_and_ratings(book)
    _countries(book)
    _owners(book)
    _too_long(book)
    _other_scripts(book)


def _blanks(book: Book) -> None:
    # Blank phone: created with the stand-in phone, reported.
    book.account(Name="Bluebird Family Dental", Phone=None)
    # Blank phone where Autotask holds one: linked, the real phone stays.
    bakery = book.account(Name="Cornerstone Bakery & Café", Phone=None)
    book.counterpart(bakery, phone="(617) 555-0142")
    # Blanks where Autotask holds values: fax and web address are cleared, because Salesforce keeps the record.
    books = book.account(Name="Coral Books", Fax=None, Website=None)
    book.counterpart(books, fax="(503) 555-0177", webAddress="www.coralbooks.example")
    # A multi-line street: the first line to address1, the others to address2.
    book.account(
        Name="Trailhead Engineering",
        BillingStreet="1450 Technology Way\r\nSuite 400\r\nAttention: Front Desk",
        BillingCity="Boulder",
        BillingState="CO",
        BillingPostalCode="80301",
        BillingCountry="United States",
    )


def _types(book: Book) -> None:
    # Blank Type: created as Customer, reported.
    book.account(Name="Hollis Garden Center", Type=None)
    # Blank Type where Autotask holds one: Prospect stays, reported.
    trucking = book.account(Name="Fletcher Trucking", Type=None)
    book.counterpart(trucking, companyType=value_of("companyType", "Prospect"))
    # Type without counterpart: created as Customer.
    book.account(Name="Summit Benefits Group", Type="Customer - Direct")
    # Type without counterpart where Autotask holds another: Vendor becomes Customer (S20).
    systems = book.account(Name="Kessler Data Systems", Type="Technology Partner")
    book.counterpart(systems, companyType=value_of("companyType", "Vendor"))


def _industries_and_ratings(book: Book) -> None:
    # Industry without counterpart: created with an empty market segment.
    book.account(Name="Helix Biolabs", Industry="Biotechnology")
    # Industry without counterpart where Autotask holds a segment: it is emptied (S21).
    fuels = book.account(Name="Verdant Biofuels", Industry="Energy")
    book.counterpart(fuels, marketSegmentID=value_of("marketSegmentID", "Manufacturing"))
    # Rating without counterpart: created without a classification, reported.
    book.account(Name="Prairie Hardware", Rating="Cold")
    # Rating without counterpart where Autotask holds a classification: Gold stays, reported.
    robotics = book.account(Name="Starling Robotics", Rating="Cold")
    book.counterpart(robotics, classification=value_of("classification", "Gold"))


def _countries(book: Book) -> None:
    abroad: Record = {"BillingState": None, "BillingPostalCode": "10000", "BillingCity": "Pristina"}
    # Country without counterpart, by name: created without a country, reported.
    book.account(Name="Balkan Coffee Import", BillingStreet="Rruga Agim Ramadani 12", BillingCountry="Kosovo", **abroad)
    # Country without counterpart, by ISO code, where Autotask holds a country: it stays, reported.
    software = book.account(
        Name="Dardania Software", BillingStreet="Bulevardi Bill Klinton 40", BillingCountry="XK", **abroad
    )
    book.counterpart(software, countryID=COUNTRY_IDS["AT"])
    # Country by ISO code with a counterpart: DE is Germany.
    book.account(
        Name="Rheinblick Steuerberatung",
        BillingStreet="Hohe Straße 52",
        BillingCity="Köln",
        BillingState=None,
        BillingPostalCode="50667",
        Industry="Finance",
        BillingCountry="DE",
        Phone="+49 221 555 0134",
    )
    # Country as people really write it, neither name nor ISO code of two letters: reported.
    book.account(Name="Lakeside Movers", BillingCountry="U.S. of A.")


def _owners(book: Book) -> None:
    # Owner not found in Autotask: created under the default account manager.
    book.account(Name="Mulberry Pediatrics", OwnerId=book.owner(basis.UNKNOWN_OWNER))
    # Owner's name fits two resources: default account manager, reported.
    book.account(Name="Norwood Law Group", OwnerId=book.owner(basis.DOUBLE_OWNER))
    # Owner's resource is inactive: default account manager, reported.
    book.account(Name="Osprey Plastics", OwnerId=book.owner(basis.INACTIVE_OWNER))
    # Owner is an inactive Salesforce user without a resource: default account manager.
    book.account(Name="Quarry Construction Group", OwnerId=book.owner(basis.FORMER_OWNER))
    # Owner not found where the company has an active account manager: Walter Boone stays, reported.
    logistics = book.account(Name="Tidewater Logistics", OwnerId=book.owner(basis.UNKNOWN_OWNER))
    book.counterpart(logistics, ownerResourceID=book.resource("Walter Boone"))
    # Owner not found where the company's account manager is inactive: the default account manager takes over.
    roofing = book.account(Name="Vista Roofing", OwnerId=book.owner(basis.UNKNOWN_OWNER))
    book.counterpart(roofing, ownerResourceID=book.resource(basis.INACTIVE_OWNER))


def _too_long(book: Book) -> None:
    # Name longer than 100: created with the name cut, reported with the original.
    book.account(Name=LONG_NAME)
    # Name longer than 100 whose cut form stands in Autotask: linked, as matching compares cut values.
    school = book.account(Name=LONG_NAME_KNOWN)
    book.counterpart(school)
    # Street line longer than 128, city longer than 30, state longer than 40: cut, reported.
    book.account(Name="Forge Metal Works", BillingStreet=LONG_STREET)
    book.account(Name="Menai Bridge Outfitters", BillingCity=LONG_CITY, BillingState=None, BillingCountry="GB")
    book.account(Name="Steppe Freight Lines", BillingState=LONG_STATE)
    # Phone longer than 25: left out, and as Autotask requires one the stand-in is used.
    book.account(Name="Sunflower Smiles", Phone="(402) 555-0163 ext. 2207 (front desk)")
    # Phone longer than 25 where Autotask holds one: it stays.
    hotel = book.account(Name="Hotel Magnolia", Phone="(912) 555-0110 or (912) 555-0111")
    book.counterpart(hotel, phone="(912) 555-0110")
    # Fax longer than 25, postal code longer than 10, ticker longer than 10: left out, reported.
    book.account(Name="Ridgeline Surveyors", Fax="(801) 555-0155 (shared with Suite 12)")
    book.account(Name="Thistle Event Center", BillingPostalCode="84101-3344-0000", BillingCountry="US")
    book.account(Name="Paragon Packaging Corp", TickerSymbol="OTCMKTS:PRGPK")
    # Web address longer than 255: left out, reported. Salesforce itself stops at 255: loaded directly.
    book.account(Name="Echo Digital", Website="https://www.echodigital.example/?campaign=" + "spring-launch-" * 17)


def _other_scripts(book: Book) -> None:
    # Unicode and right-to-left names: created letter by letter as they are.
    book.account(
        Name="מרפאת שיניים אור",
        BillingStreet="רחוב הרצל 14",
        BillingCity="תל אביב",
        BillingState=None,
        BillingPostalCode="6688310",
        Industry="Healthcare",
        BillingCountry="Israel",
        Phone="+972 3 555 0123",
    )
    book.account(
        Name="مطعم الياسمين",
        BillingStreet="شارع الملك حسين 8",
        BillingCity="عمّان",
        BillingState=None,
        BillingCountry="JO",
        Industry="Food & Beverage",
        Phone="+962 6 555 0144",
    )
    book.account(
        Name="株式会社さくら設計",
        BillingStreet="千代田区丸の内1-9-1",
        BillingCity="東京",
        BillingState=None,
        BillingCountry="Japan",
        Industry="Engineering",
        Phone="+81 3 5550 0133",
    )
    # The same, already in Autotask: linked.
    cafe = book.account(Name="Łódzka Kawiarnia „Źródło” ☕", BillingCity="Łódź", BillingState=None, BillingCountry="PL")
    book.counterpart(cafe)
