"""What the tests of `InsideView` do with its page."""

from __future__ import annotations

import base64

SHARES = "() => [...document.querySelectorAll('.in-scores li')].map((li) => Number(li.dataset.share))"
DROP = """([name, kind, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: kind }));
  const target = document.querySelector(".iw");
  for (const event of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(event, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


def drop(page, name: str, content: bytes, kind: str = "image/jpeg") -> None:
    page.page.evaluate(DROP, [name, kind, base64.b64encode(content).decode()])


def shares(page) -> list[float]:
    """What the bars show, class by class."""
    return page.page.evaluate(SHARES)


def own(page) -> int:
    """How many pictures the reader has given."""
    return page.page.locator('[data-picture^="own-"]').count()
