"""What does it cost to test a network with batch norm in training mode? Small and large batches, and the record.

    python benchmarks/batch_norm_company.py --seeds 5

Network and data are `inception_edu.experiments.learning_rates`. A minute on one core.
"""

from __future__ import annotations

from over_seeds import measure_and_record

from inception_edu.experiments.learning_rates import measure_company

SIZES = (2, 4, 8, 16, 32)

if __name__ == "__main__":
    measure_and_record(
        "07_batch_norm_company",
        __doc__,
        lambda seeds, epochs, pictures: measure_company(SIZES, seeds=seeds, epochs=epochs, count=pictures),
        options={"epochs": 12, "pictures": 800},  # training pictures, of 16 pixels
        constants={"batch_size": 50, "lr": 0.05},
    )
