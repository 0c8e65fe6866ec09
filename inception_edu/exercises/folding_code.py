"""How the folded convolutions that a student writes in the last chapter are checked (exercises 16.7 and 16.8)."""

from __future__ import annotations

from typing import Any

from .verdict import Wrong

IDENTITY = '''
def fold_identity(norm):
    """nn.BatchNorm2d of C channels → nn.Conv2d(C, C, 3, padding=1)."""
    channels = norm.num_features
    return nn.Conv2d(channels, channels, 3, padding=1)
'''.strip()

CROSS = '''
def fold_cross(square, row, column):
    """Three nn.Sequential of convolution and norm → one nn.Conv2d, 3×3 with padding 1."""
    conv, norm = square
    return nn.Conv2d(conv.in_channels, conv.out_channels, 3, padding=1)
'''.strip()


def trained_norm(channels: int) -> Any:
    """Batch norm in evaluation, with statistics as a training might leave them."""
    from torch import nn

    norm = nn.BatchNorm2d(channels).eval()
    state = norm.state_dict()
    for name in ("running_mean", "weight", "bias"):
        state[name].normal_()
    state["running_var"].uniform_(0.5, 3)
    return norm


def branch(kernel: tuple[int, int], channels: int = 4) -> Any:
    """A convolution that keeps the grid, and batch norm behind it."""
    from torch import nn

    padding = (kernel[0] // 2, kernel[1] // 2)
    return nn.Sequential(
        nn.Conv2d(channels, channels, kernel, padding=padding, bias=False), trained_norm(channels)
    ).eval()


def compare(folded: Any, expected: Any, x: Any) -> None:
    """The folded convolution is one 3×3 and gives what is expected, in the middle and at the border."""
    import torch
    from torch import nn

    if not isinstance(folded, nn.Conv2d):
        raise Wrong("It must give one convolution, an nn.Conv2d.")
    if tuple(folded.kernel_size) != (3, 3):
        raise Wrong(f"Its kernel is {folded.kernel_size[0]}×{folded.kernel_size[1]}; expected is 3×3.")
    with torch.no_grad():
        found = folded(x)
    if found.shape != expected.shape:
        raise Wrong(f"It leaves a grid of {found.shape[-1]} a side; the branches leave {expected.shape[-1]}.")
    off = (found - expected).abs()
    if off.max() > 1e-4:
        where = "" if off[..., 1:-1, 1:-1].max() > 1e-4 else ", at the border alone"
        raise Wrong(f"The output is off by up to {off.max().item():.2g}{where}.")


def verify_identity(theirs: Any, right: Any) -> None:
    """Against the norm itself."""
    import torch

    torch.manual_seed(0)
    for channels in (3, 6):
        norm, x = trained_norm(channels), torch.randn(2, channels, 5, 5)
        with torch.no_grad():
            compare(theirs(norm), norm(x), x)


def mixes_the_channels():
    """A kernel that is full of gains at its centre, not on the diagonal alone."""
    import torch
    from torch import nn

    def fold_identity(norm):
        channels = norm.num_features
        folded = nn.Conv2d(channels, channels, 3, padding=1)
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        with torch.no_grad():
            folded.weight.zero_()
            folded.weight[:, :, 1, 1] = gain[:, None]
        folded.bias = nn.Parameter(norm.bias - norm.running_mean * gain)
        return folded

    return fold_identity


def forgets_the_mean():
    """Takes the shift alone as the bias."""
    import torch
    from torch import nn

    def fold_identity(norm):
        channels = norm.num_features
        folded = nn.Conv2d(channels, channels, 3, padding=1)
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        with torch.no_grad():
            folded.weight.zero_()
            folded.weight[:, :, 1, 1] = torch.diag(gain)
        folded.bias = nn.Parameter(norm.bias.clone())
        return folded

    return fold_identity


def verify_cross(theirs: Any, right: Any) -> None:
    """Against the sum of the three branches."""
    import torch

    torch.manual_seed(0)
    square, row, column = branch((3, 3)), branch((1, 3)), branch((3, 1))
    x = torch.randn(2, 4, 6, 6)
    with torch.no_grad():
        compare(theirs(square, row, column), square(x) + row(x) + column(x), x)


def _crossed(row_padding: tuple[int, int, int, int], column_padding: tuple[int, int, int, int], biases: int):
    """A `fold_cross` that pads the flat kernels so, and keeps so many of the three biases."""
    import torch
    from torch import nn
    from torch.nn import functional

    def fold_cross(square, row, column):
        kernels, shifts = [], []
        for (conv, norm), padding in ((square, (0,) * 4), (row, row_padding), (column, column_padding)):
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()
            kernels.append(functional.pad(conv.weight * gain[:, None, None, None], padding))
            shifts.append(norm.bias - norm.running_mean * gain)
        kernel, bias = torch.stack(kernels).sum(0), torch.stack(shifts[:biases]).sum(0)
        folded = nn.Conv2d(len(kernel), len(kernel), 3, padding=1)
        folded.weight, folded.bias = nn.Parameter(kernel), nn.Parameter(bias)
        return folded

    return fold_cross


def row_at_the_top():
    """Puts the row into the first row of the 3×3."""
    return _crossed((0, 0, 0, 2), (1, 1, 0, 0), 3)


def one_bias_alone():
    """Keeps the bias of the first branch alone."""
    return _crossed((0, 0, 1, 1), (1, 1, 0, 0), 1)


WRONG_IDENTITIES = (mixes_the_channels, forgets_the_mean)
WRONG_CROSSES = (row_at_the_top, one_bias_alone)
