"""What every reader prints: records, seconds from its first request on, and the peak memory of its process."""

import json
import resource
import time


class Stopwatch:
    """Runs from the moment it is made; `cpu_seconds` tells what a busy machine does not falsify."""

    def __init__(self) -> None:
        self._begun, self._cpu = time.perf_counter(), time.process_time()

    def report(self, records: int) -> None:
        """Print the figures as one line of JSON."""
        seconds, cpu = time.perf_counter() - self._begun, time.process_time() - self._cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"records": records, "seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak}))
