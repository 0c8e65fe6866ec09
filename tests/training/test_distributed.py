"""Two processes walk the same path as one, share checkpoints with it, and only one of them writes."""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys

import pytest
import torch

from inception_edu import train
from inception_edu.training.checkpoint import load_checkpoint
from inception_edu.training.distributed import ProcessGroup, choose_device, join_process_group
from inception_edu.training.stop import Stopped

from .tiny import TinyNet, tiny_recipe, tiny_sets

# batch norm's statistics and dropout's masks are each process's own; the rest must not depend on how many there are
QUIET_NET = {"batch_norm": False, "dropout": 0.0}
SAMPLES = 49  # batches of 8: the last has a single image, so that one process has nothing to do there


class Stop(Exception):
    pass


def run(out, stop_after, resume, signalled=None, **changes):
    """Train, perhaps only up to the end of epoch `stop_after`, or until process `signalled` gets SIGTERM in epoch 2."""
    torch.set_num_threads(1)

    def watch(event, loop):
        if (event, loop.epoch, loop.step, loop.group.rank) == ("step", 1, 3, signalled):
            os.kill(os.getpid(), signal.SIGTERM)
        if event == "epoch" and loop.epoch == stop_after:
            loop.save()
            raise Stop

    recipe = tiny_recipe(**{"averaging.name": "none", **changes})
    try:
        result = train(
            recipe,
            model=TinyNet(**QUIET_NET),
            datasets=tiny_sets(SAMPLES),
            out=out,
            resume=resume,
            checkpoint_seconds=0,
            progress=False,
            callback=watch,
            device="cpu",
        )
    except (Stop, Stopped):
        return None
    return result


def member(rank, size, port, out, stop_after, resume, changes):
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    written = []
    if rank != 0:  # see whether this process writes anything
        from inception_edu.training import checkpoint, history
        from inception_edu.training import result as module

        for place in (checkpoint, history, module):
            place.write_atomically = lambda path, content: written.append(path)
    if changes.pop("refused", False):
        with pytest.raises(ValueError, match="already holds a run"):
            run(out, stop_after, resume, **changes)
    else:
        run(out, stop_after, resume, **changes)
    if written:
        sys.exit(f"process {rank} wrote {written}")


@pytest.fixture(scope="module")
def together():
    """Run with several processes, as torchrun would start them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["inception_edu.training.run", "tests.training.test_distributed"])

    def start(out, size=2, stop_after=None, resume=False, **changes):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        arguments = [(rank, size, port, out, stop_after, resume, changes) for rank in range(size)]
        processes = [context.Process(target=member, args=args) for args in arguments]
        for process in processes:
            process.start()
        for process in processes:
            process.join(timeout=240)
        assert [process.exitcode for process in processes] == [0] * size

    return start


def course(folder):
    return json.loads((folder / "result.json").read_text())["history"]


def agree(one, other):
    assert len(one) == len(other)
    for row, same in zip(one, other):
        for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy", "learning_rate"):
            assert row[name] == pytest.approx(same[name], rel=1e-5, abs=1e-6), (row["epoch"], name)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    run(folder, None, False)
    return course(folder)


def test_two_processes_give_the_loss_curve_of_one(tmp_path, together, alone):
    together(tmp_path)
    agree(course(tmp_path), alone)
    assert json.loads((tmp_path / "result.json").read_text())["processes"] == 2


def test_accumulation_in_two_processes_changes_nothing(tmp_path, together, alone):
    together(tmp_path, accumulate=2)
    agree(course(tmp_path), alone)


def test_a_checkpoint_of_two_processes_continues_in_one(tmp_path, together, alone):
    together(tmp_path, stop_after=1)
    run(tmp_path, None, True)
    agree(course(tmp_path), alone)


def test_a_checkpoint_of_one_process_continues_in_two(tmp_path, together, alone):
    run(tmp_path, 2, False)
    together(tmp_path, resume=True)
    agree(course(tmp_path), alone)


def test_a_signal_to_one_process_stops_all_after_the_same_step(tmp_path, together, alone):
    together(tmp_path, signalled=1)
    saved = load_checkpoint(tmp_path / "checkpoint.pt")
    assert (saved["epoch"], saved["step"]) == (1, 3)
    run(tmp_path, None, True)
    agree(course(tmp_path), alone)


def test_an_error_in_the_main_process_is_told_by_all(tmp_path, together):
    (tmp_path / "checkpoint.pt").write_text("of another run")
    together(tmp_path, refused=True)


def test_the_command_runs_under_torchrun(tmp_path):
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        "2",
        "-m",
        "inception_edu",
        "train",
        "quick",
        "--epochs",
        "1",
        "--subset",
        "40",
        "--set",
        "data.test_subset=20",
        "--set",
        "model.width=0.1",
        "--set",
        "batch_size=20",
        "--out",
        str(tmp_path / "run"),
        "--json",
        "--device",
        "cpu",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["processes"] == 2
    assert len(result["history"]) == 1
    assert {path.name for path in (tmp_path / "run").iterdir()} >= {"checkpoint.pt", "result.json", "model.pt"}


def test_shares_are_disjoint_and_complete():
    batch = torch.arange(11)
    for size in (1, 2, 3, 12):
        shares = [ProcessGroup(torch.device("cpu"), rank, size).share(batch) for rank in range(size)]
        assert torch.equal(torch.cat(shares), batch)
        assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_alone_without_torchrun(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with join_process_group("cpu") as group:
        assert (group.rank, group.size, group.is_main, group.agree(True)) == (0, 1, True, True)


@pytest.mark.parametrize("device", ["no-such-device", "cuda:99"])
def test_a_device_that_is_not_there_is_named(device):
    with pytest.raises(ValueError, match=f"device '{device}' cannot be used here"):
        choose_device(device)


def test_sync_batch_norm_needs_gpus():
    with pytest.raises(ValueError, match="needs GPUs"):
        ProcessGroup(torch.device("cpu"), 0, 2).wrap(TinyNet(), sync_batch_norm=True)
