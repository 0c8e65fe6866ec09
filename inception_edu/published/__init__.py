"""What the papers and the notes print, as data, and the check of each figure against the arithmetic."""

from . import (
    batch_norm_claims,
    detection_claims,
    factorization_claims,
    family_claims,
    googlenet_claims,
    history_claims,
    looking_claims,
    recipe_claims,
    rethinking_claims,
)
from .claim import Claim, Verdict, judge
from .imagenet import IMAGENET
from .sources import SOURCES
from .table_1 import TABLE_1, table_1_claims


def claims() -> list[Claim]:
    """Every claim, in the order of the sources."""
    return [
        *table_1_claims(),
        *googlenet_claims.CLAIMS,
        *history_claims.CLAIMS,
        *detection_claims.CLAIMS,
        *batch_norm_claims.CLAIMS,
        *factorization_claims.CLAIMS,
        *rethinking_claims.CLAIMS,
        *recipe_claims.CLAIMS,
        *family_claims.CLAIMS,
        *looking_claims.CLAIMS,
    ]


def check_claims() -> list[Verdict]:
    """Compute every claim's figure and judge it."""
    return [claim.check() for claim in claims()]
