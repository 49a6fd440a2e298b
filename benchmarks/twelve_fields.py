"""Records of a dozen fields to compare, for Taskforce and for peers alike."""

from collections.abc import Iterator

FIELDS = (
    *("firstName", "lastName", "title", "emailAddress", "phone", "mobilePhone", "faxNumber", "addressLine"),
    *("city", "state", "zipCode", "additionalAddressInformation"),
)
CHANGED = 100
"""One in so many differs, in one field."""


def records(count: int, *, is_changed: bool) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Keys and values; with `is_changed` every hundredth has another title."""
    for number in range(count):
        values: dict[str, str | None] = {name: f"{name} {number}" for name in FIELDS}
        values["faxNumber"] = None
        if is_changed and number % CHANGED == 0:
            values["title"] = "Head of Purchasing"
        yield f"003Hn{number:010d}AAA", values
