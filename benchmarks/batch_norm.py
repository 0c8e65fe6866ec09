"""Which learning rates can a network bear, with batch norm and without? Eight rates, several seeds, and the record.

    python benchmarks/batch_norm.py --seeds 5

Network, data and training are `inception_edu.experiments.learning_rates`. Five minutes on one core.
"""

from __future__ import annotations

from over_seeds import measure_and_record

from inception_edu.experiments.learning_rates import LAST, measure

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)

if __name__ == "__main__":
    measure_and_record(
        "07_batch_normalization",
        __doc__,
        lambda seeds, steps, pictures: measure(RATES, seeds=seeds, steps=steps, count=pictures),
        options={"steps": 200, "pictures": 800},  # training pictures, of 16 pixels
        constants={"last": LAST, "batch_size": 32},
    )
