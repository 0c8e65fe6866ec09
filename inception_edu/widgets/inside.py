"""A trained network taken apart on a picture: every branch's maps, what they see, and what happens without them."""

from __future__ import annotations

import base64
import hashlib
import html
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..pictures import Photograph, photographs
from .base import Widget
from .inside_rows import rows_of
from .page import once, script_json
from .params import Param, choice, choices, integer
from .portable import portable

if TYPE_CHECKING:
    from ..models.base import Model

LARGEST = 1_500_000  # learned numbers that a page carries, a byte each
MOST_CLASSES = 40  # that a list offers
SIDE = 192  # of a supplied picture in the page, in pixels


class InsideView(Widget):
    """A network on a picture, layer by layer: maps of every branch, receptive fields, occlusion, class activation.

    In a page the network itself travels along, in 8 bits a weight, and the browser computes. In a live kernel Python
    does. The reader may give pictures of their own, which stay on their machine.

    Args:
        model: a network of this package; None takes the GoogLeNet that was trained on CIFAR-10.
        pictures: photographs of `inception_edu.photographs`, files, PIL images or uint8 arrays H×W×3; or pairs of one
            and its true class. None takes all of `photographs`.
        classes: names of the classes; None takes those of the weights' card, or numbers.
        mean, std: of each colour, 0 to 1, by which pictures are normalized; None takes the card's, or 0.5 and 0.25.
        **more: as in `Widget`.

    Raises:
        ValueError: the model's images are not square and in colour, or another number of classes is named.
    """

    KIND = "inside-view"
    FRONT = "inside_view"
    TITLE = "Inside GoogLeNet"
    QUESTION = "What does the network look at? Cover it, or switch off what sees it."
    FIGURES = {
        "channels": "Maps of the row that is open",
        "grid": "Their grid, places a side",
        "field": "Receptive field of the map that is chosen (pixels a side)",
    }

    def __init__(
        self,
        model: Model | None = None,
        pictures: Iterable[Any] | None = None,
        *,
        classes: Sequence[str] | None = None,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        **more: Any,
    ) -> None:
        if model is None:
            from ..models import create_model

            model = create_model("googlenet_bn", weights="cifar10")
        self.model = model.eval()
        table = model.architecture
        if table.in_channels != 3 or table.image_size[0] != table.image_size[1]:
            raise ValueError("InsideView shows networks that take square pictures in colour")
        self.card = getattr(model, "weights_card", None)
        names = list(classes or (self.card.classes if self.card else range(1, table.num_classes + 1)))
        if len(names) != table.num_classes:
            raise ValueError(f"the network tells {table.num_classes} classes apart; {len(names)} names were given")
        if table.name != "googlenet_bn":
            self.TITLE = f"Inside {table.title}"
        self._network = script_json(portable(model)) if _size(model) <= LARGEST else ""
        taken = photographs() if pictures is None else tuple(pictures)
        if not taken:
            raise ValueError("give at least one picture")
        shown = [_picture(given, place) for place, given in enumerate(taken, start=1)]
        self._first = {
            "classes": [str(name) for name in names],
            "mean": list(mean or (self.card.mean if self.card else (0.5, 0.5, 0.5))),
            "std": list(std or (self.card.std if self.card else (0.25, 0.25, 0.25))),
            "size": table.image_size[0],
            "native": self.card.native_size if self.card else None,
            "rows": rows_of(table),
            "pictures": shown,
            "network": hashlib.sha256(self._network.encode()).hexdigest()[:16],
        }
        more.setdefault("source", self._about())
        super().__init__(data=self._first, **more)
        self.on_msg(self._hear)

    def _about(self) -> str:
        if self.card is None:
            return ""
        right = f"{self.card.accuracy:.1%} of its test pictures right"
        return f"{self.card.model}, trained on {self.card.data}: {right}."

    def _rows(self) -> Iterable[Param]:
        data = self._first
        size, rows, classes = data["size"], data["rows"], data["classes"]
        modules = [row["name"] for row in rows if row["branches"]]
        names = [(each["name"], each["title"]) for each in data["pictures"]]
        parts = [row["name"] for row in rows[:-1]]
        parts += [f"{row['name']} / {branch['name']}" for row in rows for branch in row["branches"]]
        listed = classes if len(classes) <= MOST_CLASSES and "predicted" not in classes else []
        yield choice("target", "predicted", [("predicted", "what it says"), *listed], "Class to explain")
        yield choice("compare", "none", [("none", "no other"), *names], "Compare with")
        yield integer("square", 0, 0, size, "Grey square", unit="pixels")
        yield choice("picture", names[0][0], names, "Picture", control=False)
        yield choice("row", (modules or parts)[0], [row["name"] for row in rows], "Row", control=False)
        yield integer("map", 1, 1, max(row["channels"] for row in rows), "Map", control=False)
        views = ["picture", "seen", "class", "occlusion"]
        yield choice("show", "picture", views, "Shown", control=False)
        yield integer("left", 0, 0, size, "Left edge of the square", control=False)
        yield integer("top", 0, 0, size, "Top edge of the square", control=False)
        yield choices("off", [], parts, "Switched off", control=False)

    def compute(self, p: Mapping[str, Any]) -> dict[str, Any]:
        """Of the row and the map that are open: how many, on which grid, what a unit sees."""
        row = next(row for row in self.data["rows"] if row["name"] == p["row"])
        place = min(p["map"], row["channels"])
        inside = [b for b in row["branches"] if b["first"] < place <= b["first"] + b["channels"]]
        field, jump, _ = (inside[0] if inside else row)["field"]
        figures = {"channels": row["channels"], "grid": row["grid"], "field": field, "jump": jump}
        return {**figures, "switched_off": len(p["off"])}

    def fallback(self) -> str:
        """Settings and figures, and the rows of the network; none sees more than the picture."""
        side = self.data["size"]
        lines = "".join(
            f'<tr><th scope="row">{html.escape(row["name"])}</th><td>{row["channels"]}</td>'
            f"<td>{row['grid']}×{row['grid']}</td><td>{min(row['field'][0], side)}</td></tr>"
            for row in self.data["rows"]
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Row", "Maps", "Grid", "A unit sees"))
        return f"{super().fallback()}<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"

    def to_html(self) -> str:
        """The widget in its present state, with the network in an element of its own, of which a page needs one."""
        carried = ""
        if self._network:
            carried = once(self._network, "application/json", self.data["network"])
        return carried + super().to_html()

    def _hear(self, _: Any, content: dict[str, Any], buffers: list[Any]) -> None:
        from .inside_kernel import answers

        for message, sent in answers(self.model, self.data, content, buffers):
            self.send(message, sent)


def _size(model: Model) -> int:
    return sum(values.numel() for values in model.parameters())


def _picture(given: Any, place: int) -> dict[str, Any]:
    """A picture as the page holds it."""
    from PIL import Image

    label, title, name = None, f"Picture {place}", f"picture-{place}"
    if isinstance(given, tuple):
        given, label = given
    if isinstance(given, Photograph):
        name, title, label = given.name, given.title, given.label
        content = given.path.read_bytes()
    else:
        if isinstance(given, Image.Image):
            image = given.convert("RGB")
        elif isinstance(given, np.ndarray):
            image = Image.fromarray(given)
        else:
            with Image.open(given) as file:
                image = file.convert("RGB")
        image.thumbnail((SIDE, SIDE))
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=88)
        content = stream.getvalue()
    address = "data:image/jpeg;base64," + base64.b64encode(content).decode("ascii")
    return {"name": name, "title": title, "label": label, "href": address}
