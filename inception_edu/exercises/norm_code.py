"""What chapter 7's exercises need: channels of a module, and how layers and folds that a student writes are checked."""

from __future__ import annotations

from typing import Any

from ..published.lookups import module
from .verdict import Wrong

LAYER = '''
def batch_norm(x, gamma, beta, running_mean, running_var, training):
    """N×C×H×W → N×C×H×W; the other tensors have C numbers each."""
    return x
'''.strip()

FOLD = '''
def fold_before(norm, conv):
    """nn.BatchNorm2d, then nn.Conv2d without padding → one nn.Conv2d."""
    folded = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size)
    return folded
'''.strip()


def six_convolutions(label: str) -> int:
    """Channels of all convolutions of a module."""
    return sum(layer.output[0] for layer in module("googlenet", label).layers if layer.macs)


def verify_layer(theirs: Any, right: Any) -> None:
    """Against torch's own, in training and in evaluation, and what becomes of the running statistics."""
    import torch
    from torch.nn import functional

    generator = torch.Generator().manual_seed(0)
    for shape in ((4, 3, 2, 5), (6, 2, 1, 1)):
        x = 3 * torch.randn(shape, generator=generator) + 2
        gamma, beta = torch.rand((2, shape[1]), generator=generator)
        for training in (True, False):
            mine = (torch.full((shape[1],), 0.5), torch.full((shape[1],), 4.0))
            known = [values.clone() for values in mine]
            where = f"in {'training' if training else 'evaluation'}, on an input of shape {'×'.join(map(str, shape))}"
            found = theirs(x.clone(), gamma, beta, *mine, training)
            expected = functional.batch_norm(x, known[0], known[1], gamma, beta, training=training)
            if not isinstance(found, torch.Tensor) or found.shape != x.shape:
                raise Wrong(f"It must give a tensor of the input's shape {where}.")
            if not torch.allclose(found, expected, atol=1e-4):
                raise Wrong(f"The output is off by up to {(found - expected).abs().max().item():.2g} {where}.")
            for name, one, other in zip(("mean", "variance"), mine, known):
                if not torch.allclose(one, other, atol=1e-4):
                    raise Wrong(
                        f"The running {name} of the first channel is {one[0].item():.4f} {where}; "
                        f"expected is {other[0].item():.4f}."
                    )


def always_the_batch():
    """Takes the batch's statistics in evaluation, too."""

    def batch_norm(x, gamma, beta, running_mean, running_var, training):
        axes = (0, 2, 3)
        mean, var = x.mean(axes), x.var(axes, unbiased=False)
        if training:
            m = x.numel() // x.shape[1]
            running_mean.mul_(0.9).add_(0.1 * mean)
            running_var.mul_(0.9).add_(0.1 * var * m / (m - 1))
        hat = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
        return gamma[:, None, None] * hat + beta[:, None, None]

    return batch_norm


def keeps_the_biased_variance():
    """Puts the variance that divides by m into the running one."""

    def batch_norm(x, gamma, beta, running_mean, running_var, training):
        mean, var = running_mean, running_var
        if training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            running_mean.mul_(0.9).add_(0.1 * mean)
            running_var.mul_(0.9).add_(0.1 * var)
        hat = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
        return gamma[:, None, None] * hat + beta[:, None, None]

    return batch_norm


def verify_fold(theirs: Any, right: Any) -> None:
    """The folded convolution gives what norm and convolution give, for kernels of 1 and 3, with and without a bias."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    for kernel, bias in ((1, True), (3, False), (3, True)):
        norm, conv = nn.BatchNorm2d(4).eval(), nn.Conv2d(4, 5, kernel, bias=bias)
        state = norm.state_dict()
        for name in ("running_mean", "weight", "bias"):
            state[name].normal_()
        state["running_var"].uniform_(0.5, 3)
        x = torch.randn(2, 4, 6, 6)
        with torch.no_grad():
            expected = conv(norm(x))
            folded = theirs(norm, conv)
            if not isinstance(folded, nn.Conv2d):
                raise Wrong("It must give a convolution, an nn.Conv2d.")
            found = folded(x)
        where = f"for a kernel of {kernel}×{kernel} {'with' if bias else 'without'} a bias"
        if found.shape != expected.shape:
            raise Wrong(f"It gives shape {tuple(found.shape)} {where}; expected is {tuple(expected.shape)}.")
        gap = (found - expected).abs().max().item()
        if gap > 1e-4:
            raise Wrong(f"The output is off by up to {gap:.2g} {where}.")


def scales_the_outputs():
    """Folds as if the norm stood behind the convolution."""
    from torch import nn

    def fold_before(norm, conv):
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        folded = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size)
        folded.weight.data = conv.weight * gain.mean()
        folded.bias = conv.bias if conv.bias is not None else nn.Parameter(conv.weight.new_zeros(conv.out_channels))
        return folded

    return fold_before


def loses_the_old_bias():
    """Leaves out the bias that the convolution had."""
    from torch import nn

    def fold_before(norm, conv):
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        shift = norm.bias - norm.running_mean * gain
        folded = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size)
        folded.weight.data = conv.weight * gain[:, None, None]
        folded.bias = nn.Parameter((conv.weight * shift[:, None, None]).sum((1, 2, 3)))
        return folded

    return fold_before


WRONG_LAYERS = (always_the_batch, keeps_the_biased_variance)
WRONG_FOLDS = (scales_the_outputs, loses_the_old_bias)
