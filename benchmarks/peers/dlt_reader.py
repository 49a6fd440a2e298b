"""dlt's own REST source with its link paginator, iterated.

dlt's "verified source" for Salesforce is no package: `dlt init` clones it. It pages by simple-salesforce, so this
reader, which leaves that out and converts no dates, is the kinder one.
"""

import sys

from benchmarks.encoded_org import SOQL, VERSION
from benchmarks.peers.figures import Stopwatch
from dlt.sources.rest_api import rest_api_source


def main() -> None:
    """Every record, counted and dropped."""
    source = rest_api_source(
        {
            "client": {
                "base_url": sys.argv[1],
                "auth": {"type": "bearer", "token": "t"},
                "paginator": {"type": "json_link", "next_url_path": "nextRecordsUrl"},
            },
            "resources": [
                {
                    "name": "contacts",
                    "endpoint": {
                        "path": f"/services/data/{VERSION}/query",
                        "params": {"q": SOQL},
                        "data_selector": "records",
                    },
                }
            ],
        }
    )
    watch = Stopwatch()
    watch.report(sum(1 for _ in source.resources["contacts"]))


if __name__ == "__main__":
    main()
