"""Support vector machines: the boundary with the widest margin, straight or bent (chapter 3)."""

from nnlib.svm.kernel_svm import KernelSVM
from nnlib.svm.kernels import Gaussian, Kernel, Linear, Polynomial
from nnlib.svm.linear import LinearSVM, MulticlassSVM, PowerDecay

__all__ = [
    "Gaussian",
    "Kernel",
    "KernelSVM",
    "Linear",
    "LinearSVM",
    "MulticlassSVM",
    "Polynomial",
    "PowerDecay",
]
