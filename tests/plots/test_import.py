"""What draws numbers does not wait for torch."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("room", ["plots", "published", "architectures", "tables"])
def test_a_room_of_numbers_needs_no_torch(room):
    code = f"import sys, inception_edu.{room}; sys.exit(bool({{'torch', 'torchvision'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)
