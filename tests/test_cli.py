"""The command line as a user or a program meets it."""

import contextlib
import io
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import inception_edu
from inception_edu.cli import main, make_parser

WORDS = [
    *("googlenet", "inception_v3", "quick", "voc_modern", "own.toml", "runs", ".", "", "-", "--", "-1", "3", "1e999"),
    *("--json", "--help", "--version", "--detail", "layer", "--markdown", "--no-aux", "--stem", "cifar", "--verdict"),
    *("--image-size", "--num-classes", "--source", "--set", "optimizer.lr=1", "epochs=" + "[" * 3000, "--epochs"),
    *("9" * 5000, "nan", "--subset", "--seed", "--data", "x" * 5000, "\ud800", "a\nb", "\x00", "@file", "--quiet"),
]


def run(capsys, *arguments):
    status = main(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_table_json_is_what_the_design_says(capsys):
    status, out, err = run(capsys, "table", "googlenet", "--no-aux", "--json")
    data = json.loads(out)
    assert (status, err) == (0, "")
    assert data["total"] == {"params": 6_998_552, "macs": 1_582_671_872}
    assert {"name", "type", "output", "params", "macs"} <= set(data["rows"][0])


def test_table_takes_size_classes_and_detail(capsys):
    _, out, _ = run(
        capsys, "table", "googlenet", "--image-size", "320", "--num-classes", "20", "--detail", "layer", "--json"
    )
    data = json.loads(out)
    assert data["input"] == [3, 320, 320]
    assert data["rows"][-1]["output"] == [20, 1, 1]
    assert len(data["rows"]) > 70


def test_claims_json_is_what_the_design_says(capsys):
    status, out, err = run(capsys, "claims", "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert set(found[0]) == {"id", "source", "statement", "claimed", "computed", "verdict", "why"}
    assert {claim["verdict"] for claim in found} == {"agrees", "rounds", "disagrees"}


def test_claims_can_be_filtered(capsys):
    _, out, _ = run(capsys, "claims", "--verdict", "disagrees", "--source", "notes-d2l", "--json")
    assert {(c["verdict"], c["source"]) for c in json.loads(out)} == {("disagrees", "notes-d2l")}


def test_claims_for_people_end_with_the_count(capsys):
    _, out, _ = run(capsys, "claims")
    assert "claims: " in out.splitlines()[-1]


def test_models_lists_every_network(capsys):
    _, out, _ = run(capsys, "models", "--json")
    by_name = {model["name"]: model for model in json.loads(out)}
    assert by_name["googlenet"]["params"] == 6_998_552
    assert by_name["googlenet"]["stems"] == ["imagenet", "cifar"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["table", "inceptoin"], "there is no model 'inceptoin'"),
        (["table", "googlenet", "--image-size", "10"], "needs images of at least"),
        (["table", "googlenet", "--num-classes", "-1"], "num_classes is a whole number"),
        (["table", "vgg16", "--stem", "cifar"], "vgg16 has no stem 'cifar'"),
        (["claims", "--source", "rumour"], "there is no source 'rumour'"),
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, arguments, message):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        ("table googlenet", {"torch", "inception_edu.published", "inception_edu.pretrained", "importlib.metadata"}),
        ("claims", {"torch", "inception_edu.pretrained", "importlib.metadata"}),
        ("models", {"torch", "inception_edu.published", "inception_edu.pretrained", "importlib.metadata"}),
        ("train --show quick", {"torch", "inception_edu.published", "inception_edu.tables"}),
        ("--help", {"torch", "inception_edu.architectures", "inception_edu.training", "importlib.metadata"}),
    ],
)
def test_a_command_does_not_wait_for_what_others_need(command, unneeded):
    code = (
        "import sys\nfrom inception_edu.cli import main\n"
        "try: main(sys.argv[2:])\nexcept SystemExit: pass\n"
        "sys.exit(' '.join(set(sys.argv[1].split()) & set(sys.modules)))"
    )
    call = [sys.executable, "-c", code, " ".join(unneeded), *command.split()]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.stderr.strip() == ""
    assert done.stdout


def test_the_version_is_told_on_request(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert (end.value.code, capsys.readouterr().out) == (0, f"inception-edu {inception_edu.__version__}\n")


def test_the_whole_parser_knows_the_arguments_of_every_command():
    (commands,) = make_parser()._subparsers._group_actions
    assert all(parser.get_default("run") for parser in commands.choices.values())


@settings(max_examples=150, deadline=None)
@given(command=st.sampled_from(["models", "table", "claims", "compare", "train", ""]), data=st.data())
def test_any_arguments_end_in_output_or_one_line(command, data):
    """Trains nothing: every run of `train` is given --show, --fields or --list."""
    words = st.sampled_from(WORDS) | st.text(max_size=12)
    argv = [*([command] if command else []), *data.draw(st.lists(words, max_size=5))]
    if command == "train":
        argv.append(data.draw(st.sampled_from(["--show", "--fields", "--list"])))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(argv)
        except SystemExit as end:
            status = end.code
    assert status in (0, 2)
    assert (err.getvalue().count("\n"), out.getvalue()) == (1, "") if status == 2 else not err.getvalue()
