"""Singer's Salesforce reader: its messages are counted and dropped, where a target would read them.

It hard-codes where to sign in, so it is given a session; and an API version, which is not what costs time.
"""

import logging
import sys
from typing import Any

from benchmarks.encoded_org import FIELDS, VERSION
from benchmarks.peers.figures import Stopwatch
from tap_salesforce import do_sync
from tap_salesforce.salesforce import Salesforce, field_to_property_schema, rest

BOOLEAN, MOMENT = "IsDeleted", "SystemModstamp"


class Counted:
    """Takes the place of standard output; `records` counts the messages with a record."""

    records = 0

    def write(self, text: str) -> None:
        """One message, or what ends it."""
        self.records += text.startswith('{"type": "RECORD"')

    def flush(self) -> None:
        """Nothing waits."""


def stream() -> dict[str, Any]:
    """Contacts in a catalog as its discovery would write it, with the fields that Taskforce reads."""
    types = {BOOLEAN: "boolean", MOMENT: "datetime"}
    properties = {
        name: field_to_property_schema({"name": name, "type": types.get(name, "string")}, {})[0] for name in FIELDS
    }
    about = {"selected": True, "replication-key": MOMENT, "table-key-properties": ["Id"]}
    chosen = [
        {"breadcrumb": ("properties", name), "metadata": {"inclusion": "available", "selected": True}}
        for name in FIELDS
    ]
    return {
        "stream": "Contact",
        "tap_stream_id": "Contact",
        "schema": {"type": "object", "properties": properties},
        "metadata": [{"breadcrumb": (), "metadata": about}, *chosen],
    }


def main() -> None:
    """Every record, as a message."""
    logging.disable()
    rest.API_VERSION = VERSION[1:].partition(".")[0]
    reader = Salesforce(default_start_date="2020-01-01T00:00:00Z", api_type="REST", select_fields_by_default=False)
    reader.instance_url, reader.access_token = sys.argv[1], "t"
    out, sys.stdout = sys.stdout, Counted()  # type: ignore[assignment]
    watch = Stopwatch()
    do_sync(reader, {"streams": [stream()]}, {})
    counted, sys.stdout = sys.stdout, out
    watch.report(counted.records)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
