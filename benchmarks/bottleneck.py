"""How many channels of a trained network may be left out before it notices? Several seeds, and the record.

    python benchmarks/bottleneck.py --seeds 5

Network, data and recipe are `inception_edu.experiments.bottleneck`. A minute on one core.
"""

from __future__ import annotations

from over_seeds import measure_and_record

from inception_edu.experiments.bottleneck import CHANNELS, WIDTHS, measure

if __name__ == "__main__":
    measure_and_record(
        "02_bottleneck",
        __doc__,
        measure,
        options={"epochs": 5},
        constants={"channels": CHANNELS, "widths": list(WIDTHS)},
    )
