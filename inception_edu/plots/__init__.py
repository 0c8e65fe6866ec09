"""What people look at: the style of the figures, and how a figure is shown."""

from .figure import show
from .ilsvrc import draw_breakdown, draw_results
from .module import draw_module
from .networks import cost_parts, draw_networks
from .style import COLORS, SERIES, use_style

__all__ = [
    "COLORS",
    "SERIES",
    "cost_parts",
    "draw_breakdown",
    "draw_module",
    "draw_networks",
    "draw_results",
    "show",
    "use_style",
]
