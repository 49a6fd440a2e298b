"""A wait in words."""

import math
from datetime import timedelta


def in_words(wait: timedelta) -> str:
    """Rounded up: "40 seconds", "1 minute", "12 minutes"."""
    seconds = max(1, math.ceil(wait.total_seconds()))
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
