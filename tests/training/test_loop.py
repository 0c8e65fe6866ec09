"""The loop: what it reports, what the callback sees, and settings that must not change what is learnt."""

import csv
import json
import sys
import types

import pytest
import torch
from torch import nn

from inception_edu import train
from inception_edu.training import loop as loop_module
from inception_edu.training.history import COLUMNS
from inception_edu.training.progress import Progress

from .tiny import TinyNet, tiny_data, tiny_recipe, tiny_sets


def run(model=None, datasets=None, changes=None, **options):
    return train(
        tiny_recipe(**changes or {}),
        model=model or TinyNet(),
        datasets=datasets or tiny_sets(),
        progress=False,
        **options,
    )


def weights(result):
    return torch.cat([p.detach().flatten() for p in result.model.parameters()])


def test_it_learns():
    assert run(changes={"epochs": 6}).test_accuracy == 1.0


def test_one_step_is_sgd_on_the_mean_loss():
    """A step by hand: the loop adds nothing to the optimizer's rule."""
    changes = {
        "epochs": 1,
        "batch_size": 48,
        "averaging.name": "none",
        "schedule.name": "constant",
        "augment.flip": "none",
        "augment.crop": "none",
        "optimizer.momentum": 0.0,
        "optimizer.weight_decay": 0.0,
    }
    train_set, test_set = tiny_sets()
    result = run(TinyNet(dropout=0.0), (train_set, test_set), changes)

    model = TinyNet(dropout=0.0).train()
    images = (train_set.images / 255 - 0.5) / 0.25
    logits, side = model(images)
    loss = nn.functional.cross_entropy(logits, train_set.labels) + 0.3 * nn.functional.cross_entropy(
        side, train_set.labels
    )
    loss.backward()
    expected = torch.cat([(p - 0.05 * p.grad).flatten() for p in model.parameters()])
    torch.testing.assert_close(weights(result), expected.detach(), rtol=1e-4, atol=1e-6)
    assert result.history[0]["train_loss"] == pytest.approx(loss.item(), rel=1e-5)


def test_the_test_figures_are_those_of_the_returned_network():
    train_set, test_set = tiny_sets()
    result = run(datasets=(train_set, test_set), changes={"epochs": 2, "optimizer.lr": 0.01})
    with torch.no_grad():
        logits = result.model((test_set.images / 255 - 0.5) / 0.25)
    assert not result.model.training
    assert result.test_accuracy == pytest.approx((logits.argmax(1) == test_set.labels).float().mean().item())
    assert result.test_loss == pytest.approx(nn.functional.cross_entropy(logits, test_set.labels).item(), rel=1e-5)


def test_flip_at_test_is_the_mean_of_both_probabilities():
    train_set, test_set = tiny_sets()
    result = run(datasets=(train_set, test_set), changes={"epochs": 1, "evaluation.flip": True})
    images = (test_set.images / 255 - 0.5) / 0.25
    with torch.no_grad():
        p = (result.model(images).softmax(1) + result.model(images.flip(-1)).softmax(1)) / 2
    assert result.test_loss == pytest.approx(nn.functional.nll_loss(p.log(), test_set.labels).item(), rel=1e-5)
    assert any("mirror image" in note for note in result.notes)


@pytest.mark.parametrize(
    "change", [{"accumulate": 4}, {"channels_last": False}, {"data.workers": 2}, {"evaluation.batch_size": 5}]
)
def test_settings_of_convenience_do_not_change_what_is_learnt(change):
    quiet = {"model": TinyNet(batch_norm=False, dropout=0.0)}
    one = weights(run(**quiet))
    quiet = {"model": TinyNet(batch_norm=False, dropout=0.0)}
    torch.testing.assert_close(weights(run(**quiet, changes=change)), one, rtol=1e-4, atol=1e-5)


def test_the_callers_random_numbers_go_on_as_if_nothing_had_happened():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(changes={"epochs": 1})
    assert torch.equal(torch.rand(3), expected)


def test_the_same_seed_gives_the_same_run_and_another_does_not():
    one, same, other = (weights(run(changes={"seed": seed, "epochs": 1})) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_bfloat16_trains_too():
    result = run(changes={"precision": "bfloat16", "epochs": 6})
    assert result.precision == "bfloat16"
    assert result.test_accuracy > 0.9
    assert next(result.model.parameters()).dtype == torch.float32


def test_gradients_are_clipped():
    norms = []

    def watch(event, loop):
        if event == "gradients":
            norms.append(torch.stack([p.grad.norm() for p in loop.model.parameters()]).norm().item())

    run(changes={"optimizer.clip": 1e-3, "epochs": 1}, callback=watch)
    assert max(norms) <= 1e-3 * 1.01


def test_the_callback_sees_every_event_in_order():
    seen = []
    run(changes={"epochs": 2}, callback=lambda event, loop: seen.append(event))
    assert seen == (["gradients", "step"] * 6 + ["epoch"]) * 2 + ["end"]


def test_gradients_can_be_read_by_depth():
    found = {}

    def watch(event, loop):
        if event == "gradients":
            found.update({name: p.grad.norm().item() for name, p in loop.model.named_parameters()})

    run(changes={"epochs": 1}, callback=watch)
    assert set(found) == {name for name, _ in TinyNet().named_parameters()}


@pytest.mark.parametrize(("every", "tested"), [(1, [1, 2, 3]), (2, [2, 3]), (0, [3])])
def test_how_often_it_tests(every, tested):
    history = run(changes={"evaluation.every": every}).history
    assert [row["epoch"] for row in history if row["test_accuracy"] is not None] == tested


def test_the_best_accuracy_is_reported_only_on_request():
    def accuracies(report):
        return run(changes={"evaluation.report": report, "optimizer.lr": 0.5, "epochs": 5, "averaging.name": "none"})

    last, best = accuracies("last"), accuracies("best")
    rows = [row["test_accuracy"] for row in last.history]
    assert (last.test_accuracy, best.test_accuracy) == (rows[-1], max(rows))
    assert any("chosen on the test images" in note for note in best.notes)
    assert not any("chosen" in note for note in last.notes)


def test_history_csv(tmp_path):
    result = run(out=tmp_path)
    with open(tmp_path / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [float(row["train_loss"]) for row in rows] == [row["train_loss"] for row in result.history]


def test_tensorboard_is_written_when_it_is_asked_for(tmp_path, monkeypatch):
    class Writer:
        scalars = []

        def __init__(self, folder):
            self.folder = folder

        def add_scalar(self, name, value, epoch):
            self.scalars.append((name, value, epoch))

        def close(self):
            self.scalars.append("closed")

    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard.writer", types.SimpleNamespace(SummaryWriter=Writer))
    run(out=tmp_path / "without")
    assert Writer.scalars == []
    result = run(out=tmp_path / "with", tensorboard=True)
    assert ("test/accuracy", result.history[1]["test_accuracy"], 2) in Writer.scalars
    assert Writer.scalars[-1] == "closed"


def test_tensorboard_that_is_not_installed_is_told_before_the_run(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard.writer", None)
    with pytest.raises(ValueError, match="pip install tensorboard"):
        run(out=tmp_path / "run", tensorboard=True)
    assert not (tmp_path / "run").exists()
    with pytest.raises(ValueError, match="tensorboard needs a folder"):
        run(tensorboard=True)


def test_nothing_is_written_without_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run().checkpoint is None
    assert list(tmp_path.iterdir()) == []


def test_json_has_no_number_that_is_none(tmp_path):
    result = run(changes={"epochs": 1})
    result.test_loss = float("inf")
    assert json.loads(result.to_json())["test_loss"] is None


def test_the_result_says_where_it_comes_from():
    told = json.loads(run(changes={"epochs": 1}).to_json())
    assert told["versions"]["torch"] == torch.__version__
    assert told["model"] == "TinyNet"
    assert told["data_details"]["train"]["samples"] == 48
    assert told["settings"]["optimizer"]["lr"] == 0.05
    assert told["parameters"] == sum(p.numel() for p in TinyNet().parameters())


class Screen:
    """A bar that remembers what was shown."""

    def __init__(self, **options):
        self.options, self.count, self.lines, self.figures = options, 0, [], {}

    def update(self, n):
        self.count += n

    def set_description(self, title, refresh):
        self.title = title

    def set_postfix(self, figures):
        self.figures = figures

    def write(self, line, file=None):
        self.lines.append(line)

    def close(self):
        pass


def test_the_bar_shows_loss_accuracy_and_counts_images(monkeypatch):
    screens = []
    monkeypatch.setattr("tqdm.auto.tqdm", lambda **options: screens.append(Screen(**options)) or screens[0])
    train(tiny_recipe(), model=TinyNet(), datasets=tiny_sets(), progress=True)
    (screen,) = screens
    assert (screen.options["total"], screen.count, screen.options["unit"]) == (144, 144, "img")
    assert set(screen.figures) == {"loss", "accuracy"}
    assert len(screen.lines) == 3
    assert "test accuracy" in screen.lines[0]


def test_it_is_quiet_where_nobody_watches(capfd):
    train(tiny_recipe(), model=TinyNet(), datasets=tiny_sets())
    assert capfd.readouterr() == ("", "")
    assert Progress(10, 0, None, "title").bar is None


def test_a_checkpoint_is_written_no_oftener_than_asked(tmp_path, monkeypatch):
    saves = []
    real = loop_module.save_checkpoint
    monkeypatch.setattr(loop_module, "save_checkpoint", lambda *args: saves.append(1) or real(*args))
    run(out=tmp_path / "rare", checkpoint_seconds=3600)
    assert len(saves) == 1  # at the end
    run(out=tmp_path / "often", checkpoint_seconds=0, datasets=(tiny_data(200), tiny_data(24, "test")))
    assert len(saves) == 1 + 3 * 2  # at step 20 of 25, and at the end, of each epoch
