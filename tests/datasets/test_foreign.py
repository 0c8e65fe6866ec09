"""Any map-style torch data set trains, or is refused in one line that says what would be right."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Subset, TensorDataset
from torchvision.datasets import FakeData, ImageFolder
from torchvision.transforms import v2

from inception_edu import train
from inception_edu.datasets import open_dataset
from inception_edu.datasets.foreign import adapt

from ..training.tiny import TinyNet, tiny_data, tiny_recipe


class Pairs(Dataset):
    """A data set of a class of somebody's own."""

    def __init__(self, pictures, labels, **about):
        self.pictures, self.answers = pictures, labels
        self.__dict__.update(about)

    def __len__(self):
        return len(self.answers)

    def __getitem__(self, index):
        return self.pictures[index], self.answers[index]


def tensors(kind=torch.uint8, size=8):
    stored = tiny_data(size=size)
    images = stored.images if kind == torch.uint8 else (stored.images / 255).to(kind)
    return images, stored.labels


def seen(dataset, image_size=8):
    adapted, _ = adapt(dataset, dataset, image_size)
    return adapted


# ---------------------------------------------------------------------------------------------------- pictures, classes


def as_pil(image):
    return Image.fromarray(image.permute(1, 2, 0).numpy())


@pytest.mark.parametrize(
    "form",
    [
        lambda image: image,
        lambda image: image.float() / 255,
        lambda image: image.double() / 255,
        as_pil,
        lambda image: image.permute(1, 2, 0).numpy(),
    ],
    ids=["uint8", "float32", "float64", "PIL", "array"],
)
def test_every_form_of_a_picture_is_the_same_picture(form):
    images, labels = tensors()
    adapted = seen(Pairs([form(image) for image in images], labels.tolist()))
    torch.testing.assert_close(adapted.images.float(), images.float())
    assert torch.equal(adapted.labels, labels)


def test_grey_is_three_equal_channels():
    grey = torch.randint(0, 256, (5, 1, 8, 8), dtype=torch.uint8)
    assert torch.equal(seen(TensorDataset(grey, torch.arange(5))).images, grey.expand(-1, 3, -1, -1))
    picture = Image.fromarray(grey[0, 0].numpy())
    assert torch.equal(seen([(picture, 0)]).images[0], grey[0].expand(3, -1, -1))


def test_values_beyond_0_to_1_are_kept():
    images = torch.randn(6, 3, 8, 8)
    torch.testing.assert_close(seen(TensorDataset(images, torch.arange(6))).images, images * 255)


@pytest.mark.parametrize("label", [int, np.int64, torch.tensor], ids=["int", "numpy", "tensor"])
def test_a_class_is_any_whole_number(label):
    images, labels = tensors()
    assert torch.equal(seen(Pairs(images, [label(k) for k in labels.tolist()])).labels, labels)


def test_labels_are_found_without_reading_the_pictures():
    class Counting(Pairs):
        read = 0

        def __getitem__(self, index):
            Counting.read += 1
            return super().__getitem__(index)

    images, labels = torch.zeros(500, 3, 9, 9, dtype=torch.uint8), (torch.arange(500) % 3).tolist()
    assert seen(Counting(images, labels, targets=labels)).labels.tolist() == labels
    assert Counting.read < 150
    wrong = Counting(images, labels, targets=[0] * 500)
    assert seen(wrong).labels.tolist() == labels, "a list that says something else is not believed"


def test_subsets_and_sums_keep_labels_and_names():
    images, labels = tensors()
    whole = Pairs(images, labels.tolist(), targets=labels, classes=["red", "green", "blue"])
    both = ConcatDataset([Subset(whole, [4, 2, 0]), Subset(whole, [1])])
    adapted = seen(both)
    assert adapted.labels.tolist() == [labels[k] for k in (4, 2, 0, 1)]
    assert adapted.classes == ("red", "green", "blue")


def test_classes_by_name_by_number_or_by_label():
    images, labels = tensors()
    assert seen(TensorDataset(images, labels)).classes == ("0", "1", "2")
    with pytest.warns(UserWarning, match="classes without a sample: 2"):
        assert seen(Pairs(images, labels, num_classes=5)).classes == ("0", "1", "2", "3", "4")
    with pytest.warns(UserWarning, match="classes without a sample: 1"):
        train_set, test_set = adapt(TensorDataset(images, labels), TensorDataset(images[:2], labels[:2]), 8)
    assert train_set.classes == test_set.classes == ("0", "1", "2")


# --------------------------------------------------------------------------------------------------------- in training


def run(train_set, test_set, **changes):
    recipe = tiny_recipe(**{"epochs": 1, "data.workers": 0, **changes})
    return train(recipe, model=TinyNet(), datasets=(train_set, test_set), progress=False, device="cpu")


def test_tensors_train_as_the_set_they_come_from():
    ours = run(tiny_data(), tiny_data(24, "test"))
    theirs = run(
        TensorDataset(tiny_data().images / 255, tiny_data().labels),
        TensorDataset(tiny_data(24, "test").images / 255, tiny_data(24, "test").labels),
    )
    assert theirs.history[0]["train_loss"] == pytest.approx(ours.history[0]["train_loss"], rel=1e-4)
    assert theirs.official is False
    assert theirs.to_dict()["data"] == "TensorDataset"


def test_pictures_of_several_sizes_are_brought_to_one(tmp_path):
    random = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for k in range(6):
            size = (9 + k, 12, 3)
            Image.fromarray(random.integers(0, 256, size, dtype=np.uint8)).save(tmp_path / name / f"{k}.png")
    folder = ImageFolder(tmp_path)
    result = run(folder, folder, **{"augment.flip": "random", "batch_size": 4})
    assert result.classes[:2] == ("cat", "dog")
    assert int(result.confusion_matrix.sum()) == 12


def test_the_callers_own_augmentation_is_not_frozen():
    noisy = FakeData(12, (3, 8, 8), num_classes=3, transform=v2.Compose([v2.ToImage(), v2.RandomPosterize(4, p=0.5)]))
    assert seen(noisy).images is None
    assert run(noisy, noisy, **{"augment.flip": "random"}).confusion_matrix.sum() == 12


def test_color_jitter_is_for_bytes():
    images, labels = tensors(torch.float32, size=9)
    with pytest.raises(ValueError, match=r"augment.color_jitter is for uint8 pictures"):
        run(TensorDataset(images, labels), tiny_data(), **{"augment.color_jitter": 0.2, "augment.flip": "none"})


def test_our_own_data_stays_as_it_is():
    ours = open_dataset("shapes", image_size=8, size=20)
    assert adapt(ours, ours, 8) == (ours, ours)


# ------------------------------------------------------------------------------------------------------------- refused


class Stream(IterableDataset):
    def __iter__(self):
        yield torch.zeros(3, 8, 8), 0


BLACK = torch.zeros(3, 8, 8)


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (Stream(), "can only be read in order: give a map-style one"),
        (
            DataLoader(TensorDataset(torch.zeros(2, 3, 8, 8), torch.arange(2))),
            r"give the data set in it, its \.dataset",
        ),
        (5, r"\(int\) must be a map-style data set"),
        ("shapes", r"\(str\) must be a map-style data set"),
        (range(10**30), "must be a map-style data set"),
        ([], "is empty"),
        ([1, 2], r"sample 0 of list must be a pair \(picture, class\), not int"),
        ([{"image": BLACK, "label": 0}], "must be a pair .* not dict of 2"),
        ([("picture.png", 0)], "the picture of sample 0 of list is str"),
        ([(torch.zeros(8, 8), 0)], "is 8×8: it must be 3×H×W"),
        ([(torch.zeros(4, 8, 8), 0)], "is 4×8×8: it must be 3×H×W"),
        ([(torch.zeros(3, 8, 8, dtype=torch.int64), 0)], "is torch.int64: it must be uint8 or floating point"),
        ([(BLACK, 0.5)], "the class of sample 0 of list is 0.5: it must be one whole number"),
        ([(BLACK, "cat")], "is 'cat': it must be one whole number"),
        ([(BLACK, True)], "is True: it must be one whole number"),
        ([(BLACK, -1)], "is -1: classes are numbered from 0 up"),
        ([(BLACK, torch.tensor([0.0, 1.0]))], "it must be one whole number"),
        ([(BLACK, None)], "is None: it must be one whole number"),
    ],
)
def test_what_cannot_be_is_one_line(dataset, message):
    with pytest.raises(ValueError, match=message) as told:
        adapt(dataset, dataset, 8)
    assert "\n" not in str(told.value)


def test_labels_may_not_change():
    class Moody(Pairs):
        def __getitem__(self, index):
            return self.pictures[index], self.answers.pop()

    adapted = seen(Pairs(torch.zeros(4, 3, 9, 9), [0, 1, 0, 1]))
    adapted.source = Moody(torch.zeros(4, 3, 9, 9), [1, 1])
    with pytest.raises(ValueError, match="sample 0 of Pairs had the class 0, now it is 1"):
        adapted[0]
