"""The Inception family of convolutional networks: tables, layers, training, and the widgets of an interactive book.

>>> from inception_edu import layer_table
>>> layer_table("googlenet", aux_logits=False).total.params
6998552

Names are imported when they are first used, so that what needs no torch does not wait for it.
"""

from importlib import import_module

_HOMES = {
    "architecture": "architectures",
    "claims": "published",
    "create_model": "models",
    "layer_table": "tables",
    "list_models": "architectures",
    "open_dataset": "datasets",
    "optimize_for_inference": "inference",
    "photographs": "pictures",
    "train": "training",
    "weights": "pretrained",
}

__all__ = [*_HOMES, "__version__"]

__version__: str


def __getattr__(name: str):
    if name == "__version__":
        return globals().setdefault(name, _version())
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("inception-edu")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
