"""How fast a network can be at best: its steps, counted in multiply-adds and in bytes, under the roof of a machine.

>>> from inception_edu.roofline import Machine, roofline, steps
>>> laptop = Machine(peak=50, bandwidth=20)
>>> round(1000 * sum(place.seconds for place in roofline(steps("googlenet"), laptop)), 1)
33.2
"""

from .machines import MACHINES, Preset
from .model import PRECISIONS, Machine, Place, bytes_moved, roofline
from .steps import KINDS, Step, steps
