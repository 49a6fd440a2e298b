"""The picklists and classification icons of the scenarios' Autotask tenant."""

from typing import Final

LABELS: Final[dict[str, dict[str, str]]] = {
    "companyType": {
        "1": "Customer",
        "2": "Lead",
        "3": "Prospect",
        "4": "Dead",
        "6": "Cancelation",
        "7": "Vendor",
        "8": "Partner",
    },
    "marketSegmentID": {
        "29682801": "Healthcare",
        "29682802": "Legal",
        "29682803": "Manufacturing",
        "29682804": "Education",
        "29682805": "Food & Beverage",
        "29682806": "Construction",
        "29682807": "Finance",
        "29682808": "Insurance",
        "29682809": "Retail",
        "29682810": "Engineering",
        "29682811": "Not For Profit",
        "29682812": "Transportation",
        "29682813": "Hospitality",
        "29682814": "Technology",
        "29682815": "Government",
        "29682816": "Media",
    },
    "classification": {
        "200": "Hot",
        "201": "Warm",
        "202": "Platinum",
        "203": "Gold",
        "204": "Silver",
        "205": "Delinquent",
    },
    "territoryID": {"29682885": "Local", "29682886": "Regional", "29682887": "National"},
    "competitorID": {"29683001": "Break-fix shop", "29683002": "National MSP"},
}

INACTIVE: Final = frozenset({("marketSegmentID", "29682816"), ("companyType", "6")})
"""Values that records may still carry but that are no longer offered."""

SYSTEM: Final = frozenset({("companyType", value) for value in LABELS["companyType"]})

SALESFORCE_PICKLISTS: Final = {
    "Account": {
        "Type": ["Customer", "Prospect", "Partner", "Vendor", "Customer - Direct", "Technology Partner", "Other"],
        "Industry": sorted([*LABELS["marketSegmentID"].values(), "Biotechnology", "Energy", "Other"]),
        "Rating": ["Hot", "Warm", "Cold"],
    }
}
"""What the org offers; some of it has no counterpart in Autotask."""


def company_picklists() -> dict[str, list[dict[str, object]]]:
    """The picklists of Companies, as `load` takes them."""
    return {
        name: [_value(name, *item, place) for place, item in enumerate(labels.items(), 1)]
        for name, labels in LABELS.items()
    }


def classification_icons() -> list[dict[str, object]]:
    """The icons that belong to the classification picklist."""
    return [
        {"id": int(value), "name": label, "description": f"{label} company", "isActive": True, "isSystem": False,
         "relativeUrl": f"/graphics/icons/{label.lower()}.png"}
        for value, label in LABELS["classification"].items()
    ]  # fmt: skip


def value_of(field: str, label: str) -> int:
    """The number behind a label."""
    return int(next(value for value, known in LABELS[field].items() if known == label))


def _value(field: str, value: str, label: str, place: int) -> dict[str, object]:
    return {
        "value": value,
        "label": label,
        "isDefaultValue": False,
        "sortOrder": place,
        "parentValue": "",
        "isActive": (field, value) not in INACTIVE,
        "isSystem": (field, value) in SYSTEM,
    }
