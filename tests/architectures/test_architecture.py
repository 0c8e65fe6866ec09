"""The register, and every request that cannot be met."""

import subprocess
import sys

import pytest

from inception_edu.architectures import Design, architecture, entry, list_models
from inception_edu.architectures.ops import Conv

HISTORY = [
    *["lenet5", "alexnet_2012", "alexnet", "vgg16"],
    *["googlenet", "googlenet_bn", "googlenet_lite", "googlenet_uva"],
    *["bn_inception", "inception_v2", "inception_v3", "inception_v4", "inception_resnet_v2", "xception"],
    *["inception_v2_notes", "googlenet_bn_notes"],
]


def test_networks_are_listed_in_the_order_of_history():
    assert list_models() == HISTORY


@pytest.mark.parametrize("name", HISTORY)
def test_a_network_says_what_it_is(name):
    found = entry(name)
    assert found.title
    assert found.source
    assert found.design.__doc__


@pytest.mark.parametrize("name", HISTORY)
def test_rows_have_names_of_their_own(name):
    built = architecture(name, aux_logits=True)
    names = [node.key for node in (*built.rows, *built.heads)]
    assert len(set(names)) == len(names)
    assert {head.after for head in built.heads} <= {row.name for row in built.rows}


def test_nothing_here_needs_torch():
    code = (
        "import sys; from inception_edu.architectures import architecture, list_models\n"
        "for name in list_models(): architecture(name).trace()\n"
        "sys.exit(bool({'torch', 'torchvision', 'numpy'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("googlnet", {}, "there is no model 'googlnet'; did you mean 'googlenet'\\? there are lenet5, .*, xception"),
        ("transformer", {}, "there is no model 'transformer'; there are lenet5, "),
        (None, {}, "name is the name of a model, as list_models\\(\\) gives it, not None"),
        ("googlenet", {"num_classes": 0}, "num_classes is a whole number of at least 1, not 0"),
        ("googlenet", {"num_classes": 2.0}, "num_classes is a whole number of at least 1, not 2.0"),
        ("googlenet", {"num_classes": True}, "num_classes is a whole number of at least 1, not True"),
        ("googlenet", {"in_channels": -3}, "in_channels is a whole number of at least 1, not -3"),
        ("googlenet", {"image_size": 0}, r"image_size is a number of pixels, at least 1, or \(height, width\), not 0"),
        (
            "googlenet",
            {"image_size": "big"},
            r"image_size is a number of pixels, at least 1, or \(height, width\), not 'big'",
        ),
        (
            "googlenet",
            {"image_size": (1, 2, 3)},
            r"image_size is a number of pixels, at least 1, or \(height, width\), not \(1, 2, 3\)",
        ),
        ("googlenet", {"width": 0}, "width is a factor above 0 on every channel count, below 1e6, not 0"),
        ("googlenet", {"width": -1.0}, "width is a factor above 0"),
        ("googlenet", {"width": "half"}, "width is a factor above 0 on every channel count, below 1e6, not 'half'"),
        ("googlenet", {"dropout": 1.0}, "dropout is a probability, at least 0 and below 1, not 1.0"),
        ("inception_v2", {"dropout": 0.5}, "inception_v2 has no dropout in its trunk"),
        ("googlenet", {"stem": "mnist"}, "googlenet has no stem 'mnist'; it has 'imagenet', 'cifar'"),
        ("xception", {"stem": "cifar"}, "xception has no stem 'cifar'; it has 'imagenet'"),
        ("googlenet", {"lnr": True}, "googlenet has no option 'lnr'; it has lrn, module, lower_head"),
        ("inception_v3", {"lrn": True}, "inception_v3 has no option 'lrn'; it has no options of its own"),
        ("googlenet_bn", {"branch5x5_kernel": 4}, "branch5x5_kernel is 5 or 3, not 4"),
        ("googlenet", {"module": "lean"}, "module is 'reduced', 'naive' or 'factorized', not 'lean'"),
        (
            "googlenet_bn",
            {"module": "factorized", "branch5x5_kernel": 3},
            "module='factorized' has no 5×5 convolutions: leave branch5x5_kernel out",
        ),
        (
            "googlenet",
            {"image_size": 64},
            "at least 79×79 pixels with its auxiliary heads, 31×31 without them .* not 64×64",
        ),
        ("vgg16", {"image_size": 31}, "vgg16 needs images of at least 32×32 pixels, not 31×31"),
        (
            "inception_v3",
            {"image_size": (299, 200)},
            "inception_v3 needs images of at least 299×299 pixels .* not 299×200",
        ),
    ],
)
def test_what_cannot_be_built_is_said_in_one_line(name, options, message):
    with pytest.raises(ValueError, match=message) as caught:
        architecture(name, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", [name for name in HISTORY if name != "alexnet_2012"])
@pytest.mark.parametrize("width", [0.01, 0.3, 1.5])
def test_every_network_exists_at_any_width(name, width):
    built = architecture(name, width=width)
    assert built.trace()[-1].output == (built.num_classes, 1, 1)


@pytest.mark.parametrize("name", HISTORY)
def test_the_smallest_image_is_the_smallest(name):
    built = architecture(name, aux_logits=False)
    assert built.fits(built.min_image_size)
    assert not built.fits(built.min_image_size - 1)


def test_torchvision_says_the_same_of_the_smallest_image():
    assert architecture("inception_v3", aux_logits=False).min_image_size == 75
    assert architecture("googlenet_bn", branch5x5_kernel=3, aux_logits=False).min_image_size == 15


@pytest.mark.parametrize("name", HISTORY)
def test_images_need_not_be_square(name):
    built = architecture(name)
    height, width = built.image_size
    assert architecture(name, image_size=(height, width + 32)).trace()[-1].output == (built.num_classes, 1, 1)


def test_dropout_is_that_of_the_trunk():
    rows = {row.name: row for row in architecture("googlenet", dropout=0.1).rows}
    assert rows["dropout"].p == 0.1


def test_heads_keep_their_own_dropout():
    (head,) = architecture("inception_v2").heads
    assert head.dropout == 0.7


def test_a_design_follows_the_style_of_its_network():
    assert Conv("a", 3).has_bias(architecture("googlenet").style)
    assert not Conv("a", 3).has_bias(architecture("googlenet_bn").style)
    assert Design([]).batch_norm_eps == 1e-3


def weights(row) -> int:
    return sum(layer.params for layer in row.layers)


def test_the_naive_module_passes_its_input_on():
    """Figure 2(a) on (3a): 192 channels in; 64 + 128 + 32 filters and the pooled 192 out; three convolutions."""
    row = {row.node.name: row for row in architecture("googlenet", module="naive").trace()}["inception (3a)"]
    assert row.output[0] == 64 + 128 + 32 + 192
    assert weights(row) == 192 * (64 + 9 * 128 + 25 * 32) + 64 + 128 + 32


def test_the_factorized_module_leaves_what_the_5x5_left():
    plain, factorized = (architecture("googlenet_bn", module=kind).trace() for kind in ("reduced", "factorized"))
    assert [row.output for row in plain] == [row.output for row in factorized]
    one, two = (next(row for row in rows if row.node.name == "inception (3a)") for rows in (plain, factorized))
    assert weights(two) - weights(one) == 9 * (16 * 32 + 32 * 32) + 2 * 32 - 25 * 16 * 32  # and one more batch norm


def test_the_lower_head_can_go():
    heads = architecture("googlenet", lower_head=False).heads
    assert [(head.name, head.after) for head in heads] == [("aux2", "inception (4d)")]
