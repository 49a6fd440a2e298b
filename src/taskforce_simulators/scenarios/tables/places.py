"""Places: a city with what addresses and telephone numbers look like there. `#` stands for a digit."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A city and the shapes of its postal codes, telephone numbers and street lines."""

    city: str
    state: str
    postal_code: str
    phone: str
    country: str = "United States"
    iso_code: str = "US"
    streets: tuple[str, ...] = ()


_STREETS: Final = (
    "Main Street;Oak Avenue;Maple Street;W Washington Blvd;Commerce Drive;Industrial Parkway;Park Avenue;"
    "Elm Street;Lakeview Road;N 3rd Street;Market Street;Cedar Lane;Highland Avenue;Broadway;Mill Road;"
    "College Avenue;River Road;Church Street;Center Street;Sunset Boulevard;Old Post Road;Chestnut Street;"
    "Pine Street;E Jefferson St;Franklin Avenue;Technology Way;Hillcrest Drive;Prospect Street;Harbor Drive;"
    "Union Street;Garfield Avenue;Liberty Street;Ridge Road;S Wabash Ave;Meadow Lane;Canal Street;"
    "Monroe Street;Northgate Plaza;Airport Road"
)
US_STREETS: Final = tuple(f"{{n}} {name}" for name in _STREETS.split(";"))

_US: Final = """
Chicago|IL|606##|312;Evanston|IL|6020#|847;Naperville|IL|605##|630;Milwaukee|WI|532##|414;Madison|WI|537##|608
Minneapolis|MN|554##|612;Saint Paul|MN|551##|651;Des Moines|IA|503##|515;Indianapolis|IN|462##|317
Columbus|OH|432##|614;Cleveland|OH|441##|216;Cincinnati|OH|452##|513;Detroit|MI|482##|313;Ann Arbor|MI|481##|734
Pittsburgh|PA|152##|412;Philadelphia|PA|191##|215;Albany|NY|122##|518;Buffalo|NY|142##|716;New York|NY|100##|212
Brooklyn|NY|112##|718;Boston|MA|021##|617;Worcester|MA|016##|508;Hartford|CT|061##|860;Providence|RI|029##|401
Portland|ME|041##|207;Burlington|VT|054##|802;Newark|NJ|071##|973;Princeton|NJ|085##|609;Baltimore|MD|212##|410
Richmond|VA|232##|804;Raleigh|NC|276##|919;Charlotte|NC|282##|704;Atlanta|GA|303##|404;Savannah|GA|314##|912
Orlando|FL|328##|407;Tampa|FL|336##|813;Miami|FL|331##|305;Nashville|TN|372##|615;Louisville|KY|402##|502
Saint Louis|MO|631##|314;Kansas City|MO|641##|816;Omaha|NE|681##|402;Tulsa|OK|741##|918;Dallas|TX|752##|214
Austin|TX|787##|512;Houston|TX|770##|713;San Antonio|TX|782##|210;Denver|CO|802##|303;Boulder|CO|803##|720
Salt Lake City|UT|841##|801;Phoenix|AZ|850##|602;Tucson|AZ|857##|520;Albuquerque|NM|871##|505;Las Vegas|NV|891##|702
San Diego|CA|921##|619;Sacramento|CA|958##|916;Oakland|CA|946##|510;Portland|OR|972##|503;Seattle|WA|981##|206
Spokane|WA|992##|509;Boise|ID|837##|208;Anchorage|AK|995##|907
"""

_ABROAD: Final = """
Toronto|ON|M5V #A#|+1 416-555-####|Canada|CA|{n} King Street West;{n} Queen Street East;{n} Bay Street
Vancouver|BC|V6B #C#|+1 604-555-####|Canada|CA|{n} Granville Street;{n} Hastings Street
London||EC1A #BB|+44 20 7946 ####|United Kingdom|GB|{n} High Street;{n} Station Road;{n} Fleet Street
Manchester||M1 #AE|+44 161 496 ####|United Kingdom|GB|{n} Deansgate;{n} Oxford Road
Dublin||D02 X2##|+353 1 555 ####|Ireland|IE|{n} Dame Street;{n} Capel Street
Berlin||101##|+49 30 2312 ####|Germany|DE|Friedrichstraße {n};Torstraße {n};Kantstraße {n}
München|Bayern|803##|+49 89 9998 ####|Germany|DE|Sendlinger Straße {n};Leopoldstraße {n}
Lyon||6900#|+33 4 65 71 ## ##|France|FR|{n} rue de la République;{n} quai Saint-Antoine
Utrecht||35## AB|+31 30 555 ####|Netherlands|NL|Oudegracht {n};Maliebaan {n}
Sydney|NSW|200#|+61 2 5550 ####|Australia|AU|{n} George Street;{n} Pitt Street
Monterrey|Nuevo León|640##|+52 81 5550 ####|Mexico|MX|Avenida Constitución {n};Calle Morelos {n}
"""


def _at_home(line: str) -> Place:
    city, state, postal_code, area = line.split("|")
    return Place(city, state, postal_code, f"({area}) 555-####", streets=US_STREETS)


def _abroad(line: str) -> Place:
    city, state, postal_code, phone, country, iso_code, streets = line.split("|")
    return Place(city, state, postal_code, phone, country, iso_code, tuple(streets.split(";")))


US_PLACES: Final = tuple(_at_home(item) for line in _US.split("\n") for item in line.split(";") if item)
PLACES_ABROAD: Final = tuple(_abroad(line) for line in _ABROAD.strip().split("\n"))

AUTOTASK_COUNTRIES: Final = (
    "9|AR|Argentina;13|AU|Australia;14|AT|Austria;21|BE|Belgium;30|BR|Brazil;37|CA|Canada;43|CL|Chile;"
    "44|CN|China;47|CO|Colombia;57|CZ|Czech Republic;58|DK|Denmark;63|EG|Egypt;72|FI|Finland;73|FR|France;"
    "81|DE|Germany;84|GR|Greece;97|HK|Hong Kong;98|HU|Hungary;100|IN|India;101|ID|Indonesia;104|IE|Ireland;"
    "106|IL|Israel;107|IT|Italy;109|JP|Japan;110|JO|Jordan;113|KE|Kenya;117|KR|Korea, Republic of;"
    "121|LB|Lebanon;127|LU|Luxembourg;132|MY|Malaysia;142|MX|Mexico;154|NL|Netherlands;157|NZ|New Zealand;"
    "160|NG|Nigeria;165|NO|Norway;173|PH|Philippines;175|PL|Poland;176|PT|Portugal;180|RO|Romania;"
    "192|SA|Saudi Arabia;197|SG|Singapore;198|SK|Slovakia;202|ZA|South Africa;205|ES|Spain;212|SE|Sweden;"
    "213|CH|Switzerland;219|TH|Thailand;226|TR|Turkey;232|UA|Ukraine;235|AE|United Arab Emirates;"
    "236|GB|United Kingdom;237|US|United States;242|VN|Viet Nam"
)
"""Id, code and name; only 237 is known to be the real one (reference section 3)."""
