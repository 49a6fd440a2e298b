"""The small imports that several files try one after the other."""

from collections.abc import Iterator

import pytest

from tests.properties.sync_machine.small_imports import Begun
from tests.properties.sync_machine.story import Story


@pytest.fixture(scope="module")
def small_imports() -> Iterator[Begun]:
    """The story of the small import that is tried; tests of one import come one after the other."""
    begun = Begun()
    yield begun
    begun.close()


@pytest.fixture
def story(small_imports: Begun, name: str) -> Story:
    """The story of a small import, ready for it, and after each test again."""
    return small_imports.story(name)
