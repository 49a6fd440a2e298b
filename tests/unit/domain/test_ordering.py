"""Parents before children."""

from collections.abc import Mapping

import pytest

from taskforce.domain.ordering import ParentOrder, parents_first
from taskforce.domain.records import SourceId

A, B, C, D, ELSEWHERE = (SourceId(letter) for letter in "ABCDX")


@pytest.mark.parametrize(
    ("parents", "order", "closers"),
    [
        ({}, (), set()),
        ({B: None, A: None}, (B, A), set()),
        ({A: B, B: None}, (B, A), set()),
        ({A: B, B: C, C: None, D: B}, (C, B, A, D), set()),
        ({A: ELSEWHERE, B: A}, (A, B), set()),
        ({A: A, B: A}, (A, B), {A}),
        ({A: B, B: A}, (B, A), {B}),
        ({A: B, B: C, C: B}, (C, B, A), {C}),
        ({A: B, B: A, C: D, D: C}, (B, A, D, C), {B, D}),
    ],
    ids=[
        "none",
        "no parents",
        "parent given later",
        "grandparents and siblings",
        "parent not among them",
        "its own parent",
        "two in a loop",
        "a tail into a loop",
        "two loops",
    ],
)
def test_parents_come_before_children(
    parents: Mapping[SourceId, SourceId | None], order: tuple[SourceId, ...], closers: set[SourceId]
) -> None:
    """Otherwise the given order is kept, and a loop is opened at one account, which goes without its parent."""
    assert parents_first(parents) == ParentOrder(order=order, loop_closers=frozenset(closers))
