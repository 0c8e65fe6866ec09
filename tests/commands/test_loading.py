"""What is settled before torch loads."""

import os
import subprocess
import sys

import pytest

# Ends where torch would be imported, and says how threads would wait then.
UNTIL_TORCH = """
import os, sys

class UntilTorch:
    def find_spec(self, name, path, target=None):
        if name == "torch":
            os.write(1, os.environ.get("GOMP_SPINCOUNT", "as it likes").encode())
            os._exit(0)

sys.meta_path.insert(0, UntilTorch())
from inception_edu.cli import main
main(["train", "quick", "--epochs", "1", "--out", sys.argv[1]])
"""


@pytest.mark.parametrize(
    ("said", "spins"),
    [
        ({}, "10000"),
        ({"GOMP_SPINCOUNT": "7"}, "7"),
        ({"OMP_WAIT_POLICY": "passive"}, "as it likes"),
    ],
)
def test_threads_of_a_training_spin_briefly_unless_the_user_has_said_how_they_wait(said, spins, tmp_path):
    plain = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    command = [sys.executable, "-c", UNTIL_TORCH, tmp_path / "run"]
    done = subprocess.run(command, env=plain | said, capture_output=True, text=True, check=True)
    assert done.stdout == spins
