import pytest
from matplotlib import pyplot as plt


@pytest.fixture(autouse=True)
def closed_figures():
    """Every test leaves no figure open."""
    yield
    plt.close("all")
