"""`create_model`: names, options, seeds, devices, and every request that cannot be met."""

import threading

import pytest
import torch
from torch import nn

from inception_edu import create_model, list_models
from inception_edu.models.init import he, truncated_normal


def same(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


@pytest.mark.parametrize("name", list_models())
def test_every_listed_network_can_be_built(name):
    model = create_model(name, device="meta")
    assert model.name == model.architecture.name == name


@pytest.mark.parametrize("name", ["googlenet", "bn_inception", "inception_v3", "xception"])
def test_a_seed_makes_weights_reproducible(name):
    one, other, different = (create_model(name, width=0.05, seed=seed) for seed in (1, 1, 2))
    assert same(one, other)
    assert not same(one, different)


def test_a_seed_leaves_the_global_random_state_alone():
    before = torch.get_rng_state()
    create_model("googlenet", width=0.05, seed=3)
    assert torch.equal(torch.get_rng_state(), before)


def test_without_a_seed_weights_follow_the_global_random_state():
    models = []
    for seed in (5, 5):
        torch.manual_seed(seed)
        models.append(create_model("googlenet", width=0.05))
    assert same(*models)
    assert not same(models[0], create_model("googlenet", width=0.05))


def test_precision_and_device_are_those_asked_for():
    model = create_model("googlenet_bn", width=0.05, device="meta", dtype=torch.float64)
    assert {p.dtype for p in model.parameters()} == {torch.float64}
    assert {p.device.type for p in model.parameters()} == {"meta"}
    assert torch.get_default_dtype() == torch.float32


def test_threads_do_not_disturb_each_other():
    made = {}

    def make(number):
        options = {"seed": 7} if number % 2 else {"seed": 7, "dtype": torch.float64}
        made[number] = create_model("googlenet_bn", width=0.05, **options)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = create_model("googlenet_bn", width=0.05, seed=7)
    assert all(same(model.to(torch.float64), expected.to(torch.float64)) for model in made.values())


@pytest.mark.parametrize("name", ["googlenet", "inception_resnet_v2", "xception", "alexnet"])
def test_a_seed_gives_what_the_global_seed_gives(name):
    options = {} if name == "alexnet" else {"width": 0.05}
    torch.manual_seed(11)
    assert same(create_model(name, **options), create_model(name, seed=11, **options))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_lower_precision_rounds_the_same_weights(dtype):
    expected = create_model("inception_v3", width=0.05, seed=3)
    model = create_model("inception_v3", width=0.05, seed=3, dtype=dtype)
    assert {value.dtype for value in model.state_dict().values()} == {dtype, torch.int64}
    assert same(model, expected.to(dtype))


def test_statistics_start_where_batch_norm_starts():
    model = create_model("googlenet_bn", width=0.05, seed=3)
    norm = model.stages.convolution_1.bn
    assert not norm.running_mean.any()
    assert (norm.running_var == 1).all()
    assert norm.num_batches_tracked == 0


def test_a_device_for_the_thread_is_respected():
    with torch.device("meta"):
        model = create_model("googlenet_bn", width=0.05, seed=3)
    assert all(value.is_meta for value in model.state_dict().values())


def test_a_failure_leaves_the_default_precision_alone():
    with pytest.raises(ValueError, match="torchvision's"):
        create_model("alexnet", width=0.5, dtype=torch.float64)
    assert torch.get_default_dtype() == torch.float32


def test_he_weights_have_variance_two_over_fan_in():
    torch.manual_seed(0)
    conv = nn.Conv2d(64, 256, 5)
    he(conv)
    assert conv.weight.std().item() == pytest.approx((2 / (64 * 25)) ** 0.5, rel=0.01)
    assert not conv.bias.any()


def test_inception_v3_starts_from_normal_weights_cut_at_two_deviations():
    torch.manual_seed(0)
    linear = nn.Linear(512, 512)
    truncated_normal(linear)
    assert linear.weight.abs().max() <= 0.2
    # The deviation of a normal distribution cut at two deviations is 0.8796 of the whole one's.
    assert linear.weight.std().item() == pytest.approx(0.1 * 0.8796, rel=0.01)
    assert create_model("inception_v3", width=0.1, aux_logits=False, seed=0).stages.linear.weight.abs().max() <= 0.2


def test_a_width_scales_every_count():
    small = create_model("googlenet", width=0.25, device="meta")
    assert small.stages.inception_3a(torch.empty(1, 48, 28, 28, device="meta")).shape == (1, 64, 28, 28)


def test_other_channels_and_classes():
    model = create_model(
        "inception_v3", num_classes=7, in_channels=1, width=0.05, aux_logits=False, image_size=96
    ).eval()
    assert model(torch.randn(2, 1, 96, 96)).shape == (2, 7)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("googlenett", {}, "there is no model 'googlenett'; did you mean 'googlenet'"),
        ("googlenet", {"num_classes": -1}, "num_classes is a whole number of at least 1, not -1"),
        ("googlenet", {"in_channels": 0}, "in_channels is a whole number of at least 1, not 0"),
        ("googlenet", {"width": 0}, "width is a factor above 0"),
        ("inception_v3", {"image_size": 64}, "inception_v3 needs images of at least 299×299"),
        ("inception_v4", {"stem": "cifar"}, "inception_v4 has no stem 'cifar'"),
        ("googlenet", {"seed": 1.5}, "seed is a whole number of at most 64 bits, not 1.5"),
        ("googlenet", {"seed": 2**70}, "seed is a whole number of at most 64 bits"),
        ("googlenet", {"device": "gpu"}, "there is no device 'gpu' here"),
        ("googlenet", {"dtype": torch.int8}, "dtype is a floating-point type of torch, such as .*, not torch.int8"),
        ("googlenet", {"dtype": "half"}, "dtype is a floating-point type of torch"),
        ("vgg16", {"width": 0.5}, "vgg16 is torchvision's and is built with"),
        ("alexnet", {"in_channels": 1}, "alexnet is torchvision's and is built with in_channels = 3 only"),
    ],
)
def test_what_cannot_be_built_is_said(name, options, message):
    with pytest.raises(ValueError, match=message):
        create_model(name, **options)
