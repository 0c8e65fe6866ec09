"""The training loop: everything between a recipe and a trained network, top to bottom.

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
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .averaging import Averaging
from .chance import own_chance, set_seed
from .checkpoint import load_checkpoint, save_checkpoint
from .data import Batch, Batches
from .distributed import Team
from .errors import NotFinite, explain_memory
from .evaluate import evaluate
from .history import Journal
from .losses import count_correct, main_logits, total_loss
from .optimizers import make_optimizer
from .precision import choose_precision
from .progress import Progress
from .recipe import Recipe
from .schedules import make_schedule

__all__ = ["Loop"]

LOOK_EVERY = 20
"""Steps between looks at the clock (is a checkpoint due?) and at the loss (is it still finite?)."""

FREE_TO_CHANGE = ("name", "about", "compile", "accumulate", "channels_last", "data.workers", "evaluation.batch_size")
"""Settings that a resumed run may change: they do not decide what is learnt."""

NEVER = 2**62


class Loop:
    """Trains `model` as `recipe` says.

    train, test: where the batches come from. team: this process and those it trains with. folder: where checkpoints
    and the history go; nothing is written without one. checkpoint_seconds: at least this long between checkpoints
    (one is always written at the end). progress: show a bar; None decides by where the run is.

    After `run`, `model` holds the network to use (averaged, if the recipe averages) and `history` one row an epoch.
    """

    def __init__(
        self, recipe: Recipe, model: nn.Module, train: Batches, test: Batches, team: Team, *,
        folder: Path | None = None, checkpoint_seconds: float = 30.0, progress: bool | None = None,
        callback: Callable[[str, Loop], None] | None = None,
    ) -> None:  # fmt: skip
        self.recipe, self.train, self.test, self.team = recipe, train, test, team
        self.folder, self.checkpoint_seconds, self.show = folder, checkpoint_seconds, progress
        self.callback = callback or (lambda event, loop: None)

        layout = torch.channels_last if recipe.channels_last else torch.contiguous_format
        self.layout = layout
        self.model = model.to(team.device, memory_format=layout)
        if recipe.compile:
            self.model.compile()
        self.network = team.wrap(self.model, recipe.sync_batch_norm)  # what is called in training

        self.classes = 1 + max(train.largest_label, test.largest_label)  # at least
        self.total_steps = recipe.epochs * train.steps
        self.optimizer = make_optimizer(self.model, recipe.optimizer)
        self.schedule, self.moves_every_step = make_schedule(
            self.optimizer, recipe.schedule, recipe.epochs, train.steps
        )
        self.averaging = Averaging(self.model, recipe.averaging, self.total_steps)

        dtype = choose_precision(recipe.precision, team.device)
        self.precision = str(dtype).removeprefix("torch.")
        lower = dtype != torch.float32
        self.autocast = partial(torch.autocast, team.device.type, dtype) if lower else nullcontext
        self.scaler = torch.amp.GradScaler(team.device.type, enabled=dtype == torch.float16)

        self.rate = recipe.optimizer.lr  # of the last step
        self.epoch = 0  # epochs that are complete
        self.step = 0  # steps of the current epoch that are complete
        self.sums = self._zero_sums()  # of the current epoch: loss, correct answers, images
        self.first_bad = torch.full((), NEVER, device=team.device)  # first step whose loss was not finite
        self.history: list[dict[str, Any]] = []
        self.seconds = 0.0  # spent so far, by all parts of an interrupted run

    # ------------------------------------------------------------------------------------------ the course of a run

    def run(self) -> None:
        """Train to the end of the recipe, from wherever the loop is."""
        recipe, device = self.recipe, self.team.device
        self.started = time.perf_counter() - self.seconds
        self.saved_at = time.monotonic()
        main = self.team.is_main
        done = self.epoch * self.train.seen + self.step * recipe.batch_size
        self.progress = Progress(recipe.epochs * self.train.seen, done, self.show if main else False, recipe.name)
        self.journal = Journal(self.folder) if main and self.folder else None
        limits = explain_memory(device, recipe.batch_size, recipe.accumulate, recipe.data.image_size)
        try:
            # cuDNN tries its algorithms on the first batch and keeps the fastest
            fastest = torch.backends.cudnn.flags(enabled=True, benchmark=True, deterministic=False, allow_tf32=True)
            with own_chance(device), limits, fastest, warnings.catch_warnings():
                # GradScaler may skip the first steps, and torch then warns that the schedule moved first
                warnings.filterwarnings("ignore", message=".*lr_scheduler.step.*before.*optimizer.step")
                while self.epoch < recipe.epochs:
                    self.train_epoch()
                    self.end_epoch()
                self.callback("end", self)
        finally:
            self.progress.close()
            if self.journal:
                self.journal.close()
        self.model.load_state_dict(self.averaging.best_model(self.model).state_dict())
        self.model.eval()

    def train_epoch(self) -> None:
        """One pass over the training images, or what is left of it."""
        self.model.train()
        for batch in self.train.epoch(self.epoch, first_step=self.step):
            self.train_step(batch)
            self.step += 1
            self.callback("step", self)
            if self.progress.advance(batch.total):
                loss, correct, images = self.sums.tolist()
                title = f"{self.recipe.name} {self.epoch + 1}/{self.recipe.epochs}"
                self.progress.show(title, loss=loss / images, accuracy=correct / images)
            if self.step % LOOK_EVERY == 0 and self.step < self.train.steps:
                self.stop_if_not_finite()
                if self.checkpoint_is_due():
                    self.save()

    def train_step(self, batch: Batch) -> None:
        """One step of the optimizer: forward, backward (in parts, if the recipe accumulates), update."""
        recipe, team = self.recipe, self.team
        images, labels, share = batch.images, batch.labels, 1.0
        if len(images) == 0:  # nothing left for this process of a small last batch: it takes part without weight
            images, labels, share = images.new_zeros(1, *images.shape[1:]), labels.new_zeros(1), 0.0
        images = images.contiguous(memory_format=self.layout)
        set_seed(team.device, recipe.seed, "dropout", self.epoch, self.step, team.rank)

        self.optimizer.zero_grad(set_to_none=True)
        parts = list(zip(images.chunk(recipe.accumulate), labels.chunk(recipe.accumulate), strict=True))
        for number, (x, y) in enumerate(parts, start=1):
            waits = team.size > 1 and number < len(parts)  # processes exchange gradients with the last part only
            with self.network.no_sync() if waits else nullcontext():
                with self.autocast():
                    outputs = self.network(x)
                self._check_classes(outputs)
                losses = total_loss(outputs, y, recipe.loss)  # n
                # the mean over the whole batch; `team.size` undoes the mean that torch takes over processes
                loss = share * losses.sum() * (team.size / batch.total)
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
        if not self.moves_every_step:
            self.schedule.step()
        loss, correct, images = self.team.sum(self.sums).tolist()
        self.epoch, self.step, self.sums = self.epoch + 1, 0, self._zero_sums()
        test_loss, test_accuracy = self.evaluate() if self._tests_now() else (None, None)
        self.seconds = time.perf_counter() - self.started
        self.history.append(
            {
                "epoch": self.epoch, "train_loss": loss / images, "train_accuracy": correct / images,
                "test_loss": test_loss, "test_accuracy": test_accuracy,
                "learning_rate": self.rate, "seconds": self.seconds,
            }
        )  # fmt: skip
        tested = "" if test_accuracy is None else f", test accuracy {test_accuracy:.2%}"
        self.progress.line(f"epoch {self.epoch}: loss {loss / images:.3f}, accuracy {correct / images:.2%}{tested}")
        if self.journal:
            self.journal.write(self.history)
        if self.checkpoint_is_due() or self.epoch == self.recipe.epochs:
            self.save()
        self.callback("epoch", self)

    def evaluate(self) -> tuple[float, float]:
        """`(cross-entropy, accuracy)` of the network to use, on the test images."""
        model = self.averaging.best_model(self.model)
        self.team.same_statistics(model)
        spec = self.recipe.evaluation
        return evaluate(model, self.test, self.team, self.autocast, flip=spec.flip, epoch=self.epoch)

    # -------------------------------------------------------------------------------------------------- checkpoints

    @property
    def checkpoint(self) -> Path | None:
        """Where the checkpoint is, or will be."""
        return self.folder / "checkpoint.pt" if self.folder else None

    def checkpoint_is_due(self) -> bool:
        """Whether it is time to save; all processes of a team give the same answer."""
        return self.team.agree(time.monotonic() - self.saved_at >= self.checkpoint_seconds)

    def save(self) -> None:
        """Write a checkpoint from which `restore` goes on exactly here. Every process calls it, the main one writes."""
        sums = self.team.sum(self.sums).tolist()
        if self.team.is_main and self.checkpoint:
            self.seconds = time.perf_counter() - self.started
            save_checkpoint(
                self.checkpoint,
                {
                    "recipe": self.recipe.to_dict(), "samples": self.train.samples,
                    "epoch": self.epoch, "step": self.step, "sums": sums,
                    "history": self.history, "seconds": self.seconds,
                    "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
                    "schedule": self.schedule.state_dict(), "averaging": self.averaging.state_dict(),
                    "scaler": self.scaler.state_dict(),
                },
            )  # fmt: skip
        self.saved_at = time.monotonic()

    def restore(self) -> None:
        """Go back to the folder's checkpoint. Raises ValueError if it belongs to another recipe, network or data."""
        state = load_checkpoint(self.checkpoint)
        self._check_same_recipe(state["recipe"])
        if state["samples"] != self.train.samples:
            raise ValueError(
                f"{self.checkpoint} is of a run on {state['samples']} training images, here are {self.train.samples}"
            )
        try:
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.schedule.load_state_dict(state["schedule"])
            self.averaging.load_state_dict(state["averaging"])
            self.scaler.load_state_dict(state["scaler"])
        except (RuntimeError, ValueError, KeyError) as error:
            raise ValueError(f"{self.checkpoint} belongs to another network ({str(error).splitlines()[0]})") from None
        self.epoch, self.step, self.history, self.seconds = (state[k] for k in ("epoch", "step", "history", "seconds"))
        if self.team.is_main:  # the others' sums of the epoch so far are in there
            self.sums += torch.tensor(state["sums"], dtype=self.sums.dtype, device=self.team.device)

    # ------------------------------------------------------------------------------------------------------- checks

    def stop_if_not_finite(self) -> None:
        """Stop the run if a loss or a weight became infinite or not a number; called before every save."""
        bad = int(self.team.smallest(self.first_bad))
        norms = torch.stack(torch._foreach_norm([p.detach() for p in self.model.parameters()]))
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

    def _check_same_recipe(self, saved: dict) -> None:
        before, now = Recipe.from_dict(saved).flat(), self.recipe.flat()
        other = [
            f"{key} was {before.get(key)!r} and is {now.get(key)!r}"
            for key in sorted({*before, *now})
            if before.get(key) != now.get(key)
            and key not in FREE_TO_CHANGE and not key.startswith(("published.", "with_data"))
        ]  # fmt: skip
        if other:
            raise ValueError(f"{self.checkpoint} belongs to a run with other settings: {'; '.join(other)}")

    def _tests_now(self) -> bool:
        every = self.recipe.evaluation.every
        return self.epoch == self.recipe.epochs or (every > 0 and self.epoch % every == 0)

    def _zero_sums(self) -> torch.Tensor:
        exact = torch.float32 if self.team.device.type == "mps" else torch.float64
        return torch.zeros(3, device=self.team.device, dtype=exact)
