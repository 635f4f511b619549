"""Chapter 2's widget: one neuron's knobs, its activation and derivative, and the line it draws."""

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.activations import (
    ELU,
    Arctan,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    Softplus,
    Step,
    Tanh,
)
from nnlib.validation import check_matrix, check_same_length, check_vector
from nnlib.widgets.picture import Widget, slider

ACTIVATIONS = {
    "sigmoid": Sigmoid(),
    "step": Step(),
    "linear": Linear(),
    "tanh": Tanh(),
    "ReLU": ReLU(),
    "leaky ReLU": LeakyReLU(0.1),
    "ELU": ELU(),
    "softplus": Softplus(),
    "arctan": Arctan(),
}
REACH = 8.0  # the range of z that is drawn, to both sides
SATURATED = 0.01  # a derivative below this passes hardly any pull


def neuron_knobs(X, y):
    """One neuron over the points X (n, 2) with the labels y (n,), and its knobs.

    Sliders for both weights, the bias, and a factor on the inputs; a choice of activation. Left:
    output and derivative against z = factor (w · x) + b, with the examples where they fall. Right:
    the points, the side on which z is positive, and the line between.
    """
    return NeuronKnobs(X, y)


class NeuronKnobs(Widget):
    """See `neuron_knobs`."""

    kind = "neuron-knobs"

    def __init__(self, X, y):
        self.X, self.y = check_matrix(X, features=2), check_vector(y)
        check_same_length(self.X, self.y)
        self.w1 = slider("weight w₁", 1.0, -5, 5, 0.1, self.redraw)
        self.w2 = slider("weight w₂", 0.5, -5, 5, 0.1, self.redraw)
        self.b = slider("bias b", 0.0, -5, 5, 0.1, self.redraw)
        self.factor = slider("input factor", 1.0, 0.1, 10, 0.1, self.redraw)
        self.activation = ipywidgets.Dropdown(options=list(ACTIVATIONS), description="activation")
        self.activation.observe(self.redraw, "value")
        super().__init__([self.activation, self.w1, self.w2, self.b, self.factor])

    def draw(self):
        """The two panels for the present knobs, and a sentence about them."""
        activation = ACTIVATIONS[self.activation.value]
        w = self.factor.value * np.array([self.w1.value, self.w2.value])
        z = self.X @ w + self.b.value
        fig, (left, right) = plots.figure(8, 3.4, columns=2, layout=None)
        fig.subplots_adjust(left=0.07, right=0.99, bottom=0.14, top=0.9, wspace=0.2)
        _draw_activation(activation, z, self.y, left)
        self._draw_line(w, right)
        asleep = np.mean(np.abs(_slope(activation, z)) < SATURATED)
        right_side = np.mean((z > 0) == (self.y == self.y.max()))
        words = (
            f"A neuron with {self.activation.value}, weights {w[0]:.1f} and {w[1]:.1f}, bias "
            f"{self.b.value:.1f}: {right_side:.0%} of the points lie on their own side of its "
            f"line, and at {asleep:.0%} its derivative is below {SATURATED}."
        )
        left.set_title(f"{asleep:.0%} of the points saturated")
        right.set_title(f"{right_side:.0%} on their own side")
        return plots.png(fig, quick=True), words

    def _draw_line(self, w, ax):
        def side(points):
            labels = np.unique(self.y)
            return np.where(points @ w + self.b.value > 0, labels[-1], labels[0])

        plots.decision_boundary(side, self.X, self.y, ax)
        ax.set(xlabel="$x_1$", ylabel="$x_2$")


def _draw_activation(activation, z, y, ax):
    line = np.linspace(-REACH, REACH, 401)
    plots.curves(line, {"output": _value(activation, line), "derivative": _slope(activation, line)}, ax)
    inside = np.clip(z, -REACH, REACH)
    plots.points(np.column_stack([inside, _value(activation, inside)]), y, ax, size=16)
    ax.set(xlabel="$z = w \\cdot x + b$", xlim=(-REACH, REACH), ylim=(-1.7, 3.2))
    ax.legend(loc="upper left", handles=ax.get_lines()[:2])


def _value(activation, z):
    return activation.forward(z).copy()  # it is the gate's buffer


def _slope(activation, z):
    activation.forward(z)
    return activation.backward(np.ones_like(z)).copy()
