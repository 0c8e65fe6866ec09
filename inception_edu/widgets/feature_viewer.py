"""What the layers of a network make of pictures: maps by channel, receptive fields, class activation maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .base import Widget
from .packing import pack, unpack
from .params import Param, choice, integer

if TYPE_CHECKING:
    from ..experiments.activations import Activations  # needs torch, the picture does not

MOST_PICTURES, MOST_CHANNELS, MOST_CLASSES = 24, 16, 40


class FeatureViewer(Widget):
    """Activations of a network's layers on a few pictures.

    Of each layer the channels with the strongest mean activation are shown, as many as fit.

    Args:
        activations: What `inception_edu.experiments.activations.record_activations` returned, of at most 24 pictures.
        kilobytes: How large pictures and maps may become in the page, roughly.
        **more: As in `Widget`.

    Raises:
        ValueError: There are too many pictures.
    """

    KIND = "feature-viewer"
    FRONT = "feature_viewer"
    TITLE = "Feature viewer"
    QUESTION = "How far does a unit see, and where does the network look for its answer?"
    FIGURES = {
        "channel": "Channel",
        "activation": "Activation of the unit",
        "field_width": "Its receptive field, width (pixels)",
        "field_height": "Its receptive field, height (pixels)",
        "predicted": "Predicted class",
    }

    def __init__(self, activations: Activations, *, kilobytes: float = 200, **more: Any) -> None:
        self.kilobytes = kilobytes
        if activations.source:
            more.setdefault("source", activations.source)
        self._first = self._packed(activations)
        super().__init__(data=self._first, **more)

    def show(self, activations: Activations) -> None:
        """Take those of other pictures: in a live kernel the view follows."""
        self.data = self._packed(activations)

    def _packed(self, found: Activations) -> dict[str, Any]:
        """What fits into a page."""
        if len(found.pictures) > MOST_PICTURES:
            raise ValueError(f"{MOST_PICTURES} pictures can be shown, not {len(found.pictures)}")
        one = sum(layer.maps[:, 0].size for layer in found.layers)  # bytes of one channel of every layer
        room = self.kilobytes * 750 - found.pictures.size  # base64 takes four bytes for three
        kept = int(np.clip(room // one, 1, MOST_CHANNELS))
        layers = []
        for layer in found.layers:
            channels = sorted(np.argsort(-layer.maps.mean((0, 2, 3)), kind="stable")[:kept].tolist())
            maps = pack(layer.maps[:, channels])
            layers.append(
                {"name": layer.name, "channels": channels, "maps": maps, "rows": layer.rows, "cols": layer.cols}
            )
        # a page has no room for a thousand maps, a list none for two entries of one name
        listed = (
            len(found.classes) <= MOST_CLASSES and len({*found.classes, "none", "predicted"}) == len(found.classes) + 2
        )
        return {
            "pictures": pack(found.pictures),
            "classes": found.classes,
            "logits": [[float(f"{value:.5g}") for value in row] for row in found.logits.tolist()],
            "layers": layers,
            "cam": pack(found.cam) if listed and found.cam is not None else None,
        }

    def _rows(self) -> Iterable[Param]:
        layers = [layer["name"] for layer in self._first["layers"]]
        names = [(name, name.replace("_", " ")) for name in layers]
        rows = max(layer["maps"]["shape"][2] for layer in self._first["layers"])
        cols = max(layer["maps"]["shape"][3] for layer in self._first["layers"])
        middle = self._first["layers"][len(layers) // 2]["maps"]["shape"]
        yield integer("picture", 1, 1, MOST_PICTURES, "Picture", limit="pictures")
        yield choice("layer", layers[len(layers) // 2], names, "Layer")
        yield integer("place", 1, 1, MOST_CHANNELS, "Map", limit="maps")
        yield integer("row", middle[2] // 2, 0, max(rows - 1, 1), "Unit: row", limit="last_row")
        yield integer("col", middle[3] // 2, 0, max(cols - 1, 1), "Unit: column", limit="last_col")
        if self._first["cam"]:
            options = [("none", "none"), ("predicted", "of the predicted class"), *self._first["classes"]]
            yield choice("cam", "none", options, "Class activation map")

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Figures of one unit of one map on one picture."""
        data = self.data
        picture = min(p["picture"], len(data["logits"])) - 1
        layer = next(layer for layer in data["layers"] if layer["name"] == p["layer"])
        maps = unpack(layer["maps"])[picture]
        place = min(p["place"], len(maps)) - 1
        row, col = min(p["row"], maps.shape[1] - 1), min(p["col"], maps.shape[2] - 1)
        (top, bottom), (left, right) = layer["rows"][row], layer["cols"][col]
        logits = data["logits"][picture]
        best = logits.index(max(logits))
        wanted = p.get("cam", "none")
        target = None if wanted == "none" else best if wanted == "predicted" else data["classes"].index(wanted)
        return {
            "pictures": len(data["logits"]),
            "maps": len(maps),
            "last_row": maps.shape[1] - 1,
            "last_col": maps.shape[2] - 1,
            "channel": layer["channels"][place],
            "activation": float(maps[place, row, col]),
            "largest": float(maps[place].max()),
            "left": left,
            "top": top,
            "field_width": right - left + 1,
            "field_height": bottom - top + 1,
            "predicted": data["classes"][best],
            "target": None if target is None else data["classes"][target],
            "logit": None if target is None else logits[target],
        }
