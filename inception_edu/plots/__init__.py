"""What people look at: the style of the figures, and how a figure is shown."""

from .figure import show
from .module import draw_module
from .style import COLORS, SERIES, use_style

__all__ = ["COLORS", "SERIES", "draw_module", "show", "use_style"]
