"""Where the systems of the tests are."""

from taskforce.adapters.http.addresses import Addresses

HERE = Addresses(("127.0.0.1", "localhost", "::1", "*.example", "*.invalid"))
"""This machine, and names that never exist."""
