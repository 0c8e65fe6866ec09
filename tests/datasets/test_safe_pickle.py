"""The reader of CIFAR's pickles: reads what there is of them, runs nothing."""

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
    with pytest.raises(ValueError, match=r"asks to run [\w.]+: refused, a file of CIFAR holds data alone"):
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
    with pytest.raises(ValueError, match=r"is truncated or not a pickle of CIFAR|refused"):
        read(whole[: keep if isinstance(keep, int) else int(keep * len(whole))])


@pytest.mark.parametrize(
    "contents",
    [b"\x89PNG\r\n", b"PK\x03\x04", b"<html></html>", b"\x80\x02Ptorch\n."],
    ids=["png", "zip", "html", "persistent id"],
)
def test_foreign_files(read, contents):
    with pytest.raises(ValueError, match="is truncated or not a pickle of CIFAR"):
        read(contents)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        # a note under the number 2³² - 1, for which the unpickler asks for 64 GB
        (b"\x80\x02K\x01r\xff\xff\xff\xff.", "keeps a note under the number 4294967295"),
        (b"K\x01p99999999999\n.", "keeps a note under the number 99999999999"),
        # lengths that the file has not: 2⁶³ - 1 bytes of text, 2³¹ - 1 of bytes
        (b"\x80\x04\x8d" + struct.pack("<Q", 2**63 - 1) + b"abc.", "is truncated or not a pickle"),
        (b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"abc.", "is truncated or not a pickle"),
        (b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"abc.", "is truncated or not a pickle"),
        (b"\x80\x03B" + struct.pack("<I", 2**31 - 1) + b"abc.", "is truncated or not a pickle"),
        # an empty list takes one byte here and 56 in memory
        (b"\x80\x02" + b"]" * 3_000_000 + b".", "is too long a program"),
    ],
    ids=["note", "note as text", "text", "bytes", "bytearray", "short bytes", "lists"],
)
def test_no_memory_is_set_aside_for_what_the_file_claims(read, contents, message):
    with pytest.raises(ValueError, match=message):
        read(contents)


def test_an_array_takes_its_size_from_its_bytes(read):
    """The shape that a pickle first makes an array of is not believed."""
    state = b"(K\x01K\x01\x85cnumpy\ndtype\nU\x02u1\x85R\x89U\x01x"
    huge = b"\x8a\x06\x00\x00\x00\x00\x00\x10"  # 2⁴⁴
    array = b"\x80\x02}U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n" + huge + b"\x85U\x01b\x87R"
    assert read(array + state + b"tbs.")["data"].tolist() == [ord("x")]


def test_a_file_of_absurd_size_is_not_read(tmp_path):
    path = tmp_path / "batch"
    with path.open("wb") as file:
        file.truncate(1 << 30)  # sparse
    with pytest.raises(ValueError, match="is too large to be a file of CIFAR"):
        load(path)


def test_one_file_leaves_nothing_for_the_next(read):
    """BUILD may set attributes of what it finds; what it finds has none to set."""
    for name, attribute in [(b"numpy._core.numeric\n_frombuffer", b"__call__"), (b"numpy\ndtype", b"name")]:
        sabotage = b"\x80\x02c" + name + b"\n}U" + bytes([len(attribute)]) + attribute + b"NsbU\x01x0K\x07."
        with pytest.raises(ValueError, match="is truncated or not a pickle"):
            read(sabotage)
    np.testing.assert_array_equal(read(pickle.dumps({"data": ARRAY}, protocol=5))["data"], ARRAY)
