"""PyTorch, eager: a loop as fast as its users write it, and one as its tutorials do."""

import torch
from torch import nn

torch.set_num_threads(1)


def training(work):
    """Data in one tensor, indexed by a shuffled order; nothing is asked for that isn't needed."""
    return loop(work, *parts(work))


def convnet(work):
    """The same with images, whose channels stand last in memory, as its convolutions like it."""
    X, y = map(torch.from_numpy, work.data())
    (W1, _), (W2, _), (W3, _), (W4, _) = work.weights()
    model = nn.Sequential(
        *[nn.Conv2d(1, len(W1), work.size), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Conv2d(len(W1), len(W2), work.size), nn.MaxPool2d(2), nn.ReLU()],
        *[nn.Flatten(), nn.Linear(W3.shape[1], len(W3)), nn.ReLU(), nn.Linear(len(W3), len(W4))],
    )
    learned = [module for module in model if hasattr(module, "weight")]
    for module, pair in zip(learned, work.weights(), strict=True):
        fill(module, *pair)
    model = model.to(memory_format=torch.channels_last)
    images = X.reshape(-1, 1, work.side, work.side).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=work.rate, fused=True)
    return loop(work, images, y, model, nn.CrossEntropyLoss(), optimizer)


def loop(work, X, targets, model, loss_of, optimizer):
    def run():
        order = torch.randperm(len(X))
        for start in range(0, len(X), work.batch):
            index = order[start : start + work.batch]
            optimizer.zero_grad(set_to_none=True)
            loss_of(model(X[index]), targets[index]).backward()
            optimizer.step()

    return run, work.epoch


class Images(torch.utils.data.Dataset):
    """Images of bytes, scaled one by one when asked for: MNIST with the transform ToTensor()."""

    def __init__(self, X, targets):
        self.X, self.targets = (255 * X).to(torch.uint8), targets

    def __len__(self):
        return len(self.X)

    def __getitem__(self, index):
        return self.X[index].to(torch.float32).div(255), self.targets[index]


def tutorial(work):
    """A Dataset with a transform, a DataLoader that shuffles, the loss of each step as a number."""
    X, targets, model, loss_of, optimizer = parts(work)
    loader = torch.utils.data.DataLoader(Images(X, targets), batch_size=work.batch, shuffle=True)

    def run():
        total = 0.0
        for batch, target in loader:
            optimizer.zero_grad()
            loss = loss_of(model(batch), target)
            loss.backward()
            optimizer.step()
            total += loss.item()

    return run, work.epoch


def cut(work, points=50):
    """A loop over the grid's points: set the weights, compute the loss without gradients."""
    X, targets, model, loss_of, _ = parts(work)
    here = [p.detach().clone() for p in model.parameters()]
    along, across = [
        [torch.from_numpy(array).float() for pair in direction for array in pair]
        for direction in work.directions()
    ]

    @torch.no_grad()
    def run():
        losses = []
        for k in range(points):
            x1, x2 = 2 * k / points - 1, 1 - 2 * k / points
            for p, w, d1, d2 in zip(model.parameters(), here, along, across, strict=True):
                p.copy_(w + x1 * d1 + x2 * d2)
            losses.append(loss_of(model(X), targets).item())

    return run, points / work.side**2


def parts(work):
    """Data as tensors, the model, its loss and its optimizer."""
    X, y = map(torch.from_numpy, work.data())
    modules = []
    last = len(work.sizes) - 2
    for index, (W, b) in enumerate(work.weights()):
        modules.append(fill(nn.Linear(W.shape[1], W.shape[0]), W, b))
        if work.activation == "sigmoid":
            modules.append(nn.Sigmoid())
        elif index < last:
            modules.append(nn.ReLU())
    model = nn.Sequential(*modules)
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[work.optimizer]
    optimizer = kind(model.parameters(), lr=work.rate)
    if work.activation == "relu":
        return X, y, model, nn.CrossEntropyLoss(), optimizer
    return X, nn.functional.one_hot(y, work.sizes[-1]).float(), model, quadratic_cost, optimizer


def fill(module, W, b):
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(W))
        module.bias.copy_(torch.from_numpy(b))
    return module


def quadratic_cost(outputs, targets):
    return ((outputs - targets) ** 2).sum() / (2 * len(targets))
