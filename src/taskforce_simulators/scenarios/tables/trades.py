"""What businesses do, and what they are called. `{last}`, `{word}` and `{city}` are filled in."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: the Salesforce industry, its SIC code, names, and titles that only it knows."""

    industry: str
    sic: str
    names: tuple[str, ...]
    titles: tuple[str, ...]


_TRADES: Final = """
Healthcare|8021
  {last} Family Dental;{word} Dental Group;{last} & {last2} Orthodontics;{word} Smiles {city};{last} Dental Care
  Dentist;Dental Hygienist;Treatment Coordinator
Healthcare|8011
  {word} Pediatrics;{last} Medical Associates;{word} Physical Therapy;{last} Eye Clinic;{word} Veterinary Hospital
  Physician;Clinic Administrator;Nurse Manager
Legal|8111
  {last} & {last2} LLP;{last} Law Group;{last}, {last2} & Partners;Law Offices of {last} {last2};{word} Legal Services
  Attorney;Paralegal;Legal Secretary
Manufacturing|3599
  {last} Precision Machining;{word} Plastics;{last} Tool & Die;{word} Metal Works;{last} Packaging Corp
  Plant Manager;Production Supervisor;Quality Engineer
Education|8211
  {word} Academy;{last} Elementary School;{word} Montessori School;{city} {word} Charter School;{last} Learning Center
  Principal;Technology Coordinator;Registrar
Food & Beverage|5812
  Café {word};{word} Coffee Roasters;{last} Bakery & Café;The {word} Kitchen;{last}'s Bistro
  Head Chef;General Manager;Shift Lead
Construction|1542
  {last} Builders;{word} Construction Group;{last} & Sons Contracting;{word} Roofing;{last} Electric Inc
  Project Manager;Estimator;Site Superintendent
Finance|8721
  {last} Accounting;{word} Wealth Advisors;{last} {last2} CPAs;{last} Capital Partners
  Certified Public Accountant;Tax Manager;Advisor
Insurance|6411
  {last} Insurance Agency;{word} Benefits Group;{last} & {last2} Risk Advisors
  Account Executive;Claims Manager;Underwriter
Retail|5399
  {word} Hardware;{last} Furniture;{word} Outfitters;{last} Garden Center;{word} Books
  Store Manager;Buyer;Assistant Manager
Engineering|8711
  {last} Engineering;{word} Structural Consultants;{last} {last2} Surveyors;{word} Environmental Design
  Principal Engineer;CAD Manager;Surveyor
Not For Profit|8399
  {word} Community Foundation;{last} Youth Center;{word} Food Bank;{city} {word} Alliance
  Executive Director;Program Manager;Development Officer
Transportation|4213
  {last} Trucking;{word} Logistics;{last} Freight Lines;{word} Movers
  Dispatcher;Fleet Manager;Safety Director
Hospitality|7011
  {word} Inn & Suites;Hotel {word};{last} Catering;{word} Event Center
  Front Desk Manager;Event Coordinator;Innkeeper
Technology|7371
  {word} Software;{last} Data Systems;{word} Robotics;{last} Digital
  Chief Technology Officer;Product Manager;Office Administrator
"""


def _trades(lines: list[str]) -> tuple[Trade, ...]:
    """Three lines to a trade: industry and code, names, titles."""
    trades = []
    for head, names, titles in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        industry, sic = head.split("|")
        trades.append(Trade(industry, sic, tuple(names.strip().split(";")), tuple(titles.strip().split(";"))))
    return tuple(trades)


TRADES: Final = _trades(_TRADES.strip().split("\n"))

WORDS: Final = tuple(
    """
Alder Amber Anchor Apex Arbor Ashwood Aspen Aurora Azalea Badger Bayside Beacon Bellwood Birchwood Blackstone
Bluebird Bluestem Bramble Briarwood Bridgeview Brightwater Brookside Buckeye Canyon Cardinal Cascade Cedar Chestnut
Clearview Clover Coastal Cobalt Compass Copper Coral Cornerstone Cottonwood Crescent Crestview Cypress Daybreak
Deerfield Dogwood Eagle Eastgate Echo Edgewater Elmwood Ember Evergreen Fairview Falcon Fernwood Fireside Foothill
Forge Foxglove Gateway Glacier Glenwood Golden Granite Greenfield Greenway Grove Harvest Hawthorn Hazel Hearthstone
Heritage Heron Hickory Highpoint Hillside Horizon Ironwood Ivy Juniper Keystone Kestrel Kingfisher Lakeside Lantern
Larkspur Laurel Lighthouse Lilac Lindenwood Longview Magnolia Maplewood Marigold Meadowlark Meridian Midtown
Millstone Mistral Monarch Moonlight Mulberry Northfield Northstar Oakridge Oasis Orchard Osprey Overlook Palisade
Paragon Parkside Peachtree Pebble Pelican Peregrine Pinecrest Pinnacle Pioneer Plumtree Prairie Primrose Quarry
Quartz Radiant Raven Redwood Ridgeline Riverbend Riverside Rosewood Saffron Sagebrush Sandstone Sapphire Sequoia
Shoreline Silverleaf Skyline Snowcap Solstice Southgate Sparrow Springfield Starling Steeple Stillwater Stonebridge
Summit Sunflower Sunrise Swiftwater Sycamore Tamarack Terrace Thistle Thornhill Tidewater Timberline Topaz
Trailhead Trillium Tulip Union Uptown Valley Vanguard Verdant Vermilion Viewpoint Violet Vista Walnut Waterford
Waterfront Wayfarer Westbrook Westgate Wildflower Willow Windmill Windsor Wintergreen Wisteria Woodbine Woodland
Wren Yarrow Yellowstone Zephyr Oldfield Whitestone
""".split()
)


def trade_of(name: str) -> Trade | None:
    """The trade whose usual names share most words with a name, if any does."""
    words = set(name.split())
    shared, trade = max(((len(words & _own_words(trade)), trade) for trade in TRADES), key=lambda found: found[0])
    return trade if shared else None


def _own_words(trade: Trade) -> set[str]:
    return {word for name in trade.names for word in name.split() if word[0] != "{" and len(word) > 2}
