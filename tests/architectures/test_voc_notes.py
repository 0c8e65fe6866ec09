"""The networks of the VOC experiment, against what their author's code says of itself."""

import torch

from inception_edu import architecture, create_model

# Comments in py/models/googlenet_bn.py, the author's own, corrected where 4e's 1056 is carried on as 1024.
DEPTHS = {
    "3a": 256,
    "3b": 320,
    "3c": 576,
    "4a": 576,
    "4b": 576,
    "4c": 608,
    "4d": 608,
    "4e": 1056,
    "5a": 1024,
    "5b": 1024,
}


def test_depths_and_grids_of_googlenet_bn():
    rows = {row.node.name: row.output for row in architecture("googlenet_bn_notes").trace()}
    assert {label: rows[f"inception ({label})"][0] for label in DEPTHS} == DEPTHS
    grids = [rows[f"inception ({label})"][1] for label in ("3a", "3c", "4a", "4e", "5a")]
    assert grids == [28, 28, 14, 14, 7]


def test_grids_of_inception_v2_at_299_are_the_papers():
    rows = {row.node.name: row.output for row in architecture("inception_v2_notes", image_size=299).trace()}
    assert [rows[f"inception ({label})"][1] for label in ("3a", "5a", "2a")] == [35, 17, 8]
    assert [rows[f"inception ({label})"][0] for label in ("3b", "3c", "5e", "2b")] == [288, 768, 1280, 2048]


def test_parameters_are_those_of_the_authors_modules():
    """20,126,216 and 14,670,140 by `sum(p.numel())` over the author's modules with 20 classes, at commit f760bc5.

    The second holds the batch norms that are made and never called: a scale and a shift a channel.
    """
    v2 = create_model("inception_v2_notes", num_classes=20, device="meta")
    assert sum(p.numel() for p in v2.parameters()) == 20_126_216
    plain = create_model("googlenet_bn_notes", num_classes=20, device="meta")
    normed = create_model("googlenet_bn_notes", num_classes=20, device="meta", batch_norm=True)
    assert sum(p.numel() for p in normed.parameters()) == 14_670_140
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in plain.modules())


def test_weights_start_small_whatever_the_fan_in():
    model = create_model("googlenet_bn_notes", num_classes=20, seed=0)
    weights = torch.cat([p.flatten() for name, p in model.named_parameters() if name.endswith("weight")])
    assert weights.abs().max() <= 0.02
    assert 0.0087 < weights.std() < 0.0089  # a normal of 0.01 cut at two deviations
