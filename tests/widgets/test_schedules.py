"""The rates are torch's, epoch by epoch, and the picture follows."""

from __future__ import annotations

import pytest

from inception_edu.widgets import Schedules
from inception_edu.widgets.schedules import rate_at


@pytest.mark.parametrize("epochs", [10, 37, 200])
@pytest.mark.parametrize("schedule", ["paper", "step", "cosine", "one_cycle"])
def test_rates_are_torchs(schedule, epochs):
    torch = pytest.importorskip("torch")
    from torch.optim import lr_scheduler

    p = Schedules(schedule=schedule, epochs=epochs, base_rate=0.2, factor=0.25, every=7).params
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.2)
    theirs = {
        "paper": lambda: lr_scheduler.StepLR(optimizer, 8, 0.96),
        "step": lambda: lr_scheduler.StepLR(optimizer, 7, 0.25),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, epochs),
        "one_cycle": lambda: lr_scheduler.OneCycleLR(optimizer, 0.2, total_steps=epochs),
    }[schedule]()
    for epoch in range(epochs):
        assert rate_at(p, epoch) == pytest.approx(theirs.get_last_lr()[0], rel=1e-9, abs=1e-15)
        optimizer.step()
        if epoch < epochs - 1:
            theirs.step()


def test_the_schedule_of_2014_halves_the_rate_after_136_epochs():
    assert Schedules(schedule="paper").figures["half"] == 136


def test_settings_appear_with_the_schedule_they_belong_to(still):
    page = still(Schedules())
    assert not page.control("factor").is_visible()
    page.set(schedule="step")
    assert page.control("factor").is_visible()
    page.set(factor=0.5, every=20, epoch=45)
    assert page.number("rate") == pytest.approx(0.1 * 0.5**2)


def test_the_epoch_stays_within_the_run(still):
    page = still(Schedules(epoch=150))
    page.set(epochs=100)
    assert page.control("epoch").input_value() == "99"
    assert page.number("rate") == pytest.approx(0.1 * 0.96**12)


ROOM = """() => {
  const box = (e) => e.getBoundingClientRect();
  const names = [...document.querySelectorAll(".iw-svg text.iw-strong:not(.iw-note), .iw-svg .iw-line + .iw-tick")];
  const lines = names.map((e) => box(e.previousSibling));
  return Math.min(...names.flatMap((e) =>
    lines.filter((line) => Math.abs(line.top - box(e).top) < 12 && line.left > box(e).left)
      .map((line) => line.left - box(e).right)));
}"""


@pytest.mark.parametrize("width", [330, 710])
def test_names_of_lines_keep_apart_and_the_list_shows_all_its_words(still, width):
    page = still(Schedules(), width=width)
    assert page.page.evaluate(ROOM) > 8
    words = "(e => { const full = e.cloneNode(true); full.style = 'width: max-content; flex: none'; e.before(full);"
    words += " return e.offsetWidth - full.offsetWidth; })(document.querySelector('select'))"
    assert page.page.evaluate(words) >= 0
