"""Parent companies must not form a loop in Autotask either."""

from taskforce.domain.records import TargetId
from taskforce.engine.stores import Index

LONGEST_LINE = 50
"""Generations that are followed before the line counts as endless."""


def would_close_loop(index: Index, company: TargetId, parent: TargetId) -> bool:
    """Whether the company stands among its new parent's forebears, as the index knows them."""
    current: TargetId | None = parent
    for _ in range(LONGEST_LINE):
        if current is None or current == company:
            return current == company
        current = index.parent(current)
    return True
