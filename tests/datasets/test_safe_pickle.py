"""The reader of CIFAR-10's pickles: reads what there is of them, runs nothing."""

import os
import pickle
import struct

import numpy as np
import pytest

from inception_edu.datasets.safe_pickle import load

ARRAY = np.arange(60, dtype=np.uint8).reshape(4, 15)


@pytest.fixture
def read(tmp_path):
    def read(contents: bytes):
        path = tmp_path / "batch"
        path.write_bytes(contents)
        return load(path)

    return read


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_every_protocol(read, protocol, order):
    plain = {"labels": [1, 2, 300, -1], "filenames": ["ä.png"], "more": (None, True)}
    loaded = read(pickle.dumps(plain | {"data": np.asarray(ARRAY, order=order)}, protocol=protocol))
    np.testing.assert_array_equal(loaded.pop("data"), ARRAY)
    assert loaded == plain


def python2_pickle() -> bytes:
    """What Python 2 and the NumPy of its time wrote for {'data': ARRAY}, opcode by opcode."""
    raw = ARRAY.tobytes()
    return (
        b"\x80\x02}q\x01U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\nq\x04K\x00\x85U\x01b\x87Rq\x05"
        b"(K\x01K\x04K\x0f\x86cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00"
        b"tb\x89T" + struct.pack("<i", len(raw)) + raw + b"tbs."
    )


def test_python_2(read):
    np.testing.assert_array_equal(read(python2_pickle())["data"], ARRAY)
    # an independent witness that this is what a plain unpickler makes of it
    np.testing.assert_array_equal(pickle.loads(python2_pickle(), encoding="latin1")["data"], ARRAY)


class Evil:
    def __init__(self, call, *arguments):
        self.reduced = (call, arguments)

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("call", [os.system, eval, getattr, np.load], ids=lambda call: call.__name__)
def test_no_call_is_made(read, tmp_path, protocol, call):
    mark = tmp_path / "mark"
    with pytest.raises(ValueError, match=r"asks to run [\w.]+: refused, a file of CIFAR-10 holds data alone"):
        read(pickle.dumps({"data": Evil(call, f"touch {mark}")}, protocol=protocol))
    assert not mark.exists()


def test_objects_inside_an_array_are_refused(read):
    array = np.array([Evil(os.system, "true")], dtype=object)
    with pytest.raises(ValueError, match=r"refused|not of uint8"):
        read(pickle.dumps({"data": array}))


def test_arrays_of_other_types_are_refused(read):
    with pytest.raises(ValueError, match="holds an array that is not of uint8"):
        read(pickle.dumps({"data": ARRAY.astype(np.float32)}))


@pytest.mark.parametrize("keep", [0, 1, 10, 0.3, 0.9, 0.999])
def test_truncated(read, keep):
    whole = pickle.dumps({"data": ARRAY, "labels": list(range(100))}, protocol=2)
    with pytest.raises(ValueError, match=r"is truncated or not a pickle of CIFAR-10|refused"):
        read(whole[: keep if isinstance(keep, int) else int(keep * len(whole))])


@pytest.mark.parametrize(
    "contents",
    [b"\x89PNG\r\n", b"PK\x03\x04", b"<html></html>", b"\x80\x02Ptorch\n."],
    ids=["png", "zip", "html", "persistent id"],
)
def test_foreign_files(read, contents):
    with pytest.raises(ValueError, match="is truncated or not a pickle of CIFAR-10"):
        read(contents)


def test_no_memory_is_set_aside_for_what_the_file_claims(read):
    """A note under the number 2³² - 1, for which the unpickler written in C asks for 64 GB."""
    assert read(b"\x80\x02K\x01r\xff\xff\xff\xff.") == 1


def test_a_file_of_absurd_size_is_not_read(tmp_path):
    path = tmp_path / "batch"
    with path.open("wb") as file:
        file.truncate(1 << 30)  # sparse
    with pytest.raises(ValueError, match="is too large to be a file of CIFAR-10"):
        load(path)


def test_one_file_leaves_nothing_for_the_next(read):
    """BUILD may set attributes of what it finds; it finds the stand-ins of this one file."""
    sabotage = b"\x80\x02cnumpy._core.numeric\n_frombuffer\n}U\x0c__defaults__NsbU\x01x0K\x07."
    assert read(sabotage) == 7
    np.testing.assert_array_equal(read(pickle.dumps({"data": ARRAY}, protocol=5))["data"], ARRAY)
