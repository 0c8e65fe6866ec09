"""Write into the README what was measured: between two marks of a name stands what the record of that name says.

    python benchmarks/readme.py

The programs that write these records call it when they are done; a test compares the README with the records.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BENCHMARKS, RECORDS = ROOT / "benchmarks", ROOT / "inception_edu" / "experiments" / "records"


def book_times(record: dict) -> str:
    """What the book's build takes."""
    slowest = max(record["chapters"], key=record["chapters"].get)
    return (
        f"| what | seconds |\n|---|--:|\n"
        f"| `make book` from nothing, {len(record['chapters'])} chapters executed | {record['from_nothing']:.0f} |\n"
        f"| `make book` again, nothing changed | {record['again']:.1f} |\n"
        f"| the slowest chapter, `{slowest}`, on one core beside others | {record['chapters'][slowest]:.0f} |\n\n"
        f"Measured by `{record['command']}` on {record['date'][:10]}: "
        f"{record['cores']} cores of {record['device_name']}, "
        f"Python {record['versions']['python']}, PyTorch {record['versions']['torch'].partition('+')[0]}. "
        f"The environment was there already: to make it is a download of PyTorch, as long as your network takes."
    )


def cifar10_cpu(record: dict) -> str:
    """Two recipes at equal time."""
    lines = ["| at equal time, one thread each | epochs | training | test accuracy |", "|---|--:|--:|--:|"]
    for contestant in record["contestants"]:
        accuracy, seconds = contestant["test_accuracy"], contestant["train_seconds"]["mean"]
        epochs = [run["epochs"] for run in contestant["runs"]]
        many = f"{min(epochs)}" if min(epochs) == max(epochs) else f"{min(epochs)} to {max(epochs)}"
        lines.append(
            f"| {contestant['about']} | {many} | {seconds:.0f} s | {accuracy['mean']:.1%} ± {accuracy['std']:.1%} |"
        )
    data, seeds = record["data"], len(record["contestants"][0]["runs"])
    files = "the official files" if record["official"] else "a recompressed copy, not the official files"
    return "\n".join(lines) + (
        f"\n\nMeasured by `{record['command']}` on {record['date'][:10]}: mean and standard deviation of {seeds} "
        f"seeds, {data['train']['samples']:,} training images and {data['test']['samples']:,} test images of CIFAR-10 "
        f"({files}), {record['device_name']}, PyTorch {record['versions']['torch'].partition('+')[0]}."
    )


def speed_predictions(record: dict) -> str:
    """Predictions against their peers."""
    lines = ["| a prediction | batch | peer | `eager` | best backend |", "|---|--:|--:|--:|--:|"]
    for key, found in record["found"].items():
        name, batch = key.split(", batch ")
        peer, *_ = found
        best = min((way for way in found if way not in (peer, "ours")), key=lambda way: found[way]["median_ms"])
        ways = [f"{found[way]['median_ms']:.0f} ms, {found[way]['times_as_quick']:.2f}×" for way in ("eager", best)]
        lines.append(
            f"| `{name}` | {batch} | {peer} {found[peer]['median_ms']:.0f} ms | {ways[0]} | `{best}` {ways[1]} |"
        )
    return "\n".join(lines) + (
        f"\n\nMeasured in turns by `{record['command']}` on "
        f"{record['date'][:10]}: {record['threads']} threads of {record['device_name']}, PyTorch "
        f"{record['versions']['torch'].partition('+')[0]}. The page *How fast is it* of the book has the rest, with "
        f"intervals."
    )


BLOCKS = {
    BENCHMARKS / "book_times.json": book_times,
    RECORDS / "cifar10_cpu.json": cifar10_cpu,
    RECORDS / "speed_predictions.json": speed_predictions,
}
"""The records, and what makes each of them a text."""


def updated(readme: str) -> str:
    """The text of the README with every block as its record has it."""
    for path, block in BLOCKS.items():
        name, record = path.stem, json.loads(path.read_text(encoding="utf-8"))
        text = f"<!-- {name} -->\n{block(record)}\n<!-- /{name} -->"
        readme = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _, text=text: text, readme, flags=re.DOTALL)
    return readme


def main() -> None:
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {README}", file=sys.stderr)


if __name__ == "__main__":
    main()
