"""A network as a program: one class in plain PyTorch, every line of its `forward` with the shape that it leaves.

Written from the same rows that `inception_edu.models.build` turns into modules, so that the weights of the two are the
same in the same order.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from functools import singledispatchmethod
from typing import Any

from ..architectures import Architecture, Node, Row, Shape, graph, ops
from ..arithmetic import Pair, pair

LINE = 88  # columns, the usual width of formatted Python

INITS = {  # as in inception_edu.models.init, which needs torch
    "he": 'nn.init.kaiming_normal_(module.weight, nonlinearity="relu")',
    "truncated_normal": "nn.init.trunc_normal_(module.weight, std=0.1, a=-0.2, b=0.2)",
    "truncated_normal_0.01": "nn.init.trunc_normal_(module.weight, std=0.01, a=-0.02, b=0.02)",
}

ASCII = str.maketrans("×–—“”‘’", "x--''''")

FRAME = '''"""{title} in plain PyTorch, for images of {height}x{width}.

{source}

Written by `inception-edu table {name} --code`.
Shapes are (N, channels, height, width).
"""

import torch
from torch import nn
from torch.nn import functional as F

{helper}
class {class_name}(nn.Module):
    """{doc}"""

    def __init__(self):
        super().__init__()
{weights}

        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                {init}
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x):  # (N, {in_channels}, {height}, {width})
{forward}

if __name__ == "__main__":
    with torch.no_grad():
        logits = {class_name}().eval()(torch.zeros(1, {in_channels}, {height}, {width}))
    print(tuple(logits.shape))
'''

HELPER = '''
def conv_bn(inputs, outputs, kernel, bias=False, **options):
    """A convolution, and batch norm after it."""
    conv = nn.Conv2d(inputs, outputs, kernel, bias=bias, **options)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs, eps={eps}))

'''


def python_code(architecture: Architecture) -> str:
    """The network as a Python module that needs torch alone and, when it is run, prints the shape of its output.

    Behind the text stands one class without arguments. In evaluation it maps images to logits; in training, with
    auxiliary heads, to a tuple of logits, the deeper head first, as `create_model` does.
    """
    writer = _Writer(architecture)
    trunk, heads = architecture.trace(), {row.node.name: row for row in architecture.trace_heads()}
    after = {head.after: heads[head.name] for head in architecture.heads}
    head_weights: list[str] = []
    for row in trunk:
        writer.row(row)
        if row.node.name in after:
            head_weights += writer.head(after[row.node.name])
    doc = f"Images to logits, (N, {architecture.num_classes})"
    if heads:
        names = ", ".join(reversed(heads))
        writer.forward += ["        if self.training:", f"            return x, {names}"]
        doc += f"; in training also those of {' and '.join(reversed(heads))}"
    writer.forward.append("        return x\n")
    height, width = architecture.image_size
    weights = "\n".join(writer.weights + head_weights)
    text = FRAME.format(
        title=architecture.title,
        source=textwrap.fill(f"{architecture.source}.", LINE),
        name=architecture.name,
        class_name=_class_name(architecture.title),
        doc=f"{doc}.",
        helper=HELPER.format(eps=architecture.style.batch_norm_eps) if "conv_bn(" in weights else "",
        weights=weights,
        init=INITS[architecture.init],
        forward="\n".join(writer.forward),
        in_channels=architecture.in_channels,
        height=height,
        width=width,
    )
    plain = unicodedata.normalize("NFKD", text.translate(ASCII)).encode("ascii", "ignore")
    return plain.decode()  # so that it can be written to a file in any encoding


class _Writer:
    """Collects the lines of `__init__` and of `forward`, walking through the rows."""

    def __init__(self, architecture: Architecture):
        self.style = architecture.style
        self.weights: list[str] = []
        self.forward: list[str] = []
        self.indent = " " * 8
        self.path: tuple[str, ...] = ()
        self.flat: set[str] = set()  # variables of shape (N, C)

    def row(self, row: Row) -> None:
        """A row of the trunk: it reads `x` and leaves its output there."""
        if isinstance(row.node, graph.Block):
            self._gap()
            self.forward.append(f"{self.indent}# {row.node.name}")
        self.write(row.node, row.input, "x", "x")

    def head(self, row: Row) -> list[str]:
        """An auxiliary head: it reads `x` and leaves its logits under its own name. Returns its lines of `__init__`."""
        trunk, self.weights = self.weights, []
        self._gap()
        self.forward.append(f"{self.indent}if self.training:")
        self.indent += " " * 4
        self.write(row.node, row.input, "x", row.node.key)
        self.indent = self.indent[4:]
        self._gap()
        head, self.weights = self.weights, trunk
        return head

    def _gap(self) -> None:
        if self.forward and self.forward[-1]:
            self.forward.append("")

    @singledispatchmethod
    def write(self, node: Node, shape: Shape, source: str, target: str) -> str:
        """Write the lines of a part of a network.

        Args:
            node: the part.
            shape: of its input, (C, H, W).
            source: the variable that has its input.
            target: the variable to put its output in.

        Returns:
            The variable that has the output: `target`, or `source` where there was nothing to do.
        """
        raise TypeError(f"no code is known for {type(node).__name__}")

    @write.register
    def _(self, node: graph.Block, shape: Shape, source: str, target: str) -> str:
        outside, self.path = self.path, (*self.path, node.key)
        result = self.write(node.body(), shape, source, target)
        self.path = outside
        return result

    @write.register
    def _(self, node: graph.Chain, shape: Shape, source: str, target: str) -> str:
        for part in node.parts:
            source = self.write(part, shape, source, target)
            shape = part.output(shape, self.style)
        return source

    @write.register
    def _(self, node: graph.Concat, shape: Shape, source: str, target: str) -> str:
        prefix = target if target.startswith("b_") else "b"
        outputs = [self.write(part, shape, source, f"{prefix}_{name}") for name, part in node.branches.items()]
        return self._line(target, f"torch.cat([{', '.join(outputs)}], dim=1)", node.output(shape, self.style))

    @write.register
    def _(self, node: graph.Residual, shape: Shape, source: str, target: str) -> str:
        summand = self.write(node.summand(shape, self.style), shape, source, "y")
        beside = self.write(node.shortcut, shape, source, "shortcut") if node.shortcut else source
        total = f"{beside} + {summand}" if node.scale == 1 else f"{beside} + {node.scale} * {summand}"
        return self._line(target, f"F.relu({total})" if node.activation else total, node.output(shape, self.style))

    @write.register
    def _(self, op: ops.Conv, shape: Shape, source: str, target: str) -> str:
        options: dict[str, Any] = {}
        if pair(op.stride) != (1, 1):
            options["stride"] = _side(op.stride)
        if op.pads() != (0, 0):
            options["padding"] = _side(op.pads())
        if op.groups != 1:
            options["groups"] = op.groups
        normed, biased = op.has_batch_norm(self.style), op.has_bias(self.style)
        if biased == normed:  # not what is usual for a convolution with batch norm, or without
            options["bias"] = biased
        made = "conv_bn" if normed else "nn.Conv2d"
        name = self._weights(op, _call(made, shape[0], op.out_channels, _side(op.kernel), **options))
        value = f"{name}({source})"
        return self._line(target, f"F.relu({value})" if op.activation else value, op.output(shape, self.style))

    @write.register
    def _(self, op: ops.DepthwiseConv, shape: Shape, source: str, target: str) -> str:
        return self.write(op.conv(shape[0]), shape, source, target)

    @write.register
    def _(self, op: ops.MaxPool, shape: Shape, source: str, target: str) -> str:
        return self._pool("F.max_pool2d", op, shape, source, target)

    @write.register
    def _(self, op: ops.AvgPool, shape: Shape, source: str, target: str) -> str:
        inside = {} if op.count_include_pad else {"count_include_pad": False}
        return self._pool("F.avg_pool2d", op, shape, source, target, **inside)

    @write.register
    def _(self, op: ops.AdaptiveAvgPool, shape: Shape, source: str, target: str) -> str:
        return self._line(target, _call("F.adaptive_avg_pool2d", source, op.size), op.output(shape, self.style))

    @write.register
    def _(self, op: ops.Linear, shape: Shape, source: str, target: str) -> str:
        name = self._weights(op, _call("nn.Linear", op.in_features(shape), op.out_features))
        value = f"{name}({source})" if source in self.flat else f"{name}(torch.flatten({source}, 1))"
        self.flat.add(target)
        return self._line(target, f"F.relu({value})" if op.activation else value, op.output(shape, self.style))

    @write.register
    def _(self, op: ops.Dropout, shape: Shape, source: str, target: str) -> str:
        return self._line(target, f"F.dropout({source}, {op.p}, self.training)", shape)

    @write.register
    def _(self, op: ops.LocalResponseNorm, shape: Shape, source: str, target: str) -> str:
        value = _call("F.local_response_norm", source, op.size, alpha=op.alpha, beta=op.beta, k=op.k)
        return self._line(target, value, shape)

    @write.register
    def _(self, op: ops.ReLU, shape: Shape, source: str, target: str) -> str:
        return self._line(target, f"F.relu({source})", shape)

    def _pool(self, name: str, op: ops.Pool, shape: Shape, source: str, target: str, **options: Any) -> str:
        if pair(op.padding) != (0, 0):
            options["padding"] = _side(op.padding)
        if op.ceil_mode:
            options["ceil_mode"] = True
        value = _call(name, source, _side(op.kernel), stride=_side(op.stride), **options)
        return self._line(target, value, op.output(shape, self.style))

    def _weights(self, op: ops.Conv | ops.Linear, value: str) -> str:
        name = f"self.{'_'.join((*self.path, op.key))}"
        self.weights += _statement(" " * 8, name, value)
        return name

    def _line(self, target: str, value: str, shape: Shape) -> str:
        """A line of `forward` with the shape that it leaves in `target`."""
        sides = shape[:1] if target in self.flat else shape
        self.forward += _statement(self.indent, target, value, f"  # (N, {', '.join(map(str, sides))})")
        return target


def _statement(indent: str, target: str, value: str, comment: str = "") -> list[str]:
    """An assignment, broken inside its outermost call where one line would be too long."""
    line = f"{indent}{target} = {value}{comment}"
    if len(line) <= LINE:
        return [line]
    call, inside = value[:-1].split("(", 1)
    return [f"{indent}{target} = {call}(", f"{indent}    {inside}", f"{indent}){comment}"]


def _call(function: str, *arguments: Any, **options: Any) -> str:
    named = [f"{name}={value!r}" for name, value in options.items()]
    return f"{function}({', '.join([*map(str, arguments), *named])})"


def _side(value: int | Pair) -> int | Pair:
    height, width = pair(value)
    return height if height == width else (height, width)


def _class_name(title: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", title))
