"""Class activation maps: how much each place of the last grid adds to a class's score.

Zhou, Khosla, Lapedriza, Oliva and Torralba, *Learning Deep Features for Discriminative Localization*, CVPR 2016
(arXiv:1512.04150). Behind global average pooling a logit is a sum over places, so the map is exact: its mean and the
class's bias are the logit.

The last grid of a small picture is coarse. `fine_features` reads the same network on a finer one: the strides of its
last poolings are left out, and what follows reads with as many holes (à trous, dilated), so that at the places of the
coarse grid it computes what it computed before.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from ..architectures import AdaptiveAvgPool, Linear, MaxPool
from ..arithmetic import pair
from ..models import Model
from ..models.base import CLASSIFIER


def class_maps(model: Model, x: Tensor, strides_left_out: int = 0) -> Tensor:
    """A map for every class.

    Args:
        model: a network that ends with global average pooling and one linear layer.
        x: pictures, normalized, N×C×H×W.
        strides_left_out: of how many of the last poolings, for a finer grid; then the mean of a map is no longer
            exactly its logit.

    Returns:
        N×K×h×w.

    Raises:
        ValueError: the network ends in another way, or has fewer poolings.
    """
    linear = _last_layer(model)
    features = fine_features(model, x, strides_left_out) if strides_left_out else model.forward_features(x)
    return torch.einsum("kc,nchw->nkhw", linear.weight, features)


def fine_features(model: Model, x: Tensor, strides_left_out: int) -> Tensor:
    """The last features on a finer grid: N×C×H×W → N×C'×h'×w', with h' about 2^strides_left_out times as many.

    Raises:
        ValueError: there are not as many poolings, or what follows them cannot be spread.
    """
    steps = [(node, module) for node, module in model.steps() if not isinstance(node, CLASSIFIER)]
    pools = [node.name for node, _ in steps if isinstance(node, MaxPool)]
    if not 0 <= strides_left_out <= len(pools):
        raise ValueError(f"{model.name} has {len(pools)} poolings between its rows, not {strides_left_out}")
    left_out = pools[len(pools) - strides_left_out :]
    holes = 1
    for node, module in steps:
        if node.name in left_out:
            assert isinstance(node, MaxPool)
            x = _pool_everywhere(module, x, holes)
            holes *= pair(node.stride)[0]
        else:
            x = _spread(module, holes)(x) if holes > 1 else module(x)
    return x


def _last_layer(model: Model) -> nn.Linear:
    *_, (_, linear) = model.steps()
    kinds = [type(node) for node, _ in model.steps() if isinstance(node, CLASSIFIER)]
    if kinds.count(Linear) != 1 or AdaptiveAvgPool not in kinds or not isinstance(linear, nn.Linear):
        raise ValueError(f"{model.name} does not end with global average pooling and one linear layer")
    return linear


def _pool_everywhere(pool: nn.Module, x: Tensor, holes: int) -> Tensor:
    """The pooling without its stride, its window spread, at as many places as belong to the coarse grid's."""
    assert isinstance(pool, nn.MaxPool2d)
    kernel, stride, margin = _one(pool.kernel_size), _one(pool.stride), _one(pool.padding)
    coarse = pool(x[..., ::holes, ::holes]).shape[-2:]
    height, width = (min(own * stride * holes, side) for own, side in zip(coarse, x.shape[-2:]))
    return _maximum(kernel, holes, margin * holes, (kernel - 1 - margin) * holes)(x)[..., :height, :width]


def _maximum(kernel: int, holes: int, before: int, after: int) -> nn.Sequential:
    """The largest value of a window with holes; what lies beyond the grid never wins."""
    return nn.Sequential(
        nn.ConstantPad2d((before, after, before, after), float("-inf")),
        nn.MaxPool2d(kernel, stride=1, dilation=holes),
    )


def _spread(module: nn.Module, holes: int) -> nn.Module:
    """A copy whose windows have holes."""
    copy = deepcopy(module)
    for name, part in list(copy.named_modules()):
        if isinstance(part, nn.Conv2d):
            if part.stride != (1, 1):
                raise ValueError("a convolution with a stride behind a pooling whose stride is left out")
            rows, columns = part.dilation
            above, left = map(int, part.padding)
            part.dilation, part.padding = (holes * rows, holes * columns), (holes * above, holes * left)
        elif isinstance(part, nn.MaxPool2d) and part.stride == 1:
            margin = _one(part.padding) * holes
            copy.set_submodule(name, _maximum(_one(part.kernel_size), holes, margin, margin))
        elif isinstance(part, (nn.MaxPool2d, nn.AvgPool2d)):
            raise ValueError("only maxima of stride 1 are spread")
    return copy


def _one(value: int | tuple[int, ...]) -> int:
    """The one number of a square window."""
    return value if isinstance(value, int) else value[0]
