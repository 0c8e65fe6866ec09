"""Weights by name on the command line."""

import json

from PIL import Image

from inception_edu import weights
from inception_edu.cli import main


def test_models_lists_the_weights(capsys):
    assert main(["models", "--weights", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(card["model"], card["name"]) for card in found] == [(card.model, card.name) for card in weights()]
    assert found[0]["classes"][3] == "cat"
    assert main(["models", "--weights"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == len(found) + 2
    assert max(map(len, out.splitlines())) <= 120


def test_predict_knows_the_name(capsys, tmp_path):
    Image.new("RGB", (50, 40), "navy").save(tmp_path / "picture.png")
    for model in ([], ["--model", "googlenet_bn"]):
        assert main(["predict", str(tmp_path / "picture.png"), "--weights", "cifar10", *model, "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)
        assert {label["label"] for label in found["predictions"]} <= set(weights("googlenet_bn")[0].classes)


def test_export_knows_the_name(capsys, tmp_path):
    assert main(["export", "cifar10", "-o", str(tmp_path / "model.ts"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["model"], told["image_size"], told["classes"][3]) == ("googlenet_bn", 64, "cat")


def test_an_unknown_name_says_which_there_are(capsys):
    assert main(["predict", "x.png", "--weights", "cifar11"]) == 2
    err = capsys.readouterr().err
    assert "the weights that have a name are cifar10" in err
    assert err.count("\n") == 1
