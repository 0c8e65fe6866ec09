"""What trained networks are for: predictions of pictures, and files for other programs."""

from .export import FORMATS, Exported, export_model
from .optimize import BACKENDS, optimize_for_inference
from .predictor import Prediction, Predictor, load_predictor
from .trained import Trained, load_trained
