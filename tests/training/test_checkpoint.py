"""A checkpoint knows itself: whatever happens to its bytes, it is what was saved or it is refused in one line."""

import zipfile

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inception_edu import create_model, train
from inception_edu.training.checkpoint import FORMAT, VERSION, load_checkpoint, save_checkpoint, seal

from ..anything import ends_well
from .tiny import TinyNet, tiny_recipe, tiny_sets


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "checkpoint.pt"
    save_checkpoint(path, {"model": {"weight": torch.arange(300.0)}, "epoch": 3})
    return path.read_bytes()


@st.composite
def harm(draw):
    """One way to damage bytes, as a function of them."""
    at, other = (draw(st.floats(0, 1, exclude_max=True)) for _ in range(2))
    bit, length = draw(st.integers(0, 7)), draw(st.integers(1, 5000))
    kind = draw(st.sampled_from(["flip", "flip near the end", "cut", "hole", "zeros", "twice", "more", "swap"]))

    def damage(content):
        k, j = int(at * len(content)), int(other * len(content))
        if kind == "flip near the end":
            k = len(content) - 1 - int(at * 200)
        damaged = bytearray(content)
        if kind.startswith("flip"):
            damaged[k] ^= 1 << bit
        elif kind == "cut":
            del damaged[k:]
        elif kind == "hole":
            del damaged[k : k + length]
        elif kind == "zeros":
            damaged[k : k + length] = bytes(len(damaged[k : k + length]))
        elif kind == "twice":
            damaged += content
        elif kind == "more":
            damaged += bytes(length)
        else:
            damaged[k], damaged[j] = damaged[j], damaged[k]
        return bytes(damaged)

    return damage


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=harm())
def test_damaged_bytes_are_never_another_checkpoint(good, tmp_path, damage):
    content = damage(good)
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(content)
    if content == good:
        return
    with pytest.raises(ValueError, match=r"cannot continue from .*checkpoint.pt: it is ") as told:
        load_checkpoint(path)
    assert "\n" not in str(told.value)


def test_other_programs_read_it(good, tmp_path):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(good)
    assert torch.load(path, weights_only=True)["epoch"] == 3
    assert torch.load(path, weights_only=True, mmap=True)["model"]["weight"][299] == 299
    assert zipfile.ZipFile(path).testzip() is None


def test_a_model_is_made_from_it(tmp_path):
    model = create_model("googlenet_bn", width=0.1, num_classes=3, aux_logits=False)
    save_checkpoint(tmp_path / "checkpoint.pt", {"model": model.state_dict()})
    again = create_model("googlenet_bn", width=0.1, num_classes=3, aux_logits=False, weights=tmp_path / "checkpoint.pt")
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), again.state_dict().values()))


def test_a_checkpoint_without_a_checksum_says_so(tmp_path):
    path = tmp_path / "checkpoint.pt"
    torch.save({"format": FORMAT, "version": 1}, path)
    with pytest.raises(ValueError, match=r"of version 1, from before checkpoints carried a checksum; .* train anew"):
        load_checkpoint(path)
    torch.save({"format": FORMAT, "version": VERSION}, path)
    with pytest.raises(ValueError, match="its checksum is missing"):
        load_checkpoint(path)


def test_only_an_archive_is_sealed():
    with pytest.raises(ValueError, match="no zip file"):
        seal(b"hello")


# ------------------------------------------------------------------------------ whole files whose content is forged


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """The state of a run within its second epoch, and how to go on with it."""
    folder = tmp_path_factory.mktemp("run")

    class Stop(Exception):
        pass

    def stop(event, loop):
        if (event, loop.epoch, loop.step) == ("step", 1, 3):
            loop.save()
            raise Stop

    recipe = tiny_recipe(**{"optimizer.name": "adamw"})
    options = {"datasets": tiny_sets(), "out": folder, "progress": False}
    with pytest.raises(Stop):
        train(recipe, model=TinyNet(), callback=stop, **options)
    path = folder / "checkpoint.pt"
    return path, load_checkpoint(path), lambda: train(recipe, model=TinyNet(), resume=True, **options)


def places(state, where=()):
    """The way to every value within nested dicts and lists."""
    inner = state.items() if isinstance(state, dict) else enumerate(state) if isinstance(state, list) else ()
    for key, value in inner:
        yield (*where, key)
        yield from places(value, (*where, key))


def copy(value):
    """The same dicts and lists anew, for changing."""
    if isinstance(value, dict):
        return {key: copy(item) for key, item in value.items()}
    return [copy(item) for item in value] if isinstance(value, list) else value


def test_an_optimizer_that_counts_with_two_numbers_is_refused(stopped):
    path, state, go_on = stopped
    forged = copy(state)
    forged["optimizer"]["state"][0]["step"] = torch.zeros(2)
    save_checkpoint(path, forged)
    with pytest.raises(ValueError, match="the optimizer's step is of another form"):
        go_on()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_forged_values_are_refused_or_harmless(stopped, data):
    path, state, go_on = stopped
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
    forged = copy(state)
    *way, last = data.draw(st.sampled_from([place for place in places(state) if place[0] not in ("format", "version")]))
    table = forged
    for key in way:
        table = table[key]
    if data.draw(st.booleans()) and isinstance(table, dict):
        del table[last]
    else:
        table[last] = data.draw(plain | st.just(torch.zeros(2)) | st.dictionaries(st.text(), st.integers(), max_size=1))
    save_checkpoint(path, forged)
    ends_well(go_on)
