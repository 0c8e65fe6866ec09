"""The training loop: everything between a recipe and a trained network, top to bottom.

    run → train_epoch → train_step (forward, backward, update) → end_epoch (test, write, save)

The loop knows nothing of the network but that it takes images and returns logits, alone or followed by those of
auxiliary classifiers. One callback looks in from outside: `callback(event, loop)`, where the event is

    "gradients"   after the backward pass of a step, before the weights move
    "step"        after the weights have moved
    "epoch"       after the test of an epoch; `loop.history[-1]` is its row
    "end"         after the last epoch
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.amp.grad_scaler import GradScaler
from torch.nn.parallel import DistributedDataParallel

from .averaging import Averaging
from .batch_parts import largest_part, part_sizes
from .checkpoint import load_checkpoint, save_checkpoint
from .data import Batch, Batches
from .distributed import ProcessGroup
from .errors import NotFinite, explain_memory
from .evaluate import Evaluation, evaluate
from .finetuning import Finetuning
from .history import Journal
from .losses import count_correct, main_logits, total_loss
from .optimizers import make_optimizer
from .precision import choose_precision
from .progress import Progress
from .progressive import shrink, side_in_epoch
from .random_state import keep_random_state, set_seed
from .recipe import Recipe
from .resume import put_back, state_of
from .schedules import make_schedule
from .stop import Stopped, StopSignals

__all__ = ["Loop"]

LOOK_EVERY = 20
"""Steps between looks at the clock (is a checkpoint due?) and at the loss (is it still finite?)."""

NEVER = 2**62


class Loop:
    """Trains a network as a recipe says.

    Args:
        recipe: says how.
        model: the network; after `run` it is the one to use (averaged, if the recipe averages).
        train: where the training batches come from.
        test: where the test batches come from.
        group: the process group that trains together.
        folder: where checkpoints and the history go; nothing is written without one.
        checkpoint_seconds: at least this long between checkpoints (one is always written at the end).
        progress: show a bar; None decides by where the run is.
        tensorboard: write curves for TensorBoard too.
        callback: looks in, see above.
        signals: says whether the run was asked to stop.

    Attributes:
        history: one row an epoch, see `TrainingResult`.
        epoch: epochs that are complete.
        step: steps of the current epoch that are complete.
        sums: of the current epoch so far: loss, correct answers, images (float64).
        seconds: spent so far, by all parts of an interrupted run.
        tested: what the last test found.
    """

    def __init__(
        self,
        recipe: Recipe,
        model: nn.Module,
        train: Batches,
        test: Batches,
        group: ProcessGroup,
        *,
        folder: Path | None = None,
        checkpoint_seconds: float = 30.0,
        progress: bool | None = None,
        tensorboard: bool = False,
        callback: Callable[[str, Loop], None] | None = None,
        signals: StopSignals | None = None,
    ) -> None:
        self.recipe, self.train, self.test, self.group = recipe, train, test, group
        self.folder, self.checkpoint_seconds = folder, checkpoint_seconds
        self.show, self.tensorboard = progress, tensorboard
        self.callback = callback or (lambda event, loop: None)
        self.signals = signals or StopSignals()

        self.layout = torch.channels_last if recipe.channels_last else torch.contiguous_format
        # memory_format is missing where torch declares `to` for type checkers
        self.model: nn.Module = model.to(group.device, memory_format=self.layout)  # pyright: ignore[reportCallIssue]
        self.finetuning = Finetuning(self.model, recipe.finetune)
        if recipe.compile:
            self.model.compile()
        self.network = group.wrap(self.model, recipe.sync_batch_norm)  # what is called in training
        self.largest_part = largest_part(recipe, group)

        self.classes = 1 + max(train.largest_label, test.largest_label)  # at least
        self.optimizer = make_optimizer(self.model, recipe.optimizer, self.finetuning.rate_of)
        self.schedule, self.moves_every_step = make_schedule(
            self.optimizer, recipe.schedule, recipe.epochs, train.steps
        )
        self.averaging = Averaging(self.model, recipe.averaging, recipe.epochs * train.steps)

        dtype = choose_precision(recipe.precision, group.device)
        self.precision = str(dtype).removeprefix("torch.")
        lower = dtype != torch.float32
        self.autocast = partial(torch.autocast, group.device.type, dtype) if lower else nullcontext
        self.scaler = GradScaler(group.device.type, enabled=dtype == torch.float16)

        self.rate = recipe.optimizer.lr  # of the last step
        self.epoch = 0
        self.step = 0
        self.sums = self._zero_sums()
        self.first_bad = torch.full((), NEVER, device=group.device)  # first step whose loss was not finite
        self.history: list[dict[str, Any]] = []
        self.tested: Evaluation | None = None
        self.seconds = 0.0

    # ------------------------------------------------------------------------------------------ the course of a run

    def run(self) -> None:
        """Train to the end of the recipe, from wherever the loop is."""
        with self._open():
            while self.epoch < self.recipe.epochs:
                self.train_epoch()
                self.end_epoch()
            self.callback("end", self)
        self.finetuning.release()
        self.model.load_state_dict(self.averaging.best_model(self.model).state_dict())
        self.model.eval()

    @contextmanager
    def _open(self) -> Iterator[None]:
        """What surrounds all epochs: bar, files, random state, and how errors and signals are met."""
        recipe, group = self.recipe, self.group
        self.started = time.perf_counter() - self.seconds
        self.saved_at = time.monotonic()
        done = self.epoch * self.train.seen + min(self.step * recipe.batch_size, self.train.seen)
        self.progress = Progress(
            recipe.epochs * self.train.seen, done, self.show if group.is_main else False, recipe.name
        )
        self.journal = Journal(self.folder, self.tensorboard) if group.is_main and self.folder else None
        limits = explain_memory(group.device, recipe.batch_size, recipe.accumulate, recipe.data.image_size)
        # cuDNN tries its algorithms on the first batch and keeps the fastest
        fastest = torch.backends.cudnn.flags(enabled=True, benchmark=True, deterministic=False, allow_tf32=True)
        signals = self.signals.deferred(echo=group.size > 1)
        try:
            with keep_random_state(group.device), limits, fastest, signals, warnings.catch_warnings():
                # GradScaler may skip the first steps, and torch then warns that the schedule moved first
                warnings.filterwarnings("ignore", message=".*lr_scheduler.step.*before.*optimizer.step")
                yield
        finally:
            self.progress.close()
            if self.journal:
                self.journal.close()

    def train_epoch(self) -> None:
        """One pass over the training images, or what is left of it."""
        self.finetuning.train()
        for batch in self.train.epoch(self.epoch, first_step=self.step):
            self.train_step(batch)
            self.step += 1
            self.callback("step", self)
            if self.progress.advance(batch.total):
                loss, correct, images = self.sums.tolist()
                title = f"{self.recipe.name} {self.epoch + 1}/{self.recipe.epochs}"
                self.progress.show(title, loss=loss / images, accuracy=correct / images)
            self.stop_if_asked()
            if self.step % LOOK_EVERY == 0 and self.step < self.train.steps:
                self.stop_if_not_finite()
                if self.checkpoint_is_due():
                    self.save()

    def train_step(self, batch: Batch) -> None:
        """One step of the optimizer: forward, backward (in parts, if the recipe accumulates), update."""
        recipe, group = self.recipe, self.group
        images, labels, share = batch.images, batch.labels, 1.0
        if len(images) == 0:  # nothing left for this process of a small last batch: it takes part without weight
            images, labels, share = images.new_zeros(2, *images.shape[1:]), labels.new_zeros(2), 0.0
        images = shrink(images, side_in_epoch(recipe, self.epoch, images.shape[-1]))
        images = images.contiguous(memory_format=self.layout)
        set_seed(group.device, recipe.seed, "dropout", self.epoch, self.step, group.rank)

        self.optimizer.zero_grad(set_to_none=True)
        sizes = part_sizes(len(images), self.largest_part)
        for number, (x, y) in enumerate(zip(images.split(sizes), labels.split(sizes)), start=1):
            with _without_sync(self.network) if number < len(sizes) else nullcontext():
                with self.autocast():
                    outputs = self.network(x)
                self._check_classes(outputs)
                losses = total_loss(outputs, y, recipe.loss)  # n
                # the mean over the whole batch; `group.size` undoes the mean that torch takes over processes
                loss = share * losses.sum() * (group.size / batch.total)
                self.scaler.scale(loss).backward()
            with torch.no_grad():
                self.sums += share * torch.stack(
                    (losses.sum(), count_correct(outputs, y).sum(), losses.new_tensor(len(y)))
                )
                here = self.epoch * self.train.steps + self.step
                self.first_bad = torch.where(torch.isfinite(loss), self.first_bad, self.first_bad.clamp(max=here))

        self.scaler.unscale_(self.optimizer)
        if recipe.optimizer.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), recipe.optimizer.clip)
        self.callback("gradients", self)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.rate = self.optimizer.param_groups[0]["lr"]
        if self.moves_every_step:
            self.schedule.step()
        self.averaging.update(self.model, self.epoch * self.train.steps + self.step + 1)

    def end_epoch(self) -> None:
        """Test, write the epoch's row, move the schedule, save."""
        self.stop_if_not_finite()
        tested = self.evaluate() if self._tests_now() else None  # a run that is stopped here tests when it goes on
        if not self.moves_every_step:
            self.schedule.step()
        loss, correct, images = self.group.sum(self.sums).tolist()
        self.epoch, self.step, self.sums, self.tested = self.epoch + 1, 0, self._zero_sums(), tested
        self.seconds = time.perf_counter() - self.started
        self.history.append(
            {
                "epoch": self.epoch,
                "train_loss": loss / images,
                "train_accuracy": correct / images,
                "test_loss": tested and tested.loss,
                "test_accuracy": tested and tested.accuracy,
                "learning_rate": self.rate,
                "seconds": self.seconds,
            }
        )
        told = f", test accuracy {tested.accuracy:.2%}" if tested else ""
        self.progress.line(f"epoch {self.epoch}: loss {loss / images:.3f}, accuracy {correct / images:.2%}{told}")
        self.group.on_main(lambda: self.journal.write(self.history) if self.journal else None)
        if self.checkpoint_is_due() or self.epoch == self.recipe.epochs:
            self.save()
        self.callback("epoch", self)

    def evaluate(self) -> Evaluation:
        """Test the network to use on the test images."""
        model = self.averaging.best_model(self.model)
        self.group.same_statistics(model)
        return evaluate(
            model,
            self.test,
            self.group,
            self.autocast,
            flip=self.recipe.evaluation.flip,
            epoch=self.epoch + (self.step > 0),
            between=self.stop_if_asked,
        )

    # -------------------------------------------------------------------------------------------------- checkpoints

    @property
    def checkpoint(self) -> Path | None:
        """Where the checkpoint is, or will be."""
        return self.folder / "checkpoint.pt" if self.folder else None

    def checkpoint_is_due(self) -> bool:
        """Whether it is time to save; all processes of a group give the same answer."""
        return self.group.agree(time.monotonic() - self.saved_at >= self.checkpoint_seconds)

    def save(self) -> None:
        """Write a checkpoint from which `restore` goes on exactly here. Every process calls it, the main one writes."""
        sums, path = self.group.sum(self.sums).tolist(), self.checkpoint
        if path is not None:
            self.seconds = time.perf_counter() - self.started
            self.group.on_main(lambda: save_checkpoint(path, state_of(self, sums)))
        self.saved_at = time.monotonic()

    def restore(self) -> None:
        """Go back to the folder's checkpoint. Raises ValueError if it belongs to another recipe, network or data."""
        if self.checkpoint is None:
            raise ValueError("resume needs the folder of the run: give out=")
        put_back(self, load_checkpoint(self.checkpoint), self.checkpoint)

    def stop_if_asked(self) -> None:
        """Save and raise `Stopped` if a signal has come, to any process of the group; all of them stop here."""
        number = self.group.largest(self.signals.number)
        if number:
            self.stop_if_not_finite()
            self.save()
            here = f"stopped in epoch {self.epoch + 1} after step {self.step} of {self.train.steps}"
            raise Stopped(f"{here}; {self.signals.kept()}", number)

    # ------------------------------------------------------------------------------------------------------- checks

    def stop_if_not_finite(self) -> None:
        """Stop the run if a loss or a weight became infinite or not a number; called before every save."""
        bad = int(self.group.smallest(self.first_bad))
        norms = torch.stack([torch.linalg.vector_norm(p.detach()).float() for p in self.model.parameters()])
        if bad == NEVER and torch.isfinite(norms).all():
            return
        # weights that the very last step spoilt have not reached a loss yet
        epoch, step = divmod(bad, self.train.steps) if bad != NEVER else (self.epoch, self.step - 1)
        kept = "no checkpoint was written before"
        if self.checkpoint and self.checkpoint.exists():
            kept = f"the last good state is in {self.checkpoint}"
        raise NotFinite(
            f"the loss is no longer a finite number since epoch {epoch + 1}, step {step + 1} of {self.train.steps} "
            f"(learning rate {self.rate:.3g}); {kept}. Try a lower optimizer.lr, or optimizer.clip=1"
        )

    def _check_classes(self, outputs: Any) -> None:
        found, needed = main_logits(outputs).shape[1], self.classes
        if found < needed:
            raise ValueError(
                f"the data has {needed} classes, the network only {found}: create it with num_classes={needed}"
            )

    def _tests_now(self) -> bool:
        every, ended = self.recipe.evaluation.every, self.epoch + 1
        return ended == self.recipe.epochs or (every > 0 and ended % every == 0)

    def _zero_sums(self) -> torch.Tensor:
        exact = torch.float32 if self.group.device.type == "mps" else torch.float64
        return torch.zeros(3, device=self.group.device, dtype=exact)


def _without_sync(network: nn.Module) -> AbstractContextManager:
    """Lets processes keep their gradients for now: they exchange them with the last part of a batch only."""
    return network.no_sync() if isinstance(network, DistributedDataParallel) else nullcontext()
