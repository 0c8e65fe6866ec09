"""A Sphinx extension for the page of model cards: ``{model-cards}`` writes one for each of the package's weights.

Everything on it comes from the card's JSON, which `benchmarks/pretrained.py` wrote. ``{imagenet-cards}`` lists
torchvision's weights.
"""

import html
import statistics
from pathlib import PurePosixPath

from docutils import nodes
from docutils.parsers.rst import Directive
from matplotlib import pyplot as plt
from narrow import table

from inception_edu.architectures import entry
from inception_edu.plots import draw_accuracies, draw_confusion, draw_reliability
from inception_edu.plots.figure import to_html
from inception_edu.plots.style import STYLE
from inception_edu.pretrained import Weights, weights


def percent(told, digits=1):
    """A share with its interval."""
    return f"{told['share']:.{digits}%} ({told['low']:.{digits}%} to {told['high']:.{digits}%})"


def facts(card: Weights):
    """What it is, in a table of two columns."""
    told = card.details
    before = told["before_packing"]
    cost = f"{100 * before['difference']:+.2f}".replace("-", "−")
    rows = [
        ("network", f"{html.escape(entry(card.model).title)}, width {card.options['width']}"),
        ("weights", f"{told['params']:,} parameters, {told['macs']:,} multiply-adds a picture"),
        ("file", f"{card.bytes:,} bytes, eight bits a weight"),
        ("pictures", f"{card.image_size}×{card.image_size}; shrunk to {card.native_size} before, as those of training"),
        ("mean", ", ".join(map(str, card.mean))),
        ("std", ", ".join(map(str, card.std))),
        ("data", html.escape(f"{card.data}; {told['data']['train']:,} to train, {told['data']['test']:,} to test")),
        ("training", f"{told['epoch']} of {told['epochs']} epochs, seed {told['seeds'][0]}"),
        ("test accuracy", f"{percent(told['accuracy'], 2)} on {told['accuracy']['of']:,} pictures"),
        ("lost by 8 bits", f"{cost} ± {100 * before['margin']:.2f} points of {before['accuracy']:.2%}"),
        ("licence", html.escape(card.licence)),
        ("SHA-256", f'<code style="overflow-wrap: anywhere">{card.sha256}</code>'),
    ]
    if seeds := told["over_seeds"]:
        reach = f"{seeds['mean']:.2%} ± {100 * seeds['margin']:.2f} points"
        rows.insert(9, (f"over {len(seeds['values'])} seeds", f"{reach}, before packing"))
    if begun := began_from(card):
        rows.insert(7, ("began from", f"<code>{html.escape(begun)}</code>"))
    return table(rows)


def began_from(card: Weights) -> str:
    """The weights that its training began from: a name, the file of a run, or nothing."""
    return card.details["settings"]["model"]["options"].get("weights", "")


def trainings(card: Weights):
    """The commands that trained it; where it went on from the run of another recipe, that one first."""
    runs = [(card.recipe, seed, f"{card.recipe}-{seed}") for seed in card.details["seeds"]]
    before = PurePosixPath(began_from(card)).parent
    if before.name:
        recipe, _, seed = before.name.rpartition("-")
        runs.insert(0, (recipe, seed, str(before)))
    for recipe, seed, folder in runs:
        yield f"inception-edu train {recipe} --seed {seed} --data DIR --no-verify --out {folder}"


def commands(card: Weights):
    """All commands that made the file and the card, in their order."""
    yield from trainings(card)
    yield card.details["command"]
    yield from (further["command"] for further in card.details.get("further_seeds", []))


def folded(command: str) -> str:
    """A command with its options on lines of their own, for a narrow page."""
    return command.replace(" --", " \\\n    --")


def by_class(card: Weights):
    """Accuracy by class, with Wilson's interval."""
    found = card.details["by_class"].items()
    rows = [(html.escape(name), f"{one['share']:.1%}", f"{one['low']:.1%} to {one['high']:.1%}") for name, one in found]
    return table(rows, ("class", "accuracy", "95 % interval"))


def figures(card: Weights):
    """Confusion, calibration, and the course of training, each with what it says in words."""
    told = card.details
    found = [(draw_confusion(told["confusion"], card.classes), confusion_in_words(card))]
    calibration = told["calibration"]
    bins = [(one["confidence"], one["accuracy"], one["share"]) for one in calibration["bins"]]
    found.append((draw_reliability({"": bins}), calibration_in_words(card)))
    epochs = min(map(len, told["curves"]))
    curves = [curve[:epochs] for curve in told["curves"]]
    if epochs:
        tested = any(row["test_accuracy"] is not None for row in curves[0])
        lines = ("train_accuracy", "test_accuracy") if tested else ("train_accuracy",)
        found.append((draw_accuracies({f"{card.model}, {card.name}": curves}, lines), curve_in_words(curves)))
    for figure, words in found:
        content = to_html(figure, words, words)
        plt.close(figure)
        yield nodes.raw("", content, format="html")


def confusion_in_words(card: Weights) -> str:
    """Which class is known best, and the most frequent mistake."""
    shares = card.details["by_class"]
    best = max(shares, key=lambda name: shares[name]["share"])
    counts = card.details["confusion"]
    pairs = [(row, column) for row in range(len(counts)) for column in range(len(counts)) if row != column]
    is_, taken = max(pairs, key=lambda pair: counts[pair[0]][pair[1]])
    share = counts[is_][taken] / sum(counts[is_])
    return (
        f"Confusion matrix, in percent of each class. Known best is {best} ({shares[best]['share']:.0%}); the most "
        f"frequent mistake takes {card.classes[is_]} for {card.classes[taken]} ({share:.0%})."
    )


def calibration_in_words(card: Weights) -> str:
    """How far confidence and accuracy lie apart."""
    told = card.details["calibration"]
    accuracy = card.details["accuracy"]["share"]
    side = "less" if told["confidence"] < accuracy else "more"
    return (
        f"Calibration: in the mean it is {told['confidence']:.1%} confident and {accuracy:.1%} right, {side} sure than "
        f"it may be; expected calibration error {100 * told['error']:.1f} points, in ten bins."
    )


def curve_in_words(curves) -> str:
    """From where to where the accuracy went, in the mean of the seeds."""
    ended = [curve[-1] for curve in curves]
    tests = [mean_of(rows, "test_accuracy") for rows in zip(*curves) if rows[0]["test_accuracy"] is not None]
    tested = (
        f"; on the test pictures, before packing, {tests[0]:.1%} at first and {tests[-1]:.1%} last" if tests else ""
    )
    seeds = f", each of {len(curves)} seeds thin and their mean bold" if len(curves) > 1 else ""
    trained = f"after epoch {ended[0]['epoch']} training accuracy is {mean_of(ended, 'train_accuracy'):.1%}"
    return f"Learning curve{seeds}: {trained}{tested}."


def mean_of(rows, key) -> float:
    """The mean of one column, over the seeds."""
    return statistics.mean(row[key] for row in rows)


def times_in_words(seconds) -> str:
    """How long each training took."""
    trainings = "the trainings" if len(seconds) > 1 else "the training"
    return f"{trainings} took {', '.join(f'{one / 3600:.1f} h' for one in seconds)}"


def code(text, language):
    """A listing."""
    return nodes.literal_block(text, text, language=language)


def paragraph(text):
    return nodes.paragraph("", text)


def heading(text, of):
    """A small heading within a card."""
    return nodes.rubric("", text, ids=[f"{of}-{text.lower().replace(' ', '-')}"])


class ModelCards(Directive):
    """The card of each of the package's weights."""

    def run(self):
        with plt.rc_context(STYLE):
            return [self.section(card) for card in weights() if card.path]

    @staticmethod
    def section(card: Weights):
        told = card.details
        label = f"{card.model}-{card.name}".replace("_", "-")
        found = nodes.section(ids=[label], names=[label])
        found += nodes.title("", f"{card.model}, {card.name}")
        if not told["finished"]:
            found += nodes.note(
                "",
                paragraph(f"This training goes on: the card is of its epoch {told['epoch'] + 1} of {told['epochs']}."),
            )
        found += code(f'model = create_model(\n    "{card.model}",\n    weights="{card.name}",\n)', "python")
        found += facts(card)
        found += [heading("By class", label), by_class(card)]
        found += [heading("Confusion, calibration, course", label), *figures(card)]
        found += heading("Not for", label)
        found += nodes.bullet_list("", *(nodes.list_item("", paragraph(line)) for line in told["not_for"]))
        found += heading("How it was made", label)
        found += code("\n".join(folded(line) for line in commands(card)), "bash")
        versions = told["versions"]
        found += paragraph(
            f"Measured on {told['date'][:10]} with PyTorch {versions['torch']}, Python {versions['python']}, on "
            f"{told['device_name']}; {times_in_words(told['seconds'])}."
        )
        return found


class ImagenetCards(Directive):
    """torchvision's weights: what they are called there, and how pictures are normalized."""

    def run(self):
        rows = [
            (
                card.model.replace("_", "_<wbr>"),
                f"{card.accuracy:.1%}",
                f"{card.bytes / 1e6:.0f}",
                f"{card.mean[0]}, {card.std[0]}",
            )
            for card in weights()
            if card.url
        ]
        heads = ("network", "accuracy", "MB", "mean, std (red)")
        licences = sorted({card.licence for card in weights() if card.url})
        return [table(rows, heads), *(paragraph(f"Their licence: {text}.") for text in licences)]


def setup(app):
    app.add_directive("model-cards", ModelCards)
    app.add_directive("imagenet-cards", ImagenetCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
