"""How good suggestions are: precision and recall on labelled pairs, at each threshold.

python -m benchmarks.suggestions
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from taskforce.domain.records import Entity, Value
from taskforce.domain.suggesting import LIKELY, NEARLY_CERTAIN, Score, score

PAIRS = Path(__file__).parents[1] / "tests" / "data" / "company_pairs.txt"
_FIELDS = ("companyName", "address1", "city", "state", "postalCode", "webAddress", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two companies, and whether they are one; `about` says what makes the pair interesting."""

    is_same: bool
    ours: dict[str, Value]
    theirs: dict[str, Value]
    about: str

    @property
    def score(self) -> Score:
        """What the rules make of it."""
        return score(Entity.COMPANY, self.ours, self.theirs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """`precision`: how many of those suggested are the same; `recall`: how many of the same are suggested."""

    precision: float
    recall: float


def labelled_pairs() -> Sequence[Pair]:
    """Every pair of the file."""
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    return [_pair(line) for line in lines if line and not line.startswith("#")]


def _pair(line: str) -> Pair:
    verdict, ours, theirs, about = (part.strip() for part in line.split("|"))
    return Pair(
        is_same={"same": True, "other": False}[verdict], ours=_values(ours), theirs=_values(theirs), about=about
    )


def _values(text: str) -> dict[str, Value]:
    named = zip(_FIELDS, (each.strip() for each in text.split(";")), strict=False)
    return {name: value for name, value in named if value}


def quality(pairs: Sequence[Pair], threshold: int) -> Quality:
    """Of those that have so many points or more."""
    suggested = [pair for pair in pairs if pair.score.points >= threshold]
    right = sum(pair.is_same for pair in suggested)
    same = sum(pair.is_same for pair in pairs)
    return Quality(precision=right / len(suggested) if suggested else 1.0, recall=right / same)


def main() -> None:
    """Print a table, and what was judged wrongly at `LIKELY`."""
    pairs = labelled_pairs()
    print(f"{len(pairs)} pairs, {sum(pair.is_same for pair in pairs)} of them the same")
    for threshold in sorted({30, 40, LIKELY, 60, 70, NEARLY_CERTAIN, 90}):
        found = quality(pairs, threshold)
        print(f"from {threshold:3d} points on: precision {found.precision:.3f}, recall {found.recall:.3f}")
    for pair in pairs:
        if pair.is_same is not pair.score.is_likely:
            names = f"{pair.ours['companyName']} / {pair.theirs['companyName']}"
            print(f"  {pair.score.points:3d} {'same ' if pair.is_same else 'other'} {names}  ({pair.about})")


if __name__ == "__main__":
    main()
