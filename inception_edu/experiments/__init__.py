"""What compares, measures and records runs: the trainer knows nothing of it."""

from .records import list_recorded, recorded

__all__ = ["list_recorded", "recorded"]
