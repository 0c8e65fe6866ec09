"""Pictures to play with, alive in a rendered page, in Colab and in JupyterLab, from one definition."""

from __future__ import annotations

from .base import Widget
from .convolution_stepper import ConvolutionStepper
from .factorization_explorer import FactorizationExplorer
from .label_smoothing import LabelSmoothing
from .questions import MultipleChoice, Numeric, Option, SingleChoice
from .quiz import Quiz
from .reduction_calculator import ReductionCalculator
from .schedules import Schedules

__all__ = [
    "ConvolutionStepper",
    "FactorizationExplorer",
    "LabelSmoothing",
    "MultipleChoice",
    "Numeric",
    "Option",
    "Quiz",
    "ReductionCalculator",
    "Schedules",
    "SingleChoice",
    "Widget",
]
