"""Tables of modules: what a copy of the module does in one run, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from torch import nn

from ..architectures import Architecture
from ..arguments import checked
from ..arithmetic import Positive, Sides, pair
from ..models.base import Model
from ..models.network import Network
from .computed import computed_rows
from .measure import Measured, measure
from .receptive import pixels
from .table import LayerTable, TableRow
from .twin import unwrapped
from .watch import Part, Path


@checked
def measured_table(
    module: nn.Module,
    image_size: Sides | None,
    in_channels: Positive | None,
    detail: str,
    columns: tuple[str, ...] = (),
) -> LayerTable:
    """The table of `module` for one image.

    A copy runs in training mode, so that auxiliary heads take part, on PyTorch's meta device, where nothing is
    computed; a module that cannot run there runs with data. The module itself stays as it is.

    Args:
        module: any that takes images N×C×H×W.
        image_size: None for the network's own, or 224.
        in_channels: None for the network's own, or 3.
        detail: "stage" or "layer".
        columns: which of `COLUMNS` to fill and show.

    Raises:
        ValueError: the module cannot be copied, or does not run on such images.
    """
    module = unwrapped(module)
    architecture = module.architecture if isinstance(module, Model) else None
    size = pair(image_size or (architecture.image_size if architecture else 224))
    channels = in_channels or (architecture.in_channels if architecture else 3)
    shape = (channels, *size)
    rows = Rows(measure(module, shape, "receptive_field" in columns), columns)
    lines = rows.stages() if detail == "stage" else rows.layers()
    if isinstance(module, Network) and detail == "stage":
        lines = _described(lines, module.architecture, computed_rows(module.architecture, size, detail, columns))
    name = architecture.name if architecture else type(module).__name__
    title = architecture.title if architecture else name
    return LayerTable(name, title, shape, tuple(lines), detail, "measured", columns)


class Rows:
    """The lines of a table of a module that has run. Every parameter and every multiply-add is in exactly one."""

    def __init__(self, measured: Measured, columns: tuple[str, ...]):
        self.measured, self.columns = measured, columns
        self._modules = dict(measured.module.named_modules(remove_duplicate=False))
        self._counted: set[int] = set()
        inside: dict[Path, dict[Path, None]] = {}
        for path in measured.parts:
            for depth in range(len(path)):
                inside.setdefault(path[:depth], {})[path[: depth + 1]] = None
        self._inside = {path: list(parts) for path, parts in inside.items()}  # directly inside, those that took part

    def stages(self) -> list[TableRow]:
        """One line a child of the module; one of our own networks is taken apart into stages and heads."""
        return self._sorted(self._lines((), self._is_stage))

    def layers(self) -> list[TableRow]:
        """One line a module without others at work inside it."""
        return self._sorted(self._lines((), lambda path: False))

    def _is_stage(self, path: Path) -> bool:
        return bool(path) and not (self._is_network() and path in (("stages",), ("heads",)))

    def _is_network(self) -> bool:
        return isinstance(self.measured.module, Network)

    def _sorted(self, lines: Iterable[TableRow]) -> list[TableRow]:
        return sorted(lines, key=lambda row: row.auxiliary)

    def _lines(self, path: Path, is_whole: Callable[[Path], bool]) -> Iterator[TableRow]:
        """A line for a part as a whole; or lines for what is in it, and one for what it does or owns itself."""
        inside = self._inside.get(path, [])
        module = self._module(path)
        if is_whole(path) or not inside:
            if not isinstance(module, nn.Identity):
                yield self._line(path, self._all(path), module.parameters())
            return
        for each in inside:
            yield from self._lines(each, is_whole)
        idle = [(*path, name) for name, child in module.named_children() if (*path, name) not in inside]
        for each in idle:
            if self._fresh(self._module(each).parameters()):
                yield self._line(each, [], self._module(each).parameters())
        own = [self.measured.parts[path]] if path in self.measured.parts else []
        if self._fresh(module.parameters(recurse=False)) or any(part.macs for part in own):
            yield self._line(path, own, module.parameters(recurse=False))

    def _all(self, path: Path) -> list[Part]:
        """What a part did and all parts inside it, itself last."""
        inside = [part for each in self._inside.get(path, []) for part in self._all(each)]
        return inside + ([self.measured.parts[path]] if path in self.measured.parts else [])

    def _module(self, path: Path) -> nn.Module:
        return self._modules[".".join(path)]

    def _fresh(self, parameters: Iterable[nn.Parameter]) -> list[nn.Parameter]:
        return [each for each in parameters if id(each) not in self._counted]

    def _line(self, path: Path, parts: list[Part], parameters: Iterable[nn.Parameter]) -> TableRow:
        fresh = self._fresh(parameters)
        self._counted.update(map(id, fresh))
        last = parts[-1] if parts else Part(path)
        extra = {
            "receptive_field": pixels(last.view) if last.view else None,
            "trainable_params": sum(each.numel() for each in fresh if each.requires_grad),
            "activation_memory": sum(part.activation_memory for part in parts),
        }
        kind = type(self._module(path)).__name__
        below = 1 if self._is_network() and path else 0  # "stages" and "heads" say nothing to a reader
        return TableRow(
            " / ".join(path[below:]) or kind,
            kind,
            self.measured.image_shape(last.output),
            sum(each.numel() for each in fresh),
            sum(part.macs for part in parts),
            auxiliary=self._is_network() and path[:1] == ("heads",),
            **{column: extra[column] for column in self.columns},
        )


def _described(measured: list[TableRow], architecture: Architecture, computed: list[TableRow]) -> list[TableRow]:
    """The measured lines in the words of the computed ones, where module and table still agree."""
    rows = {row.name: row for row in computed}
    by_key = {node.key: rows[node.name] for node in (*architecture.rows, *architecture.heads)}
    lines = []
    for line in measured:
        row = by_key.get(line.name)
        if row and (row.output, row.params, row.macs) == (line.output, line.params, line.macs):
            line = replace(row, trainable_params=line.trainable_params, activation_memory=line.activation_memory)
        lines.append(line)
    return lines
