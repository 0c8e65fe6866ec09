"""The parameter server against torch's own SGD, and a run against its replay."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from inception_edu.experiments.parameter_server import ParameterServer, replay, round_robin

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
    torch.testing.assert_close(flat(run.model), flat(again.model))
    assert run.losses == pytest.approx(again.losses, rel=1e-4)


def test_mean_staleness_is_at_most_the_number_of_other_workers(server):
    run = server.run(40, lr=0.01)
    assert len(run.staleness) == len(run.losses) == 40
    assert set(run.workers) <= set(range(WORKERS))
    assert 0 <= sum(run.staleness) / 40 <= WORKERS - 1


def test_every_run_starts_anew_and_leaves_the_network_alone(server):
    before = flat(server.model)
    runs = [server.run(4, synchronous=True, **SGD) for _ in range(2)]
    assert torch.equal(*(flat(run.model) for run in runs))
    assert torch.equal(flat(server.model), before)


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


def test_a_failing_worker_is_one_clear_error():
    model, images, labels = job()
    with (
        ParameterServer(model, images, labels + 99, workers=1) as server,
        pytest.raises(RuntimeError, match="worker 0 failed: IndexError"),
    ):
        server.run(4, lr=0.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64))}, "without batch norm"),
        ({"labels": torch.arange(3)}, "one label an image"),
        ({"workers": 0}, "workers must be 1 or more"),
        ({"pauses": [0.1]}, "one for each of 2 workers"),
        ({"batch_size": 0}, "batch_size must be 1 or more"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    arguments = dict(zip(("model", "images", "labels"), job())) | {"workers": 2} | change
    with pytest.raises(ValueError, match=message):
        ParameterServer(**arguments)


def test_a_staleness_before_the_start_is_refused():
    with pytest.raises(ValueError, match="gradient 1 can have a staleness of 0 to 1"):
        replay(*job(), [(0, 0), (1, 2)], lr=0.1)


def test_workers_need_a_with_block():
    with pytest.raises(ValueError, match="with block"):
        ParameterServer(*job()).run(4, lr=0.1)
