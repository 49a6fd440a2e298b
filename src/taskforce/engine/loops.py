"""Parent companies must not form a loop in Autotask either."""

from taskforce.domain.records import TargetId
from taskforce.engine.stores import Index


def would_close_loop(index: Index, company: TargetId, parent: TargetId) -> bool:
    """Whether the company stands among its new parent's forebears, as the index knows them."""
    met: set[TargetId] = set()
    current: TargetId | None = parent
    while current is not None and current not in met:
        if current == company:
            return True
        met.add(current)
        current = index.parent(current)
    return False
