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

NOTHING_SAID = frozenset(
    "na none null nil unknown tbd tba test testing new pending default dummy sample example number account customer "
    "company notset notavailable notapplicable keine unbekannt".split()
)
"""What people type where something is required and they have nothing to say; letters and digits only."""

SHARED_SITES = frozenset(
    "facebook.com linkedin.com instagram.com twitter.com x.com youtube.com tiktok.com pinterest.com xing.com "
    "google.com sites.google.com maps.google.com g.page goo.gl business.site wixsite.com weebly.com wordpress.com "
    "blogspot.com tumblr.com linktr.ee bit.ly yelp.com etsy.com ebay.com amazon.com github.com wikipedia.org "
    "jimdo.com squarespace.com godaddysites.com yellowpages.com bbb.org example.com none.com na.com test.com "
    "msn.com me.com mac.com mail.com proton.me protonmail.com ymail.com gmx.net gmx.com t-online.de freenet.de "
    "hotmail.co.uk live.co.uk yahoo.co.uk yahoo.de btinternet.com orange.fr free.fr laposte.net libero.it "
    "comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net".split()
)
"""Domains where everybody may have a page or a mailbox: no website under them tells who somebody is."""

NOBODYS_MAILBOXES = frozenset(
    "info office sales contact contactus support admin administrator hello mail email team billing accounts accounting "
    "accountspayable ap ar invoices finance noreply no-reply donotreply none noemail no-email nomail na n/a unknown "
    "test reception frontdesk help helpdesk it service services hr jobs marketing orders purchasing webmaster "
    "postmaster enquiries inquiries kontakt buero".split()
)
"""In front of an e-mail address's @: mailboxes of an office, and stand-ins; they belong to no one person."""
