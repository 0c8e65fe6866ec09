"""`compile`: torch.compile takes the network as the loop uses it, and learns the same."""

import functools

import torch
from torch import nn
from torch._dynamo.testing import CompileCounter

from inception_edu import train

from .tiny import TinyNet, tiny_recipe, tiny_sets


def test_a_compiled_network_learns_the_same(monkeypatch):
    """Dynamo captures the network; the graph then runs as it is, since a C++ compiler is not everywhere."""
    graphs = CompileCounter()
    monkeypatch.setattr(nn.Module, "compile", functools.partialmethod(nn.Module.compile, backend=graphs))
    plain, compiled = (
        train(tiny_recipe(compile=choice, epochs=2), model=TinyNet(), datasets=tiny_sets(), progress=False)
        for choice in (False, True)
    )
    assert graphs.frame_count > 0
    assert graphs.op_count >= 5, "convolution, norm, rectifier, mean, two linears"
    for name, weight in plain.model.state_dict().items():
        torch.testing.assert_close(compiled.model.state_dict()[name], weight)
