"""Weights in and out: round trips, and one clear line for all that does not fit."""

import os
import pickle
from urllib.error import URLError

import pytest
import torch
import torchvision
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from inception_edu import create_model, list_models
from inception_edu.models import load_weights, normalization, weight_files

from .oracles import randomized

SMALL = {"width": 0.05, "num_classes": 5}


def small(**options) -> nn.Module:
    return create_model("googlenet_bn", image_size=96, **SMALL | options)


def same(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


@pytest.mark.parametrize("name", [name for name in list_models() if name not in ("alexnet", "vgg16", "alexnet_2012")])
def test_a_state_dict_goes_round(name):
    saved = randomized(create_model(name, seed=1, **SMALL))
    loaded = create_model(name, seed=2, weights=saved.state_dict(), **SMALL)
    assert same(saved, loaded)


@pytest.mark.parametrize("wrapped", [False, True], ids=["weights", "checkpoint"])
def test_a_file_goes_round(tmp_path, wrapped):
    saved, path = randomized(small(seed=1)), tmp_path / "weights.pt"
    torch.save({"epoch": 3, "model": saved.state_dict()} if wrapped else saved.state_dict(), path)
    assert same(saved, small(weights=path))
    assert same(saved, small(weights=str(path)))


def test_weights_take_the_precision_and_leave_the_file_alone(tmp_path):
    saved = small(seed=1).state_dict()
    loaded = small(weights=saved, dtype=torch.float64)
    assert {p.dtype for p in loaded.parameters()} == {torch.float64}
    loaded.stages.linear.weight.data.zero_()
    assert saved["stages.linear.weight"].any()


def test_heads_are_left_out_where_the_model_has_none():
    saved = small(seed=1)
    loaded = small(aux_logits=False, weights=saved.state_dict())
    assert torch.equal(loaded.stages.linear.weight, saved.stages.linear.weight)


def test_files_of_old_versions_have_no_counters():
    saved = small(seed=1)
    state = {name: value for name, value in saved.state_dict().items() if "num_batches_tracked" not in name}
    assert same(saved, small(weights=state))


def changed(state: dict, without: tuple = (), **more) -> dict:
    return {name: value for name, value in state.items() if name not in without} | more


OURS = small(seed=0).state_dict()
TORCHVISIONS = torchvision.models.googlenet(init_weights=False, num_classes=5).state_dict()
FIRST = "stages.convolution_1.conv.weight"


@pytest.mark.parametrize(
    ("weights", "options", "message"),
    [
        (changed(OURS, (FIRST,)), {}, f"this state dict does not fit googlenet_bn: 1 missing: {FIRST}$"),
        (changed(OURS, more=torch.zeros(1)), {}, "1 unexpected: more$"),
        (
            changed(OURS, **{FIRST: torch.zeros(3, 1, 7, 7)}),
            {},
            r"shape: .* \(3×1×7×7, not 3×3×7×7\)\. .* in_channels=1",
        ),
        (OURS, {"num_classes": 9}, r"stages.linear.weight \(5×50, not 9×50\).* Create the model with num_classes=5\.$"),
        (OURS, {"width": 0.1}, r"of another shape: stages.convolution_1.conv.weight \(3×3×7×7, not 6×3×7×7\), .* …$"),
        (
            small(aux_logits=False).state_dict(),
            {},
            r"18 missing: heads.aux1.1x1.conv.weight, .* with aux_logits=False\.$",
        ),
        (
            TORCHVISIONS,
            {"width": 1.0},
            r"of another shape: inception3a.branch3.1.conv.weight .* with branch5x5_kernel=3\.$",
        ),
        ({}, {}, "this state dict is not of googlenet_bn: it is empty"),
        ({"fc.weight": torch.zeros(1), "a": torch.zeros(1), "b": torch.zeros(1)}, {}, "its names are fc.weight, a, b$"),
        ({"a": 1}, {}, "this state dict is no state dict, which holds a tensor for every name"),
        ([1, 2], {}, "weights are a state dict, a file or 'imagenet', not list"),
        (5, {}, "weights are a state dict, a file or 'imagenet', not int"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(weights, options, message):
    model = small(seed=1, **options)
    before = [value.clone() for value in model.state_dict().values()]
    with pytest.raises(ValueError, match=message) as caught:
        load_weights(model, weights)
    assert all(map(torch.equal, before, model.state_dict().values()))
    assert "\n" not in str(caught.value)


def test_the_weights_of_another_network_are_known_for_what_they_are():
    with pytest.raises(
        ValueError, match="not of inception_v3: it is of torchvision's googlenet, which is googlenet_bn here"
    ):
        create_model("inception_v3", weights=TORCHVISIONS, **SMALL)


def odd(kind: str, value: torch.Tensor):
    return {
        "sparse": lambda: value.to_sparse(),
        "meta": lambda: value.to("meta"),
        "quantized": lambda: torch.quantize_per_tensor(value, 0.1, 0, torch.qint8),
        "nested": lambda: torch.nested.nested_tensor([value, value], layout=torch.jagged),
        "complex": lambda: value.to(torch.complex64),
        "bytes": lambda: value.to(torch.uint8),
        "too large": lambda: torch.full_like(value, 1e300, dtype=torch.float64),
        "fake": lambda: FakeTensorMode().from_tensor(value),
    }[kind]()


ODD = {
    "sparse": "is sparse, not a plain tensor",
    "meta": "is on the meta device, without values",
    "quantized": "is quantized",
    "nested": "is nested",
    "complex": "is complex",
    "bytes": "holds uint8, not floating-point numbers",
    "too large": "has values that float32 cannot hold",
    "fake": "cannot be loaded: ",
}


@pytest.mark.filterwarnings("ignore")  # torch's own, on quantized, sparse and nested tensors
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("name", [FIRST, "heads.aux1.linear.bias"])
def test_an_odd_tensor_anywhere_changes_nothing(kind, name):
    model = small(seed=1)
    with pytest.raises(ValueError, match=ODD[kind]) as caught:
        load_weights(model, changed(small(seed=2).state_dict(), **{name: odd(kind, OURS[name])}))
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert same(model, small(seed=1))


def test_weights_in_half_precision_load_with_their_counters():
    saved = small(seed=1)
    loaded = small(seed=2, weights={name: value.half() for name, value in saved.state_dict().items()})
    first = saved.get_parameter(FIRST)
    assert torch.equal(loaded.get_parameter(FIRST), first.half().float())


def test_a_model_may_be_loaded_from_its_own_tensors():
    model = small(seed=1)
    state = model.state_dict()
    one, other = "stages.inception_3a.branches.3x3.n3x3.bn.weight", "stages.inception_3a.branches.3x3.n3x3.bn.bias"
    assert state[one].all()
    assert not state[other].any()
    load_weights(model, state | {one: state[other], other: state[one]})
    assert not model.get_parameter(one).any()
    assert model.get_parameter(other).all()


def test_a_model_without_values_cannot_be_loaded():
    with pytest.raises(ValueError, match="googlenet_bn is on the meta device, where weights have no values"):
        small(device="meta", weights=OURS)


class Harmful:
    def __reduce__(self):
        return os.mkdir, ("harmed",)


def write(path, kind: str) -> None:
    if kind == "cut short":
        torch.save(OURS, path)
        path.write_bytes(path.read_bytes()[:-2000])
    elif kind == "text":
        path.write_text("accuracy: 0.7")
    elif kind == "empty":
        path.touch()
    elif kind == "module":
        torch.save(nn.Linear(2, 2), path)
    elif kind == "harmful":
        torch.save({"a": Harmful()}, path)
    elif kind == "harmful pickle":
        path.write_bytes(pickle.dumps(Harmful()))
    elif kind == "list":
        torch.save([torch.zeros(1)], path)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("cut short", "is damaged, cut short, or no file of weights$"),
        ("text", "is damaged, cut short, or no file of weights$"),
        ("empty", "is damaged, cut short, or no file of weights$"),
        ("module", "asks for more than tensors, which could do harm: it was not read$"),
        ("harmful", "asks for more than tensors, which could do harm: it was not read$"),
        ("harmful pickle", "is damaged, cut short, or no file of weights$"),
        ("list", "is no state dict, which holds a tensor for every name$"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path, monkeypatch, kind, message):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "weights.pt"
    write(path, kind)
    with pytest.raises(ValueError, match=message) as caught:
        small(weights=path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "harmed").exists()


@pytest.mark.parametrize("missing", ["none.pt", "."])
def test_a_file_that_is_not_there_is_said(tmp_path, missing):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*; weights are a state dict, a file or 'imagenet'"):
        small(weights=tmp_path / missing)


# ImageNet: the cache is a folder of the test, and nothing is downloaded.
IMAGENET = {"branch5x5_kernel": 3}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    return tmp_path / "checkpoints" / "googlenet-1378be20.pth"


def test_offline_is_one_clear_line(cache, monkeypatch):
    def offline(*args, **kwargs):
        raise URLError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    with pytest.raises(
        OSError, match=r"cannot download https://\S+/googlenet-1378be20.pth: .*no route to host.*; put the file at"
    ) as caught:
        create_model("googlenet_bn", weights="imagenet", **IMAGENET)
    assert "\n" not in str(caught.value)


def test_a_download_is_made_once_and_loaded(cache, monkeypatch):
    theirs = randomized(torchvision.models.googlenet(init_weights=False))
    downloads = []

    def download(url, path, hash_prefix):
        downloads.append((url.rpartition("/")[2], hash_prefix))
        torch.save(theirs.state_dict(), path)

    monkeypatch.setattr(torch.hub, "download_url_to_file", download)
    monkeypatch.setattr(weight_files, "_sha256", lambda path: "1378be20" + "0" * 56)
    for _ in range(2):
        model = create_model("googlenet_bn", weights="imagenet", aux_logits=False, **IMAGENET)
        assert torch.equal(model.stages.linear.weight, theirs.fc.weight)
    assert downloads == [("googlenet-1378be20.pth", "1378be20")]


def test_a_file_in_the_cache_with_another_hash_is_refused(cache):
    cache.parent.mkdir()
    torch.save(OURS, cache)
    with pytest.raises(ValueError, match=r"1378be20.pth is not the file that torchvision published: delete it"):
        create_model("googlenet_bn", weights="imagenet", **IMAGENET)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("googlenet_bn", {}, "torchvision's ImageNet weights are for googlenet_bn created with branch5x5_kernel=3"),
        ("inception_v4", {}, "torchvision has no ImageNet weights for inception_v4, only for alexnet, vgg16, "),
    ],
)
def test_imagenet_weights_that_cannot_fit_are_not_downloaded(cache, name, options, message):
    with pytest.raises(ValueError, match=message):
        create_model(name, weights="imagenet", width=0.05, **options)
    assert not cache.parent.exists()


def test_the_family_wants_images_in_minus_one_to_one():
    assert normalization("inception_v4").mean == normalization("inception_v4").std == (0.5, 0.5, 0.5)
    theirs = torchvision.models.VGG16_Weights.DEFAULT.transforms()
    assert normalization("vgg16") == (tuple(theirs.mean), tuple(theirs.std))
