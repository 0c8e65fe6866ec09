"""The set-up of a chapter, called by the first cell of every notebook."""

import random
import re

import numpy as np
import torch

from . import __version__
from .plots.style import use_style


def setup(seed: int = 0) -> torch.device:
    """Seed every generator, set the style of figures, print one line on the environment.

    Args:
        seed: the seed of Python's, NumPy's and PyTorch's generators, on every device.

    Returns:
        The device that the chapter is to use: a CUDA GPU where there is one, the CPU otherwise.
    """
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  readers' own cells use the global generator
    torch.manual_seed(seed)
    use_style()
    if torch.cuda.is_available():
        device, what = torch.device("cuda"), torch.cuda.get_device_name()
    else:
        threads = torch.get_num_threads()
        device, what = torch.device("cpu"), f"cpu ({threads} thread{'s' if threads > 1 else ''})"
    print(f"inception_edu {__version__} · torch {torch.__version__} · {what}")
    return device


# what Markdown takes as it stands: code, mathematics, tags
_LITERAL = re.compile(r"(`[^`]*`|\$[^$]*\$|<[^>]*>)")
_NEGATIVE = re.compile(r"(?<![\w.\-/])-(?=\d)")


def say(text: str) -> None:
    """Show a sentence of Markdown below the cell: the way to put computed numbers into the text.

    Python writes negative numbers with a hyphen; here they get their minus sign.
    """
    from IPython.display import Markdown, display

    parts = _LITERAL.split(text)
    parts[::2] = (_NEGATIVE.sub("−", part) for part in parts[::2])
    display(Markdown("".join(parts)))
