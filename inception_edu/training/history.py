"""The course of a run, one row an epoch: kept in memory, as CSV, and for TensorBoard where that is asked for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ..files import write_atomically
from .errors import explain_full_disk

__all__ = ["COLUMNS", "Journal", "check_tensorboard"]

COLUMNS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "learning_rate", "seconds")


class Journal:
    """Writes each epoch's row to `history.csv` in a run's folder, and as curves for TensorBoard if that is wanted."""

    def __init__(self, folder: Path, tensorboard: bool = False) -> None:
        self.path, self.checkpoint = folder / "history.csv", folder / "checkpoint.pt"
        self.board = None
        if tensorboard:
            from torch.utils.tensorboard.writer import SummaryWriter

            self.board = SummaryWriter(str(folder))

    def write(self, history: list[dict]) -> None:
        """Write all rows so far (a resumed run may go back behind rows that were written before it was stopped)."""
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        table.writerows(history)
        with explain_full_disk(self.path, self.checkpoint):
            write_atomically(self.path, text.getvalue().encode())
        if self.board is not None and history:
            row = history[-1]
            for name in COLUMNS[1:-1]:
                if row[name] is not None:
                    self.board.add_scalar(name.replace("_", "/", 1), row[name], row["epoch"])

    def close(self) -> None:
        """Finish TensorBoard's file."""
        if self.board is not None:
            self.board.close()


def check_tensorboard() -> None:
    """Raise ValueError where TensorBoard's files cannot be written, before an hour has been spent on training."""
    try:
        import torch.utils.tensorboard.writer  # noqa: F401
    except ImportError:
        raise ValueError(
            "TensorBoard's curves need its package: pip install tensorboard, or train without tensorboard=True "
            "(--tensorboard)"
        ) from None
