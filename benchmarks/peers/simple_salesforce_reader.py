"""simple-salesforce, `query_all_iter`. It builds https addresses, which an adapter leads to the server."""

import sys

import requests
from benchmarks.encoded_org import SOQL
from benchmarks.peers.figures import Stopwatch
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce


class ToServer(HTTPAdapter):
    """Sends everything to one address."""

    def send(self, request, *arguments, **options):
        """Change the host, nothing else."""
        request.url = sys.argv[1] + request.path_url
        return super().send(request, *arguments, **options)


def main() -> None:
    """Every record, counted and dropped."""
    session = requests.Session()
    session.mount("https://", ToServer())
    client = Salesforce(instance="bench.example", session_id="t", session=session, version="66.0")
    watch = Stopwatch()
    watch.report(sum(1 for _ in client.query_all_iter(SOQL)))


if __name__ == "__main__":
    main()
