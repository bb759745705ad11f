"""Golden numbers for the surrogate networks and their training, from PyTorch.

Writes src/test/resources/golden/networks.txt: for each architecture its number of parameters and the logits, the loss
after some steps of torch.optim.SGD and a digest of the weights then. Weights and inputs come from a formula that Java
evaluates alike, so no weights are checked in.

    python tools/golden/networks.py        (torch 2.7.1, CPU)
"""

import math
import pathlib

import torch
from torch import nn

import surrogates

CLASSES = 10


def fill(tensor, salt, scale, shift=0.0):
    """value[i] = shift + scale * sin(0.1 * i + salt), i over the flat tensor, worked out in float64."""
    n = tensor.numel()
    values = [shift + scale * math.sin(0.1 * i + salt) for i in range(n)]
    tensor.copy_(torch.tensor(values, dtype=torch.float64).reshape(tensor.shape).to(torch.float32))


class Residual(nn.Module):
    def __init__(self, channels, planes, stride, bottleneck):
        super().__init__()
        out = 4 * planes if bottleneck else planes
        if bottleneck:
            self.conv1 = nn.Conv2d(channels, planes, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.conv3 = nn.Conv2d(planes, out, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(out)
        else:
            self.conv1 = nn.Conv2d(channels, planes, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
        if stride != 1 or channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        self.bottleneck = bottleneck

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.bottleneck:
            y = self.bn3(self.conv3(torch.relu(y)))
        return torch.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


class ResNet(nn.Module):
    def __init__(self, width, depths, bottleneck, imagenet=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False) if imagenet else nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(3, 2, 1) if imagenet else nn.Identity()
        channels = width
        for stage, depth in enumerate(depths):
            blocks = []
            for b in range(depth):
                planes = width << stage
                blocks.append(Residual(channels, planes, 2 if stage > 0 and b == 0 else 1, bottleneck))
                channels = 4 * planes if bottleneck else planes
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


class SmallCnn(nn.Module):
    def __init__(self):
        super().__init__()
        channels = 3
        for i, out in enumerate([32, 64, 128]):
            setattr(self, f"conv{i + 1}", nn.Conv2d(channels, out, 3, 1 if i == 0 else 2, 1, bias=False))
            setattr(self, f"bn{i + 1}", nn.BatchNorm2d(out))
            channels = out
        self.fc = nn.Linear(128, CLASSES)

    def forward(self, x):
        for i in range(1, 4):
            x = torch.relu(getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x)))
        return self.fc(x.mean((2, 3)))


class PlainCnn(nn.Module):
    def __init__(self, widths=(64, 128, 256, 512)):
        super().__init__()
        channels = 3
        for i, out in enumerate(widths):
            setattr(self, f"conv{i + 1}", nn.Conv2d(channels, out, 3, 1 if i == 0 else 2, 1))
            channels = out
        self.depth = len(widths)
        self.fc = nn.Linear(channels, CLASSES)

    def forward(self, x):
        for i in range(1, self.depth + 1):
            x = torch.relu(getattr(self, f"conv{i}")(x))
        return self.fc(x.mean((2, 3)))


class Mlp(nn.Module):
    def __init__(self, inputs, hidden=(256,)):
        super().__init__()
        sizes = [inputs, *hidden, CLASSES]
        for i in range(len(sizes) - 1):
            setattr(self, f"fc{i + 1}", nn.Linear(sizes[i], sizes[i + 1]))
        self.depth = len(sizes) - 1

    def forward(self, x):
        x = x.flatten(1)
        for i in range(1, self.depth):
            x = torch.relu(getattr(self, f"fc{i}")(x))
        return getattr(self, f"fc{self.depth}")(x)


def set_weights(network):
    with torch.no_grad():
        for i, (name, p) in enumerate(network.named_parameters()):
            if p.dim() == 1:
                # Scales of batch normalisation around one; shifts and biases around zero.
                fill(p, i, 0.1, 1.0 if name.endswith("weight") else 0.0)
            else:
                fill(p, i, math.sqrt(2.0 / p[0].numel()))
        buffers = [b for n, b in network.named_buffers() if "running" in n]
        for i, b in enumerate(buffers):
            fill(b, i, 0.1, float(i % 2))


def inputs(size, side):
    """Bytes (i * 37 + i / 7) mod 256 over the flat [N, C, H, W], normalised with mean 0.5 and deviation 0.25."""
    n = size * 3 * side * side
    values = torch.tensor([(i * 37 + i // 7) % 256 for i in range(n)], dtype=torch.float32)
    return (values.reshape(size, 3, side, side) / 255 - 0.5) / 0.25


def train(network, x, y, nesterov, weight_decay, steps):
    optimizer = torch.optim.SGD(
        network.parameters(), lr=0.05, momentum=0.9, nesterov=nesterov, weight_decay=weight_decay)
    losses = []
    network.train()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def numbers(values):
    return " ".join(f"{v:.9g}" for v in values)


def small_networks():
    return {
        "mlp": Mlp(3 * 16 * 16, (32, 16)),
        "small-cnn": SmallCnn(),
        "plain-cnn": PlainCnn((8, 16)),
        "resnet18": ResNet(8, [2, 2, 2, 2], False),
        "resnet50": ResNet(4, [3, 4, 6, 3], True),
        "resnet50-imagenet": ResNet(4, [3, 4, 6, 3], True, True),
        **surrogates.small(),
    }


def main():
    torch.set_num_threads(1)
    lines = ["# Made by tools/golden/networks.py with torch " + torch.__version__]
    full = {
        "mlp": Mlp(3 * 32 * 32),
        "small-cnn": SmallCnn(),
        "plain-cnn": PlainCnn(),
        "resnet18": ResNet(64, [2, 2, 2, 2], False),
        "resnet50": ResNet(64, [3, 4, 6, 3], True),
        "resnet50-imagenet": ResNet(64, [3, 4, 6, 3], True, True),
        **surrogates.full(),
    }
    for name, network in full.items():
        lines.append(f"{name}.count {sum(p.numel() for p in network.parameters())}")
    small = small_networks()
    x = inputs(4, 16)
    y = torch.tensor([3, 1, 4, 1])
    for name, network in small.items():
        names = ",".join(n for n, _ in network.named_parameters())
        lines.append(f"{name}.names {names}")
        set_weights(network)
        network.eval()
        with torch.no_grad():
            lines.append(f"{name}.logits {numbers(network(x).flatten().tolist())}")
    for name, nesterov, decay in [
            ("mlp", False, 0.0), ("mlp", True, 5e-4), ("small-cnn", True, 5e-4), ("plain-cnn", False, 1e-3)]:
        network = small[name]
        set_weights(network)
        key = f"{name}.sgd.{'nesterov' if nesterov else 'heavy-ball'}"
        lines.append(f"{key}.losses {numbers(train(network, x, y, nesterov, decay, 5))}")
        flat = torch.cat([p.detach().flatten() for p in network.parameters()])
        lines.append(f"{key}.weights {numbers(flat[::97].tolist())}")
        buffers = [b.flatten() for n, b in network.named_buffers() if "running" in n]
        if buffers:
            lines.append(f"{key}.buffers {numbers(torch.cat(buffers)[::7].tolist())}")
    target = pathlib.Path(__file__).resolve().parents[2] / "src/test/resources/golden/networks.txt"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n")
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
