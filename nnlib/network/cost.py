"""A network's cost as a function of its parameters, for pictures of its surface (chapter 5)."""

import numpy as np

from nnlib.layers import Dense

CHUNK = 2048  # examples that a slice is computed for at a time


class Cost:
    """The cost on data X, y at any point of the cost surface; the network itself stays put.

    The data are copied: what happens to X and y later doesn't change the surface.

    `cost(vector)` is what `loss_value(X, y)` of a network with these parameters would be, and
    `cost.gradient(vector)` its gradient, a new vector. `network.cost(X, y)` makes one.
    """

    def __init__(self, network, X, y):
        self.network = network
        known, self.T = network.encode(X, y)  # a new T; X as it is where it is an array already
        self.X = np.array(known)

    def __call__(self, vector):
        """The cost at `vector` (parameters,), a float."""
        network = self.network
        with network.elsewhere(vector):
            return network.mean_loss(network.answer(self.X), self.T) + network.penalty()

    def gradient(self, vector):
        """The cost's gradient at `vector`, both of shape (parameters,)."""
        network = self.network
        kept = network.gradients_vector.copy()
        with network.elsewhere(vector), network.mode(training=False):
            network.backpropagate(network.columns(self.X), self.T)
        gradient = network.gradients_vector.copy()
        network.gradients_vector[...] = kept
        return gradient

    def losses_along(self, origin, directions, points):
        """The costs (k,) at origin + points @ directions; points (k, d), a direction a row.

        Where the first layer that learns is a Dense, what it hands on is linear in the coordinates:

            (W0 + x1 W1 + x2 W2) a + (b0 + x1 b1 + x2 b2)  =  z0 + x1 z1 + x2 z2

        so its product, nearly all of the work, is computed three times and not at every point.
        """
        network = self.network
        corners = np.vstack([origin, *directions]).astype(network.dtype)
        coordinates = np.insert(points, 0, 1, axis=1).astype(network.dtype)
        first = network.first_learner
        if first == len(network.layers) or type(network.layers[first]) is not Dense:
            return np.array([self(x @ corners) for x in coordinates])
        losses = np.zeros(len(points))
        with network.elsewhere(origin), network.mode(training=False):
            for start in range(0, len(self.X), CHUNK):
                part = slice(start, start + CHUNK)
                losses += self._sum_losses(corners, coordinates, part) / len(self.X)
            if network.regularizer is not None:
                losses += [self._penalty(x @ corners) for x in coordinates]
        return losses

    def _sum_losses(self, corners, coordinates, part):
        """For each point the sum of the losses of some examples."""
        network, first = self.network, self.network.first_learner
        a, T = network.columns(self.X[part]), self.T[:, part]
        for layer in network.layers[:first]:
            a = layer.forward(a)
        dense, *rest = network.layers[first:]
        z_corners = np.stack([self._forward_at(corner, dense, a) for corner in corners])
        z = np.empty(z_corners.shape[1:], network.dtype)
        known = dense.W.value.size + dense.b.value.size
        tail, tail_corners = network.parameters_vector[known:], corners[:, known:].copy()
        losses = np.empty(len(coordinates))
        for index, x in enumerate(coordinates):
            np.dot(x, tail_corners, out=tail)
            np.dot(x, z_corners.reshape(len(x), -1), out=z.reshape(-1))
            a = z
            for layer in rest:
                a = layer.forward(a)
            losses[index] = network.loss.measure(a, T)
        return losses * T.shape[1]

    def _forward_at(self, corner, dense, a):
        """A copy of W a + b, with the W and b of one corner."""
        self.network.parameters_vector[...] = corner
        return dense.forward(a).copy()

    def _penalty(self, vector):
        self.network.parameters_vector[...] = vector
        return self.network.penalty()
