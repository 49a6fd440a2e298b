"""Values of the standard picklists; ``value=label`` where the two differ. Source: reference section 7."""

from typing import Final

_TEXT: Final = {
    "account_type": "Prospect;Customer - Direct;Customer - Channel;Channel Partner / Reseller;Installation Partner;"
    "Technology Partner;Other",
    "industry": "Agriculture;Apparel;Banking;Biotechnology;Chemicals;Communications;Construction;Consulting;Education;"
    "Electronics;Energy;Engineering;Entertainment;Environmental;Finance;Food & Beverage;Government;Healthcare;"
    "Hospitality;Insurance;Machinery;Manufacturing;Media;Not For Profit;Recreation;Retail;Shipping;Technology;"
    "Telecommunications;Transportation;Utilities;Other",
    "ownership": "Public;Private;Subsidiary;Other",
    "rating": "Hot;Warm;Cold",
    "clean_status": "Matched=In Sync;Different;Acknowledged=Reviewed;NotFound=Not Found;Inactive;Pending=Not Compared;"
    "SelectMatch=Select Match;Skipped",
    "lead_source": "Web;Phone Inquiry;Partner Referral;Purchased List;Other",
    "salutation": "Mr.;Ms.;Mrs.;Dr.;Prof.",
    "geocode_accuracy": "Address;NearAddress;Block;Street;ExtendedZip;Zip;Neighborhood;City;County;State;Unknown",
    "currency": "USD=USD - U.S. Dollar;EUR=EUR - Euro;GBP=GBP - British Pound;CHF=CHF - Swiss Franc;"
    "CAD=CAD - Canadian Dollar;AUD=AUD - Australian Dollar;SEK=SEK - Swedish Krona",
    "country": "US=United States;CA=Canada;GB=United Kingdom;IE=Ireland;DE=Germany;AT=Austria;CH=Switzerland;FR=France;"
    "BE=Belgium;NL=Netherlands;LU=Luxembourg;IT=Italy;ES=Spain;PT=Portugal;DK=Denmark;SE=Sweden;NO=Norway;FI=Finland;"
    "PL=Poland;CZ=Czech Republic;MX=Mexico;BR=Brazil;AU=Australia;NZ=New Zealand;JP=Japan;IN=India;SG=Singapore;"
    "ZA=South Africa",
    "state": "AL=Alabama;AK=Alaska;AZ=Arizona;AR=Arkansas;CA=California;CO=Colorado;CT=Connecticut;DE=Delaware;"
    "DC=District of Columbia;FL=Florida;GA=Georgia;HI=Hawaii;ID=Idaho;IL=Illinois;IN=Indiana;IA=Iowa;KS=Kansas;"
    "KY=Kentucky;LA=Louisiana;ME=Maine;MD=Maryland;MA=Massachusetts;MI=Michigan;MN=Minnesota;MS=Mississippi;"
    "MO=Missouri;MT=Montana;NE=Nebraska;NV=Nevada;NH=New Hampshire;NJ=New Jersey;NM=New Mexico;NY=New York;"
    "NC=North Carolina;ND=North Dakota;OH=Ohio;OK=Oklahoma;OR=Oregon;PA=Pennsylvania;RI=Rhode Island;"
    "SC=South Carolina;SD=South Dakota;TN=Tennessee;TX=Texas;UT=Utah;VT=Vermont;VA=Virginia;WA=Washington;"
    "WV=West Virginia;WI=Wisconsin;WY=Wyoming;AB=Alberta;BC=British Columbia;MB=Manitoba;NB=New Brunswick;"
    "NS=Nova Scotia;ON=Ontario;PE=Prince Edward Island;QC=Quebec;SK=Saskatchewan",
    "time_zone": "America/New_York;America/Chicago;America/Denver;America/Los_Angeles;Europe/London;Europe/Berlin;"
    "Australia/Sydney;UTC",
    "locale": "en_US;en_GB;en_AU;en_CA;de_DE;fr_FR",
    "encoding": "UTF-8;ISO-8859-1",
    "user_type": "Standard;PowerPartner;CSPLitePortal;CustomerSuccess;PowerCustomerSuccess;CsnOnly;Guest",
    "language": "en_US;de;fr;es",
    "digest": "D=Daily;W=Weekly;N=Never",
    "digest_group": "P=On Every Post;D=Daily Digests;W=Weekly Digests;N=Never",
    "organization_type": "Team Edition;Professional Edition;Enterprise Edition;Developer Edition;Personal Edition;"
    "Unlimited Edition;Contact Manager Edition;Base Edition",
}


def _pairs(text: str) -> dict[str, str]:
    entries = (entry.partition("=") for entry in text.split(";"))
    return {value: label or value for value, _, label in entries}


PICKLISTS: Final[dict[str, dict[str, str]]] = {name: _pairs(text) for name, text in _TEXT.items()}
"""Per picklist the labels by value, in the order of the vendor."""

RESTRICTED: Final = frozenset({"geocode_accuracy", "clean_status", "currency", "country", "state"})
"""Picklists that refuse a value of their own; all others take any (reference section 7: restrictedPicklist)."""
