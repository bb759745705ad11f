"""Writes the TorchScript modules that the tests load, and what PyTorch itself finds on their weights.

    python tools/torchscript/make.py

Run once with PyTorch 2.7.1 and once with 1.13.1: each writes a module scripted by its own version, small-<version>.pt, and
beside it small-<version>.txt with the scores of 24 made-up samples: EL2N, GraNd, the mean gradient's norm and the dot
products of MoSo, gradients taken one sample at a time. Only 2.7 writes the modules of other shapes and habits.
"""

import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

TARGET = pathlib.Path(__file__).parents[2] / "src/test/resources/torchscript"
SAMPLES, CLASSES, SIDE = 24, 10, 28
MEAN, STD = 0.5, 0.29


class Small(nn.Module):
    """Two convolutions with batch normalisation, dropout and a linear layer that flattens by view."""

    def __init__(self, channels=1, side=SIDE, dropout=0.1):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(channels, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(12, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2))
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(24 * (side // 4) ** 2, CLASSES)

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        return self.fc(self.dropout(x))


class Attention(nn.Module):
    """Patches, a learned position, one layer of attention: what no convolution is."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(1, 16, 7, stride=7)
        self.position = nn.Parameter(torch.zeros(1, 16, 16))
        self.norm = nn.LayerNorm(16)
        self.qkv = nn.Linear(16, 48)
        self.fc = nn.Linear(16, CLASSES)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2) + self.position
        q, k, v = self.qkv(self.norm(x)).chunk(3, dim=-1)
        weights = torch.softmax(torch.matmul(q, k.transpose(1, 2)) / 4.0, dim=-1)
        return self.fc((x + torch.matmul(weights, v)).mean(1))


class AlwaysDrops(nn.Module):
    """Dropout that no mode switches off."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(SIDE * SIDE, CLASSES)

    def forward(self, x):
        return self.fc(F.dropout(x.flatten(1), 0.5))


def pictures():
    """The same bytes as the test makes."""
    i = np.arange(SAMPLES, dtype=np.int64)[:, None]
    j = np.arange(SIDE * SIDE, dtype=np.int64)[None, :]
    return (((i * 31 + 7) * (j + 13) * 2654435761) >> 13) & 255


def inputs():
    x = torch.from_numpy(pictures()).to(torch.float32).reshape(SAMPLES, 1, SIDE, SIDE)
    return (x / 255 - MEAN) / STD, torch.arange(SAMPLES) % CLASSES


def warm(module):
    """A few steps, so that neither weights nor running statistics are those of the beginning."""
    x, y = inputs()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.02, momentum=0.9)
    module.train()
    for _ in range(4):
        optimizer.zero_grad()
        F.cross_entropy(module(x), y).backward()
        optimizer.step()
    return module.eval()


def gradient(module, x, y):
    parameters = list(module.parameters())
    return torch.cat([g.flatten() for g in torch.autograd.grad(F.cross_entropy(module(x), y), parameters)])


def scores(module):
    x, y = inputs()
    p = torch.softmax(module(x), 1).detach()
    gradients = torch.stack([gradient(module, x[i:i + 1], y[i:i + 1]) for i in range(SAMPLES)]).double()
    mean = gradients.mean(0)
    return {
        "el2n": (p - F.one_hot(y, CLASSES)).norm(dim=1),
        "grand": gradients.norm(dim=1),
        "mean": mean.norm()[None],
        "dots": gradients @ mean,
    }


def steps(module):
    """Losses of six SGD steps without dropout, learning rate 0.05, Nesterov momentum 0.9, weight decay 0.0005."""
    x, y = inputs()
    module.dropout.p = 0.0
    module.train()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        loss = F.cross_entropy(module(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def main():
    version = ".".join(torch.__version__.split(".")[:2])
    torch.manual_seed(13)
    TARGET.mkdir(exist_ok=True)
    small = warm(Small())
    torch.jit.script(small).save(str(TARGET / f"small-{version}.pt"))
    # Without dropout, for the steps can be compared only where nothing is drawn.
    found = scores(small)
    plain = Small(dropout=0.0)
    plain.load_state_dict(small.state_dict())
    torch.jit.script(plain.eval()).save(str(TARGET / f"plain-{version}.pt"))
    found["losses"] = steps(plain)
    with open(TARGET / f"small-{version}.txt", "w") as file:
        for name, values in found.items():
            file.write(name + " " + " ".join(f"{v:.9g}" for v in values.tolist()) + "\n")
    if version == "2.7":
        torch.jit.script(Attention().eval()).save(str(TARGET / "attention.pt"))
        torch.jit.script(AlwaysDrops()).save(str(TARGET / "always-drops.pt"))
        torch.jit.trace(small, inputs()[0]).save(str(TARGET / "traced.pt"))


main()
