"""Predictions, against the run's own test, against a computation by hand, and against torchvision."""

import json
import shutil

import pytest
import torch
import torchvision
from PIL import Image
from torchvision.transforms import v2

from inception_edu import create_model
from inception_edu.datasets.images import UnreadableImage
from inception_edu.inference import load_predictor, load_trained
from inception_edu.models import weight_files

from ..models.oracles import randomized


def test_a_run_predicts_what_it_was_tested_with(run, pictures):
    result, folder = run
    predictor = load_predictor(folder)
    classes = list(predictor.trained.classes)
    confusion = torch.zeros(len(classes), len(classes), dtype=torch.int64)
    for path in sorted((pictures / "val").rglob("*.png")):
        (found,) = predictor.predict(path, top=1)
        confusion[classes.index(path.parent.name), found["predictions"][0]["class_index"]] += 1
    assert confusion.tolist() == result.confusion_matrix.tolist()


def test_probabilities_are_those_computed_by_hand(run, pictures):
    _, folder = run
    options = {"stem": "cifar", "width": 0.1, "num_classes": 3, "image_size": 32}
    model = create_model("googlenet_bn", **options, weights=torch.load(folder / "model.pt")).eval()
    path = pictures / "val" / "grass" / "0.png"
    pixels = v2.functional.pil_to_tensor(Image.open(path))
    view = v2.CenterCrop(32)(v2.Resize(40)(pixels)).float() / 255
    images = v2.Normalize((0.4, 0.5, 0.6), (0.2, 0.25, 0.3))(view)[None]
    with torch.no_grad():
        expected = (model(images).softmax(1) + model(images.flip(-1)).softmax(1))[0] / 2
    (found,) = load_predictor(folder).predict([path])
    assert found["picture"] == str(path)
    assert [each["label"] for each in found["predictions"]] == [
        ("blue sky", "grass", "ладья")[index] for index in expected.argsort(descending=True)
    ]
    got = torch.tensor([each["probability"] for each in found["predictions"]])
    torch.testing.assert_close(got, expected.sort(descending=True).values, rtol=1e-4, atol=1e-5)


def test_batches_do_not_change_what_is_found(run, pictures):
    predictor = load_predictor(run[1])
    paths = sorted(pictures.rglob("*.png"))[:7]
    one, many = predictor.predict(paths, batch_size=1), predictor.predict(iter(paths), batch_size=3)
    assert [each["picture"] for each in one] == [each["picture"] for each in many] == list(map(str, paths))
    for a, b in zip(one, many):
        assert a["predictions"][0]["probability"] == pytest.approx(b["predictions"][0]["probability"], rel=1e-4)


def test_tensors_are_pictures_too(run, pictures):
    path = pictures / "val" / "grass" / "1.png"
    predictor = load_predictor(run[1])
    (from_file,), (from_tensor,) = (
        predictor.predict(picture) for picture in (path, v2.functional.pil_to_tensor(Image.open(path)))
    )
    assert from_tensor["predictions"] == from_file["predictions"]
    with pytest.raises(ValueError, match=r"a uint8 tensor 3×h×w, not torch\.float32 of 3×4×4"):
        predictor.predict(torch.zeros(3, 4, 4))


def test_an_unreadable_picture_is_an_error_or_told(run, pictures, tmp_path):
    bad, good = tmp_path / "bad.jpg", pictures / "val" / "grass" / "0.png"
    bad.write_bytes(b"no picture")
    predictor = load_predictor(run[1])
    with pytest.raises(UnreadableImage, match=r"bad\.jpg cannot be read as a picture"):
        predictor.predict([good, bad])
    told = []
    found = predictor.predict([bad, good], on_unreadable=told.append)
    assert [each["picture"] for each in found] == [str(good)]
    assert len(told) == 1


@pytest.mark.parametrize("name", ["model.pt", "result.json", "checkpoint.pt"])
def test_a_file_of_a_run_stands_for_the_run(run, pictures, name):
    path = pictures / "val" / "grass" / "0.png"
    assert load_predictor(run[1] / name).predict(path) == load_predictor(run[1]).predict(path)


def test_a_file_of_weights_needs_the_name_of_its_network(run, tmp_path):
    file = shutil.copy(run[1] / "model.pt", tmp_path / "weights.pt")
    with pytest.raises(ValueError, match=r"weights\.pt is no folder of a finished run: say of which network"):
        load_trained(file)
    found = load_trained(file, model="googlenet_bn", image_size=32, stem="cifar", width=0.1)
    assert found.classes == ("0", "1", "2")
    named = load_trained(file, model="googlenet_bn", image_size=32, stem="cifar", width=0.1, classes=["a", "b", "c"])
    assert named.classes == ("a", "b", "c")
    with pytest.raises(ValueError, match="has 3 classes, not 2"):
        load_trained(file, model="googlenet_bn", stem="cifar", width=0.1, classes=["a", "b"])


def test_a_file_in_torchvisions_names_says_its_options_itself(tmp_path):
    theirs = randomized(torchvision.models.googlenet(init_weights=False, num_classes=4))
    torch.save(theirs.state_dict(), tmp_path / "weights.pth")
    found = load_trained(tmp_path / "weights.pth", model="googlenet_bn")
    images = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(found.model(images), theirs.eval()(images), rtol=1e-3, atol=1e-3)


def test_imagenet_has_torchvisions_view_and_names(tmp_path, monkeypatch):
    theirs = randomized(torchvision.models.googlenet(init_weights=False, transform_input=True)).eval()
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(weight_files, "_sha256", lambda path: "1378be20" + "0" * 56)
    (tmp_path / "checkpoints").mkdir()
    torch.save(theirs.state_dict(), tmp_path / "checkpoints" / "googlenet-1378be20.pth")
    gradient = torch.linspace(0, 255, 300 * 260).reshape(1, 300, 260).expand(3, -1, -1).to(torch.uint8)
    (found,) = load_predictor("imagenet").predict(gradient.contiguous(), top=3)
    published = torchvision.models.GoogLeNet_Weights.DEFAULT
    with torch.no_grad():
        expected = theirs(published.transforms()(gradient)[None]).softmax(1)[0]
    values, indices = expected.topk(3)
    assert [each["label"] for each in found["predictions"]] == [published.meta["categories"][i] for i in indices]
    got = torch.tensor([each["probability"] for each in found["predictions"]])
    torch.testing.assert_close(got, values, rtol=1e-2, atol=1e-4)


def changed(folder, tmp_path, change) -> str:
    copy = shutil.copytree(folder, tmp_path / "run")
    result = json.loads((copy / "result.json").read_text(encoding="utf-8"))
    change(result)
    (copy / "result.json").write_text(json.dumps(result), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda result: result.pop("settings"), r"result\.json is no result of a run"),
        (lambda result: result.update(settings=None), r"result\.json is no result of a run"),
        (lambda result: result.update(data_details=[]), r"result\.json is no result of a run"),
        (lambda result: result.update(model="Net"), "trained a network of the caller's, Net: give the file of weights"),
        (lambda result: result.update(classes=["one"]), r"model\.pt does not fit googlenet_bn"),
    ],
)
def test_a_forged_result_is_one_line(run, tmp_path, change, message):
    with pytest.raises(ValueError, match=message) as caught:
        load_trained(changed(run[1], tmp_path, change))
    assert "\n" not in str(caught.value)


def test_a_run_without_names_of_classes_gives_numbers(run, tmp_path):
    assert load_trained(changed(run[1], tmp_path, lambda result: result.pop("classes"))).classes == ("0", "1", "2")


def test_what_is_no_run_is_said(run, tmp_path):
    with pytest.raises(ValueError, match=r"has no result\.json: it holds no run"):
        load_trained(tmp_path)
    with pytest.raises(ValueError, match="and there is no such file"):
        load_trained(tmp_path / "none")
    (tmp_path / "checkpoint.pt").touch()
    with pytest.raises(ValueError, match=r"has no result\.json: its run is not finished: continue it with --resume"):
        load_trained(tmp_path)
    with pytest.raises(ValueError, match="says itself what it trained: leave width out"):
        load_trained(run[1], width=0.5)
    for size in (0, 10**30, "32"):
        with pytest.raises(ValueError, match="image_size is a whole number of pixels from 1 to 8192, not "):
            load_trained(run[1], image_size=size)
