"""Where the claims come from."""

SOURCES = {
    "going-deeper": "Szegedy et al., Going Deeper with Convolutions, CVPR 2015, arXiv:1409.4842",
    "batch-norm": "Ioffe and Szegedy, Batch Normalization, ICML 2015, arXiv:1502.03167",
    "rethinking": "Szegedy et al., Rethinking the Inception Architecture, CVPR 2016, arXiv:1512.00567",
    "inception-v4": "Szegedy et al., Inception-v4, Inception-ResNet, AAAI 2017, arXiv:1602.07261",
    "xception": "Chollet, Xception: Deep Learning with Depthwise Separable Convolutions, CVPR 2017, arXiv:1610.02357",
    "adversarial": "Goodfellow, Shlens and Szegedy, Explaining and Harnessing Adversarial Examples, ICLR 2015",
    "alexnet": "Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, NIPS 2012",
    "lenet": "LeCun et al., Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 1998",
    "vgg": "Simonyan and Zisserman, Very Deep Convolutional Networks, ICLR 2015, arXiv:1409.1556",
    "notes-googlenet": "Notes (in Chinese) on GoogLeNet: the module, Table 1 and the auxiliary classifiers",
    "notes-inception-v2": "Notes (in Chinese) on Inception-v2: a derivation at 299×299, training on PASCAL VOC",
    "notes-author-code": "Later code of the same author: github.com/zjZSTU/GoogLeNet, commits 46cf44d and 2e7bbea",
    "notes-d2l": "Notes (in Chinese) on the simplified GoogLeNet of Dive into Deep Learning",
    "notes-reduction": "Notes (in Chinese) on GoogLeNet: configuration, reduction arithmetic, comparison with VGG",
    "notes-paper": "Notes (in Chinese) on Going Deeper with Convolutions: motivation, architecture, training",
}
