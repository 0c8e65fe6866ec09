"""A Sphinx extension for the page *How fast is it*: ``{speed} PART`` prints a part of the records as tables.

The parts are those of `benchmarks/speed.py`; ``eight-bits`` is the record of `benchmarks/eight_bits.py`, ``pages`` that
of `benchmarks/pages.py`.
"""

import html
import json
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from narrow import table

from inception_edu.architectures import entry
from inception_edu.experiments.records import list_recorded, recorded

WAYS = {
    "ours": "as it is",
    "eager": "<code>eager</code>",
    "compile": "<code>compile</code>",
    "onnxruntime": "<code>onnx&shy;runtime</code>",
    "openvino": "<code>openvino</code>",
}


def milliseconds(value):
    """Three digits, and the unit."""
    return f"{digits(value)} ms"


def digits(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def times(found, places=2):
    """How many times as quick as the first, with the interval."""
    low, high = found["interval"]
    return f"<strong>{found['times_as_quick']:.{places}f}×</strong><small>{low:.{places}f} to {high:.{places}f}</small>"


def taken(found):
    """The median, with the quartiles."""
    low, high = found["quartiles_ms"]
    return f"{milliseconds(found['median_ms'])}<small>{digits(low)} to {digits(high)}</small>"


def title(name):
    return html.escape(entry(name).title)


def section(name, *content):
    """A network's own part of a part."""
    found = nodes.section(ids=[f"{name}-{nodes.make_id(content[0])}"], names=[f"{name} {content[0]}"])
    found += nodes.title("", content[0])
    found += list(content[1:])
    return found


def paragraph(text):
    return nodes.raw("", f"<p>{text}</p>", format="html")


def predictions(record):
    """Two tables a network, for one picture and for eight: its peer, and every way of ours."""
    found = record["found"]
    for name in dict.fromkeys(key.partition(",")[0] for key in found):
        pair = nodes.container(classes=["side-by-side"])
        for batch, head in ((1, "1 picture"), (8, "8 pictures")):
            ways = found[f"{name}, batch {batch}"]
            peer, *_ = ways
            rows = [
                (
                    WAYS.get(way, way),
                    taken(told),
                    "" if way == peer else times(told),
                    f"{told['macs_per_s'] / record['ceiling_macs_per_s']:.0%}",
                )
                for way, told in ways.items()
            ]
            pair += table(rows, ("", head, "", "of the ceiling"))
        yield section("predictions", entry(name).title, pair)


def tables(record):
    """A table by name and of a module, against torchinfo's summary."""
    rows = []
    for name, found in record["found"].items():
        if name == "claims":
            continue
        first, *ours = (found[key] for key in ("torchinfo", "table", "table again", "table of the module"))
        cells = (f"{milliseconds(each['median_ms'])}<br>{times(each, places)}" for each, places in zip(ours, (0, 0, 2)))
        rows.append((title(name), milliseconds(first["median_ms"]), *cells))
    heads = ("", "torchinfo", "by name, new", "by name, again", "of a module")
    yield table(rows, heads)
    claims = record["found"]["claims"]["check_claims"]
    yield paragraph(f"All claims of appendix A are judged in {milliseconds(claims['median_ms'])}.")


def memory(record):
    """What a prediction adds to the memory of its process."""
    rows = [
        (title(name), *(f"{found[way] / 2**20:.0f} MiB" for way in ("peer", "ours", "eager")))
        for name, found in record["found"].items()
    ]
    yield table(rows, ("8 pictures", "peer", "as it is", "<code>eager</code>"))


def training(record):
    """A step of training, against torchvision's as its documentation has it."""
    rows = [
        (title(name), taken(found["torchvision"]), taken(found["ours"]), times(found["ours"]))
        for name, found in record["found"].items()
    ]
    yield table(rows, ("a step", "torchvision", "ours", ""))


def eight_bits(record):
    """What whole numbers cost and gain."""
    accuracy, margin = record["accuracy"], 100 * record["accuracy"]["margin"]
    cost = f"{100 * accuracy['difference']:+.2f}".replace("-", "−")
    rows = [
        (name, taken(found["float"]), taken(found["eight bits"]), times(found["eight bits"]))
        for name, found in record["times"].items()
    ]
    yield table(rows, ("", "float", "eight bits", ""))
    yield paragraph(
        f"In single precision the network is right on {accuracy['accuracy']:.2%} of {record['tested_on']:,} test "
        f"pictures; in eight bits it loses {cost} ± {margin:.2f} points of that: "
        f"differences of the same pictures, 95 % interval. {record['calibrated_on']} training pictures set the scales."
    )


def startup(record):
    """Whole commands, against the import of torch alone."""
    rows = [
        (f"<code>{html.escape(name)}</code>", taken(found), times(found, 1))
        for name, found in record["found"].items()
        if name != "python"
    ]
    yield table(rows, ("a whole process", "", ""))
    bare = record["found"]["python"]["median_ms"]
    yield paragraph(f"Python itself, doing nothing, takes {milliseconds(bare)} of each.")


def quick(record):
    """The quick training, as the command does it and with threads that wait as they do by themselves."""
    found = record["found"]
    rows = [(name, f"{told['median_ms'] / 1e3:.1f} s", times(told)) for name, told in found.items()]
    yield table(rows, ("", "", ""))
    reached = " and ".join(f"{value:.1%}" for value in found["train quick"]["test_accuracies"])
    yield paragraph(f"It reaches {reached} of the test pictures, as it does with either way of waiting.")


def pages(record):
    """What the browser has to do with each chapter, as it is and on a slower processor."""
    rows = []
    for name, found in record["pages"].items():
        folder, _, stem = name.partition("/")
        if folder == "chapters" or name == "book/index":
            told = stem.partition("_")[0].lstrip("0") if folder == "chapters" else "first"
            plain, slow = found["as_it_is"]["ready_ms"], found["slower"]["ready_ms"]
            reaction = max(found["reactions_ms"].values(), default=None)
            rows.append(
                (
                    told,
                    f"{found['bytes_with_files'] / 1e6:.2f}",
                    f"{plain / 1e3:.2f} s",
                    f"{slow / 1e3:.2f} s",
                    "" if reaction is None else milliseconds(reaction),
                )
            )
    yield table(rows, ("page", "MB", "ready", "ready, braked", "reaction, braked"))
    yield paragraph(f"Braked, the processor is {record['times_slower']} times slower.")


PARTS = {
    "predictions": predictions,
    "tables": tables,
    "memory": memory,
    "training": training,
    "startup": startup,
    "quick": quick,
    "eight-bits": eight_bits,
    "pages": pages,
}
RECORDS = {"eight-bits": "eight_bits", "pages": "pages"}
"""The record of a part that a program of its own measures, and so the name of that program."""


class Speed(Directive):
    """A part of the record, and where it was measured."""

    required_arguments = 1

    def record(self, name):
        """A record that travels with the package, or one of the book itself; None where there is neither."""
        if name in list_recorded():
            return recorded(name)
        env = self.state.document.settings.env
        path = Path(env.srcdir) / "benchmarks" / f"{name}.json"
        if not path.exists():
            return None
        env.note_dependency(str(path))
        return json.loads(path.read_text(encoding="utf-8"))

    def run(self):
        part = self.arguments[0]
        name = RECORDS.get(part, f"speed_{part}")
        record = self.record(name)
        if record is None:
            program = f"{name}.py" if part in RECORDS else f"speed.py --only {part}"
            return [paragraph(f"Not measured yet: <code>python benchmarks/{program}</code> does it.")]
        found = list(PARTS[part](record))
        versions = record["versions"]
        where = (
            f"{record['threads']} threads of {html.escape(record['device_name'])}, PyTorch {versions['torch']}, Python "
            f"{versions['python']}, {record['date'][:10]}: <code>{html.escape(record['command'])}</code>"
        )
        return [*found, paragraph(f'<small class="measured">Measured on {where}.</small>')]


def setup(app):
    app.add_directive("speed", Speed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
