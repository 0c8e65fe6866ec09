"""Crops of VOC objects: what is cut, what is left out and counted, and what the cache keeps."""

import io
import os
import pickle
import shutil
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from inception_edu.datasets import open_dataset, voc_index, voc_objects
from inception_edu.datasets.voc_index import CLASSES, box_fits

from .conftest import Devkit, jpeg

BOX = (11, 21, 40, 60)
ALL = [(name, BOX) for name in CLASSES]  # one object of every class: nothing to report


def open_test(devkit, **more):
    return open_dataset("voc_objects", root=devkit.root, split="test", **more)


# ---- what is cut ----


def test_a_crop_is_the_pixels_of_its_box(devkit):
    _, picture = devkit.add("a", ALL)
    opened = open_test(devkit, image_size=32)
    pixels = np.asarray(Image.open(picture))
    expected = torch.from_numpy(pixels[20:60, 10:40].transpose(2, 0, 1).copy())  # boxes count from 1, ends inside
    assert torch.equal(opened.native(0)[0], expected)
    assert opened[0][0].shape == (3, 32, 32)
    assert opened.source(0) == (picture, BOX)
    opened.prepare()
    assert torch.equal(opened.native(0)[0], expected)


def test_a_margin_adds_context_up_to_the_border(devkit):
    _, picture = devkit.add("a", ALL)
    pixels = np.asarray(Image.open(picture)).transpose(2, 0, 1)
    for margin, expected in [(0.1, pixels[:, 16:64, 7:43]), (1, pixels[:, 0:80, 0:70]), (9, pixels)]:
        opened = open_test(devkit, margin=margin)
        np.testing.assert_array_equal(opened.native(0)[0], expected)
        np.testing.assert_array_equal(opened.prepare().native(0)[0], expected)


@given(st.integers(1, 30), st.integers(1, 30), st.lists(st.integers(-3, 33), min_size=4, max_size=4))
def test_a_box_fits_exactly_when_numpy_can_cut_its_area(width, height, box):
    xmin, ymin, xmax, ymax = box
    wanted = max(0, xmax - xmin + 1) * max(0, ymax - ymin + 1)
    cut = np.zeros((height, width))[max(0, ymin - 1) : max(0, ymax), max(0, xmin - 1) : max(0, xmax)].size
    assert box_fits(box, width, height) == (wanted > 0 and cut == wanted)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_prepared_crops_are_those_cut_on_the_spot(tmp_path_factory, data):
    devkit = Devkit(tmp_path_factory.mktemp("tree"))
    across, down = (st.lists(st.integers(1, n), min_size=2, max_size=2).map(sorted) for n in (100, 80))
    for image in range(data.draw(st.integers(1, 3))):
        boxes = [
            (x[0], y[0], x[1], y[1]) for x, y in data.draw(st.lists(st.tuples(across, down), min_size=1, max_size=4))
        ]
        devkit.add(f"{image}", ALL + [("dog", box) for box in boxes], picture=jpeg(seed=image))
    opened = open_test(devkit, margin=data.draw(st.floats(0, 2)))
    direct = [opened.native(k) for k in range(len(opened))]
    opened.prepare()
    for (crop, label), (kept, same) in zip(direct, (opened.native(k) for k in range(len(opened))), strict=True):
        assert label == same
        assert torch.equal(crop, kept)


def test_difficult_objects_are_left_out_and_are_no_fault(devkit):
    devkit.add("a", [*ALL, ("dog", BOX, True)])
    opened = open_test(devkit)
    assert len(opened) == 20
    assert opened.report == {}


def test_the_training_split_joins_both_years(devkit):
    devkit.add("a", ALL, split="trainval")
    devkit.add("b", ALL[:3], split="trainval", year="VOC2012")
    opened = open_dataset("voc_objects", root=devkit.root.parent)
    assert opened.labels.tolist() == [*range(20), 0, 1, 2]
    assert opened.image_size == 224


def test_train_and_val_lists_stand_for_trainval(devkit):
    devkit.add("a", ALL, split="trainval")
    (devkit.root / "VOC2012/ImageSets/Main/trainval.txt").unlink()
    devkit.add("b", ALL[:3], split="train", year="VOC2012")
    devkit.add("c", ALL[:2], split="val", year="VOC2012")
    assert len(open_dataset("voc_objects", root=devkit.root)) == 25


def test_a_subset_is_balanced_and_prepares_itself_alone(devkit):
    for k in range(4):
        devkit.add(f"{k}", ALL)
    opened = open_test(devkit, subset=40).prepare()
    assert opened.labels.bincount().tolist() == [2] * 20
    assert len(opened._crops.shapes) == 40


def test_real_images(data):
    if not (data / "VOCdevkit").is_dir():
        pytest.skip("no real images")
    opened = open_dataset("voc_objects", root=data, image_size=64)
    assert len(opened.labels.unique()) == 20
    assert opened.report == {}
    assert not opened.official
    opened.prepare()
    for k in range(0, len(opened), 10):
        path, (xmin, ymin, xmax, ymax) = opened.source(k)
        with Image.open(path) as picture:
            expected = np.asarray(picture.convert("RGB").crop((xmin - 1, ymin - 1, xmax, ymax)))
        np.testing.assert_array_equal(opened.native(k)[0], expected.transpose(2, 0, 1))


# ---- what is missing ----


def test_a_missing_devkit_names_the_place_and_the_command(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        open_dataset("voc_objects", root=tmp_path)
    assert str(tmp_path / "VOCdevkit/VOC2007/ImageSets/Main/trainval.txt") in str(error.value)
    assert "get it with: python -c" in str(error.value)
    assert "\n" not in str(error.value)


def test_one_year_alone_trains_only_without_verification(devkit):
    devkit.add("a", ALL, split="trainval")
    shutil.rmtree(devkit.root / "VOC2012")
    with pytest.raises(FileNotFoundError, match=r"VOC2012/ImageSets/Main/trainval.txt.*verify=False"):
        open_dataset("voc_objects", root=devkit.root)
    assert len(open_dataset("voc_objects", root=devkit.root, verify=False)) == 20


def test_an_empty_split(devkit):
    with pytest.raises(ValueError, match=r"the test split of .* holds no object$"):
        open_test(devkit)


def test_a_split_of_faults_alone_says_which(devkit):
    devkit.add("a", xml="no XML")
    with pytest.raises(ValueError, match=r"holds no object \(annotations that are not XML: 1\)"):
        open_test(devkit)


def test_missing_classes(devkit):
    devkit.add("a", ALL[:18])
    with pytest.warns(UserWarning, match=r"^voc_objects test: classes without a sample: 2$"):
        assert open_test(devkit).report == {"classes without a sample": 2}


def test_download_fetches_the_parts_that_are_not_there(devkit, monkeypatch):
    devkit.add("a", ALL, split="trainval")
    shutil.rmtree(devkit.root / "VOC2012")
    fetch = mock.Mock()
    monkeypatch.setattr(voc_objects, "download_and_extract_archive", fetch)
    open_dataset("voc_objects", root=devkit.root, download=True, verify=False)
    (url, parent), more = fetch.call_args
    assert fetch.call_count == 1
    assert url.endswith("VOCtrainval_11-May-2012.tar")
    assert parent == str(devkit.root.parent)
    assert len(more["md5"]) == 32


@pytest.mark.parametrize("margin", [-0.1, float("nan"), float("inf"), "1", True])
def test_impossible_margins(devkit, margin):
    with pytest.raises(ValueError, match="margin is a fraction of the box from 0 to 100"):
        open_test(devkit, margin=margin)


# ---- what is left out and counted ----


def faulty(reason, **image):
    return pytest.param(reason, image, id=reason)


UNREADABLE = "images missing, unreadable or truncated"
BAD_BOX = "objects whose box is empty or reaches outside the image"


WITHOUT_MARK = "<annotation><object><name>dog</name><difficult>maybe</difficult></object></annotation>"


@pytest.mark.parametrize(
    ("reason", "image"),
    [
        faulty("annotations that are not XML", xml="<annotation>"),
        faulty("annotations with a DOCTYPE, whose entities are refused", xml="<!DOCTYPE a []><annotation/>"),
        faulty("annotations that name a file outside the folder", objects=[("dog", BOX)], filename="../../a.jpg"),
        faulty("objects of an unknown class", objects=[("unicorn", BOX)]),
        faulty("objects without a box of four numbers", objects=[("dog", (1, 2, "x", 4))]),
        faulty(BAD_BOX, objects=[("dog", (10, 10, 101, 20))]),
        pytest.param(BAD_BOX, {"objects": [("dog", (0, 10, 20, 20))]}, id="left of the first pixel"),
        pytest.param(BAD_BOX, {"objects": [("dog", (500, 500, 600, 600))]}, id="wholly outside"),
        pytest.param(BAD_BOX, {"objects": [("dog", (20, 10, 19, 20))]}, id="no area"),
        pytest.param(BAD_BOX, {"objects": [("dog", (20, 10, 19, 20))], "size": None}, id="no area, no size stated"),
        pytest.param(BAD_BOX, {"objects": [("dog", (1, 1, 101, 80))], "size": None}, id="outside, no size stated"),
        pytest.param(BAD_BOX, {"objects": [("dog", (1, 1, "1e30", 80))], "size": ("1e30", 80)}, id="a wild box"),
        pytest.param(BAD_BOX, {"objects": [("dog", (1, 1, 100, 80))], "picture": jpeg(70, 70)}, id="a smaller picture"),
        pytest.param("objects marked neither", {"xml": WITHOUT_MARK}, id="difficult, perhaps"),
        faulty(UNREADABLE, objects=[("dog", BOX)], picture=jpeg()[:1500]),
        pytest.param(UNREADABLE, {"objects": [("dog", BOX)], "picture": b""}, id="empty picture"),
        pytest.param(UNREADABLE, {"objects": [("dog", BOX)], "picture": b"%!PS-Adobe EPSF\n"}, id="PostScript"),
    ],
)
def test_faults_are_left_out_counted_and_told(devkit, reason, image):
    devkit.add("good", ALL)
    devkit.add("bad", **image)
    with pytest.warns(UserWarning, match=f"voc_objects test: {reason}.*: 1"):
        opened = open_test(devkit)
    assert [(told.startswith(reason), count) for told, count in opened.report.items()] == [(True, 1)]
    assert len(opened) == 20
    with pytest.warns(UserWarning, match=reason):  # from the cache
        assert open_test(devkit).report == opened.report


def test_missing_files_are_counted(devkit):
    devkit.add("good", ALL)
    annotation, _ = devkit.add("b", ALL)
    _, picture = devkit.add("c", ALL)
    annotation.unlink()
    picture.unlink()
    with pytest.warns(UserWarning, match="left|without|missing"):
        opened = open_test(devkit)
    assert opened.report == {"images without an annotation": 1, UNREADABLE: 1}


def test_an_image_set_cannot_lead_outside(devkit, tmp_path):
    devkit.add("good", ALL)
    outside = tmp_path / "x"
    for suffix in (".xml", ".jpg"):
        shutil.copy(next(devkit.root.rglob(f"good{suffix}")), outside.with_suffix(suffix))
    with (devkit.root / "VOC2007/ImageSets/Main/test.txt").open("a") as names:
        names.write(f"../../../x\n{outside}\n")
    with pytest.warns(UserWarning, match="names in an image set that point outside the folder: 2"):
        assert len(open_test(devkit)) == 20


def damage(picture):
    """Spoil the table of the code that the pixels are in: the file keeps its head and its end."""
    whole = picture.read_bytes()
    table = whole.index(b"\xff\xc4") + 5
    picture.write_bytes(whole[:table] + b"\xff" * 16 + whole[table + 16 :])


def test_prepare_finds_what_only_decoding_can(devkit):
    devkit.add("good", ALL)
    _, picture = devkit.add("bad", ALL[:3])
    damage(picture)
    devkit.add("last", ALL[:1])
    opened = open_test(devkit)
    assert len(opened) == 24
    with pytest.raises(ValueError, match=r"bad.jpg cannot be read as a picture: .*prepare\(\) finds such pictures"):
        opened[20]
    with pytest.warns(UserWarning, match="voc_objects test"):
        opened.prepare()
    assert opened.report == {UNREADABLE: 1}
    assert opened.labels.tolist() == [*range(20), 0]
    assert opened.source(20)[0].name == "last.jpg"
    with pytest.warns(UserWarning, match="voc_objects test"):  # found again in the cache
        assert open_test(devkit).prepare().report == opened.report


def test_prepare_with_nothing_left(devkit):
    _, picture = devkit.add("bad", ALL)
    damage(picture)
    with pytest.raises(ValueError, match=r"no picture of the test split in .* can be read"):
        open_test(devkit).prepare()


def test_boxes_count_the_pixels_that_are_stored(devkit):
    """A picture that its EXIF data turn is cut as it is stored."""
    pixels = np.random.default_rng(3).integers(0, 256, (80, 100, 3), np.uint8)
    turned = Image.Exif()
    turned[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95, exif=turned)
    devkit.add("a", ALL, picture=file.getvalue())
    assert open_test(devkit).native(0)[0].shape == (3, 40, 30)
    stored = np.asarray(Image.open(file))
    np.testing.assert_array_equal(open_test(devkit).native(0)[0], stored[20:60, 10:40].transpose(2, 0, 1))


# ---- the cache ----


def built(devkit, **more):
    """Whether opening read the annotations."""
    with mock.patch.object(voc_index, "_build", wraps=voc_index._build) as spy:
        open_test(devkit, **more)
    return spy.called


def test_the_index_is_built_once(devkit):
    devkit.add("a", ALL)
    assert [built(devkit), built(devkit), built(devkit, image_size=32, margin=0.5)] == [True, False, False]


@pytest.mark.parametrize("change", ["annotation", "picture", "list"])
def test_a_changed_tree_is_read_again(devkit, change):
    annotation, picture = devkit.add("a", ALL)
    assert built(devkit)
    if change == "list":
        devkit.add("b", ALL)
    else:
        os.utime({"annotation": annotation, "picture": picture}[change], ns=(1, 1))
    assert built(devkit)


@pytest.mark.parametrize("keep", [0, 10, 500])
def test_a_cut_cache_is_made_again(devkit, cache, keep):
    devkit.add("a", ALL)
    crop = open_test(devkit).prepare().native(3)[0]
    for file in (*cache.rglob("*.npz"), *cache.rglob("*.bin")):
        file.write_bytes(file.read_bytes()[:keep])
    with pytest.warns(UserWarning, match="voc_index.* in the cache was damaged and is made again"):
        assert built(devkit)
    with pytest.warns(UserWarning, match="voc_crops.* in the cache was damaged and is made again"):
        assert torch.equal(open_test(devkit).prepare().native(3)[0], crop)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_flipped_bit_reaches_training(devkit, cache, data):
    if not list(cache.rglob("pixels.bin")):
        devkit.add("a", ALL)
    crops = [open_test(devkit).prepare().native(k)[0] for k in range(20)]
    file = data.draw(st.sampled_from(sorted(cache.rglob("voc_crops/*/*"))))
    raw = bytearray(file.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(raw)
    with pytest.warns(UserWarning, match="in the cache was damaged and is made again"):
        again = open_test(devkit).prepare()
    assert all(torch.equal(again.native(k)[0], crop) for k, crop in enumerate(crops))


PREPARE = """
import sys
from inception_edu import open_dataset
opened = open_dataset("voc_objects", root=sys.argv[1], split="test").prepare()
print(len(opened), sum(int(opened.native(k)[0].sum()) for k in range(len(opened))), opened._crops is not None)
"""


def test_two_processes_may_prepare_at_once(devkit, cache):
    for k in range(8):
        devkit.add(f"{k}", ALL, picture=jpeg(seed=k))
    command = [sys.executable, "-W", "error", "-c", PREPARE, str(devkit.root)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = {process.communicate()[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert len(told) == 1
    assert told.pop().endswith("True\n")
    assert [path.name.startswith(".") for path in cache.glob("voc_crops/*")] == [False]


def test_a_second_prepare_decodes_nothing(devkit):
    devkit.add("a", ALL)
    open_test(devkit).prepare()
    with mock.patch.object(voc_objects, "read_image", side_effect=AssertionError("decoded again")):
        again = open_test(devkit, image_size=17).prepare()
        assert again[0][0].shape == (3, 17, 17)


GOES_ON = r"training goes on without a file of crops in .*{}.*; to have one, set the environment variable INCEPTION"


def test_a_cache_that_cannot_be_written(devkit, tmp_path, monkeypatch):
    """A file stands where the cache should be."""
    devkit.add("a", ALL)
    _, picture = devkit.add("b", ALL)
    damage(picture)
    (tmp_path / "file").touch()
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(UserWarning, match="the index of .* cannot be kept in"):
        opened = open_test(devkit)
    with pytest.warns(UserWarning, match=UNREADABLE), pytest.warns(UserWarning, match=GOES_ON.format("")):
        opened.prepare()
    assert opened.report == {UNREADABLE: 1}
    assert len(opened) == 20
    assert opened[19][0].shape == (3, 224, 224)


def test_a_full_disk_is_told_and_leaves_nothing(devkit, cache, monkeypatch):
    devkit.add("a", ALL)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: mock.Mock(free=1_000))
    with pytest.warns(UserWarning, match=GOES_ON.format(r"it takes up to 0.0 GB, and 0.0 GB are left")):
        assert len(open_test(devkit).prepare()) == 20
    monkeypatch.undo()
    monkeypatch.setenv("INCEPTION_EDU_CACHE", str(cache))
    monkeypatch.setattr(voc_objects.CropFile, "save", mock.Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.warns(UserWarning, match=GOES_ON.format("No space left on device")):
        assert len(open_test(devkit).prepare()) == 20
    assert not list(cache.glob("voc_crops/*"))


def test_an_emptied_cache_stops_nothing(devkit, cache):
    devkit.add("a", ALL)
    opened = open_test(devkit).prepare()
    shutil.rmtree(cache)
    assert opened[3][0].shape == (3, 224, 224)


def test_the_tree_is_only_read(devkit):
    devkit.add("a", ALL)
    before = sorted((path, path.stat().st_mtime_ns) for path in devkit.root.rglob("*"))
    open_test(devkit).prepare()
    assert sorted((path, path.stat().st_mtime_ns) for path in devkit.root.rglob("*")) == before


def test_what_crosses_to_a_worker_is_small(devkit):
    for k in range(5):
        devkit.add(f"{k}", ALL)
    opened = open_test(devkit).prepare()
    opened[0]  # maps the crops
    copy = pickle.dumps(opened)
    assert len(copy) < sum(3 * h * w for h, w in opened._crops.shapes.tolist()) / 10
    assert torch.equal(pickle.loads(copy)[7][0], opened[7][0])
