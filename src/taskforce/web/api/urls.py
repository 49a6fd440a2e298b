"""The addresses of the REST API; importing its parts registers their operations."""

from taskforce.web.api import connections, filters, mappings, matching, privacy, records, runs
from taskforce.web.api.app import patterns

PARTS = (connections, filters, mappings, matching, runs, records, privacy)

urlpatterns = patterns()
