"""The networks of the comparison in PyTorch, as people write them there."""
import torch
from torch import nn


def plain_cnn(channels=(64, 128, 256, 512), classes=10, inputs=3):
    layers, previous = [], inputs
    for i, width in enumerate(channels):
        layers += [nn.Conv2d(previous, width, 3, stride=1 if i == 0 else 2, padding=1), nn.ReLU()]
        previous = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(previous, classes))


def small_cnn(classes=10, inputs=1):
    layers, previous = [], inputs
    for width, stride in ((32, 1), (64, 2), (128, 2)):
        layers += [nn.Conv2d(previous, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        previous = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(previous, classes))


class BasicBlock(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != width:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def resnet18(width=16, classes=10, inputs=3):
    layers = [nn.Conv2d(inputs, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    previous = width
    for stage in range(4):
        for block in range(2):
            layers.append(BasicBlock(previous, width << stage, 2 if stage > 0 and block == 0 else 1))
            previous = width << stage
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(previous, classes))


NETWORKS = {"plain-cnn": plain_cnn, "resnet18": resnet18, "small-cnn": lambda: small_cnn(inputs=3)}
