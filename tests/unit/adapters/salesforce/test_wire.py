"""Small pieces of what Salesforce sends."""

import pytest

from taskforce.adapters.salesforce.wire import Usage, usage_of


@pytest.mark.parametrize(
    ("header", "usage"),
    [
        ("api-usage=18/5000", Usage(used=18, limit=5000)),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=sample-app)", Usage(used=25, limit=5000)),
        ("per-app-api-usage=17/250(appName=sample-app)", None),
        ("", None),
    ],
)
def test_usage(header: str, usage: Usage | None) -> None:
    """The org's own figures, not those of one app."""
    assert usage_of(header) == usage
