"""Chapter 2's widget: one neuron's knobs, its activation and derivative, and the line it draws."""

import ipywidgets
import numpy as np
from matplotlib.patches import Polygon

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
from nnlib.plots.mesh import around
from nnlib.plots.planes import PALE
from nnlib.validation import check_matrix, check_same_length, check_vector
from nnlib.widgets.controls import slider
from nnlib.widgets.picture import Widget
from nnlib.widgets.scene import Scene

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
LINE = np.linspace(-REACH, REACH, 401)
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
        self.labels = np.unique(self.y)
        self.w1 = slider("weight w₁", 1.0, -5, 5, 0.1, self.redraw)
        self.w2 = slider("weight w₂", 0.5, -5, 5, 0.1, self.redraw)
        self.b = slider("bias b", 0.0, -5, 5, 0.1, self.redraw)
        self.factor = slider("input factor", 1.0, 0.1, 10, 0.1, self.redraw)
        self.activation = ipywidgets.Dropdown(options=list(ACTIVATIONS), description="activation")
        self.activation.observe(self.redraw, "value")
        fig, (left, right) = plots.figure(8, 3.4, columns=2, layout=None)
        fig.subplots_adjust(left=0.07, right=0.99, bottom=0.14, top=0.9, wspace=0.2)
        moving = [*self._draw_activation(left), *self._draw_plane(right)]
        self.scene = Scene(fig, moving)
        super().__init__([self.activation, self.w1, self.w2, self.b, self.factor])

    def draw(self):
        """The two panels for the present knobs, and a sentence about them."""
        activation = ACTIVATIONS[self.activation.value]
        w, b = self.factor.value * np.array([self.w1.value, self.w2.value]), self.b.value
        z = self.X @ w + b
        self._show_activation(activation, z)
        self._show_side(w, b)
        asleep = np.mean(np.abs(_slope(activation, z)) < SATURATED)
        right_side = np.mean((z > 0) == (self.y == self.labels[-1]))
        self.saturated.set_text(f"{asleep:.0%} of the points saturated")
        self.sided.set_text(f"{right_side:.0%} on their own side")
        words = (
            f"A neuron with {self.activation.value}, weights {w[0]:.1f} and {w[1]:.1f}, bias "
            f"{b:.1f}: {right_side:.0%} of the points lie on their own side of its line, and at "
            f"{asleep:.0%} its derivative is below {SATURATED}."
        )
        return self.scene.png(), words

    def _draw_activation(self, ax):
        plots.curves(LINE, {"output": LINE, "derivative": LINE}, ax)
        plots.points(self.X, self.y, ax, size=16)
        ax.set(xlabel="$z = w \\cdot x + b$", xlim=(-REACH, REACH), ylim=(-1.7, 3.2))
        self.saturated, self.curves, self.examples = (
            ax.set_title(""),
            ax.lines[:],
            ax.collections[:],
        )
        ax.legend(loc="upper left", handles=self.curves)
        return [*self.curves, *self.examples, self.saturated]

    def _show_activation(self, activation, z):
        output, derivative = self.curves
        output.set_ydata(_value(activation, LINE))
        derivative.set_ydata(_slope(activation, LINE))
        inside = np.clip(z, -REACH, REACH)
        on_curve = np.column_stack([inside, _value(activation, inside)])
        for label, examples in zip(self.labels, self.examples):
            examples.set_offsets(on_curve[self.y == label])

    def _draw_plane(self, ax):
        left, right, bottom, top = around(self.X)
        self.corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
        self.side = ax.add_patch(Polygon(self.corners, facecolor=PALE[1], zorder=0.5))
        (self.edge,) = ax.plot([], [], color="0.2", linewidth=1.5)
        plots.points(self.X, self.y, ax)
        ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(left, right), ylim=(bottom, top))
        ax.set_facecolor(PALE[0])
        ax.grid(False)
        self.sided = ax.set_title("")
        return [self.side, self.edge, *ax.collections, self.sided]

    def _show_side(self, w, b):
        side, edge = positive_side(w, b, self.corners)
        self.side.set_xy(side if len(side) else self.corners[:1])
        self.edge.set_data(*edge.T)


def positive_side(w, b, corners):
    """The part of a convex area where w · x + b > 0, and its edge: corners (m, 2) and (0 or 2, 2).

    Walks around `corners` (n, 2), keeps those on the positive side, and adds the points where it
    crosses the line (Sutherland and Hodgman, 1974).
    """
    side, edge = [], []
    for here, there in zip(corners, np.roll(corners, -1, axis=0)):
        z, next_z = here @ w + b, there @ w + b
        if z > 0:
            side.append(here)
        if (z > 0) != (next_z > 0):
            edge.append(here + (there - here) * z / (z - next_z))
            side.append(edge[-1])
    return np.reshape(side, (-1, 2)), np.reshape(edge, (-1, 2))


def _value(activation, z):
    return activation.forward(z).copy()  # it is the gate's buffer


def _slope(activation, z):
    activation.forward(z)
    return activation.backward(np.ones_like(z)).copy()
