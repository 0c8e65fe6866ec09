"""Measured tables: every count against a closed form, and the module as it was before."""

import random
import threading

import numpy as np
import pytest
import torch
import torchinfo
import torchvision
from torch import nn
from torch.nn import functional as F

from inception_edu import create_model, layer_table
from inception_edu.tables import COLUMNS, DETAILS


class Then(nn.Module):
    """`before`, a function on images, and then a module."""

    def __init__(self, before, module=None):
        super().__init__()
        self.before, self.module = before, module or nn.Identity()

    def forward(self, x):
        return self.module(self.before(x))


class Looped(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.mix = nn.Conv2d(3, 8, 1, bias=False), nn.Conv2d(8, 8, 3, padding=1, bias=False)

    def forward(self, x):
        x = self.stem(x)
        for _ in range(3):
            x = self.mix(x).relu()
        return x


class Owner(nn.Module):
    """Owns a parameter beside its layer, and uses another layer's weight without calling it."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 4, 1, bias=False), nn.Linear(4, 10, bias=False)
        self.gain = nn.Parameter(torch.ones(1, 4, 1, 1))

    def forward(self, x):
        return F.linear((self.gain * self.conv(x)).mean((2, 3)), self.fc.weight)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 3, 1, bias=False), nn.Conv2d(3, 3, 1, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(self.a(x))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x):
        tokens = F.pad(x.flatten(2).transpose(1, 2), (0, 1))  # 64 of 4 values
        return self.attention(tokens, tokens, tokens, need_weights=False)[0]


class Strangers(nn.Module):
    """Attributes that our own networks have, too, but mean something else."""

    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleList([nn.Conv2d(3, 2, 1, bias=False)])
        self.stages = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False))
        self.name = nn.Conv2d(2, 2, 1, bias=False)
        self.architecture, self.title = "brick", 3

    def forward(self, x):
        return self.name(self.heads[0](self.stages(x)))


def quarters(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, 2, h // 2, 2, w // 2).permute(0, 2, 4, 1, 3, 5).reshape(n * 4, c, h // 2, w // 2)


def shared():
    conv = nn.Conv2d(3, 3, 1)
    return nn.Sequential(conv, nn.ReLU(), nn.Sequential(conv))


def looks_at_its_values(module):
    return Then(lambda x: x if x.mean().item() > -1 else x[:0], module)


# Modules on 3×8×8 images, with their multiply-adds.
CLOSED_FORMS = {
    "one layer": (nn.Conv2d(3, 8, 3), 27 * 8 * 36),
    "groups and dilation": (nn.Conv2d(3, 6, 3, dilation=2, padding=2, groups=3), 6 * 9 * 64),
    "transposed": (nn.ConvTranspose2d(3, 8, 3, 2), 3 * 8 * 9 * 64),  # each weight once an input pixel
    "transposed in groups": (nn.Sequential(nn.Conv2d(3, 6, 1), nn.ConvTranspose2d(6, 8, 2, 4, groups=2)), 64 * 114),
    "transposed, 1-d": (Then(lambda x: x[:, :, 0], nn.ConvTranspose1d(3, 4, 5, 3)), 60 * 8),
    "transposed, 3-d": (Then(lambda x: x[:, :, None], nn.ConvTranspose3d(3, 4, 2, 2)), 96 * 64),
    "called in a loop": (Looped(), (24 + 3 * 576) * 64),
    "one layer at two places": (shared(), 18 * 64),
    "tied weights": (Tied(), 18 * 64),
    "own parameters": (Owner(), 12 * 64 + 40),
    "names that are ours": (Strangers(), (9 + 6 + 4) * 64),
    "functional linear": (Then(lambda x: F.linear(x, torch.ones(5, 8))), 3 * 8 * 5 * 8),
    "products of matrices": (Then(lambda x: x @ x), 3 * 8**3),
    "a matrix and a vector": (Then(lambda x: x.flatten(0, 2) @ torch.ones(8)), 3 * 8 * 8),
    "attention": (Attention(), 4 * 16 * 64 + 2 * 64 * 64 * 4),
    "fused attention": (Then(lambda x: F.scaled_dot_product_attention(x, x, x)), 2 * 3 * 8**3),
    "recurrent": (Then(lambda x: x[:, 0], nn.LSTM(8, 5, batch_first=True)), 8 * 4 * 5 * (8 + 5)),
    "recurrent, with data": (looks_at_its_values(Then(lambda x: x[:, 0], nn.LSTM(8, 5))), 8 * 4 * 5 * (8 + 5)),
    "fused attention, with data": (looks_at_its_values(Then(lambda x: F.scaled_dot_product_attention(x, x, x))), 3072),
    "deformable": (
        Then(lambda x: torchvision.ops.deform_conv2d(x, x.new_zeros(1, 18, 6, 6), x.new_zeros(4, 3, 3, 3))),
        4 * 27 * 36,
    ),
    "folded windows": (Then(quarters, nn.Conv2d(3, 4, 1)), 12 * 64),
    "all pixels as a batch": (Then(lambda x: x.permute(0, 2, 3, 1).reshape(-1, 3), nn.Linear(3, 5)), 15 * 64),
    "batch norm of one value": (nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(3), nn.Conv2d(3, 4, 1)), 12),
    "the same, with data": (
        looks_at_its_values(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(3), nn.Conv2d(3, 4, 1))),
        12,
    ),
    "through numpy": (Then(lambda x: torch.from_numpy(x.numpy() * 2), nn.Conv2d(3, 4, 1)), 12 * 64),
    "weight norm": (nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 4, 1))), 12 * 64),
    "spectral norm": (nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Conv2d(3, 4, 1))), 12 * 64),
    "spectral norm by a hook": (nn.Sequential(nn.utils.spectral_norm(nn.Conv2d(3, 4, 1))), 12 * 64),
    "in parallel": (nn.DataParallel(nn.Sequential(nn.Conv2d(3, 4, 1))), 12 * 64),
    "scripted": (torch.jit.script(nn.Sequential(nn.Conv2d(3, 4, 1))), 12 * 64),
}


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("kind", CLOSED_FORMS)
def test_counts_are_the_closed_forms(kind, detail):
    module, macs = CLOSED_FORMS[kind]
    total = layer_table(module, 8, detail=detail, columns="trainable_params").total
    params = sum(parameter.numel() for parameter in module.parameters())
    assert (total.params, total.trainable_params, total.macs) == (params, params, macs)


@pytest.mark.parametrize(("name", "billions"), [("swin_t", 4.49), ("vit_b_16", 17.56), ("convnext_tiny", 4.46)])
def test_torchvision_s_transformers_are_as_torchvision_says(name, billions):
    weights = torchvision.models.get_model_weights(name).DEFAULT
    with torch.device("meta"):
        module = torchvision.models.get_model(name)
    total = layer_table(module).total
    assert total.params == weights.meta["num_params"]
    assert total.macs / 1e9 == pytest.approx(weights.meta["_ops"], abs=0.005) == pytest.approx(billions, abs=0.01)


def test_torchinfo_agrees_on_a_network_of_convolutions():
    model = create_model("googlenet_bn", device="meta", aux_logits=False)
    found = torchinfo.summary(model, (1, 3, 224, 224), device="meta", mode="eval", verbose=0)
    table = layer_table(model)
    vectors = sum(p.numel() for p in model.parameters() if p.dim() == 1)  # biases and batch norm, which it counts once
    assert (table.total.params, table.total.macs) == (found.total_params, found.total_mult_adds - vectors)


def test_what_does_not_grow_with_the_batch_counts_once():
    class Positions(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc, self.conv = nn.Linear(2, 5, bias=False), nn.Conv2d(3, 4, 1, bias=False)

        def forward(self, x):
            if len(x) == 1:
                raise RuntimeError("pairs, please")
            self.fc(x.new_ones(7, 2))
            return self.conv(x)

    assert {row.name: row.macs for row in layer_table(Positions(), 8).rows} == {"fc": 70, "conv": 768}


def test_operations_that_torch_makes_of_others_are_counted():
    """In inference mode a linear layer and einsum arrive whole, for which torch's counter has no formula."""

    class Inference(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.fc, self.more = nn.Conv2d(3, 4, 3), nn.Linear(4, 5), nn.Parameter(torch.zeros(5, 7))

        @torch.inference_mode()
        def forward(self, x):
            return torch.einsum("ni,ij->nj", self.fc(self.conv(x).mean((2, 3))), self.more)

    rows = {row.name: row.macs for row in layer_table(Inference(), 8, detail="layer").rows}
    assert rows == {"conv": 36 * 4 * 27, "fc": 20, "Inference": 35}


def test_lazy_layers_are_measured_and_stay_lazy():
    module = nn.Sequential(nn.LazyConv2d(16, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(10))
    assert layer_table(module, 4).total.params == 448 + 32 + 650
    assert [type(layer) for layer in module] == [nn.LazyConv2d, nn.LazyBatchNorm2d, nn.Flatten, nn.LazyLinear]


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_memory_is_that_of_the_precision(dtype):
    table = layer_table(create_model("googlenet_uva", dtype=dtype), columns="activation_memory")
    single = layer_table("googlenet_uva", columns="activation_memory")
    assert table.total.macs == single.total.macs
    assert table.total.activation_memory * 4 == single.total.activation_memory * dtype.itemsize


def test_a_module_that_looks_at_its_values_runs_in_half_precision():
    assert layer_table(looks_at_its_values(nn.Conv2d(3, 4, 1)).half(), 8).total.macs == 12 * 64


class TestTheModuleStaysAsItWas:
    def test_state_mode_and_gradients(self):
        model = create_model("googlenet_bn", num_classes=10, width=0.25, stem="cifar", seed=0).eval()
        next(model.parameters()).requires_grad_(False)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        layer_table(model, columns=COLUMNS)
        assert not any(part.training for part in model.modules())
        assert [parameter.requires_grad for parameter in model.parameters()].count(False) == 1
        assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())

    def test_what_it_remembers(self):
        class Remembers(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv, self.seen = nn.Conv2d(3, 4, 1), []

            def forward(self, x):
                self.last = self.conv(x)
                self.seen.append(self.last)
                return self.last

        module = Remembers()
        module(torch.ones(1, 3, 8, 8))
        layer_table(module, 8)
        assert (len(module.seen), module.last.device.type) == (1, "cpu")

    def test_random_states(self):
        def states():
            return torch.get_rng_state().tolist(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002

        def draws(x):
            return x * (random.random() + np.random.rand() + torch.rand(1).item())  # noqa: NPY002

        module = Then(draws, nn.Conv2d(3, 4, 1))
        before = states()
        layer_table(module, 8)
        assert states() == before

    def test_hooks_of_the_caller_do_not_fire(self):
        fired = []
        module = nn.Sequential(nn.Conv2d(3, 4, 1))
        module[0].register_forward_hook(lambda *_: fired.append("after"))
        module[0].register_forward_pre_hook(lambda *_: fired.append("before"))
        everywhere = nn.modules.module.register_module_forward_hook(lambda *_: fired.append("everywhere"))
        try:
            layer_table(module, 8)
            assert not fired
            module(torch.ones(1, 3, 8, 8))
            assert fired == ["before", "everywhere", "after", "everywhere"]
        finally:
            everywhere.remove()


@pytest.mark.parametrize(
    ("module", "views"),
    [
        (nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.MaxPool2d(3, 2), nn.Conv2d(4, 4, (1, 3), dilation=2)), (7, 23)),
        (nn.Sequential(nn.Conv2d(3, 4, 2, 2), nn.ConvTranspose2d(4, 4, 2, 2), nn.Conv2d(4, 4, 3)), (4, 4)),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 30 * 30, 2)), (32, 32)),
    ],
    ids=["strides and dilation", "up again", "the whole image"],
)
def test_receptive_fields_follow_the_operations(module, views):
    assert layer_table(module, 32, columns="receptive_field").rows[-1].receptive_field == views


def test_a_receptive_field_that_arithmetic_cannot_tell_is_left_out():
    row = layer_table(Attention(), 8, columns="receptive_field").rows[-1]
    assert row.receptive_field is None


class Locked(nn.Module):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (nn.Sequential(nn.Conv2d(3, 4, 9)), r"Sequential does not run on 3×8×8 images: .*Kernel size"),
        (nn.Linear(10, 4), "Linear does not run on 3×8×8 images"),
        (Locked(), "Locked does not run on 3×8×8 images: it cannot be copied"),
        (nn.Conv2d, "model is a name from .* or a torch.nn.Module, not <class"),
    ],
)
def test_what_cannot_be_measured_is_one_line(module, message):
    with pytest.raises(ValueError, match=message) as caught:
        layer_table(module, 8)
    assert "\n" not in str(caught.value)
