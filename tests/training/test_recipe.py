"""Recipes: read, checked, changed and described."""

import dataclasses
import json
import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inception_edu.training import Recipe, list_recipes, load_recipe
from inception_edu.training.recipe import (
    AugmentSpec,
    DataSpec,
    LossSpec,
    ModelSpec,
    OptimizerSpec,
    ScheduleSpec,
    parse_overrides,
)

from ..anything import anything, ends_well

SHIPPED = {
    "quick",
    "cifar10_googlenet_bn",
    "cifar10_inception_v2",
    "cifar10_classic",
    "cifar10_108_inception_v2",
    "cifar10_112_googlenet_bn",
    "cifar10_112_googlenet_bn_wide",
    "cifar10_96_googlenet_bn_wide",
    "cifar10_96_googlenet_bn_wide_longer",
    "cifar10_64_googlenet_bn",
    "cifar10_96_googlenet_bn",
    "voc_inception_v2",
    "voc_googlenet_bn",
    "voc_inception_v2_corrected",
    "voc_googlenet_bn_corrected",
    "voc_modern",
    "finetune",
    "imagenet_2014",
}


def test_the_shipped_recipes_are_there():
    assert set(list_recipes()) == SHIPPED


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_recipe_says_what_it_is(name):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.about.endswith(".")


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_recipe_survives_json(name):
    recipe = load_recipe(name)
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@pytest.mark.parametrize("name", [name for name in sorted(SHIPPED) if load_recipe(name).with_data])
def test_what_changes_with_data_can_be_applied(name):
    recipe = load_recipe(name)
    assert recipe.override(recipe.with_data) != recipe


@pytest.mark.parametrize("network", ["inception_v2", "googlenet_bn"])
def test_the_notes_experiment_is_the_notes_experiment(network):
    """As the author's script at the log's commit has it."""
    notes = load_recipe(f"voc_{network}")
    assert notes.model.name == f"{network}_notes"
    assert notes.model.options == {}
    assert (notes.batch_size, notes.epochs, notes.data.image_size, notes.augment.resize) == (128, 100, 224, 256)
    assert (notes.optimizer.name, notes.optimizer.lr, notes.optimizer.weight_decay) == ("adam", 1e-3, 0)
    assert (notes.schedule.name, notes.schedule.every, notes.schedule.gamma) == ("step", 8, 0.96)
    assert (notes.loss.smoothing, notes.loss.aux_weight) == (0, 0.3)
    assert notes.evaluation.like_training
    assert notes.evaluation.report == "best"


@pytest.mark.parametrize("network", ["inception_v2", "googlenet_bn"])
def test_a_corrected_recipe_changes_the_slips_alone(network):
    published, corrected = load_recipe(f"voc_{network}").flat(), load_recipe(f"voc_{network}_corrected").flat()
    changed = {key for key in published if published[key] != corrected[key]}
    slips = {"evaluation.like_training", "evaluation.report", "model.name", "model.options"}
    record = {"name", "about", "precision", "published.source", "published.test_accuracy", "published.minutes"}
    assert changed - record <= slips
    assert {"evaluation.like_training", "evaluation.report"} <= changed


def test_every_setting_is_described():
    for name, kind, _, meaning in Recipe.fields():
        assert len(meaning) > 10, name
        assert kind, name


def test_the_defaults_are_possible():
    assert Recipe().epochs == 10


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimizer.lr": 0}, r"optimizer.lr = 0.0 is not possible: it must be above 0"),
        ({"optimizer.lr": math.nan}, r"optimizer.lr must be a finite number, not nan"),
        ({"optimizer.lr": "fast"}, r"optimizer.lr must be a number, not 'fast'"),
        ({"optimizer.name": "adamm"}, r"choose one of sgd, adam, adamw, muon \(did you mean adam\?\)"),
        ({"optimzer.lr": 0.1}, r"unknown setting 'optimzer'; did you mean 'optimizer.lr'\?"),
        ({"optimizer.rate": 0.1}, r"unknown setting 'optimizer.rate'"),
        ({"epochs.now": 1}, r"'epochs.now' is not a setting: epochs has no parts"),
        ({"optimizer": 3}, r"'optimizer' is a group of settings"),
        ({"epochs": 0}, r"epochs = 0 is not possible: it must be at least 1"),
        ({"epochs": True}, r"epochs must be a whole number, not True"),
        ({"epochs": 2.5}, r"epochs must be a whole number, not 2.5"),
        ({"loss.smoothing": 1.0}, r"loss.smoothing = 1.0 is not possible: it must be at least 0 and below 1"),
        ({"data.mean": [0.5, 0.5]}, r"data.mean needs 3 values"),
        ({"data.std": [0.5, 0.5, 0]}, r"data.std = 0.0 is not possible: it must be at least 1e-06"),
        ({"data.mean": "grey"}, r"data.mean must be a list of numbers"),
        ({"batch_size": 10, "accumulate": 3}, r"batch_size = 10 cannot be split into accumulate = 3 equal parts"),
        (
            {"optimizer.name": "adam", "optimizer.nesterov": True},
            r"optimizer.nesterov needs name = sgd or muon, not adam",
        ),
        (
            {"augment.scale": [1.0, 0.5]},
            r"augment.scale = \[1.0, 0.5\] is not possible: it must be \[smallest, largest\]",
        ),
        ({"augment.crop": "resize", "augment.resize": 100, "data.image_size": 224}, r"augment.resize = 100 is smaller"),
        ({"schedule.milestones": [0.8, 0.2]}, r"schedule.milestones = \[0.8, 0.2\] is not possible: it must rise"),
        ({"model.width": -1}, r"model.width = -1.0 is not possible"),
        ({"seed": -1}, r"seed = -1 is not possible"),
    ],
)
def test_an_impossible_setting_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        Recipe().override(change)


def test_options_of_a_network_are_its_own():
    assert Recipe().override({"model.options.dropout": 0.1}).model.options == {"dropout": 0.1}
    assert ModelSpec("googlenet", options={"lrn": True, "dropout": 0}).options == {"lrn": True, "dropout": 0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model.options.lrn": True}, "model.options.lrn is no option of googlenet_bn: it takes dropout"),
        ({"model.options.num_classes": 5}, "model.options.num_classes is no option"),
        ({"model.options.branch5x5_kernel": "3"}, "branch5x5_kernel is 5 or 3, not '3'"),
        ({"model.options.branch5x5_kernel": 4}, "branch5x5_kernel is 5 or 3, not 4"),
        ({"model.options.lower_head": "true"}, "lower_head is True or False, not 'true'"),
        ({"model.options.dropout": 1}, "dropout is a probability, at least 0 and below 1, not 1"),
        ({"model.options.module": [1]}, r"module is 'reduced', 'naive' or 'factorized', not \[1\]"),
        ({"model.options": [1]}, r"model.options must be a table, not \[1\]"),
        ({"model.name": "inception_v2", "model.options": {"dropout": 0.5}}, "inception_v2 has no dropout in its trunk"),
        ({"model.name": "inception_v4", "model.stem": "cifar"}, "inception_v4 has no stem 'cifar'"),
        ({"model.name": "inception_v9"}, "model.name = 'inception_v9' is not possible: choose one of"),
    ],
)
def test_options_are_checked_against_the_network(change, message):
    with pytest.raises(ValueError, match=message):
        Recipe().override(change)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LossSpec(smoothing=7.0), "^smoothing = 7.0 is not possible"),
        (lambda: OptimizerSpec("adam", nesterov=True), "^nesterov needs name = sgd"),
        (lambda: ScheduleSpec(milestones=(0.8, 0.2)), "^milestones = .* must rise"),
        (lambda: AugmentSpec(ratio=(2, 1)), r"^ratio = \[2.0, 1.0\] is not possible: it must be \[smallest, largest\]"),
        (lambda: DataSpec(subset=2.5), "^subset = 2.5 is not possible: it is neither a whole number"),
        (lambda: Recipe(loss={"smoothing": 0.1}), "^loss must be a LossSpec"),
        (lambda: dataclasses.replace(Recipe().loss, smoothing=7.0), "^smoothing = 7.0 is not possible"),
    ],
)
def test_every_section_checks_itself(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_section_may_be_changed_as_a_table():
    quick = load_recipe("quick")
    assert quick.override({"data": {"subset": 5}}) == quick.override({"data.subset": 5})
    assert quick.override({"model.options": {}}).model.options == {}


def test_what_changes_with_data_may_be_nested_tables(tmp_path):
    recipe = load_recipe(write(tmp_path, "[data]\nimage_size = 64\n[with_data.data]\nname = 'cifar10'\n"))
    assert recipe.override(recipe.with_data).data == DataSpec("cifar10", image_size=64)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"data.nmae": "cifar10"}, "with_data cannot be applied: unknown setting 'data.nmae'"),
        ({"data.subset": -1}, "with_data cannot be applied: data.subset = -1.0"),
        ({"with_data": {}}, "with_data cannot change itself"),
        ({"with_data.epochs": 2}, "with_data cannot change itself"),
        ([], r"with_data must be a table, not \[\]"),
    ],
)
def test_what_changes_with_data_is_checked_before_there_is_any(value, message):
    with pytest.raises(ValueError, match=message):
        Recipe(with_data=value)


@pytest.mark.parametrize(
    "name", ["../../x", "/abs", "a/b", "a\\b", "", ".", "..", "CON", "com1.toml", "a\nb", "x" * 200, " x"]
)
def test_a_name_that_leaves_its_folder_is_refused(name):
    with pytest.raises(ValueError, match=r"^name = .* it names folders$"):
        Recipe(name=name)


@pytest.mark.parametrize("name", ["my[1]", "tiny-wide", "Größe 2", "实验", "console", "a.b"])
def test_a_name_of_a_folder_is_kept(name):
    assert Recipe(name=name).name == name


def test_override_leaves_the_original_alone():
    recipe = load_recipe("quick")
    recipe.override({"with_data": {}, "model.options.dropout": 0.9, "epochs": 77})
    assert recipe == load_recipe("quick")


def write(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text)
    return path


def test_an_own_recipe_is_a_toml_file(tmp_path):
    recipe = load_recipe(write(tmp_path, "epochs = 3\n[optimizer]\nlr = 1\n"))
    assert (recipe.name, recipe.epochs, recipe.optimizer.lr) == ("own", 3, 1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = \n", r"own.toml: .*line 1"),
        ("epoch = 3", r"own.toml: unknown setting 'epoch'; did you mean epochs\?"),
        ("[optimizer]\nlearning_rate = 3", r"own.toml: unknown setting 'optimizer.learning_rate'"),
        ("optimizer = 3", r"own.toml: optimizer must be a table"),
        ("[loss]\nsmoothing = 2", r"own.toml: loss.smoothing = 2.0 is not possible"),
    ],
)
def test_a_broken_recipe_file_is_told_in_one_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message) as told:
        load_recipe(write(tmp_path, text))
    assert "\n" not in str(told.value)


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="not text"):
        load_recipe(path)


def test_a_missing_file_and_an_unknown_name_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no recipe file"):
        load_recipe(tmp_path / "none.toml")
    with pytest.raises(ValueError, match="did you mean 'quick'"):
        load_recipe("quik")


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("k=0.01", 0.01),
        ("k=1e-3", 1e-3),
        ("k=3", 3),
        ("k=true", True),
        ("k=googlenet", "googlenet"),
        ('k="3"', "3"),
        ("k=[0.5, 0.75]", [0.5, 0.75]),
        ("k = a=b", "a=b"),
        ("k=", ""),
    ],
)
def test_values_from_the_command_line(pair, value):
    assert parse_overrides([pair]) == {"k": value}


def test_lines_in_a_value_are_no_further_settings():
    assert parse_overrides(["name=1\nepochs = 3"]) == {"name": "1\nepochs = 3"}


@pytest.mark.parametrize(
    ("pair", "message"), [("k=" + "[" * 3000, "nested too deep"), ("k=" + "9" * 5000, "too many digits")]
)
def test_values_that_no_machine_has_are_told(pair, message):
    with pytest.raises(ValueError, match=f"^--set k: .*{message}$"):
        parse_overrides([pair])


@pytest.mark.parametrize("pair", ["k", "=3", ""])
def test_what_is_no_pair_is_told(pair):
    with pytest.raises(ValueError, match="is not key=value"):
        parse_overrides([pair])


@given(lr=st.floats(1e-12, 1e6), epochs=st.integers(1, 10_000), smoothing=st.floats(0, 1, exclude_max=True))
def test_possible_values_are_kept_exactly(lr, epochs, smoothing):
    recipe = Recipe().override({"optimizer.lr": lr, "epochs": epochs, "loss.smoothing": smoothing})
    assert (recipe.optimizer.lr, recipe.epochs, recipe.loss.smoothing) == (lr, epochs, smoothing)
    assert parse_overrides([f"optimizer.lr={lr!r}"])["optimizer.lr"] == lr


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([name for name, *_ in Recipe.fields()] + ["model.options.dropout", "data", "x"]), anything)
def test_any_value_of_any_setting_ends_well(name, value):
    ends_well(load_recipe("quick").override, {name: value})


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([name for name, *_ in Recipe.fields()]),
    st.text(max_size=20)
    | st.sampled_from(["1e999", "nan", "-inf", "9" * 5000, "[" * 3000, "{a=" * 500, "1979-05-27", "07:32:00", "[[1]]"]),
)
def test_any_text_from_a_shell_ends_well(name, text):
    ends_well(lambda: load_recipe("quick").override(parse_overrides([f"{name}={text}"])))


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["epochs", "model", "data", "with_data", "name", ""]) | st.text(), anything)
    | anything
)
def test_any_table_is_a_recipe_or_is_told(table):
    ends_well(Recipe.from_dict, table)
    ends_well(load_recipe("quick").override, table)


def test_recipes_need_no_torch():
    code = "import sys, inception_edu.training as t; t.load_recipe('quick'); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"False\n"
