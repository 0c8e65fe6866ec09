"""Ways to look inside a trained network: what its units see, what it looks at, what it knows on the way, what fools it.

    from inception_edu import create_model, photographs
    from inception_edu.looking import class_maps, occlusion, saliency

    model = create_model("googlenet_bn", weights="cifar10").eval()
    x = model.weights_card.prepare(photographs()[4].image)      # 1×3×64×64, normalized
    class_maps(model, x)                                        # 1×10×2×2: one map a class, their means are the logits

One method a file, each with its source. All leave the network as it was, and expect it in evaluation mode.
"""

from .ablation import bypassed, silenced, split_at
from .adversarial import fast_gradient_sign, random_sign
from .agreement import blocks, hide_strongest, rank_correlation
from .class_map import class_maps, fine_features
from .corruptions import CORRUPTIONS
from .dreaming import dream
from .gradients import input_gradient, saliency
from .neighbours import nearest
from .occlusion import occlusion
from .probes import Probe, fit_probe, pooled_features
from .receptive_field import effective_field, mosaic, side_holding
from .visualisation import visualise_channels

__all__ = [
    "CORRUPTIONS",
    "Probe",
    "blocks",
    "bypassed",
    "class_maps",
    "dream",
    "effective_field",
    "fast_gradient_sign",
    "fine_features",
    "fit_probe",
    "hide_strongest",
    "input_gradient",
    "mosaic",
    "nearest",
    "occlusion",
    "pooled_features",
    "random_sign",
    "rank_correlation",
    "saliency",
    "side_holding",
    "silenced",
    "split_at",
    "visualise_channels",
]
