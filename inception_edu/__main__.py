"""`python -m inception_edu`: the command line."""

import sys

from .cli import main

sys.exit(main())
