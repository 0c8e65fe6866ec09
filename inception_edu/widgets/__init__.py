"""Pictures to play with, alive in a rendered page, in Colab and in JupyterLab, from one definition."""

from __future__ import annotations

from .base import Widget
from .reduction_calculator import ReductionCalculator

__all__ = ["ReductionCalculator", "Widget"]
