"""Pictures to play with, alive in a rendered page, in Colab and in JupyterLab, from one definition.

::

    from inception_edu.widgets import ReductionCalculator
    calculator = ReductionCalculator(reduce_channels=48, lock=["grid"])
    calculator                  # shows it: in a live kernel as an ipywidget, in a rendered page on its own
    calculator.params           # in the next cell: what the reader has set
    calculator.figures          # the numbers that it shows, computed in Python

How to add one
==============

Say it is called ``GridReduction``. It takes two files here, one line below and one test file.

1. ``grid_reduction.py``, a subclass of :class:`Widget`:

   * ``KIND = "grid-reduction"`` (what ``data-widget`` and links say), ``FRONT = "grid_reduction"``, ``TITLE``, and
     ``QUESTION``, which the reader answers by playing;
   * ``PARAMS``, the one table of settings (:mod:`.params`: ``integer``, ``channels``, ``flag``, …). From a row
     come the trait, its bounds and its error, the control, its label and its ``data-control``, what a link may say, and
     what "reset" returns to. ``when=`` shows a control only with some value of another, ``limit=`` bounds it by a
     figure, ``control=False`` leaves it to the picture;
   * ``compute(p)``: every number the widget shows, from the settings alone, by :mod:`inception_edu.arithmetic`. Where a
     setting is impossible, figures are None;
   * ``FIGURES``: those of them that the static table shows where no script runs, with their labels.

2. ``src/grid_reduction.js``, an ES module that ends with ``export default widget(compute, build)``:

   * ``compute(p, data)`` gives the same figures as Python's, under the same names. Closed forms live in
     ``src/shared/arithmetic.js``, whose functions mirror :mod:`inception_edu.arithmetic`;
   * ``build(ui)`` fills ``ui.stage`` once and returns ``(p, f) => …``, called after every change. ``ui.value("macs")``
     is an element whose text and ``data-number`` follow a figure; ``ui.status()`` a sentence that screen readers hear;
     ``ui.chart(height, (width) => ({children, label}))`` an SVG as wide as its place, drawn again after every change,
     with `label` as its text alternative; ``ui.set({name: value})`` changes settings from the picture;
   * ``shared/`` has the parts: ``dom.js`` (elements, tables; text is never markup), ``format.js`` (numbers),
     ``bars.js``, ``plot.js``, ``grid.js``, ``picture.js`` (pixels), ``random.js`` (numbers that Python can repeat).
     Colours are the classes ``iw-a`` … ``iw-e`` (safe for colour-blind readers, light and dark); a colour never says
     something alone. `make widgets` builds the module into ``static/``, where notebooks and pages read it
     (:mod:`.page`); both files are committed. `make lint` checks layout, types and that the built file is no other.

3. Its name in ``__all__`` below. The tests of all widgets then find it: the same figures over 1,000 random settings in
   both languages, controls and labels, axe-core in light and dark, 360 pixels, links true and forged, locks, reset, and
   the page without scripts. ``tests/widgets/test_grid_reduction.py`` adds what it alone does.

What needs torch is computed at build time, never while a class is made: compute it in ``__init__``, give it as ``data``
(read as ``self.data`` here and ``data`` there; arrays go through :func:`.packing.pack`) and say in ``source`` where it
came from, which the widget shows. In a live kernel ``ui.live`` is true: a setting that asks for new data is observed in
Python, which then assigns ``data``, and the picture follows.
"""

from __future__ import annotations

from ..extras import needs

with needs("notebook"):
    from .auxiliary_gradients import AuxiliaryGradients
    from .base import Widget
    from .batch_norm import BatchNorm
    from .convolution_stepper import ConvolutionStepper
    from .crop_sampler import CropSampler
    from .exercise import Exercise
    from .factorization_explorer import FactorizationExplorer
    from .grid_reduction import GridReduction
    from .inside import InsideView
    from .label_smoothing import LabelSmoothing
    from .module_designer import ModuleDesigner
    from .network_costs import NetworkCosts
    from .network_explorer import NetworkExplorer
    from .progress import Progress
    from .questions import MultipleChoice, Numeric, Option, SingleChoice
    from .quiz import Quiz
    from .reduction_calculator import ReductionCalculator
    from .roofline import Roofline
    from .run_comparator import RunComparator
    from .schedules import Schedules
    from .width_chooser import WidthChooser

__all__ = [
    "AuxiliaryGradients",
    "BatchNorm",
    "ConvolutionStepper",
    "CropSampler",
    "Exercise",
    "FactorizationExplorer",
    "GridReduction",
    "InsideView",
    "LabelSmoothing",
    "ModuleDesigner",
    "MultipleChoice",
    "NetworkCosts",
    "NetworkExplorer",
    "Numeric",
    "Option",
    "Progress",
    "Quiz",
    "ReductionCalculator",
    "Roofline",
    "RunComparator",
    "Schedules",
    "SingleChoice",
    "Widget",
    "WidthChooser",
]
