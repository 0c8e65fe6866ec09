"""Measure how fast the package is against its peers: tables, predictions, their memory, training, whole commands.

    python benchmarks/speed.py [--threads 2] [--rounds 15] [--only tables predictions memory training startup quick]

Every comparison runs in one process, its contestants taking turns (`paired`); those of `startup` and `quick` are
processes themselves (`whole_processes.py`). A peer is called as its documentation calls it. Each part is a record of
its own, inception_edu/experiments/records/speed_PART.json; the page *How fast is it* of the book is made from them.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import readme
import torch
from torch import Tensor, nn
from whole_processes import quick, startup

from inception_edu import create_model, layer_table, optimize_for_inference
from inception_edu.architectures import architecture, forget
from inception_edu.experiments.records import recorded, write_record
from inception_edu.experiments.timing import ceiling, paired, repeated
from inception_edu.published import check_claims

PEERS = {  # ours, and whose network of that name computes the same
    "googlenet_bn": ("torchvision", {"branch5x5_kernel": 3}),
    "inception_v3": ("torchvision", {}),
    "inception_v4": ("timm", {}),
    "inception_resnet_v2": ("timm", {}),
}
BACKENDS = ("eager", "compile", "onnxruntime", "openvino")


def peer(name: str) -> nn.Module:
    """The network that others have under that name, in evaluation."""
    if PEERS[name][0] == "timm":
        import timm

        return timm.create_model(name).eval()
    from torchvision import models

    if name == "googlenet_bn":
        return models.googlenet(weights=None, aux_logits=False, init_weights=False, transform_input=False).eval()
    return models.inception_v3(weights=None, aux_logits=False, init_weights=False, transform_input=False).eval()


def tables(rounds: int) -> dict[str, Any]:
    """Tables by name against torchinfo's summary of the built network; a design never seen, and one seen before."""
    import torchinfo

    found = {}
    for name in PEERS:
        model = create_model(name).eval()
        shape = (1, 3, *model.architecture.image_size)
        found[name] = paired(
            {
                "torchinfo": lambda model=model, shape=shape: torchinfo.summary(model, shape, verbose=0),
                "table": repeated(lambda name=name: (forget(), layer_table(name)), 20),
                "table again": repeated(lambda name=name: layer_table(name), 20),
                "table of the module": lambda model=model, shape=shape: layer_table(model, shape[2:]),
            },
            rounds,
        )
        for row in ("table", "table again"):  # twenty of them were timed together
            one = found[name][row]
            for key in ("median_ms", "times_as_quick"):
                one[key] = round(one[key] / 20 if key == "median_ms" else one[key] * 20, 4)
            one["quartiles_ms"] = [round(each / 20, 5) for each in one["quartiles_ms"]]
            one["interval"] = [round(each * 20, 1) for each in one["interval"]]
    found["claims"] = paired({"check_claims": check_claims}, rounds)
    return found


def predictions(rounds: int) -> dict[str, Any]:
    """Predictions of 1 and 8 pictures: the peer, ours as it is, and ours optimized in every way that is installed."""
    found = {}
    for name, (_, options) in PEERS.items():
        model = create_model(name, aux_logits=False, seed=0, **options).eval()
        ways: dict[str, Callable[[Tensor], Any]] = {PEERS[name][0]: peer(name), "ours": model}
        for backend in BACKENDS:
            try:
                ways[backend] = optimize_for_inference(model, backend)
            except ModuleNotFoundError as error:
                print(f"{backend} left out: {error}", flush=True)
        for batch in (1, 8):
            images = torch.randn(batch, 3, *model.architecture.image_size)
            with torch.inference_mode():
                calls = {way: lambda run=run, images=images: run(images) for way, run in ways.items()}
                result = paired(calls, rounds if batch == 1 else max(5, rounds // 2), apart=True)
            macs = batch * sum(row.macs for row in architecture(name, aux_logits=False, **options).trace())
            for times in result.values():
                times["macs_per_s"] = round(1e3 * macs / times["median_ms"])
            found[f"{name}, batch {batch}"] = result
            print(name, batch, {way: times["median_ms"] for way, times in result.items()}, flush=True)
        del ways, model
        gc.collect()
    return found


def memory(_: int) -> dict[str, Any]:
    """What a prediction of 8 pictures adds at most to the memory of its process, a fresh one for each, in bytes."""
    found = {}
    for name in PEERS:
        found[name] = {}
        for way in ("peer", "ours", "eager"):
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
                found[name][way] = fresh.submit(added_memory, name, way).result()
        print(name, found[name], flush=True)
    return found


def added_memory(name: str, way: str, batch: int = 8) -> int:
    """In a fresh process: the peak of two predictions above what was there before them, by Linux' own account."""
    model = peer(name) if way == "peer" else create_model(name, aux_logits=False, seed=0, **PEERS[name][1]).eval()
    run = optimize_for_inference(model) if way == "eager" else model
    images = torch.randn(batch, 3, *architecture(name).image_size)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before = resident("VmRSS")
    with torch.inference_mode():
        for _ in range(2):
            run(images)
    return resident("VmHWM") - before


def resident(key: str) -> int:
    """Bytes of this process's memory: VmRSS is what it has, VmHWM the most it had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(key))


def training(rounds: int) -> dict[str, Any]:
    """Steps of training: torchvision's network as its documentation trains it, and ours with our settings."""
    from torchvision import models

    makers = {"googlenet_bn": (models.googlenet, 8), "inception_v3": (models.inception_v3, 4)}
    found = {}
    for name, (make, batch) in makers.items():
        ours = create_model(name, seed=0).train().to(memory_format=torch.channels_last)
        theirs = make(weights=None, init_weights=False).train()
        size = ours.architecture.image_size
        images, labels = torch.randn(batch, 3, *size), torch.randint(1000, (batch,))
        last = images.contiguous(memory_format=torch.channels_last)
        found[name] = paired(
            {"torchvision": step(theirs, images, labels), "ours": step(ours, last, labels)}, max(5, rounds // 3)
        )
    return found


def step(model: nn.Module, images: Tensor, labels: Tensor) -> Callable[[], None]:
    """One step of SGD with momentum on one batch, auxiliary heads weighed 0.3."""
    optimizer = torch.optim.SGD(model.parameters(), 1e-4, momentum=0.9)

    def take() -> None:
        optimizer.zero_grad()
        logits, *heads = model(images)
        loss = nn.functional.cross_entropy(logits, labels)
        for head in heads:
            loss = loss + 0.3 * nn.functional.cross_entropy(head, labels)
        loss.backward()
        optimizer.step()

    return take


PARTS = {
    "tables": tables,
    "predictions": predictions,
    "memory": memory,
    "training": training,
    "startup": startup,
    "quick": quick,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    for part in chosen.only:
        figures = {
            "what": f"{part}: how long the package takes, and its peers, in turns",
            "threads": chosen.threads,
            "ceiling_macs_per_s": round(ceiling()),
            "found": PARTS[part](chosen.rounds),
        }
        print(f"wrote {write_record(f'speed_{part}', figures)}", flush=True)
    if "predictions" in chosen.only:
        readme.main()
        print(readme.speed_predictions(recorded("speed_predictions")))


if __name__ == "__main__":
    main()
