"""A reconciliation for people: what differed, and what was done about it."""

from taskforce.domain.comparison import comparison
from taskforce.domain.run import Run


def headline(run: Run) -> str:
    """All of it in one sentence, figures first."""
    found = comparison(run.counts)
    would = "would be " if run.is_dry_run else ""
    done = [f"{number:,} {would}{kind.value}" for kind, number in {**found.put_right, **found.not_yet}.items()]
    return (
        f"{found.compared:,} records compared; {found.differed:,} differed{': ' if done else ''}{', '.join(done)}. "
        f"{found.waiting:,} wait for a person or another record, {found.left_alone:,} are left alone."
    )
