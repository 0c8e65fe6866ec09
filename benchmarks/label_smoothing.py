"""What does label smoothing do to accuracy and confidence? A small network, three ε, several seeds, and the record.

    python benchmarks/label_smoothing.py --seeds 5

Network, data and recipe are `inception_edu.experiments.calibration`. A minute on one core.
"""

from __future__ import annotations

from over_seeds import measure_and_record

from inception_edu.experiments.calibration import measure

EPSILONS = (0.0, 0.1, 0.3)

if __name__ == "__main__":
    measure_and_record(
        "11_label_smoothing",
        __doc__,
        lambda seeds, epochs, pictures: measure(EPSILONS, seeds=seeds, epochs=epochs, count=pictures),
        options={"epochs": 12, "pictures": 800},  # training pictures, of 16 pixels
        constants={"batch_size": 50, "lr": 0.05},
    )
