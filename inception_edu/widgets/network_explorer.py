"""Every network of the book, stage by stage and layer by layer, for images of any size."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from ..architectures import Architecture, Row, architecture, entry, list_models
from ..published import SOURCES, claims
from ..published.claim import Claim
from .base import Widget
from .params import choice, flag, integer
from .structure import encode

# Claims to show beside a network's figures: where they stand, as network and stage ("" for the whole network).
PUBLISHED = {
    "lenet/60000-parameters": ("lenet5", ""),
    "alexnet/60-million": ("alexnet_2012", ""),
    "vgg/138-million": ("vgg16", ""),
    "going-deeper/1.5-billion": ("googlenet", ""),
    "going-deeper/22-layers": ("googlenet", ""),
    "notes-d2l/5-million": ("googlenet", ""),
    "batch-norm/13.6-million": ("bn_inception", ""),
    "batch-norm/4c-depth": ("bn_inception", "inception (4c)"),
    "batch-norm/4d-depth": ("bn_inception", "inception (4d)"),
    "rethinking/42-layers": ("inception_v2", ""),
    "rethinking/2.5-times-googlenet": ("inception_v2", ""),
    "rethinking/padding-of-convolution-6": ("inception_v2", "convolution 6"),
    "notes-inception-v2/pool-output": ("inception_v2", "inception (3a)"),
    "notes-inception-v2/2a-sum": ("inception_v2", "inception (2a)"),
    "notes-inception-v2/2b-sum": ("inception_v2", "inception (2b)"),
    "rethinking/5-billion": ("inception_v3", ""),
    "rethinking/under-25-million": ("inception_v3", ""),
}
TABLE_1 = "going-deeper/table-1/"


@cache
def _published() -> dict[str, dict[str, list]]:
    """By network and stage: (what is printed, the verdict on it, why)."""
    stages = {row.key: row.name for row in architecture("googlenet").rows}
    found: dict[str, dict[str, list]] = {}
    for claim in claims():
        in_table = claim.id.startswith(TABLE_1)
        if in_table and claim.places is None:
            continue  # the shapes and depths, which all agree
        if in_table:
            place = "googlenet", stages[claim.id.removeprefix(TABLE_1).partition("/")[0]]
        elif claim.id in PUBLISHED:
            place = PUBLISHED[claim.id]
        else:
            continue
        verdict = claim.check()
        said = f"Table 1: {claim.statement.partition(': ')[2]}" if in_table else _sourced(claim)
        found.setdefault(place[0], {}).setdefault(place[1], []).append([said, verdict.verdict, verdict.why])
    return found


def _sourced(claim: Claim) -> str:
    return f"{claim.statement} ({SOURCES[claim.source].partition(', arXiv')[0]})"


@cache
def _network(model: str, aux: bool) -> Architecture:
    return architecture(model, aux_logits=aux)


@lru_cache(maxsize=256)
def _stages(model: str, image_size: int, aux: bool) -> list[Row] | None:
    """Rows of the trunk, then the heads; None where images of that size are too small."""
    network = _network(model, aux)
    try:
        return [*network.trace(image_size), *(network.trace_heads(image_size) if network.heads else ())]
    except ValueError:
        return None


class NetworkExplorer(Widget):
    """Stages of a network as bars by share of the cost, each opened down to its operations; beside it another one.

    Fully connected layers behind a grid are sized for the images. Published figures stand beside computed ones at the
    network's usual image size.

    Args:
        models: names of the networks to choose from; all of `list_models()` unless given.

    Raises ValueError for a name that does not exist.

    >>> NetworkExplorer(model="inception_v3", compare="googlenet").figures["params"]
    23834568
    """

    KIND = "network-explorer"
    FRONT = "network_explorer"
    TITLE = "Network explorer"
    QUESTION = "Where do the parameters sit, and where is the work done? Is it the same place?"
    FIGURES = {"params": "Parameters", "macs": "Multiply-adds"}

    def __init__(self, *, models: Iterable[str] | None = None, **settings: Any) -> None:
        self.models = list_models() if models is None else list(models)
        titles = {name: entry(name).title for name in self.models}
        start = settings.get("model", "googlenet" if "googlenet" in titles else self.models[0])
        pairs = list(titles.items())
        self.PARAMS = (
            choice("model", start, pairs, "Network"),
            choice("compare", "none", [("none", "nothing"), *pairs], "Compare with"),
            choice("measure", "macs", [("macs", "multiply-adds"), ("params", "parameters")], "Bars show"),
            flag("aux", False, "With auxiliary heads"),
            flag("usual", True, "Usual image size"),
            integer("image_size", 224, 16, 640, "Images", unit="pixels a side", when=("usual", (False,))),
            integer("stage", 0, 0, 64, "Opened stage", control=False),
            integer("other_stage", 0, 0, 64, "Opened stage of the other network", control=False),
        )
        networks = {name: encode(_network(name, True)) for name in self.models}
        published = {name: found for name, found in _published().items() if name in networks}
        super().__init__(data={"networks": networks, "published": published}, **settings)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Totals and stages of both networks, and the layers of the stages that are open."""
        return {
            **self._side(p, p["model"], p["stage"], ""),
            **self._side(p, p["compare"], p["other_stage"], "other_"),
        }

    def _side(self, p: Mapping[str, Any], model: str, stage: int, prefix: str) -> dict[str, Any]:
        side = dict.fromkeys(("size", "params", "macs", "stages", "layers", "layers_params", "layers_macs"))
        if model in self.models:
            side["size"] = self.data["networks"][model]["size"] if p["usual"] else p["image_size"]
            rows = _stages(model, side["size"], p["aux"])
            if rows is not None:
                opened = rows[stage - 1].layers if 0 < stage <= len(rows) else ()
                side |= {
                    "params": sum(row.params for row in rows),
                    "macs": sum(row.macs for row in rows),
                    "stages": [[row.node.name, *row.output, row.params, row.macs] for row in rows],
                    "layers": [[layer.name, *layer.output, layer.params, layer.macs] for layer in opened],
                    "layers_params": sum(layer.params for layer in opened),
                    "layers_macs": sum(layer.macs for layer in opened),
                }
        return {prefix + name: value for name, value in side.items()}

    def fallback(self) -> str:
        """The settings and figures, and the stages of the network."""
        lines = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th><td>{c}×{h}×{w}</td><td>{params:,}</td><td>{macs:,}</td></tr>'
            for name, c, h, w, params, macs in self.figures["stages"] or ()
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Stage", "Output", "Parameters", "Multiply-adds"))
        return f"{super().fallback()}<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
