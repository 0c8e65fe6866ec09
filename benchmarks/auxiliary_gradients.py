"""Record the gradients of a narrow GoogLeNet with and without its auxiliary heads, for the book's chapter on them.

    python benchmarks/auxiliary_gradients.py

Both runs begin with the same weights and see the same images in the same order: "without" gives the heads' losses the
weight 0. Takes a minute on two cores.
"""

from inception_edu.experiments.auxiliary_gradients import record
from inception_edu.experiments.records import write_record

if __name__ == "__main__":
    made = record()
    print(f"wrote {write_record('auxiliary_gradients', made, device=made['with']['device'])}")
