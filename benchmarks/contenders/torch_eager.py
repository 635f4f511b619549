"""PyTorch, eager: a loop as fast as its users write it, and one as its tutorials do."""

import torch
from torch import nn

torch.set_num_threads(1)


def training(work):
    """Data in one tensor, indexed by a shuffled order: no DataLoader, no needless work."""
    X, y = map(torch.from_numpy, work.data())
    model, loss_of, optimizer = parts(work)
    targets = nn.functional.one_hot(y, work.sizes[-1]).float()
    targets = targets if work.activation == "sigmoid" else y

    def run():
        steps = 0
        while steps < work.steps:
            order = torch.randperm(len(X))
            for start in range(0, len(X), work.batch):
                index = order[start : start + work.batch]
                optimizer.zero_grad(set_to_none=True)
                loss_of(model(X[index]), targets[index]).backward()
                optimizer.step()
                steps += 1
                if steps == work.steps:
                    break

    return run


def tutorial(work):
    """A DataLoader that shuffles, and the running loss as a number, as in PyTorch's quickstart."""
    X, y = map(torch.from_numpy, work.data())
    model, loss_of, optimizer = parts(work)
    targets = nn.functional.one_hot(y, work.sizes[-1]).float()
    targets = targets if work.activation == "sigmoid" else y
    dataset = torch.utils.data.TensorDataset(X, targets)
    loader = torch.utils.data.DataLoader(dataset, batch_size=work.batch, shuffle=True)

    def run():
        steps, total = 0, 0.0
        while steps < work.steps:
            for batch, target in loader:
                optimizer.zero_grad()
                loss = loss_of(model(batch), target)
                loss.backward()
                optimizer.step()
                total += loss.item()
                steps += 1
                if steps == work.steps:
                    break

    return run


def parts(work):
    modules = []
    last = len(work.sizes) - 2
    for index, (W, b) in enumerate(work.weights()):
        linear = nn.Linear(W.shape[1], W.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W))
            linear.bias.copy_(torch.from_numpy(b))
        modules.append(linear)
        if work.activation == "sigmoid":
            modules.append(nn.Sigmoid())
        elif index < last:
            modules.append(nn.ReLU())
    model = nn.Sequential(*modules)
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[work.optimizer]
    optimizer = kind(model.parameters(), lr=work.rate)
    if work.activation == "relu":
        return model, nn.CrossEntropyLoss(), optimizer
    return model, lambda out, t: ((out - t) ** 2).sum() / (2 * len(t)), optimizer
