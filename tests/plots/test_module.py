import pytest
from matplotlib.patches import FancyBboxPatch, PathPatch

from inception_edu.architectures import Block, Concat, LabelledBlock, architecture, list_models
from inception_edu.plots import draw_module


def module(name, label):
    return next(row for row in architecture(name).trace() if getattr(row.node, "label", "") == label)


def drawn(name, label):
    row = module(name, label)
    (ax,) = draw_module(row.node, *row.input[:2]).axes
    return ax


def words(ax):
    return [text.get_text().replace("\n", ", ") for text in ax.texts]


@pytest.mark.parametrize(
    ("label", "boxes"),
    [
        (
            "3a",
            "1×1, 64 filters; 1×1, 64 filters; 3×3, 64 filters; 1×1, 64 filters; 3×3, 96 filters; 3×3, 96 filters; "
            "3×3 avg pool, stride 1; 1×1, 64 filters; input, 288×35×35; joined, 288×35×35",
        ),
        (
            "3c",
            "1×1, 128 filters; 3×3, stride 2, 320 filters; 1×1, 64 filters; 3×3, 160 filters; "
            "3×3, stride 2, 160 filters; 3×3 max pool, stride 2; input, 288×35×35; joined, 768×17×17",
        ),
        (
            "2b",
            "1×1, 256 filters; 1×1, 96 filters; 1×3, 96 filters; 3×1, 96 filters; 1×1, 96 filters; 3×3, 160 filters; "
            "1×3, 160 filters; 3×1, 160 filters; 3×3 max pool, stride 1; input, 1280×8×8; joined, 2048×8×8",
        ),
    ],
)
def test_every_operation_has_a_box(label, boxes):
    assert words(drawn("inception_v2", label)) == boxes.split("; ")


def test_lines_are_as_thick_as_the_data_is_deep():
    ax = drawn("inception_v2", "3c")
    lines = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    thin = min(line.get_linewidth() for line in lines)
    # 288 → 128 → 320, 288 → 64 → 160 → 160, 288; then what is joined: 320, 160, 288
    depths = [288, 128, 288, 64, 160, 288, 320, 160, 288]
    widths = [line.get_linewidth() for line in lines]
    unit = (widths[0] - thin) / (288 - 64)
    assert widths == pytest.approx([thin + unit * (depth - 64) for depth in depths])


def test_boxes_do_not_overlap():
    for label in ("5a", "5e", "2a"):
        boxes = [p for p in drawn("inception_v2", label).patches if isinstance(p, FancyBboxPatch) and not p.get_fill()]
        for index, one in enumerate(boxes):
            for other in boxes[index + 1 :]:
                assert not one.get_window_extent().overlaps(other.get_window_extent())


def test_a_branch_keeps_its_colour_from_network_to_network():
    def colors(name, label):
        ax = drawn(name, label)
        return [patch.get_edgecolor() for patch in ax.patches if isinstance(patch, PathPatch)][-4:]

    assert colors("googlenet", "3a") == colors("inception_v2", "3a") == colors("inception_v2", "5a")


def test_the_grid_is_said_where_it_is_given():
    (ax,) = draw_module(module("googlenet", "3a").node, 192).axes
    assert words(ax)[-2:] == ["input, 192 deep", "joined, 256 deep"]


def test_every_kind_of_module():
    rows = [row for name in list_models() for row in architecture(name).trace() if isinstance(row.node, Block)]
    kinds = {type(row.node): row for row in rows if isinstance(row.node.body(), Concat)}
    assert len(kinds) > 5
    for row in kinds.values():
        (ax,) = draw_module(row.node, *row.input[:2]).axes
        assert len(ax.texts) == len(row.layers) + 2


def test_what_adds_is_refused():
    row = next(
        row
        for row in architecture("inception_resnet_v2").trace()
        if isinstance(row.node, LabelledBlock) and "ResNet" in type(row.node).__name__
    )
    with pytest.raises(TypeError, match="adds its branches"):
        draw_module(row.node, *row.input[:2])
