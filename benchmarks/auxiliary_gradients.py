"""Record the gradients of a narrow GoogLeNet with and without its auxiliary heads, for the book's chapter on them.

``python benchmarks/auxiliary_gradients.py`` writes inception_edu/widgets/auxiliary_gradients.json, with the
settings, the machine and the versions. Both runs begin with the same weights and see the same images in the same order:
"without" gives the heads' losses the weight 0.
"""

import json

from inception_edu.widgets.auxiliary_gradients import RECORDING, record

if __name__ == "__main__":
    RECORDING.write_text(json.dumps(record(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"wrote {RECORDING}")
