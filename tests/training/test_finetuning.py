"""What learns where a network does not begin from scratch, and the recipe for a folder of one's own pictures."""

import json
import warnings

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from inception_edu import create_model, photographs, train
from inception_edu.cli import main
from inception_edu.inference import load_predictor
from inception_edu.training import load_recipe
from inception_edu.training.finetuning import Finetuning, classifiers
from inception_edu.training.optimizers import make_optimizer
from inception_edu.training.specs import FinetuneSpec

QUICK = {"epochs": 2, "data.workers": 0, "progress": False, "device": "cpu"}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def network():
    return create_model("googlenet_bn", num_classes=3, width=0.1, aux_logits=False, image_size=64, seed=0)


@pytest.fixture
def folder(tmp_path):
    """Cats, dogs and frogs, six pictures of each."""
    place = tmp_path / "pictures"
    for photo in photographs():
        if photo.label in ("cat", "dog", "frog"):
            (place / photo.label).mkdir(parents=True, exist_ok=True)
            for turn in (0, 5, -5):
                photo.image.rotate(turn).save(place / photo.label / f"{photo.name}{turn}.jpg")
    return place


def moved(before, model):
    return {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}


def step(model, spec):
    """One step of training; the names of what changed."""
    finetuning = Finetuning(model, spec)
    recipe = load_recipe("finetune").optimizer
    optimizer = make_optimizer(model, recipe, finetuning.rate_of)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    finetuning.train()
    model(torch.randn(4, 3, 64, 64)).square().sum().backward()
    optimizer.step()
    finetuning.release()
    return moved(before, model)


def test_a_trunk_that_is_held_still_does_not_move_at_all(network):
    assert step(network, FinetuneSpec(freeze="trunk")) == {"stages.linear.weight", "stages.linear.bias"}
    assert all(weight.requires_grad for weight in network.parameters())


@pytest.mark.parametrize("name", ["4e", "inception_4e", "inception (4e)"])
def test_rows_up_to_one_are_held_still(network, name):
    changed = {key.split(".")[1] for key in step(network, FinetuneSpec(freeze=name))}
    assert changed == {"inception_5a", "inception_5b", "linear"}


def test_statistics_are_kept_while_weights_learn(network):
    changed = step(network, FinetuneSpec(keep_statistics=True))
    assert not any("running" in name for name in changed)
    assert any(name.startswith("stages.convolution_1") for name in changed)
    assert any("running" in name for name in step(network, FinetuneSpec()))


def test_the_trunk_learns_more_slowly(network):
    finetuning = Finetuning(network, FinetuneSpec(trunk_lr=0.1))
    spec = load_recipe("finetune").optimizer
    rates = [group["lr"] for group in make_optimizer(network, spec, finetuning.rate_of).param_groups]
    assert rates == pytest.approx([spec.lr, spec.lr, spec.lr / 10, spec.lr / 10])


def test_heads_have_classifiers_of_their_own():
    model = create_model("googlenet_bn", num_classes=3, width=0.1, image_size=96, seed=0)
    assert len(classifiers(model)) == 3
    assert len(classifiers(nn.Sequential(nn.Flatten(), nn.Linear(4, 8), nn.Linear(8, 2)))) == 1


@pytest.mark.parametrize("name", ["5z", "trunks"])
def test_an_unknown_row_is_refused_by_name(network, name):
    with pytest.raises(ValueError, match=rf"finetune.freeze = '{name}' is neither 'trunk' nor a row .*4e.*linear"):
        Finetuning(network, FinetuneSpec(freeze=name))


def test_a_network_without_rows_has_none_to_hold_still():
    with pytest.raises(ValueError, match="this network has none"):
        Finetuning(nn.Linear(3, 2), FinetuneSpec(freeze="4e"))


def test_a_folder_in_three_lines(folder, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = train("finetune", data=folder, out=tmp_path / "run", **QUICK)
    assert result.classes == ("cat", "dog", "frog")
    assert result.confusion_matrix.sum(1).tolist() == [1, 1, 1]
    told = " ".join(result.notes)
    assert "began from the weights 'cifar10'" in told
    assert "20% of every class, 3 pictures, were set aside" in told


def test_predict_sees_what_training_saw(folder, tmp_path):
    result = train("finetune", data=folder, out=tmp_path / "run", **QUICK)
    predictor = load_predictor(tmp_path / "run")
    assert predictor.trained.native_size == 32
    photo = next(photo for photo in photographs() if photo.label == "frog")
    ready = create_model("googlenet_bn", weights="cifar10").weights_card.prepare(photo.path)
    with torch.no_grad():
        expected = result.model(ready).softmax(1)[0]
    found = predictor.predict(photo.path, top=3)[0]["predictions"]
    assert {row["label"]: row["probability"] for row in found} == pytest.approx(
        dict(zip(result.classes, expected.tolist())), abs=1e-5
    )


@pytest.mark.slow
def test_the_exported_network_answers_as_the_run_does(folder, tmp_path, capsys):
    import onnxruntime

    result = train("finetune", data=folder, out=tmp_path / "run", **QUICK)
    assert main(["export", str(tmp_path / "run"), "-o", str(tmp_path / "mine.onnx")]) == 0
    session = onnxruntime.InferenceSession(tmp_path / "mine.onnx")
    images = torch.randn(2, 3, 64, 64)
    (scores,) = session.run(None, {session.get_inputs()[0].name: images.numpy()})
    with torch.no_grad():
        np.testing.assert_allclose(scores, result.model(images).numpy(), atol=1e-4)


def test_the_command_line_takes_a_folder(folder, tmp_path, capsys):
    words = ["train", "finetune", "--data", str(folder), "--epochs", "1", "--out", str(tmp_path / "run"), "--quiet"]
    words += ["--json", "--set", "data.workers=0", "--set", "finetune.freeze=trunk", "--device", "cpu"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["classes"] == ["cat", "dog", "frog"]


def test_a_class_of_one_picture_is_learned_and_not_tested(folder):
    (folder / "bird").mkdir()
    next(photo for photo in photographs() if photo.label == "bird").image.save(folder / "bird" / "one.png")
    with pytest.warns(UserWarning, match="classes without a sample: 1"):
        result = train("finetune", data=folder, **QUICK)
    assert result.classes == ("bird", "cat", "dog", "frog")
    assert result.class_accuracy["bird"] is None


@pytest.mark.filterwarnings("ignore:image_folder")
def test_damaged_files_are_left_out_and_counted(folder):
    (folder / "cat" / "empty.jpg").write_bytes(b"")
    (folder / "frog" / "half.jpg").write_bytes(next(folder.glob("frog/*.jpg")).read_bytes()[:900])
    (folder / "dog" / "notes.txt").write_text("no picture")
    told = " ".join(train("finetune", data=folder, **QUICK).notes)
    assert "empty files: 1" in told
    assert "unreadable or truncated: 1" in told


def test_folders_to_test_on_are_taken_as_they_are(folder, tmp_path):
    tree = tmp_path / "tree"
    for part in ("train", "val"):
        for name in ("cat", "dog"):
            (tree / part / name).mkdir(parents=True)
            Image.new("RGB", (40, 40), "red" if name == "cat" else "blue").save(tree / part / name / "a.png")
    result = train("finetune", data=tree, **QUICK)
    assert not any("set aside" in note for note in result.notes)
    assert int(result.confusion_matrix.sum()) == 2


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda place: None, "no folder|holds no|expected"),
        (lambda place: (place / "cat").mkdir(parents=True), "holds no picture|no picture"),
    ],
)
def test_a_folder_that_is_none_is_told_in_one_line(tmp_path, make, told):
    make(tmp_path / "mine")
    with pytest.raises((ValueError, FileNotFoundError), match=told) as caught:
        train("finetune", data=tmp_path / "mine", **QUICK)
    assert "\n" not in str(caught.value)


def test_another_width_contradicts_the_weights(folder):
    with pytest.raises(ValueError, match=r"width=0\.375, not 0\.5"):
        train("finetune", data=folder, **QUICK, **{"model.width": 0.5})
