"""What a claim is, and how it is judged.

A claim is one entry of data: what a source printed, and which computation of ours stands against it. Entries live in
the lists `CLAIMS` of the modules beside this one; a new claim is one more entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Value = int | float | str

TOLERANCE = 0.02  # a rounded figure this near, relatively, is called differently rounded rather than wrong


@dataclass(frozen=True)
class Claim:
    """One figure from a source.

    Attributes:
        id: short and unique, source first.
        source: key into `SOURCES`.
        statement: what is claimed, in our words.
        claimed: the figure as printed, without its unit (159 for "159K"); or text, such as a shape.
        compute: gives the true value in plain units (163,328), from arithmetic or a network's rows.
        why: one sentence on the verdict. May use ``{computed}``, ``{claimed}`` and the names in `facts`.
        unit: what the printed figure counts in: 1024 for the paper's K, 10**6 for its M.
        places: decimals printed; None for an exact count, which must agree to the last digit.
        facts: further computed values for `why`.
    """

    id: str
    source: str
    statement: str
    claimed: Value
    compute: Callable[[], Value]
    why: str
    unit: float = 1
    places: int | None = None
    facts: Mapping[str, Callable[[], Value]] = field(default_factory=dict)

    def check(self) -> Verdict:
        """Compute the figure and judge the claim."""
        computed = self.compute()
        facts = {name: compute() for name, compute in self.facts.items()}
        return Verdict(
            self,
            self.claimed if isinstance(self.claimed, str) else self.claimed * self.unit,
            computed,
            judge(self.claimed, computed, self.unit, self.places),
            self.why.format(claimed=self.claimed, computed=computed, **facts),
        )


@dataclass(frozen=True)
class Verdict:
    """A claim with the computed value beside it; `claimed` and `computed` are in the same plain units."""

    claim: Claim
    claimed: Value
    computed: Value
    verdict: str
    why: str

    def to_dict(self) -> dict[str, Value]:
        """The entry of ``inception-edu claims --json``."""
        return {
            "id": self.claim.id,
            "source": self.claim.source,
            "statement": self.claim.statement,
            "claimed": self.claimed,
            "computed": self.computed,
            "verdict": self.verdict,
            "why": self.why,
        }


def judge(claimed: Value, computed: Value, unit: float = 1, places: int | None = None) -> str:
    """Judge a figure.

    Args:
        claimed: the figure as printed, in units; or text.
        computed: the true value in plain units, or text.
        unit: what the printed figure counts in.
        places: decimals printed; None for an exact count.

    Returns:
        ``agrees``: the computed value, rounded as the claim is printed, is the claim. ``rounds``: a rounded figure that
        is off by less than one in its last printed digit, or by at most 2 %. ``disagrees``: all else.

    >>> judge(163_328, 163_328), judge(159, 163_328, unit=1024, places=0), judge(463, 509_440, unit=1024, places=0)
    ('agrees', 'rounds', 'disagrees')
    """
    if isinstance(claimed, str) or isinstance(computed, str) or places is None:
        return "agrees" if claimed == computed else "disagrees"
    step = unit * 10**-places
    off = abs(computed - claimed * unit)
    if off <= step / 2 * (1 + 1e-9):  # halves may have been rounded either way
        return "agrees"
    return "rounds" if off < step or off <= TOLERANCE * abs(computed) else "disagrees"
