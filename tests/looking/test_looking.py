"""The methods of looking inside, each judged from another side: closed forms, captum, properties."""

import pytest
import torch
from torch import nn

from inception_edu import create_model
from inception_edu.looking import (
    CORRUPTIONS,
    blocks,
    bypassed,
    class_maps,
    dream,
    effective_field,
    fast_gradient_sign,
    fine_features,
    fit_probe,
    hide_strongest,
    input_gradient,
    mosaic,
    nearest,
    occlusion,
    pooled_features,
    random_sign,
    rank_correlation,
    saliency,
    side_holding,
    silenced,
    split_at,
    visualise_channels,
)
from inception_edu.looking.class_map import _spread

MEAN, STD = (0.5, 0.4, 0.3), (0.25, 0.2, 0.5)


@pytest.fixture(scope="module")
def model():
    network = create_model("googlenet_bn", num_classes=5, aux_logits=False, image_size=64, width=0.125, seed=0)
    generator = torch.Generator().manual_seed(1)
    for part in network.modules():  # as if trained: no channel is like another
        if isinstance(part, nn.BatchNorm2d):
            part.weight.data = 0.5 + torch.rand(part.weight.shape, generator=generator)
            part.bias.data = 0.3 * torch.randn(part.bias.shape, generator=generator)
    return network.eval()


@pytest.fixture
def x():
    return torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(2))


def linear_network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 4)).double()


# gradients and occlusion


def test_the_gradient_of_a_linear_network_is_its_weights():
    network, x = linear_network(), torch.randn(2, 3, 8, 8, dtype=torch.float64)
    weights = network[1].weight[[1, 3]].view(2, 3, 8, 8)
    assert torch.allclose(input_gradient(network, x, torch.tensor([1, 3])), weights)
    assert torch.allclose(saliency(network, x, torch.tensor([1, 3])), weights.abs().amax(1))


def test_occlusion_of_a_linear_network_is_what_the_square_added():
    network, x = linear_network(), torch.randn(1, 3, 8, 8, dtype=torch.float64)
    added = (network[1].weight[2].view(1, 3, 8, 8) * x).sum(1)[0]
    found = occlusion(network, x, 2, side=4, stride=2, probability=False)
    assert found.shape == (3, 3)
    assert torch.allclose(found[1, 2], added[2:6, 4:8].sum())


def test_gradients_are_captums(model, x):
    attr = pytest.importorskip("captum.attr")
    targets = torch.tensor([3, 0])
    theirs = attr.Saliency(model).attribute(x.clone().requires_grad_(), target=targets, abs=True)
    assert torch.allclose(saliency(model, x, targets), theirs.amax(1), atol=1e-6)


def test_occlusion_is_captums(model, x):
    attr = pytest.importorskip("captum.attr")
    theirs = attr.Occlusion(model).attribute(
        x[:1], target=3, sliding_window_shapes=(3, 16, 16), strides=(3, 16, 16), baselines=0
    )
    ours = occlusion(model, x[:1], 3, side=16, stride=16, probability=False)
    assert torch.allclose(blocks(theirs[0, 0], 4), ours, atol=1e-5)


def test_one_picture_and_a_square_that_fits(model, x):
    for pictures, side in ((x, 16), (x[:1], 65), (x[:1], 0)):
        with pytest.raises(ValueError, match="one picture at a time"):
            occlusion(model, pictures, 0, side=side)


# class maps


def test_the_mean_of_a_class_map_and_the_bias_is_the_logit(model, x):
    bias = model.stages.linear.bias
    assert torch.allclose(class_maps(model, x).mean((2, 3)) + bias, model(x), atol=1e-4)


@pytest.mark.parametrize("left_out", [1, 2, 3])
@pytest.mark.parametrize("size", [64, 72])
def test_the_finer_grid_holds_the_coarse_one(model, left_out, size):
    x = torch.randn(1, 3, size, size)
    coarse, fine = model.forward_features(x), fine_features(model, x, left_out)
    step, side = 2**left_out, coarse.shape[-1]
    assert fine.shape[-1] >= step * (side - 1) + 1
    assert torch.allclose(fine[..., ::step, ::step][..., :side, :side], coarse, atol=1e-4)


def test_networks_without_such_a_map_are_named(x):
    alexnet = create_model("alexnet", num_classes=5, seed=0).eval()
    with pytest.raises(ValueError, match="alexnet does not end with global average pooling"):
        class_maps(alexnet, x)


def test_more_strides_than_there_are_cannot_be_left_out(model, x):
    with pytest.raises(ValueError, match="has 4 poolings"):
        fine_features(model, x, 5)
    with pytest.raises(ValueError, match="with a stride"):
        _spread(nn.Conv2d(1, 1, 3, stride=2), 2)


# receptive fields


def test_the_field_of_one_convolution_is_the_size_of_its_weights(model, x):
    field = effective_field(model, x, "convolution 1")
    assert (field > 0).nonzero().amax(0).tolist() == [35, 35]  # 7×7 around the middle unit, 16·2
    assert (field > 0).nonzero().amin(0).tolist() == [29, 29]


def test_nothing_beyond_the_theoretical_field(model):
    side, _ = model.architecture.receptive_fields()["inception (3a)"]
    seen = (effective_field(model, torch.randn(1, 3, 128, 128), "inception (3a)") > 0).nonzero()
    assert (seen.amax(0) - seen.amin(0) + 1).max() <= side
    assert side_holding(effective_field(model, torch.randn(1, 3, 128, 128), "inception (3a)")) < side


def test_the_side_that_holds_a_share_of_a_pyramid():
    line = 5 - (torch.arange(11) - 5).abs().float()
    field = line[:, None] * line[None]
    assert side_holding(field, 1.0) == 9
    assert side_holding(field, (1 + 2 * 4 / 5) ** 2 / 25) == 3


def test_a_mosaic_is_made_of_its_pictures():
    pictures = torch.arange(4.0).view(4, 1, 1, 1).expand(4, 3, 8, 8)
    found = mosaic(pictures, 20, seed=1)
    assert found.shape == (1, 3, 20, 20)
    assert all(len(found[0, :, r : r + 8, c : c + 8].unique()) == 1 for r in (0, 8, 16) for c in (0, 8, 16))


# ablation


def test_a_silent_branch_is_a_cut_weight(model, x):
    with silenced(model, "inception (5b)", "3x3"), torch.no_grad():
        found = model(x)
    features = model.forward_features(x).mean((2, 3))
    branches = model.stages.inception_5b.branches
    first, second = (branches[name][-1].conv.out_channels for name in ("1x1", "3x3"))
    features[:, first : first + second] = 0
    assert torch.allclose(found, model.stages.linear(features), atol=1e-5)
    assert not torch.allclose(found, model(x), atol=1e-3), "the hook stayed"


def test_nothing_gets_past_a_silent_module(model, x):
    with silenced(model, "inception_4b"), torch.no_grad():
        one, other = model(x)
    assert torch.equal(one, other)


def test_silent_channels_and_a_bypass(model, x):
    with torch.no_grad():
        before, rest = split_at(model, "inception (4b)")
        features = before(x)
        assert torch.allclose(rest(features), model(x), atol=1e-5)
        with silenced(model, "inception (4b)", channels=torch.arange(64)):
            all_of_them = model(x)
        with silenced(model, "inception (4b)"):
            assert torch.equal(model(x), all_of_them)
        with bypassed(model, "inception (4b)"):
            assert torch.allclose(model(x), rest[1:](features), atol=1e-5)
        with bypassed(model, "inception (3a)"), pytest.raises(ValueError, match="leaves"):
            model(x)


def test_wrong_names_are_told(model):
    with (
        pytest.raises(ValueError, match="has no branch '7x7'; it has 1x1, 3x3, 5x5, pool"),
        silenced(model, "inception (3a)", "7x7"),
    ):
        pass
    with pytest.raises(ValueError, match="has no stage 'inception'"), silenced(model, "inception"):
        pass


# probes, neighbours


def test_a_probe_finds_what_is_linearly_there_and_nothing_else():
    torch.manual_seed(0)
    labels = torch.arange(600) % 3
    features = torch.randn(600, 10)
    noise = fit_probe(features[:300], labels[:300], 3).accuracy(features[300:], labels[300:])
    features[:, 4] = labels * 100.0 - 7
    features[:, 5] = (labels == 1) * 3.0
    assert fit_probe(features[:300], labels[:300], 3).accuracy(features[300:], labels[300:]) == 1
    assert 0.2 < noise < 0.5


def test_a_probe_is_at_the_lowest_point_of_its_loss():
    torch.manual_seed(0)
    features, labels = torch.randn(80, 4, dtype=torch.float64), torch.randint(3, (80,))
    probe = fit_probe(features, labels, 3, decay=0.1)
    weight = probe.layer.weight.clone().requires_grad_()
    logits = (features - probe.mean) / probe.std @ weight.T + probe.layer.bias
    loss = nn.functional.cross_entropy(logits, labels) + 0.05 * weight.square().sum()
    assert torch.autograd.grad(loss, weight)[0].abs().max() < 1e-4


def test_pooled_features_are_means_over_the_grid(model, x):
    found = pooled_features(model, x, ["inception (3a)", "inception (5b)"], batch_size=1)
    assert torch.allclose(found["inception (5b)"], model.forward_features(x).mean((2, 3)), atol=1e-5)
    assert found["inception (3a)"].shape == (2, 32)


def test_the_nearest_has_the_largest_cosine():
    bank = torch.tensor([[1.0, 0], [0, 1], [1, 1]])
    cosines, places = nearest(torch.tensor([[3.0, 0.1]]), bank, 2)
    assert places.tolist() == [[0, 2]]
    assert torch.allclose(cosines, nn.functional.cosine_similarity(torch.tensor([[3.0, 0.1]]), bank[[0, 2]])[None])


# maps that agree


def test_rank_correlation_is_scipys():
    stats = pytest.importorskip("scipy.stats")
    generator = torch.Generator().manual_seed(0)
    for _ in range(5):
        a, b = torch.randint(6, (2, 40), generator=generator)
        assert rank_correlation(a, b) == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-9)
    assert rank_correlation(a, torch.ones(40)) == 0


def test_the_strongest_places_become_grey():
    x, score = torch.ones(1, 3, 8, 8), torch.tensor([[0.0, 3.0], [2.0, 1.0]])
    hidden = hide_strongest(x, score, 0.5)
    assert blocks(hidden[0, 0], 2).tolist() == [[1, 0], [0, 1]]


# adversaries and corruptions


def test_the_sign_method_moves_each_value_by_epsilon_and_the_loss_up(model):
    raw = 0.3 + 0.4 * torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    x, labels = (raw - mean) / std, torch.tensor([1, 4])
    for moved in (fast_gradient_sign(model, x, labels, 0.01, MEAN, STD), random_sign(x, 0.01, MEAN, STD)):
        change = (moved * std + mean - raw).abs()
        assert torch.allclose(change, torch.full_like(change, 0.01), atol=1e-5)
    with torch.no_grad():
        loss = nn.functional.cross_entropy
        small = fast_gradient_sign(model, x, labels, 0.001, MEAN, STD)
        assert loss(model(small), labels) > loss(model(x), labels)
        assert fast_gradient_sign(model, x, labels, 0.5, MEAN, STD).mul(std).add(mean).max() <= 1 + 1e-6


def test_no_strength_changes_nothing_but_the_disc():
    pictures = torch.rand(2, 3, 16, 16)
    for name, (corrupt, strengths) in CORRUPTIONS.items():
        assert strengths[0] == 0
        middle = (slice(None), slice(None), slice(5, 11), slice(5, 11))
        assert torch.allclose(corrupt(pictures, 0)[middle], pictures[middle], atol=1e-5), name
        assert corrupt(pictures, strengths[-1]).shape == pictures.shape


def test_a_half_turn_twice_is_none_and_grey_has_one_value():
    rotate, grey, blur = (CORRUPTIONS[name][0] for name in ("rotation, degrees", "grey, share", "blur, pixels"))
    pictures = torch.rand(1, 3, 16, 16)
    assert torch.allclose(rotate(rotate(pictures, 180), 180), rotate(pictures, 0), atol=1e-4)
    assert grey(pictures, 1).std(1).max() < 1e-6
    assert blur(pictures, 2).var() < pictures.var()


# pictures made by climbing


def test_climbing_raises_the_channel(model, x):
    with torch.no_grad():
        alive = model.stage_features(x, "inception (3a)")["inception (3a)"].mean((0, 2, 3)).argsort(descending=True)
        alive = alive[:2].tolist()
        start, found = (visualise_channels(model, "inception (3a)", alive, steps=steps) for steps in (0, 12))
        after, before = (model.stage_features(p, "inception (3a)")["inception (3a)"] for p in (found, start))
    for number, channel in enumerate(alive):
        assert after[number, channel].mean() > 1.2 * before[number, channel].mean()
    assert visualise_channels(model, "linear", [2], steps=2).shape == (1, 3, 64, 64)


def test_a_dream_raises_the_norm_and_keeps_the_size(model, x):
    found = dream(model, x[:1], octaves=2, steps=3)
    with torch.no_grad():
        after, before = (model.stage_features(p, "inception (4c)")["inception (4c)"].norm() for p in (found, x[:1]))
    assert found.shape == x[:1].shape
    assert after > before
    assert torch.equal(found, dream(model, x[:1], octaves=2, steps=3)), "the same seed dreams the same"
