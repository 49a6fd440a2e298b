"""What every reader prints: records, seconds from its first request on, and the peak memory of its process."""

import json
import resource
import time


class Stopwatch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    def report(self, records: int) -> None:
        """Print the figures as one line of JSON."""
        seconds = time.perf_counter() - self._begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"records": records, "seconds": seconds, "peak_mb": peak}))
