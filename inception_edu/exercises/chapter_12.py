"""The exercises of chapter 12: what a figure is worth, recipes, intervals and many comparisons."""

from __future__ import annotations

from .code import Code
from .exercise import exercise
from .experiments_code import verify_holm, verify_recipe, without_order, without_quick
from .kinds import Choice, Number, Numbers, Text
from .verdict import Mistake


@exercise(
    "12.1",
    title="The word “person”",
    section="Five: where does accuracy begin?",
    level=1,
    minutes=5,
    prompt="""
    A classifier is right on {persons} % of the persons and on {others} % of every other class. Which accuracy has it on
    the notes' test crops, of which 37.63 % show a person? And which has it on average over the 20 classes?
    """,
    kind=Numbers({"accuracy": Number(percent=True), "mean over classes": Number(percent=True)}),
    cases=[
        {"persons": 90, "others": 60},
        {"persons": 95, "others": 50},
        {"persons": 80, "others": 70},
        {"persons": 99, "others": 40},
        {"persons": 85, "others": 55},
    ],
    mistakes=[
        Mistake(
            lambda persons, others: {"accuracy": (persons + others) / 200},
            "Persons are not half of the crops. Weigh by how many there are.",
        ),
        Mistake(
            lambda persons, others: {"mean over classes": (persons + others) / 200},
            "There are 19 other classes, and each counts as much as the persons.",
        ),
    ],
    hints=[
        "For the accuracy, weigh by the share of the crops.",
        "For the mean, every one of the 20 classes weighs 1/20.",
    ],
)
def the_word_person(persons, others):
    """One number hides much where one class is large."""
    from inception_edu.published.voc_notes import VOC_CROPS

    tests = {name: test for name, (_, test) in VOC_CROPS.items()}
    right = {name: persons / 100 if name == "person" else others / 100 for name in tests}
    accuracy = sum(tests[name] * right[name] for name in tests) / sum(tests.values())
    return {"accuracy": accuracy, "mean over classes": sum(right.values()) / len(right)}


@exercise(
    "12.2",
    title="Many chances",
    section="Ten chances to be wrong",
    level=1,
    minutes=4,
    prompt="""
    {count} changes that do nothing are tried, each on runs of its own, each with a 95 % interval. How likely is it that
    at least one of them looks like something?
    """,
    kind=Number(percent=True, relative=0.01),
    cases=[{"count": 10}, {"count": 5}, {"count": 20}, {"count": 8}, {"count": 14}],
    mistakes=[
        Mistake(
            lambda count: 0.05 * count,
            "That would be sure at 20 changes. Chances of *at least one* do not add up; ask for the chance of none.",
        ),
        Mistake(lambda count: 0.95**count, "That is the chance that none of them does."),
    ],
    hints=["All {count} look like nothing with probability 0.95 to the power of {count}."],
)
def many_chances(count):
    """The ten of the table share one baseline, so they are not independent, and their chance is a little lower.

    The habit stays: the more you compare, the more you must ask of each comparison.
    """
    return 1 - 0.95**count


@exercise(
    "12.3",
    title="Here and not there",
    section="Do the heads need batch norm, or its absence?",
    level=1,
    minutes=4,
    prompt="""
    “With batch norm the heads gain 2.8 points (p = 0.02), without it they gain nothing (p = 0.3). So what the heads are
    worth depends on batch norm.” What is wrong with this?
    """,
    kind=Choice(
        {
            "p": (
                "0.02 is not small enough",
                "The argument would be wrong with p = 0.0001, too.",
            ),
            "difference": (
                "Nobody tested whether the two gains differ",
                "“Clear here, open there” compares two verdicts. The question is whether the two gains differ.",
            ),
            "pairs": ("The runs are not paired", "They are: seed by seed, with and without heads."),
            "nothing": (
                "Nothing: one is clear and the other is not",
                "An open result may hide a gain as large. Is the difference of the two clear?",
            ),
        }
    ),
    hints=["Suppose both true gains were 1.5 points. Could the two results have come out as they did?"],
)
def here_and_not_there():
    """The difference of the differences has its own interval: that is the test of an interaction.

    It is the row *interaction* that the section above prints, and the text below it says what it is worth.
    """
    from inception_edu.experiments.ablations import interaction
    from inception_edu.experiments.records import recorded

    here, there = ("both heads", "GoogLeNet-BN"), ("no batch norm, both heads", "no batch norm")
    left_out = interaction(recorded("ablations_cpu")["arms"], here, there)
    assert left_out["margin"] > 0  # one interval, of one difference: its p answers the question
    return "difference"


@exercise(
    "12.4",
    title="Luck and size",
    section="Three: the best of a hundred",
    level=2,
    minutes=8,
    prompt="""
    The best of 100 independent measurements lies, on average, 2.5076 standard deviations above the truth. How many test
    pictures does it take so that a network of accuracy {accuracy} % gains no more than {gain} points by the choice?
    """,
    kind=Number("pictures", relative=0.02),
    cases=[
        {"accuracy": 76.93, "gain": 0.2},
        {"accuracy": 74.27, "gain": 0.5},
        {"accuracy": 90.66, "gain": 0.2},
        {"accuracy": 60, "gain": 0.3},
        {"accuracy": 95, "gain": 0.1},
    ],
    mistakes=[
        Mistake(
            lambda accuracy, gain: accuracy / 100 * (1 - accuracy / 100) / (gain / 100) ** 2,
            "That is where one standard deviation is {gain} points. The best of 100 lies 2.5 of them above.",
        ),
        Mistake(
            lambda accuracy, gain: 2.5076 * (accuracy / 100 * (1 - accuracy / 100)) ** 0.5 / (gain / 100),
            "A spread falls with the *root* of the number of pictures: square this.",
        ),
    ],
    hints=[
        "One accuracy p, measured on n pictures, has the standard deviation √(p(1 − p)/n).",
        "Set 2.5076 of them equal to the gain, and solve for n.",
    ],
)
def luck_and_size(accuracy, gain):
    """Half the gain takes four times the pictures. It is cheaper not to choose on the test set."""
    p = accuracy / 100
    return 2.5076**2 * p * (1 - p) / (gain / 100) ** 2


@exercise(
    "12.5",
    title="Pairs or two groups",
    section="One change at a time",
    level=2,
    minutes=8,
    prompt="""
    Take the recorded test accuracies of *{arm}* and of what it stands against (`accuracies("{arm}")` gives them). How
    wide to each side is the 95 % interval of their difference, in points: as five pairs, and as two groups that have
    nothing to do with each other? For groups the two variances add, and $t$ is 2.306.
    """,
    kind=Numbers({"pairs": Number("points", relative=0.01), "groups": Number("points", relative=0.01)}),
    cases=[
        {"arm": "label smoothing"},
        {"arm": "Inception-v2"},
        {"arm": "both heads"},
        {"arm": "two 3×3"},
        {"arm": "no batch norm"},
    ],
    mistakes=[
        Mistake(
            lambda arm: {"pairs": margins(arm)["pairs"] / 2.776 * 1.96},
            "1.96 is for many pairs. With five, Student's factor is 2.776.",
        ),
        Mistake(
            lambda arm: {"groups": margins(arm)["groups"] / 2**0.5},
            "You took the mean of the two variances; for a difference they add.",
        ),
        Mistake(
            lambda arm: {"pairs": margins(arm)["pairs"] * 5**0.5},
            "That is the spread of single differences. The *mean* of five has 1/√5 of it.",
        ),
    ],
    hints=[
        "Pairs: the standard deviation of the five differences, times 2.776, over √5.",
        "Groups: the root of the sum of both variances, times 2.306, over √5. `np.std` and `np.var` need `ddof=1`.",
    ],
)
def pairs_or_two_groups(arm):
    """Pairs win where the seeds' luck is shared. Where it is not, fewer degrees of freedom make them the wider ones."""
    import numpy as np

    from inception_edu.experiments.records import recorded

    arms = {one["name"]: one for one in recorded("ablations_cpu")["arms"]}
    a, b = (100 * np.array(arms[name]["test_accuracy"]["values"]) for name in (arm, arms[arm]["against"]))
    pairs = 2.776 * (a - b).std(ddof=1) / 5**0.5
    groups = 2.306 * ((a.var(ddof=1) + b.var(ddof=1)) / 5) ** 0.5
    return {"pairs": float(pairs), "groups": float(groups)}


def margins(arm: str) -> dict[str, float]:
    """What the exercise above asks for."""
    return pairs_or_two_groups(arm)


@exercise(
    "12.6",
    title="Your own recipe",
    section="A recipe is data",
    level=2,
    minutes=10,
    points=2,
    prompt="""
    Write `my_recipe(text)`. It gets the text of a recipe, such as `quick.toml` above, and returns that of a new one:
    the same in all, but with label smoothing 0.1 and a cosine schedule.
    """,
    kind=Code(
        "my_recipe",
        stub='''
def my_recipe(text):
    """A recipe's TOML → the TOML of the new one."""
    return text
'''.strip(),
        verify=verify_recipe,
        wrong=(without_quick,),
    ),
    hints=[
        "What a file does not name has its default: a rate that stays the same, for one. So begin with the old text.",
        "`smoothing = 0.1` belongs below the line `[loss]`.",
        "`text.replace(old, new)` will do both.",
    ],
)
def your_own_recipe():
    """A recipe names what differs from the *defaults*, not from `quick`. So everything else has to stay in the file.

    In Python the same is `load_recipe("quick").override({"loss.smoothing": 0.1, "schedule.name": "cosine"})`.
    """

    def my_recipe(text):
        """A recipe's TOML → the TOML of the new one."""
        text = text.replace("[loss]", "[loss]\nsmoothing = 0.1")
        return text.replace('name = "one_cycle"', 'name = "cosine"')

    return my_recipe


@exercise(
    "12.7",
    title="Judge a table",
    section="Ten chances to be wrong",
    level=3,
    minutes=20,
    points=3,
    prompt="""
    Write `clear(p_values)`: for each p-value of a table, in the order given, whether Holm's procedure calls it clear at
    5 %.
    """,
    kind=Code(
        "clear",
        stub='''
def clear(p_values):
    """p-values → as many of True or False, in their order."""
'''.strip(),
        verify=verify_holm,
        expected="clear([0.02, 0.0001, 0.4, 0.01])",
        wrong=(without_order,),
    ),
    hints=[
        "Sort the *places* by their p-value, so that you can go back: `sorted(range(len(p)), key=lambda i: p[i])`.",
        "The rank-th smallest, counted from 0, is multiplied by n − rank.",
        "With the first that fails, stop: all later ones are open.",
    ],
)
def judge_a_table():
    """Go up from the smallest, and stop at the first that fails. A later one that would pass alone does not count."""

    def clear(p_values):
        """p-values → as many of True or False, in their order."""
        verdicts = [False] * len(p_values)
        order = sorted(range(len(p_values)), key=lambda place: p_values[place])
        for rank, place in enumerate(order):
            if (len(p_values) - rank) * p_values[place] >= 0.05:
                break
            verdicts[place] = True
        return verdicts

    return clear


@exercise(
    "12.8",
    title="A letter to the author",
    section="What the log also shows",
    level=2,
    minutes=8,
    prompt="""
    You may ask the author of the notes for *one* further week of computing, about 40 runs. What should he run, so that
    “Inception-v2 is better than GoogLeNet-BN” can be said or must be taken back?
    """,
    kind=Text(words=30),
    hints=["What has to be equal in both? How many seeds? On which pictures is anything chosen?"],
)
def a_letter_to_the_author():
    """There is no one right answer. This is what ours would be."""
    return (
        "Both with batch norm, the same number of heads, and a start that suits each. Some training pictures are kept "
        "aside; rate, decay and the last epoch are chosen on them, with as many trials for the one as for the other. "
        "Then five or more seeds of each, tested once, on the middle of the test pictures. I would print the mean "
        "difference with its interval, the training curves, and the accuracy by class."
    )
