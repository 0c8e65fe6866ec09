"""The course of a run, one row an epoch: kept in memory, as CSV, and for TensorBoard where that is installed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from .checkpoint import write_atomically
from .errors import explain_full_disk

__all__ = ["COLUMNS", "Journal"]

COLUMNS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "learning_rate", "seconds")


class Journal:
    """Writes each epoch's row to `folder/history.csv` and to TensorBoard's format in the same folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "history.csv"
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            self.board = None
        else:
            self.board = SummaryWriter(str(folder))

    def write(self, history: list[dict]) -> None:
        """Write all rows so far (a resumed run may go back behind rows that were written before it was stopped)."""
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        table.writerows(history)
        with explain_full_disk(self.path, "the checkpoint beside it is whole"):
            write_atomically(self.path, text.getvalue().encode())
        if self.board is not None and history:
            row = history[-1]
            for name in COLUMNS[1:-1]:
                if row[name] is not None:
                    self.board.add_scalar(name.replace("_", "/", 1), row[name], row["epoch"])

    def close(self) -> None:
        if self.board is not None:
            self.board.close()
