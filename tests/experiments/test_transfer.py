"""How many pictures are enough: draws, the mean over classes, the classifier alone, and a record of everything."""

import pytest
import torch

from inception_edu.experiments.transfer import Task, head_only, scratch_recipe, shapes, transfer
from inception_edu.training import load_recipe


@pytest.fixture
def task():
    """Red, green and blue pictures: 12 of each to train on; of red, far more than of the others to test on."""
    generator = torch.Generator().manual_seed(0)

    def pictures(labels):
        images = torch.randint(0, 60, (len(labels), 3, 64, 64), dtype=torch.uint8, generator=generator)
        images[torch.arange(len(labels)), labels] += 150
        return images, labels

    train, test = torch.arange(3).repeat(12), torch.tensor([0] * 10 + [1] * 2 + [2] * 2)
    return Task("colours", ("red", "green", "blue"), *pictures(train), *pictures(test))


def test_a_draw_is_balanced_and_lies_within_a_larger_one(task):
    few, more = task.few(2, seed=3), task.few(5, seed=3)
    assert torch.bincount(task.labels[few]).tolist() == [2, 2, 2]
    assert set(few.tolist()) < set(more.tolist())
    assert few.tolist() != task.few(2, seed=4).tolist()


def test_a_frequent_class_counts_no_more_than_another(task):
    always_red = torch.tensor([1.0, 0, 0]).repeat(14, 1)
    assert task.accuracy(always_red) == pytest.approx(1 / 3)


def test_the_classifier_alone_tells_apart_what_the_features_tell_apart():
    labels = torch.arange(4).repeat(5)
    inputs = torch.eye(4)[labels] + 0.1 * torch.randn(20, 4, generator=torch.Generator().manual_seed(0))
    scores = head_only(inputs, labels, torch.eye(4), 4)
    assert scores.argmax(1).tolist() == [0, 1, 2, 3]
    assert not scores.requires_grad


def test_from_scratch_nothing_is_held_still():
    recipe = scratch_recipe(load_recipe("finetune"))
    assert "weights" not in recipe.model.options
    assert recipe.finetune.trunk_lr == 1
    assert recipe.finetune.counts


def test_shapes_are_as_many_as_asked_for():
    drawn = shapes(kinds=3, count=4, tested=2)
    assert torch.bincount(drawn.labels).tolist() == [4, 4, 4]
    assert torch.bincount(drawn.test_labels).tolist() == [2, 2, 2]


def test_a_record_has_every_way_and_every_seed(task):
    found = transfer(task, (1, 3), (3,), seeds=2, steps=1, plain=(3,))
    assert {way: {count: len(values) for count, values in by.items()} for way, by in found["accuracy"].items()} == {
        "head": {"1": 2, "3": 2},
        "all": {"3": 2},
        "scratch": {"3": 2},
        "all, not varied": {"3": 2},
    }
    assert sum(map(sum, found["confusion"]["head"])) == 2 * len(task.test_labels)
    assert min(found["accuracy"]["head"]["3"]) > 0.9
