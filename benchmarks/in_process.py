"""How many simple requests a second the simulators answer, in process and over a socket.

    python benchmarks/in_process.py [--requests 2000]

One thread asks Autotask for a company by its id and Salesforce for one record by a query. Figures are printed, not
asserted.
"""

import argparse
from collections.abc import Callable
from time import perf_counter

import httpx2

from taskforce_simulators.serving import SimulatorPair, in_process_pair, start_pair


def main() -> None:
    """Measure both ways and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=2000)
    requests = parser.parse_args().requests
    with in_process_pair() as near:
        salesforce = httpx2.Client(base_url=near.salesforce_url, transport=near.salesforce_transport)
        autotask = httpx2.Client(base_url=near.autotask_url, transport=near.autotask_transport)
        _measure("in process", near, salesforce, autotask, requests)
    with start_pair(scenario="empty") as far:
        salesforce, autotask = httpx2.Client(base_url=far.salesforce_url), httpx2.Client(base_url=far.autotask_url)
        _measure("over a socket", far, salesforce, autotask, requests)


def _measure(name: str, pair: SimulatorPair, salesforce: httpx2.Client, autotask: httpx2.Client, requests: int) -> None:
    pair.autotask.change_settings({"request_limit": 0})
    with salesforce, autotask:
        queries = _per_second(_query(pair, salesforce), requests)
        reads = _per_second(_read(pair, autotask), requests)
    print(f"{name:14} Salesforce {queries:6.0f}/s   Autotask {reads:6.0f}/s")


def _query(pair: SimulatorPair, client: httpx2.Client) -> Callable[[], httpx2.Response]:
    known = pair.salesforce.credentials()
    form = {"grant_type": "client_credentials", **{key: known[key] for key in ("client_id", "client_secret")}}
    token = client.post("/services/oauth2/token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    soql = {"q": "SELECT Id FROM User LIMIT 1"}
    return lambda: client.get("/services/data/v68.0/query", params=soql, headers=headers)


def _read(pair: SimulatorPair, client: httpx2.Client) -> Callable[[], httpx2.Response]:
    known = pair.autotask.credentials()
    headers = {
        "UserName": known["username"],
        "Secret": known["secret"],
        "ApiIntegrationCode": known["integration_code"],
    }
    return lambda: client.get("/ATServicesRest/V1.0/Companies/0", headers=headers)


def _per_second(ask: Callable[[], httpx2.Response], requests: int) -> float:
    begun = perf_counter()
    for _ in range(requests):
        ask().raise_for_status()
    return requests / (perf_counter() - begun)


if __name__ == "__main__":
    main()
