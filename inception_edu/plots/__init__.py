"""What people look at: the style of the figures, and how a figure is shown."""

from ..extras import needs

with needs("notebook"):
    from .accuracies import draw_accuracies, draw_class_counts
    from .class_results import draw_class
    from .confusion import draw_confusion
    from .costs import draw_costs
    from .differences import draw_differences
    from .figure import show
    from .flow import draw_flow
    from .heads import draw_heads
    from .ilsvrc import draw_breakdown, draw_results
    from .inside import draw_ablations, draw_intervals, draw_pictures
    from .learning_curves import draw_learning_curves
    from .module import draw_module
    from .networks import cost_parts, draw_networks
    from .predictions import draw_predictions
    from .reliability import draw_reliability
    from .roofline import draw_roofline
    from .style import COLORS, SERIES, use_style
    from .tiles import draw_tiles
    from .tower import draw_towers
    from .ways import draw_ways
    from .whole import draw_whole
    from .windows import draw_windows

__all__ = [
    "COLORS",
    "SERIES",
    "cost_parts",
    "draw_ablations",
    "draw_accuracies",
    "draw_breakdown",
    "draw_class",
    "draw_class_counts",
    "draw_confusion",
    "draw_costs",
    "draw_differences",
    "draw_flow",
    "draw_heads",
    "draw_intervals",
    "draw_learning_curves",
    "draw_module",
    "draw_networks",
    "draw_pictures",
    "draw_predictions",
    "draw_reliability",
    "draw_results",
    "draw_roofline",
    "draw_tiles",
    "draw_towers",
    "draw_ways",
    "draw_whole",
    "draw_windows",
    "show",
    "use_style",
]
