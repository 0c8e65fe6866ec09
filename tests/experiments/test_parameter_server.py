"""The parameter server against torch's own SGD, a run against its replay, and what happens when processes fail."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from inception_edu.experiments.parameter_server import Job, ParameterServer, replay, round_robin, take_part

WORKERS, BATCH, SEED = 2, 8, 5
SGD = {"lr": 0.1, "momentum": 0.9}


def job():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(36, 3))
    images = torch.randn(50, 1, 8, 8)
    return model, images, torch.arange(50) % 3


def flat(model):
    return nn.utils.parameters_to_vector(model.parameters()).detach()


def by_torch(batches, **options):
    """Weights after one step of torch's SGD on each of these batches of indices."""
    model, images, labels = job()
    optimizer = torch.optim.SGD(model.parameters(), **options)
    for batch in batches:
        optimizer.zero_grad()
        functional.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    return flat(model)


def batch(worker, step):
    return torch.from_numpy(np.random.default_rng((SEED, worker, step)).integers(50, size=BATCH))


@pytest.fixture(scope="module")
def server():
    with ParameterServer(*job(), workers=WORKERS, batch_size=BATCH, seed=SEED) as server:
        yield server


def test_synchronous_run_is_sgd_on_the_joint_batch(server):
    run = server.run(12, synchronous=True, **SGD)
    joint = [torch.cat([batch(worker, step) for worker in range(WORKERS)]) for step in range(6)]
    torch.testing.assert_close(flat(run.model), by_torch(joint, **SGD))
    assert run.staleness == [0] * 12


def test_asynchronous_run_is_a_function_of_its_schedule(server):
    run = server.run(40, **SGD)
    again = replay(*job(), run.schedule, batch_size=BATCH, seed=SEED, **SGD)
    assert torch.equal(flat(run.model), flat(again.model))  # bit for bit
    assert run.losses == again.losses


def test_mean_staleness_is_at_most_the_number_of_other_workers(server):
    run = server.run(40, lr=0.01)
    assert len(run.staleness) == len(run.losses) == 40
    assert set(run.workers) <= set(range(WORKERS))
    assert 0 <= sum(run.staleness) / 40 <= WORKERS - 1


def test_every_run_starts_anew_and_leaves_the_network_alone(server):
    before = flat(server.job.model)
    runs = [server.run(4, synchronous=True, **SGD) for _ in range(2)]
    assert torch.equal(*(flat(run.model) for run in runs))
    assert torch.equal(flat(server.job.model), before)


def test_a_run_that_cannot_be_is_refused(server):
    with pytest.raises(ValueError, match="multiple of 2"):
        server.run(3, lr=0.1, synchronous=True)
    with pytest.raises(ValueError, match="lr must be above 0"):
        server.run(4, lr=0)


def test_one_worker_alone_is_plain_sgd():
    run = replay(*job(), round_robin(10, 1), batch_size=BATCH, seed=SEED, **SGD)
    torch.testing.assert_close(flat(run.model), by_torch([batch(0, step) for step in range(10)], **SGD))


def test_a_stale_gradient_is_that_of_older_weights():
    model, images, labels = job()
    run = replay(model, images, labels, [(0, 0), (1, 1)], lr=0.1, batch_size=BATCH, seed=SEED)
    gradients = [
        torch.autograd.grad(functional.cross_entropy(model(images[b]), labels[b]), list(model.parameters()))
        for b in (batch(0, 0), batch(1, 0))
    ]  # both at the first weights
    moved = flat(model) - 0.1 * sum(nn.utils.parameters_to_vector(gradient) for gradient in gradients)
    torch.testing.assert_close(flat(run.model), moved)


def test_round_robin_takes_turns():
    assert round_robin(5, 3) == [(0, 0), (1, 1), (2, 2), (0, 2), (1, 2)]


def processes(server):
    return list(server._processes)


def test_a_failing_worker_is_one_clear_error():
    model, images, labels = job()
    with ParameterServer(model, images, labels + 99, workers=1) as server:
        started = processes(server)
        with pytest.raises(RuntimeError, match=r"^worker 0 failed: IndexError: Target \d+ is out of bounds\.$"):
            server.run(4, lr=0.1)
        assert not any(process.is_alive() for process in started)
        with pytest.raises(ValueError, match="with block"):
            server.run(4, lr=0.1)


@pytest.mark.slow
def test_a_worker_that_is_killed_ends_the_run():
    with ParameterServer(*job(), workers=1, pauses=0.01) as server:
        started = processes(server)
        threading.Timer(0.5, started[1].kill).start()
        with pytest.raises(RuntimeError, match=r"^worker 0 has ended with exit code -9$"):
            server.run(100_000, lr=0.1)
    assert not any(process.is_alive() for process in started)


@pytest.mark.slow
def test_a_silent_worker_ends_the_run():
    with ParameterServer(*job(), workers=1, pauses=600, patience=5) as server:
        started = processes(server)
        with pytest.raises(RuntimeError, match=r"^no answer from worker 0: "):
            server.run(4, lr=0.1)
    assert not any(process.is_alive() for process in started)


@pytest.mark.slow
def test_an_interrupt_is_heard_and_leaves_no_process():
    with ParameterServer(*job(), workers=1, pauses=0.01) as server:
        started = processes(server)
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            server.run(100_000, lr=0.1)
        assert not any(process.is_alive() for process in started)


@pytest.mark.slow
def test_the_processes_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os, signal, sys\n"
        "from tests.experiments.test_parameter_server import ParameterServer, job\n"
        "if __name__ == '__main__':\n"
        "    with ParameterServer(*job(), workers=1) as server:\n"
        "        print(*(process.pid for process in server._processes), flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment(), timeout=120)
    pids = done.stdout.split()
    assert len(pids) == 2
    deadline = time.monotonic() + 30
    while any(running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(running(pid) for pid in pids)


def running(pid):
    """Whether the process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def environment():
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_program_runs_under_torchrun(tmp_path, workers):
    script, out = tmp_path / "script.py", tmp_path / "run.pt"
    script.write_text(
        "import sys, torch\n"
        "from inception_edu.experiments.parameter_server import Job, take_part\n"
        "from tests.experiments.test_parameter_server import BATCH, SEED, SGD, flat, job\n"
        "run = take_part(Job(*job(), BATCH, SEED), 30, **SGD)\n"
        "if run:\n"
        "    torch.save((flat(run.model), run.schedule, run.losses), sys.argv[1])\n"
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={workers + 1}"]
    done = subprocess.run([*command, script, out], capture_output=True, text=True, env=environment(), timeout=240)
    assert done.returncode == 0, done.stderr
    weights, schedule, losses = torch.load(out)
    assert {worker for worker, _ in schedule} == set(range(workers))
    again = replay(*job(), schedule, batch_size=BATCH, seed=SEED, **SGD)
    assert torch.equal(weights, flat(again.model))
    assert losses == again.losses


def test_a_process_alone_is_told_what_to_start():
    with pytest.raises(ValueError, match="torchrun --nproc-per-node 2"):
        take_part(Job(*job()), 4, lr=0.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64))}, "without batch norm"),
        ({"labels": torch.arange(3)}, "one label an image"),
        ({"workers": 0}, "workers must be 1 or more"),
        ({"pauses": [0.1]}, "one for each of 2 workers"),
        ({"batch_size": 0}, "batch_size must be 1 or more"),
        ({"seed": -1}, "seed must be 0 or more"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    arguments = dict(zip(("model", "images", "labels"), job())) | {"workers": 2} | change
    with pytest.raises(ValueError, match=message):
        ParameterServer(**arguments)


def test_a_staleness_before_the_start_is_refused():
    with pytest.raises(ValueError, match="gradient 1 can have a staleness of 0 to 1"):
        replay(*job(), [(0, 0), (1, 2)], lr=0.1)


def test_a_network_that_no_other_process_can_import_is_refused():
    class Local(nn.Linear):
        pass

    server = ParameterServer(nn.Sequential(nn.Flatten(), Local(64, 3)), *job()[1:])
    with pytest.raises(ValueError, match="cannot import this network's classes"):
        server.__enter__()


@pytest.mark.slow
def test_a_script_without_its_main_is_told(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from tests.experiments.test_parameter_server import ParameterServer, job\n"
        "with ParameterServer(*job(), workers=1) as server:\n"
        "    pass\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment(), timeout=120)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith('a script must start its server under: if __name__ == "__main__":')


def test_workers_need_a_with_block():
    with pytest.raises(ValueError, match="with block"):
        ParameterServer(*job()).run(4, lr=0.1)
