"""Ctrl-C and SIGTERM: the run saves, says so, and goes on later as if it had not been stopped."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import torch

from inception_edu import train
from inception_edu.cli import main
from inception_edu.training.checkpoint import load_checkpoint
from inception_edu.training.loop import Loop
from inception_edu.training.stop import Stopped, StopSignals

from .tiny import TinyNet, tiny_recipe, tiny_sets

SIGNALS = [signal.SIGINT, signal.SIGTERM]
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}


def run(out=None, **options):
    options = {"model": TinyNet(), "datasets": tiny_sets(), "progress": False, "device": "cpu"} | options
    return train(tiny_recipe(), out=out, **options)


def send(number, event, epoch, step, times=1):
    """A callback that sends this process a signal at one moment of a run."""

    def callback(now, loop):
        if (now, loop.epoch, loop.step) == (event, epoch, step):
            for _ in range(times):
                os.kill(os.getpid(), number)

    return callback


@pytest.fixture(scope="module")
def whole():
    return run()


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.model.state_dict().values(), other.model.state_dict().values()))


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize(("epoch", "step"), [(0, 1), (1, 3), (1, 6), (2, 6)])
def test_a_stopped_run_saves_after_the_step_and_goes_on(tmp_path, whole, number, epoch, step):
    with pytest.raises(Stopped, match=f"stopped in epoch {epoch + 1} after step {step} of 6; .*--resume") as told:
        run(tmp_path, callback=send(number, "step", epoch, step))
    assert told.value.exit_status == STATUS[number]
    saved = load_checkpoint(tmp_path / "checkpoint.pt")
    assert (saved["epoch"], saved["step"]) == (epoch, step)
    rest = run(tmp_path, resume=True)
    assert same(rest, whole)
    assert [row["learning_rate"] for row in rest.history] == [row["learning_rate"] for row in whole.history]
    assert rest.confusion_matrix.equal(whole.confusion_matrix)


def test_a_stop_during_a_test_does_not_wait_for_its_end(tmp_path, whole):
    model, tests = TinyNet(), []

    def forward(module, inputs, output):
        if not module.training:
            tests.append(len(output))
            os.kill(os.getpid(), signal.SIGTERM)

    handle = model.register_forward_hook(forward)
    recipe = tiny_recipe(**{"evaluation.batch_size": 8, "averaging.name": "none"})
    with pytest.raises(Stopped, match="after step 6 of 6"):
        train(recipe, model=model, datasets=tiny_sets(), progress=False, out=tmp_path)
    assert tests == [8]
    handle.remove()
    options = {"datasets": tiny_sets(), "progress": False}
    rest = train(recipe, model=TinyNet(), out=tmp_path, resume=True, **options)
    assert same(rest, train(recipe, model=TinyNet(), **options))
    assert len(rest.history) == 3


def test_a_stop_after_the_last_step_is_not_lost(tmp_path):
    with pytest.raises(Stopped, match="stopped at the end"):
        run(tmp_path, callback=send(signal.SIGINT, "end", 3, 0))
    assert run(tmp_path, resume=True).test_accuracy > 0


def test_a_second_signal_ends_at_once(tmp_path):
    with pytest.raises(Stopped, match="stopped at once; nothing was saved"):
        run(tmp_path, callback=send(signal.SIGINT, "step", 0, 2, times=2))
    assert not (tmp_path / "checkpoint.pt").exists()


def test_before_the_first_step_it_says_honestly_that_nothing_is_saved(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Loop, "__init__", lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGTERM))
    status = main(["train", "quick", "--subset", "10", "--set", "data.test_subset=10", "--out", str(tmp_path)])
    err = capsys.readouterr().err
    assert status == 143
    assert err.splitlines()[-1] == "stopped at once; nothing was saved: start it again"


def test_without_a_folder_it_says_what_was_missing():
    with pytest.raises(KeyboardInterrupt, match="after step 1 of 6; nothing was saved without out="):
        run(callback=send(signal.SIGINT, "step", 0, 1))


def test_handlers_are_put_back(tmp_path):
    before = [signal.getsignal(number) for number in SIGNALS]
    run()
    with pytest.raises(Stopped):
        run(callback=send(signal.SIGINT, "step", 0, 1))
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_the_callers_own_handler_stays():
    seen = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    try:
        result = run(callback=send(signal.SIGTERM, "step", 0, 1))
        assert (seen, len(result.history)) == ([signal.SIGTERM], 3)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_other_threads_leave_signals_alone():
    results = []
    thread = threading.Thread(target=lambda: results.append(run()))
    thread.start()
    thread.join()
    assert len(results) == 1


def test_an_echo_is_not_a_second_signal():
    with StopSignals() as signals, pytest.raises(Stopped, match="at the end"), signals.deferred(echo=True):  # noqa: PT012
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        assert signals.number == signal.SIGINT


COMMAND = ["train", "quick", "--subset", "640", "--set", "data.test_subset=10", "--set", "model.width=0.1", "--quiet"]


def wait_for(holds):
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "number"), [(0, signal.SIGINT), (2, signal.SIGINT), (2, signal.SIGTERM)])
def test_a_signal_to_the_whole_command_line(tmp_path, workers, number):
    """As a terminal does it: the signal goes to the worker processes too."""
    more = ["--epochs", "500", "--out", str(tmp_path), "--set", f"data.workers={workers}"]
    more += ["--set", "augment.erasing=0.5"] if workers else []
    process = subprocess.Popen(
        [sys.executable, "-m", "inception_edu", *COMMAND, *more],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    try:
        wait_for((tmp_path / "history.csv").exists)
        os.killpg(process.pid, number)
        err = process.communicate(timeout=60)[1]
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)  # a run of 500 epochs must not go on behind a test that failed
        raise
    assert process.returncode == STATUS[number], err
    assert err.splitlines()[-1].startswith("stopped in epoch")
    assert load_checkpoint(tmp_path / "checkpoint.pt")["epoch"] >= 1
