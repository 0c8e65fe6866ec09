"""Grids, depths and widths as the papers print them."""

import pytest

from inception_edu.architectures import architecture

TABLE_1 = {  # Going Deeper with Convolutions: output size of every row
    "convolution 1": (64, 112, 112),
    "max pool 1": (64, 56, 56),
    "convolution 2": (192, 56, 56),
    "max pool 2": (192, 28, 28),
    "inception (3a)": (256, 28, 28),
    "inception (3b)": (480, 28, 28),
    "max pool 3": (480, 14, 14),
    "inception (4a)": (512, 14, 14),
    "inception (4b)": (512, 14, 14),
    "inception (4c)": (512, 14, 14),
    "inception (4d)": (528, 14, 14),
    "inception (4e)": (832, 14, 14),
    "max pool 4": (832, 7, 7),
    "inception (5a)": (832, 7, 7),
    "inception (5b)": (1024, 7, 7),
    "avg pool": (1024, 1, 1),
}

BN_INCEPTION = {  # Batch Normalization, figure 5, and 96 for the pool projections of 4c and 4d
    "convolution 1": (64, 112, 112),
    "convolution 2": (192, 56, 56),
    "inception (3a)": (256, 28, 28),
    "inception (3b)": (320, 28, 28),
    "inception (3c)": (576, 14, 14),
    "inception (4a)": (576, 14, 14),
    "inception (4b)": (576, 14, 14),
    "inception (4c)": (576, 14, 14),
    "inception (4d)": (576, 14, 14),
    "inception (4e)": (1024, 7, 7),
    "inception (5a)": (1024, 7, 7),
    "inception (5b)": (1024, 7, 7),
}

INCEPTION_V2 = {  # Rethinking, table 1, and the derivation of what it leaves out
    "convolution 1": (32, 149, 149),
    "convolution 2": (32, 147, 147),
    "convolution 3": (64, 147, 147),
    "max pool": (64, 73, 73),
    "convolution 4": (80, 71, 71),
    "convolution 5": (192, 35, 35),
    "convolution 6": (288, 35, 35),
    "inception (3a)": (288, 35, 35),
    "inception (3b)": (288, 35, 35),
    "inception (3c)": (768, 17, 17),
    **{f"inception (5{label})": (768, 17, 17) for label in "abcd"},
    "inception (5e)": (1280, 8, 8),
    "inception (2a)": (1280, 8, 8),
    "inception (2b)": (2048, 8, 8),
    "avg pool": (2048, 1, 1),
    "linear": (1000, 1, 1),
}

INCEPTION_V3 = {  # what torchvision's code notes beside its lines
    "convolution 3": (64, 147, 147),
    "convolution 4": (80, 73, 73),
    "convolution 5": (192, 71, 71),
    "max pool 2": (192, 35, 35),
    "inception (5b)": (256, 35, 35),
    "inception (5d)": (288, 35, 35),
    "inception (6a)": (768, 17, 17),
    "inception (6e)": (768, 17, 17),
    "inception (7a)": (1280, 8, 8),
    "inception (7c)": (2048, 8, 8),
}

INCEPTION_V4 = {  # Inception-v4, figures 3 and 9
    "convolution 3": (64, 147, 147),
    "inception (stem a)": (160, 73, 73),
    "inception (stem b)": (192, 71, 71),
    "inception (stem c)": (384, 35, 35),
    "inception (A4)": (384, 35, 35),
    "inception (reduction A)": (1024, 17, 17),
    "inception (B7)": (1024, 17, 17),
    "inception (reduction B)": (1536, 8, 8),
    "inception (C3)": (1536, 8, 8),
}

INCEPTION_RESNET_V2 = {  # as released: the grids of figure 15, depths of the code
    "inception (mixed)": (320, 35, 35),
    "inception-resnet (A10)": (320, 35, 35),
    "inception (reduction A)": (1088, 17, 17),
    "inception-resnet (B20)": (1088, 17, 17),
    "inception (reduction B)": (2080, 8, 8),
    "inception-resnet (C10)": (2080, 8, 8),
    "convolution 6": (1536, 8, 8),
}

XCEPTION = {  # figure 5: 19×19×728 feature maps in the middle flow, 2048 features at the end
    "convolution 2": (64, 147, 147),
    "block 3": (728, 19, 19),
    "block 11": (728, 19, 19),
    "block 12": (1024, 10, 10),
    "separable 2": (2048, 10, 10),
}

PUBLISHED = {
    "googlenet": TABLE_1,
    "bn_inception": BN_INCEPTION,
    "inception_v2": INCEPTION_V2,
    "inception_v3": INCEPTION_V3,
    "inception_v4": INCEPTION_V4,
    "inception_resnet_v2": INCEPTION_RESNET_V2,
    "xception": XCEPTION,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_grids_are_those_of_the_paper(name):
    found = {row.node.name: row.output for row in architecture(name).trace()}
    assert {row: found.get(row) for row in PUBLISHED[name]} == PUBLISHED[name]


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("lenet5", 5),
        ("alexnet", 8),
        ("vgg16", 16),
        ("googlenet", 22),
        ("inception_v2", 48),
        ("inception_v3", 48),
        ("xception", 36 + 1),  # "36 convolutional layers", and the classifier
    ],
)
def test_depth_is_counted_as_the_papers_count_it(name, depth):
    assert architecture(name).depth() == depth


@pytest.mark.parametrize(
    ("name", "side", "grids"),
    [
        ("googlenet", 32, [32, 16, 8]),
        ("bn_inception", 32, [32, 16, 8]),
        ("inception_v2", 32, [32, 16, 8]),
        ("inception_v3", 32, [32, 16, 8]),
    ],
)
def test_the_cifar_stem_leaves_the_whole_picture_to_the_first_module(name, side, grids):
    built = architecture(name, stem="cifar", num_classes=10)
    assert built.image_size == (side, side)
    modules = [row for row in built.trace() if row.node.name.startswith("inception")]
    assert list(dict.fromkeys(row.input[1] for row in modules)) == grids


@pytest.mark.parametrize(("side", "grids"), [(224, [112, 56, 28, 14, 7]), (227, [114, 57, 29, 15, 8])])
def test_the_simplified_googlenet_shrinks_as_in_its_text(side, grids):
    trace = architecture("googlenet_lite", image_size=side).trace()
    assert list(dict.fromkeys(row.output[1] for row in trace))[:-1] == grids


def test_the_head_of_googlenet_has_the_shapes_of_section_5():
    first, second = architecture("googlenet").trace_heads()
    assert [layer.output for layer in first.layers] == [
        (512, 4, 4),
        (128, 4, 4),
        (1024, 1, 1),
        (1024, 1, 1),
        (1000, 1, 1),
    ]
    assert second.layers[0].output == (528, 4, 4)


def test_the_head_of_inception_v2_reads_the_last_17x17():
    (head,) = architecture("inception_v2").trace_heads()
    assert head.input == (768, 17, 17)
    assert [layer.output for layer in head.layers][:3] == [(768, 5, 5), (128, 5, 5), (1024, 1, 1)]
    assert head.layers[2].params == 3200 * 1024 + 1024


@pytest.mark.parametrize("name", ["inception_v4", "inception_resnet_v2"])
def test_heads_of_the_later_networks_are_there_on_request(name):
    assert not architecture(name).heads
    (head,) = architecture(name, aux_logits=True).trace_heads()
    assert [layer.output[1] for layer in head.layers] == [5, 5, 1, 1, 1]


def test_the_first_module_after_googlenets_stem_sees_27_pixels():
    fields = architecture("googlenet").receptive_fields()
    assert fields["max pool 2"] == (27, 8)
    assert fields["inception (3a)"] == (27 + 4 * 8, 8)


def test_local_response_normalization_stands_where_figure_3_has_it():
    names = [row.name for row in architecture("googlenet", lrn=True).rows]
    assert names[:6] == [
        "convolution 1",
        "max pool 1",
        "local response norm 1",
        "convolution 2",
        "local response norm 2",
        "max pool 2",
    ]
