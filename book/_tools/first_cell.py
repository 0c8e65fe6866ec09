# Set-up, the same in every chapter: install the package where it is missing (PyTorch stays as it is),
# set the seeds and the style of the figures, and say which device is used.
import importlib.util

if importlib.util.find_spec("inception_edu") is None:
    import os
    import subprocess
    import sys
    from importlib import metadata

    source = os.environ.get(
        "INCEPTION_EDU_SOURCE", "git+https://github.com/inception-edu/inception-edu"
    )
    keep = [
        f"{name}=={metadata.version(name)}"
        for name in ("torch", "torchvision")
        if importlib.util.find_spec(name)
    ]
    subprocess.check_call(
        [sys.executable, "-m", "pip", "install", "--quiet", source, *keep]
    )
    importlib.invalidate_caches()

from inception_edu import notebook

device = notebook.setup()
