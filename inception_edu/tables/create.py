"""`layer_table`: one door for named networks, which are computed, and for modules, which are measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..architectures import architecture
from ..arguments import choice, quoted
from ..arithmetic import Pair
from .computed import computed_table
from .table import COLUMNS, DETAILS, LayerTable

if TYPE_CHECKING:
    from torch import nn

_DETAIL = choice(*DETAILS)
_COLUMN = choice(*COLUMNS)


def layer_table(
    model: str | nn.Module,
    image_size: int | Pair | None = None,
    *,
    detail: str = "stage",
    columns: str | Iterable[str] = (),
    num_classes: int | None = None,
    in_channels: int | None = None,
    aux_logits: bool | None = None,
    **options: Any,
) -> LayerTable:
    """The layer table of a network.

    >>> layer_table("googlenet", aux_logits=False).total.params
    6998552

    Args:
        model: a name from `list_models()`, computed by arithmetic in a few milliseconds; or any `nn.Module` that takes
            images, measured on a copy.
        image_size: side in pixels or (height, width); None for what is usual for the network (224 for other modules).
        detail: "stage" for the rows of the paper's table (another module: its children), "layer" for single
            operations.
        columns: what to show besides, any of "receptive_field", "trainable_params" and "activation_memory"; see
            `TableRow` for what they mean.
        num_classes: as for `create_model`; for names only.
        in_channels: channels of an image; None for what is usual (3 for other modules).
        aux_logits: as for `create_model`; for names only.
        **options: as for `create_model`; for names only.

    Raises:
        ValueError: an argument that cannot be, or a module that cannot be measured; the message, one line, says why.
    """
    detail = _DETAIL.check("detail", detail)
    asked = [columns] if isinstance(columns, str) else list(columns)
    shown = tuple(dict.fromkeys(_COLUMN.check("a column", column) for column in asked))
    if isinstance(model, str):
        found = architecture(
            model,
            num_classes=num_classes,
            in_channels=in_channels,
            aux_logits=aux_logits,
            image_size=image_size,
            **options,
        )
        return computed_table(found, detail, shown)

    from torch import nn

    if not isinstance(model, nn.Module):
        raise ValueError(f"model is a name from list_models() or a torch.nn.Module, not {quoted(model)}")
    if num_classes is not None or aux_logits is not None or options:
        raise ValueError("num_classes, aux_logits and a network's options go with a name; a module has its own")

    from .measured import measured_table

    return measured_table(model, image_size, in_channels, detail, shown)
