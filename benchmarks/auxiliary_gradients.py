"""Measure what the heads' losses do to the gradient of a narrow GoogLeNet, at its start and while it is trained.

    python benchmarks/auxiliary_gradients.py [--out DIR]

One network at a time, at the weights that it has: the gradient of the last classifier's loss alone, and of the sum with
0.3 times each head's, at twelve moments of a training with the heads, for five seeds. Takes four minutes on one core;
with `--out` each seed's figures are kept there, and a run that was stopped goes on.
"""

import argparse

from inception_edu.experiments.auxiliary_gradients import record
from inception_edu.experiments.records import write_record

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure what the heads add to the gradient.")
    parser.add_argument("--out", help="folder for each seed's figures")
    made = record(keep=parser.parse_args().out)
    print(f"wrote {write_record('auxiliary_gradients', made, device='cpu')}")
