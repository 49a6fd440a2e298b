"""The addresses of the REST API; importing its parts registers their operations."""

from taskforce.web.api import connections, filters, privacy, records, runs
from taskforce.web.api.app import patterns

PARTS = (connections, filters, runs, records, privacy)

urlpatterns = patterns()
