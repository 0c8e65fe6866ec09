"""A notebook that a program runs and exports, such as nbconvert, shows its widgets without a network."""

from __future__ import annotations

import nbformat
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

SOURCE = "from inception_edu.widgets import ReductionCalculator\n\nReductionCalculator()"


def test_an_exported_notebook_shows_table_and_drawing(chromium, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)])
    ExecutePreprocessor(kernel_name="python3").preprocess(notebook, {"metadata": {"path": str(tmp_path)}})
    text, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "exported.html").write_text(text, encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "exported.html").as_uri(), wait_until="domcontentloaded")
    widget = page.locator("[data-widget=reduction-calculator]")
    widget.wait_for()
    assert widget.locator("svg, table").count() > 0
    assert "16.2 times" in widget.inner_text()
    context.close()
