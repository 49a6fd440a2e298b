"""Time zones as a list to choose from."""

from taskforce.web.presenters.zones import Continent, Zone, continents_of


def test_cities_stand_under_their_continent() -> None:
    """UTC comes first; older names of the same, and bare offsets, are left out."""
    names = ["US/Central", "Europe/Berlin", "America/North_Dakota/New_Salem", "Etc/GMT+5", "UTC", "America/New_York"]

    assert continents_of(names, "UTC") == [
        Continent(name="Elsewhere", zones=[Zone(name="UTC", city="UTC")]),
        Continent(
            name="America",
            zones=[
                Zone(name="America/New_York", city="New York"),
                Zone(name="America/North_Dakota/New_Salem", city="North Dakota, New Salem"),
            ],
        ),
        Continent(name="Europe", zones=[Zone(name="Europe/Berlin", city="Berlin")]),
    ]


def test_the_one_chosen_is_never_left_out() -> None:
    """Saving the page again would change it otherwise."""
    utc, central = Zone(name="UTC", city="UTC"), Zone(name="US/Central", city="US/Central")

    assert continents_of(["UTC"], "US/Central") == [Continent(name="Elsewhere", zones=[utc, central])]
