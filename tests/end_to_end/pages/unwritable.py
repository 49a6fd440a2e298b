"""An audit that takes nothing."""

from typing import Any

from taskforce.adapters.store.audit import Audit
from taskforce.errors import TaskforceError


class Unwritable(Audit):
    """An audit whose disk is full."""

    def add(self, *_: Any, **__: Any) -> None:
        """Nothing is added."""
        raise TaskforceError("The disk is full.", mend="Make room.")
