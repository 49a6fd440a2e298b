"""What names, streets and states are written like: the tables of `likeness`, one line a word with its other forms."""

from collections.abc import Mapping


def _by_short_form(table: str) -> Mapping[str, str]:
    lines = (line.split() for line in table.strip().splitlines())
    return {short: long for long, *shorts in lines for short in shorts}


def _by_name(table: str) -> Mapping[str, str]:
    pairs = (each.strip().split(" ", 1) for line in table.strip().splitlines() for each in line.strip(", ").split(","))
    return {name: code for code, name in pairs}


SOFTENED = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "&": " and ", "+": " and "})
"""Letters that lose more than an accent."""

FORGOTTEN_WORDS = frozenset(
    "mbh ug ohg se eg ev pllc lc pa apc oyj ltda sl kgaa pte pvt bvba srl kft sro "
    "the and of und et de der die das y for".split()
)
"""Further legal forms, and small words that people leave out."""

SHORT_FORMS = _by_short_form("""
    international intl int
    manufacturing mfg manuf manufacturers
    associates assoc association assn
    services svc svcs service serv
    systems sys system
    technology tech technologies techn
    management mgmt mgt
    national natl
    brothers bros gebrüder gebr
    center ctr centre
    hospital hosp
    university univ
    institute inst
    engineering eng engr engineers
    construction constr const
    group grp gruppe
    holding hldgs holdings
    medical med
    products prod prods product
    industries ind inds industrial industry
    insurance ins
    electric elec electrical elektro
    saint st sankt
    mount mt
    fort ft
    doctor dr
    consulting cons consultants consultancy
    accounting acctg accountants
    laboratories labs lab
    automotive auto
    solutions solution soln
    north n
    south s
    east e
    west w
    equipment equip
    transportation transport transp
    department dept
    communications comm comms
    property properties prop
    financial fin finance
    partners partner ptnrs
    supply supplies
    america american usa us
    school schools
    dental dentistry dentist
    advisors advisers advisor
""")
"""Words of company names by their abbreviations and neighbours."""

GENERIC_WORDS = frozenset(
    "international services systems management national center group holding products industries solutions consulting "
    "global america associates partners technology enterprises".split()
)
"""Words that many companies have in their names."""

STREET_FORMS = _by_short_form("""
    street st str strasse
    avenue ave av
    road rd
    boulevard blvd
    drive dr
    lane ln
    court ct
    place pl platz
    parkway pkwy
    highway hwy
    square sq
    north n
    south s
    east e
    west w
    terrace ter
    circle cir
    first 1st
    second 2nd
    third 3rd
    fourth 4th
    fifth 5th
""")
"""Words of streets by their abbreviations."""

STATES = _by_name("""
    al alabama, ak alaska, az arizona, ar arkansas, ca california, co colorado, ct connecticut, de delaware,
    fl florida, ga georgia, hi hawaii, id idaho, il illinois, in indiana, ia iowa, ks kansas, ky kentucky,
    la louisiana, me maine, md maryland, ma massachusetts, mi michigan, mn minnesota, ms mississippi, mo missouri,
    mt montana, ne nebraska, nv nevada, nh new hampshire, nj new jersey, nm new mexico, ny new york,
    nc north carolina, nd north dakota, oh ohio, ok oklahoma, or oregon, pa pennsylvania, ri rhode island,
    sc south carolina, sd south dakota, tn tennessee, tx texas, ut utah, vt vermont, va virginia, wa washington,
    wv west virginia, wi wisconsin, wy wyoming, dc district of columbia, on ontario, qc quebec, bc british columbia,
    ab alberta, mb manitoba, sk saskatchewan, ns nova scotia, nb new brunswick, nsw new south wales, vic victoria,
    qld queensland, by bayern, bw baden wurttemberg, nrw nordrhein westfalen, he hessen, ni niedersachsen, be berlin,
    hh hamburg
""")
"""Codes of states and provinces by their names, as `likeness.folded` leaves them."""

NICKNAMES = tuple(
    frozenset(line.split())
    for line in """
    robert bob bobby rob
    william bill will billy
    richard dick rick rich
    james jim jimmy
    john jack johnny
    elizabeth liz beth lisa betty
    katherine kate kathy katie catherine cathy
    margaret maggie meg peggy
    michael mike mick
    thomas tom
    joseph joe
    charles charlie chuck
    edward ed eddie ted
    daniel dan
    anthony tony
    christopher chris
    matthew matt
    steven steve stephen
    jennifer jen jenny
    susan sue
    patricia pat patty trish
    david dave
    andrew andy drew
    gregory greg
    benjamin ben
    samuel sam
    alexander alex
    alexandra alex
    nicholas nick
    timothy tim
    kenneth ken
    ronald ron
    lawrence larry
    rebecca becky
    deborah debbie deb
    barbara barb
    victoria vicky
    johannes hans
    friedrich fritz
    """.strip().splitlines()
)
"""First names that are short forms of each other."""
