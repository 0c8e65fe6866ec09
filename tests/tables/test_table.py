"""Layer tables: arithmetic against measurement, and every format against the others."""

import json
import subprocess
import sys

import pytest
import torchvision
from torch import nn

from inception_edu import create_model, layer_table, list_models
from inception_edu.cli import main
from inception_edu.tables import COLUMNS

EVERYTHING = tuple(COLUMNS)


@pytest.mark.parametrize("name", list_models())
def test_the_arithmetic_agrees_with_what_is_measured(name):
    computed = layer_table(name, detail="layer", columns=EVERYTHING)
    measured = layer_table(create_model(name, device="meta"), detail="layer", columns=EVERYTHING)
    # Batch norm is a module of its own there and part of its convolution here, so parameters are compared in total.
    assert computed.total == measured.total
    weighted = [
        [(row.output, row.macs, row.receptive_field) for row in table.rows if row.macs]
        for table in (computed, measured)
    ]
    assert sorted(weighted[0]) == sorted(weighted[1])  # a residual sum may run its shortcut first


@pytest.mark.parametrize("name", ["googlenet", "googlenet_bn", "inception_v3"])
def test_a_measured_model_reads_like_its_name(name):
    computed = layer_table(name, columns=EVERYTHING)
    measured = layer_table(create_model(name, device="meta"), columns=EVERYTHING)
    assert computed.rows == measured.rows
    assert str(computed) == str(measured)


def test_googlenet_agrees_with_the_published_totals():
    table = layer_table("googlenet")
    assert (table.total.params, table.without_aux.params) == (13_378_280, 6_998_552)
    assert table.without_aux.macs == 1_582_671_872


def test_a_named_table_needs_no_torch():
    code = (
        "import sys; from inception_edu import layer_table; print(layer_table('googlenet'));"
        "sys.exit(bool({'torch', 'pandas', 'numpy', 'torchinfo'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_a_foreign_module_is_measured_by_its_children():
    table = layer_table(torchvision.models.resnet18(), 64)
    assert [row.name for row in table.rows][:4] == ["conv1", "bn1", "relu", "maxpool"]
    assert table.total.params == sum(p.numel() for p in torchvision.models.resnet18().parameters())
    assert table.rows[0].output == (64, 32, 32)


class TestFormats:
    table = layer_table("googlenet", aux_logits=False)

    def test_json_has_the_design_s_keys(self):
        data = json.loads(self.table.to_json())
        assert data["model"] == "googlenet"
        assert data["input"] == [3, 224, 224]
        assert {"name", "type", "output", "params", "macs"} <= set(data["rows"][0])
        assert data["total"] == {"params": 6_998_552, "macs": 1_582_671_872}

    def test_dataframe_sums_to_the_total(self):
        frame = self.table.to_dataframe()
        assert frame["params"].sum() == self.table.total.params
        assert frame.loc[frame["name"] == "inception (3a)", "#3×3 reduce"].item() == 96

    def test_markdown_has_one_line_a_row(self):
        lines = self.table.to_markdown().splitlines()
        assert len(lines) == len(self.table.rows) + 3  # header, rule, total
        assert len({line.count("|") for line in lines}) == 1

    def test_text_is_aligned(self):
        lines = str(self.table).splitlines()[1:]
        assert len({len(line) for line in lines}) == 1

    def test_columns_stand_in_the_paper_s_order(self):
        header = str(self.table).splitlines()[2]
        columns = ["#1×1", "#3×3 reduce", "#3×3 ", "#5×5 reduce", "#5×5 ", "pool proj"]
        assert sorted(columns, key=header.index) == columns

    def test_html_escapes_names(self):
        class Odd(nn.Module):
            def __init__(self):
                super().__init__()
                self.add_module("<b>", nn.Conv2d(3, 1, 1))

            def forward(self, x):
                return getattr(self, "<b>")(x)

        assert "&lt;b&gt;" in layer_table(Odd(), 4)._repr_html_()


class TestColumns:
    def test_googlenet_sees_what_its_kernels_and_strides_say(self):
        fields = {row.name: row.receptive_field for row in layer_table("googlenet", columns="receptive_field").rows}
        assert fields["max pool 2"] == (27, 27)
        assert fields["avg pool"] == fields["linear"] == (715 + 6 * 32, 715 + 6 * 32)

    def test_memory_is_the_outputs_of_single_precision(self):
        table = layer_table("lenet5", columns="activation_memory")
        assert table.total.activation_memory == 4 * (6 * 784 + 6 * 196 + 16 * 100 + 16 * 25 + 120 + 84 + 10)

    @pytest.mark.parametrize("name", ["inception_v3", "xception", "alexnet_2012"])
    def test_stages_sum_up_their_layers(self, name):
        assert layer_table(name, columns=COLUMNS).total == layer_table(name, columns=COLUMNS, detail="layer").total

    def test_are_in_every_format_when_asked_for(self):
        table = layer_table("googlenet", columns=["trainable_params", "receptive_field"])
        assert "trainable  receptive field" in str(table)
        assert table.to_dict()["rows"][0]["receptive_field"] == (7, 7)
        assert table.to_dict()["total"]["trainable_params"] == table.total.params
        assert list(table.to_dataframe())[-2:] == ["trainable_params", "receptive_field"]

    def test_are_asked_for_on_the_command_line(self, capsys):
        main(["table", "lenet5", "--json", "--columns", "receptive_field", "activation_memory"])
        first = json.loads(capsys.readouterr().out)["rows"][0]
        assert (first["receptive_field"], first["activation_memory"]) == ([5, 5], 4 * 6 * 784)

    def test_are_nowhere_otherwise(self):
        assert set(layer_table("googlenet").to_dict()["total"]) == {"params", "macs"}
        assert not set(COLUMNS) & set(layer_table("googlenet").to_dict()["rows"][0])


class TestOnly:
    def test_keeps_a_stage_with_all_its_layers(self):
        table = layer_table("googlenet", detail="layer").only("inception (3a)")
        assert len(table.rows) == 7
        assert table.total == layer_table("googlenet").only("inception (3a)").total

    def test_names_what_there_is(self):
        with pytest.raises(ValueError, match=r"no row 'inception \(9z\)'; it has convolution 1"):
            layer_table("googlenet").only("inception (9z)")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": "gogglenet"}, "did you mean 'googlenet'"),
        ({"model": "googlenet", "image_size": 20}, "at least 79×79 pixels with its auxiliary heads.*not 20×20"),
        ({"model": "googlenet", "image_size": -3}, "number of pixels, at least 1, or .*, not -3"),
        ({"model": "googlenet", "num_classes": 0}, "num_classes is a whole number of at least 1"),
        ({"model": "googlenet", "detail": "atoms"}, "'stage' or 'layer', not 'atoms'"),
        ({"model": "googlenet", "columns": ["memory"]}, "'activation_memory', not 'memory'"),
        ({"model": "googlenet", "lnr": True}, "no option 'lnr'; it has lrn"),
        ({"model": nn.Conv2d(3, 1, 1), "num_classes": 10}, "go with a name"),
    ],
)
def test_bad_input_says_what_would_be_right(arguments, message):
    with pytest.raises(ValueError, match=message):
        layer_table(**arguments)
