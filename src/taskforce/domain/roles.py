"""Who may do what (S1): three roles, each with all that the ones before it have."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do in the pages."""

    VIEWER = "viewer"
    """Sees runs and records."""
    OPERATOR = "operator"
    """Launches imports as well, and decides about records that wait."""
    ADMINISTRATOR = "administrator"
    """Changes settings, connections and users as well: "configure other extensions and tools"."""

    def includes(self, needed: "Role") -> bool:
        """Whether who has this role may do what the other one is needed for."""
        order = list(Role)
        return order.index(self) >= order.index(needed)
