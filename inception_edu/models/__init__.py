"""Models: rows become modules. `create_model` is the door."""

from .base import Model
from .create import create_model
from .network import GoogLeNetOutputs, InceptionOutputs, Network
from .weights import NewParametersWarning, Normalization, load_weights, normalization
