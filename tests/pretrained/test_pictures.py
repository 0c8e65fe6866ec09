"""A reader's picture goes the way of the training pictures."""

import numpy as np
import pytest
import torch
from PIL import Image

from inception_edu import weights
from inception_edu.inference import load_predictor

CARD = weights("googlenet_bn")[0]


def photograph(height: int, width: int) -> np.ndarray:
    rng = np.random.default_rng(height + width)
    coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def with_pillow(pixels: np.ndarray) -> np.ndarray:
    """The same by another library: middle square, shrunk with antialiasing, enlarged."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = Image.fromarray(pixels[top : top + side, left : left + side])
    small = square.resize((CARD.native_size,) * 2, Image.Resampling.BILINEAR)
    return np.asarray(small.resize((CARD.image_size,) * 2, Image.Resampling.BILINEAR))


@pytest.mark.parametrize("size", [(192, 192), (150, 301), (301, 150), (33, 40), (20, 20)])
def test_a_photograph_is_shrunk_and_enlarged(size):
    pixels = photograph(*size)
    found = CARD.view(pixels).numpy().transpose(1, 2, 0).astype(int)
    assert found.shape == (64, 64, 3)
    assert np.abs(found - with_pillow(pixels)).max() <= 2  # both round twice


def test_a_picture_of_the_data_set_is_what_training_saw():
    """A picture of 32 pixels is not shrunk; enlarged as `open_dataset` enlarges."""
    small = torch.from_numpy(photograph(32, 32).transpose(2, 0, 1).copy())
    from torchvision.transforms import v2

    assert torch.equal(CARD.view(small), v2.Resize([64, 64])(small))


def test_every_kind_of_picture_is_the_same_picture(tmp_path):
    pixels = photograph(80, 100)
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    kinds = [
        pixels,
        torch.from_numpy(pixels.transpose(2, 0, 1).copy()),
        Image.fromarray(pixels),
        tmp_path / "picture.png",
        str(tmp_path / "picture.png"),
    ]
    batch = CARD.prepare(*kinds)
    assert batch.shape == (5, 3, 64, 64)
    assert all(torch.equal(one, batch[0]) for one in batch)
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in CARD.normalization)
    torch.testing.assert_close(batch[0], (CARD.view(pixels) / 255 - mean) / std, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("picture", [np.zeros((4, 4)), np.zeros((4, 4, 3)), torch.zeros(3, 4, 4), 5])
def test_what_is_no_picture_is_one_line(picture):
    with pytest.raises(ValueError, match="a picture is a file, a PIL image, or uint8 values"):
        CARD.view(picture)


def test_the_predictor_sees_what_the_card_shows():
    predictor = load_predictor("cifar10")
    pixels = torch.from_numpy(photograph(90, 70).transpose(2, 0, 1).copy())
    (found,) = predictor.predict(pixels, top=10)
    with torch.no_grad():
        expected = predictor.trained.model(CARD.prepare(pixels)).softmax(1)[0]
    assert found["predictions"][0]["label"] == CARD.classes[int(expected.argmax())]
    for label in found["predictions"]:
        assert label["probability"] == pytest.approx(expected[label["class_index"]].item(), abs=1e-5)


def test_imagenet_takes_the_usual_view():
    from torchvision.models import Inception_V3_Weights
    from torchvision.transforms import v2

    card = weights("inception_v3")[-1]
    pixels = torch.from_numpy(photograph(400, 500).transpose(2, 0, 1).copy())
    theirs = Inception_V3_Weights.IMAGENET1K_V1.transforms()
    expected = v2.CenterCrop(theirs.crop_size)(v2.Resize(theirs.resize_size)(pixels))
    assert torch.equal(card.view(pixels), expected)
