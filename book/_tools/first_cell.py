# Set-up, the same in every chapter: install the package where it is missing (PyTorch stays as it is),
# set the seeds and the style of the figures, and say which device is used.
import importlib.util

if not all(map(importlib.util.find_spec, ("inception_edu", "anywidget"))):
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
    package = f"inception-edu[notebook] @ {source}"
    subprocess.check_call(
        [sys.executable, "-m", "pip", "install", "--quiet", package, *keep]
    )
    importlib.invalidate_caches()

from inception_edu import notebook

device = notebook.setup()
