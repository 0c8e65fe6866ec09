"""What the layers of a trained network make of pictures: maps by channel, receptive fields, class activation maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from .base import Widget
from .packing import pack, unpack
from .params import Param, choice, integer

MOST_PICTURES, MOST_CHANNELS = 24, 16


class FeatureViewer(Widget):
    """Activations of a network's layers on a few pictures.

    Of each layer the channels with the strongest mean activation are kept, as many as fit. The receptive field of a
    unit is found by experiment: a pixel that is no number makes exactly the units that see it no numbers. The class
    activation map (Zhou et al. 2016, *Learning Deep Features for Discriminative Localization*) is the last map weighted
    by the last layer's weights for a class; its mean plus the bias is the logit. Networks that do not end with global
    average pooling and one linear layer have none.

    Args:
        model: a result of :func:`inception_edu.train`, or a network; it is run in evaluation mode.
        pictures: uint8, N×3×H×W, up to 24; None draws four of the synthetic set in the network's usual size.
        layers: names of modules whose output is N×C×h×w: a network's stages by their own names, all others as in
            ``named_modules``. None takes all stages with such an output.
        classes: names of the classes.
        mean, std: of the normalisation, a number a colour; None takes the result's, or the recipes' default.
        kilobytes: how large pictures and maps may become in the page, roughly.
        **more: as in :class:`Widget`.

    Raises:
        ValueError: the pictures, a layer's name or its output are not what they should be.
    """

    KIND = "feature-viewer"
    MODULE = "feature_viewer.js"
    TITLE = "Feature viewer"
    QUESTION = "How far does a unit see, and where does the network look for its answer?"
    FIGURES = {
        "channel": "Channel",
        "activation": "Activation of the unit",
        "field_width": "Its receptive field, width (pixels)",
        "field_height": "Its receptive field, height (pixels)",
        "predicted": "Predicted class",
    }

    def __init__(
        self,
        model: Any,
        pictures: Any = None,
        *,
        layers: Sequence[str] | None = None,
        classes: Sequence[str] | None = None,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        kilobytes: float = 200,
        **more: Any,
    ) -> None:
        from ..training.recipe import DataSpec

        result, spec = (model, model.recipe.data) if hasattr(model, "recipe") else (None, DataSpec())
        self.model = result.model if result else model
        self.mean, self.std = (np.reshape(v, (1, 3, 1, 1)) for v in (mean or spec.mean, std or spec.std))
        self.kilobytes = kilobytes
        self.layer_names = layers
        if pictures is None:
            from ..datasets import open_dataset

            side = max(self.model.architecture.image_size)
            images = open_dataset("shapes", split="test", image_size=side, size=20)
            pictures, classes = images.images[:4], classes or images.classes
        self.classes = classes
        data = self._record(pictures)
        if result:
            more.setdefault("source", f"Computed with the network of this run: {result.summary().splitlines()[0]}.")
        super().__init__(data=data, **more)

    def show(self, pictures: Any) -> None:
        """Take other pictures (uint8, N×3×H×W): in a live kernel the view follows."""
        self.data = self._record(pictures)

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

    # ------------------------------------------------------------------------------------------- what needs torch

    def _record(self, pictures: Any) -> dict[str, Any]:
        import torch

        images = np.asarray(pictures)
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] != 3 or not 0 < len(images) <= MOST_PICTURES:
            raise ValueError(
                f"pictures must be uint8, N×3×H×W with N from 1 to {MOST_PICTURES}, not {images.dtype} {images.shape}"
            )
        weight = next(self.model.parameters())
        x = torch.as_tensor((images / 255 - self.mean) / self.std, dtype=weight.dtype, device=weight.device)
        was_training = self.model.training
        self.model.eval()
        try:
            with torch.no_grad():
                modules = self._modules(self.model, self.layer_names)
                logits, outputs = _outputs(self.model, modules, x)
                names = self.layer_names or [n for n, y in outputs.items() if y.dim() == 4 and y.shape[-1] > 1]
                wrong = [n for n in names if outputs[n].dim() != 4]
                if wrong or not names:
                    raise ValueError(f"layers are viewed where their output is N×C×h×w, not {', '.join(wrong)}")
                # in double precision, for which torch has none of the fast algorithms that spread what is no number
                twin = deepcopy(self.model).cpu().double()
                fields = _fields(twin, self._modules(twin, names), x[:1].cpu().double())
                cam = self._cam(x, logits)
        finally:
            self.model.train(was_training)
        one = sum(outputs[name][:, 0].numel() for name in names)  # bytes of one channel of every layer
        room = self.kilobytes * 750 - images.size  # base64 takes four bytes for three
        kept = int(np.clip(room // one, 1, MOST_CHANNELS))
        layers = []
        for name in names:
            maps = outputs[name].float().cpu().numpy()
            channels = sorted(np.argsort(-maps.mean((0, 2, 3)), kind="stable")[:kept].tolist())
            rows, cols = fields[name]
            packed = pack(maps[:, channels])
            layers.append({"name": name, "channels": channels, "maps": packed, "rows": rows, "cols": cols})
        classes = [str(c) for c in self.classes or range(logits.shape[1])]
        if len(classes) != logits.shape[1]:
            raise ValueError(f"the network tells {logits.shape[1]} classes apart; {len(classes)} names were given")
        if len(classes) > 40 or len({*classes, "none", "predicted"}) < len(classes) + 2:
            cam = None  # a page has no room for a thousand maps, a list none for two entries of one name
        self._first = {
            "pictures": pack(images),
            "classes": classes,
            "logits": [[float(f"{v:.5g}") for v in row] for row in logits.tolist()],
            "layers": layers,
            "cam": cam,
        }
        return self._first

    @staticmethod
    def _modules(model: Any, layers: Sequence[str] | None) -> dict[str, Any]:
        """The modules to view, by name; without names, all stages."""
        stages = dict(model.stages.named_children()) if hasattr(model, "stages") else {}
        if layers is None and not stages:
            raise ValueError("say which layers to view: layers=[…], names as in named_modules")
        known = {**{name: module for name, module in model.named_modules() if name}, **stages}
        names = stages if layers is None else layers
        missing = [name for name in names if name not in known]
        if missing:
            raise ValueError(f"the network has no layer {missing[0]!r}; it has {', '.join(stages or known)}")
        return {name: known[name] for name in names}

    def _cam(self, x: Any, logits: Any) -> dict[str, Any] | None:
        import torch

        linear = [m for m in self.model.modules() if isinstance(m, torch.nn.Linear)]
        linear = [m for m in linear if m.out_features == logits.shape[1]][-1:]
        leaves = {n: m for n, m in self.model.named_modules() if n and "heads" not in n}
        _, outputs = _outputs(self.model, leaves, x)
        maps = [y for y in outputs.values() if y.dim() == 4 and y.shape[-1] * y.shape[-2] > 1]
        if not linear or not maps or maps[-1].shape[1] != linear[0].in_features:
            return None
        cam = torch.einsum("kc,nchw->nkhw", linear[0].weight, maps[-1])
        bias = 0 if linear[0].bias is None else linear[0].bias
        if not torch.allclose(cam.mean((2, 3)) + bias, logits, rtol=1e-3, atol=1e-3):
            return None
        return pack(cam.float().cpu().numpy())


def _outputs(model: Any, modules: Mapping[str, Any], x: Any) -> tuple[Any, dict[str, Any]]:
    """The logits for `x`, and what every module gave on the way, in the order in which they ran."""
    found: dict[str, Any] = {}

    def keep(name: str) -> Any:
        return lambda module, inputs, output: found.__setitem__(name, output) if hasattr(output, "dim") else None

    hooks = [module.register_forward_hook(keep(name)) for name, module in modules.items()]
    try:
        return model(x), found
    finally:
        for hook in hooks:
            hook.remove()


def _fields(model: Any, modules: Mapping[str, Any], x: Any) -> dict[str, tuple[list, list]]:
    """For each row and column of each module's output, the first and last row or column of the picture that it sees."""
    import torch

    seen: dict[str, list] = {name: [] for name in modules}
    for axis in (2, 3):
        sides = {name: [] for name in modules}
        for start in range(0, x.shape[axis], 16):
            lines = torch.arange(start, min(start + 16, x.shape[axis]))
            spoilt = torch.zeros_like(x).repeat(len(lines), 1, 1, 1)
            for i, line in enumerate(lines.tolist()):
                spoilt.select(axis, line)[i] = torch.nan
            _, outputs = _outputs(model, modules, spoilt)
            for name, output in outputs.items():
                sides[name].append(output.isnan().any(1).any(4 - axis))  # over the other axis
        for name, parts in sides.items():
            sees = torch.cat(parts).cpu().numpy()  # lines of the picture × lines of the output
            last = len(sees) - 1
            seen[name].append([[int(c.argmax()), int(last - c[::-1].argmax())] for c in sees.T])
    return {name: (rows, cols) for name, (rows, cols) in seen.items()}
