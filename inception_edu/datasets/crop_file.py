"""Images of any size in one file of raw pixels, which every process maps into memory for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from .cache import is_whole


class CropFile:
    """Kept crops: one file of raw pixels, and where each begins. Indexing gives uint8 H×W×3 (read-only).

    Every process maps the file for itself; what crosses to a worker process is its path.
    """

    PIXELS, TABLE = "pixels.bin", "table.npz"

    def __init__(self, folder: Path, kept: np.ndarray, shapes: np.ndarray, report: dict[str, int]):
        self.folder, self.kept, self.shapes, self.report = folder, kept, shapes, report
        self.ends = np.cumsum(3 * shapes.astype(np.int64).prod(axis=1))
        self._pixels: np.ndarray | None = None

    def __getitem__(self, index: int) -> np.ndarray:
        if self._pixels is None:
            self._pixels = np.memmap(self.folder / self.PIXELS, np.uint8, mode="r")
        height, width = self.shapes[index]
        end = self.ends[index]
        return self._pixels[end - 3 * int(height) * int(width) : end].reshape(height, width, 3)

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_pixels": None}

    @classmethod
    def save(cls, folder: Path, kept: Sequence[int], shapes: Sequence, report: Mapping[str, int]) -> None:
        """Write the table beside the pixels: which of the crops asked for there are, and their (height, width)."""
        np.savez(
            folder / cls.TABLE,
            kept=np.array(kept, np.int64),
            shapes=np.array(shapes, np.int32).reshape(-1, 2),
            reasons=np.array(list(report), dtype=str),
            counts=np.array(list(report.values()), np.int64),
        )

    @classmethod
    def open(cls, folder: Path) -> CropFile | None:
        """The crops kept in a folder; None where there are none, or they are damaged (and then removed).

        Reads all of it for its checksum, which also brings the pixels into the system's memory for the first epoch.
        """
        if not is_whole(folder):
            return None
        try:
            with np.load(folder / cls.TABLE, allow_pickle=False) as table:
                report = dict(zip(table["reasons"].tolist(), table["counts"].tolist()))
                return cls(folder, table["kept"], table["shapes"], report)
        except OSError:  # taken away this moment
            return None
