"""A dozen free photographs that travel with the package, for whatever should be tried on a real picture.

    from inception_edu import photographs
    cat = next(photo for photo in photographs() if photo.label == "cat")
    cat.image          # a PIL image, 192×192
    print(cat.credit)  # who took it, where it lies, under which licence

Each is public domain or CC0 by the word of the place that it was taken from; `credits.json` names that place.
"""

from .photographs import Photograph, photographs

__all__ = ["Photograph", "photographs"]
