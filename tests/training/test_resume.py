"""Kill a run at any moment: what continues ends with exactly the weights of a run that was never stopped."""

import json
import multiprocessing
import os
import random
import signal
import time

import pytest
import torch

from inception_edu import files, train

from .tiny import TinyNet, tiny_recipe, tiny_sets

SAMPLES = 200  # 25 steps an epoch, so that there are checkpoints within an epoch too
SETTINGS = {"epochs": 3, "accumulate": 2, "optimizer.name": "adamw"}


def run(out=None, **options):
    """The run that the tests stop: batch norm, dropout, an auxiliary head, augmentation, Adam, cosine, averaging."""
    torch.set_num_threads(1)
    return train(
        tiny_recipe(**SETTINGS),
        model=TinyNet(),
        datasets=tiny_sets(SAMPLES),
        out=out,
        resume=out is not None,
        checkpoint_seconds=0,
        progress=False,
        **options,
    )


def course(result):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in result.history]


def same_weights(one, other):
    return all(torch.equal(one[name], other[name]) for name in one) and one.keys() == other.keys()


@pytest.fixture(scope="module")
def undisturbed():
    return run()


@pytest.fixture(scope="module")
def processes():
    """Child processes that start in milliseconds, because a server has imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["inception_edu.training.run", "tests.training.test_resume"])
    return context


def test_twenty_kills_lose_nothing(tmp_path, undisturbed, processes):
    first = processes.Process(target=run, args=(tmp_path / "whole",))
    first.start()
    began = time.monotonic()
    first.join()
    duration = time.monotonic() - began

    chance = random.Random(0)
    kills, runs = 0, 0
    while kills < 20:
        out, killed = tmp_path / f"run{runs}", True
        while killed:
            process = processes.Process(target=run, args=(out,))
            process.start()
            process.join(timeout=chance.uniform(0, 0.6 * duration) if kills < 20 else None)
            process.kill()  # kill -9, unless it is done
            process.join()
            killed = process.exitcode == -signal.SIGKILL
            kills += killed
            assert killed or process.exitcode == 0
        runs += 1
        again = run(out)  # all epochs are there: gives the result without training
        assert same_weights(undisturbed.model.state_dict(), again.model.state_dict())
        assert course(again) == course(undisturbed)
        assert json.loads((out / "result.json").read_text())["test_accuracy"] == undisturbed.test_accuracy


def die_in(step, number, out):
    """Run, and be killed in `step` of writing a checkpoint, the `number`th time it is reached."""
    real, count = getattr(os, step), 0

    def dying(*args, **kwargs):
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(files.os, step, dying)
    run(out)


@pytest.mark.parametrize("number", [1, 7])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_kill_during_a_save_leaves_a_whole_checkpoint(tmp_path, undisturbed, processes, step, number):
    process = processes.Process(target=die_in, args=(step, number, tmp_path))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert same_weights(undisturbed.model.state_dict(), run(tmp_path).model.state_dict())
    assert not list(tmp_path.glob(".*.tmp")), "what the killed process left behind is cleared away"


@pytest.mark.parametrize("name", ["constant", "step", "milestones", "cosine", "one_cycle"])
@pytest.mark.parametrize("averaging", ["none", "ema", "mean"])
def test_every_schedule_and_averaging_continues_from_within_an_epoch(tmp_path, name, averaging):
    recipe = tiny_recipe(**{"schedule.name": name, "schedule.every": 1, "averaging.name": averaging})

    class Stop(Exception):
        pass

    def stop(event, loop):
        if (event, loop.epoch, loop.step) == ("step", 1, 3):
            loop.save()
            raise Stop

    options = {"datasets": tiny_sets(), "progress": False}
    whole = train(recipe, model=TinyNet(), **options)
    with pytest.raises(Stop):
        train(recipe, model=TinyNet(), out=tmp_path, callback=stop, **options)
    rest = train(recipe, model=TinyNet(seed=1), out=tmp_path, resume=True, **options)
    assert same_weights(whole.model.state_dict(), rest.model.state_dict())
    assert course(whole) == course(rest)


def test_a_resumed_run_may_not_change_what_is_learnt(tmp_path):
    options = {"model": TinyNet(), "datasets": tiny_sets(), "out": tmp_path, "progress": False}
    train(tiny_recipe(), **options)
    with pytest.raises(ValueError, match=r"optimizer.lr was 0.05 and is 0.01"):
        train(tiny_recipe(**{"optimizer.lr": 0.01}), resume=True, **options)
    train(tiny_recipe(**{"data.workers": 0}), resume=True, **options)  # this one changes nothing


def test_a_run_is_not_written_over(tmp_path):
    options = {"model": TinyNet(), "datasets": tiny_sets(), "out": tmp_path, "progress": False}
    train(tiny_recipe(), **options)
    with pytest.raises(ValueError, match="already holds a run: continue it with --resume"):
        train(tiny_recipe(), **options)


def test_another_network_or_other_data_is_refused(tmp_path):
    train(tiny_recipe(), model=TinyNet(), datasets=tiny_sets(), out=tmp_path, progress=False)
    with pytest.raises(ValueError, match="belongs to another network"):
        train(tiny_recipe(), model=TinyNet(auxiliary=False), datasets=tiny_sets(), out=tmp_path, resume=True)
    with pytest.raises(ValueError, match="48 training images, here are 64"):
        train(tiny_recipe(), model=TinyNet(), datasets=tiny_sets(64), out=tmp_path, resume=True)
