"""State dicts as programs leave them: below prefixes, in dictionaries, in safetensors."""

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel

from inception_edu import create_model

from .oracles import randomized

SMALL = {"width": 0.05, "num_classes": 5, "image_size": 64, "aux_logits": False}


def small(**options):
    return create_model("googlenet_bn", **SMALL | options)


SAVED = randomized(small(seed=1))


def below(prefix: str) -> dict:
    return {prefix + name: value for name, value in SAVED.state_dict().items()}


def same(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


def part_compiled() -> dict:
    model = small()
    model.load_state_dict(SAVED.state_dict())
    model.stages = torch.compile(model.stages)
    return model.state_dict()


WRAPPED = {
    "DataParallel": lambda: nn.DataParallel(SAVED).state_dict(),
    "compiled": lambda: torch.compile(SAVED).state_dict(),
    "compiled in part": part_compiled,
    "averaged": lambda: AveragedModel(SAVED).state_dict(),
    "both ways round": lambda: below("_orig_mod.module."),
    "the other way round": lambda: below("module._orig_mod."),
    "Lightning": lambda: {"epoch": 1, "state_dict": below("model.") | {"criterion.weight": torch.ones(5)}},
    "Lightning, compiled": lambda: {"state_dict": below("model._orig_mod.")},
    "someone's own name": lambda: below("backbone.net."),
    "model_state_dict": lambda: {"model_state_dict": SAVED.state_dict(), "optimizer_state_dict": {"state": {}}},
    "net": lambda: {"net": below("module."), "acc": 93.1},
    "twice": lambda: {"checkpoint": {"state_dict": SAVED.state_dict()}, "loss": torch.tensor(0.3)},
    "averages beside": lambda: {"model_ema": small(seed=9).state_dict(), "model": SAVED.state_dict()},
    "averages alone": lambda: {"model_ema": SAVED.state_dict(), "optimizer": {"state": {0: {"step": torch.ones(1)}}}},
}


@pytest.mark.parametrize("how", WRAPPED)
def test_a_wrapped_state_dict_loads(how, tmp_path):
    content = WRAPPED[how]()
    assert same(small(weights=content), SAVED)
    torch.save(content, tmp_path / "weights.pth")
    assert same(small(weights=tmp_path / "weights.pth"), SAVED)


def test_torchvisions_names_load_below_a_prefix():
    theirs = randomized(torchvision.models.googlenet(init_weights=False, aux_logits=False))
    state = nn.DataParallel(theirs).state_dict()
    ours = create_model("googlenet_bn", branch5x5_kernel=3, aux_logits=False, weights={"state_dict": state})
    assert torch.equal(ours.stages.linear.weight, theirs.fc.weight)


@pytest.mark.parametrize("suffix", ["safetensors", "SAFETENSORS"])
def test_safetensors_load(tmp_path, suffix):
    path = tmp_path / f"weights.{suffix}"
    save_file(SAVED.state_dict(), path)
    assert same(small(weights=path), SAVED)


@pytest.mark.parametrize("content", [b"", b"\x08" + bytes(40), b"PK\x03\x04"])
def test_damaged_safetensors_are_one_line(tmp_path, content):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"weights.safetensors is damaged, cut short, or no file of weights$"):
        small(weights=path)


def test_an_entry_that_comes_twice_is_refused():
    content = below("") | {"stages.module.linear.weight": torch.zeros(5, 50)}
    with pytest.raises(ValueError, match=r"has more than one entry for stages\.linear\.weight"):
        small(weights=content)


def test_a_dictionary_that_holds_itself_ends():
    content: dict = {"epoch": 1}
    content["model"] = content
    with pytest.raises(ValueError, match="is no state dict"):
        small(weights=content)
