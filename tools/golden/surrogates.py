"""The surrogate networks of networks.py that came later, written out from their papers, with the usual names of the parameters.

Where a published definition differs, docs/architectures.md says so.
"""

import torch
from torch import nn

CLASSES = 10


def unit(channels, out, pooled=False):
    """3x3 convolution, batch normalisation, ReLU and, where asked, max-pooling."""
    layers = nn.Sequential()
    layers.conv = nn.Conv2d(channels, out, 3, 1, 1, bias=False)
    layers.bn = nn.BatchNorm2d(out)
    layers.relu = nn.ReLU()
    if pooled:
        layers.pool = nn.MaxPool2d(2, ceil_mode=True)
    return layers


class ResidualUnit(nn.Sequential):
    def __init__(self, channels, out, residual):
        super().__init__()
        for name, module in unit(channels, out, True).named_children():
            self.add_module(name, module)
        if residual:
            self.res = nn.Sequential(unit(out, out), unit(out, out))

    def forward(self, x):
        x = self.pool(self.relu(self.bn(self.conv(x))))
        return x + self.res(x) if hasattr(self, "res") else x


class ResNet9(nn.Module):
    """Page's network of DAWNBench."""

    def __init__(self, width):
        super().__init__()
        self.prep = unit(3, width)
        self.layer1 = ResidualUnit(width, 2 * width, True)
        self.layer2 = ResidualUnit(2 * width, 4 * width, False)
        self.layer3 = ResidualUnit(4 * width, 8 * width, True)
        self.fc = nn.Linear(8 * width, CLASSES)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.prep(x))))
        return self.fc(0.125 * x.amax((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        if channels != out:
            self.convShortcut = nn.Conv2d(channels, out, 1, stride, bias=False)

    def forward(self, x):
        y = torch.relu(self.bn1(x))
        through = self.convShortcut(y) if hasattr(self, "convShortcut") else x
        return through + self.conv2(torch.relu(self.bn2(self.conv1(y))))


class WideResNet(nn.Module):
    """Zagoruyko & Komodakis 2016, WRN-depth-width."""

    def __init__(self, depth, width):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        channels = 16
        for stage in range(3):
            out = 16 * width << stage
            blocks = []
            for b in range((depth - 4) // 6):
                blocks.append(WideBlock(channels, out, 2 if stage > 0 and b == 0 else 1))
                channels = out
            group = nn.Module()
            group.layer = nn.Sequential(*blocks)
            setattr(self, f"block{stage + 1}", group)
        self.bn1 = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = self.conv1(x)
        for stage in (self.block1, self.block2, self.block3):
            x = stage.layer(x)
        return self.fc(torch.relu(self.bn1(x)).mean((2, 3)))


class Vgg16(nn.Module):
    """Configuration D with batch normalisation and one linear layer."""

    def __init__(self, width):
        super().__init__()
        layers, channels = [], 3
        for m in (1, 1, 0, 2, 2, 0, 4, 4, 4, 0, 8, 8, 8, 0, 8, 8, 8, 0):
            if m == 0:
                layers.append(nn.MaxPool2d(2, ceil_mode=True))
            else:
                layers += [nn.Conv2d(channels, m * width, 3, 1, 1), nn.BatchNorm2d(m * width), nn.ReLU()]
                channels = m * width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels, CLASSES)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def rounded(wish):
    """The nearest multiple of 8, at least 8 and at least nine tenths of the wish."""
    value = max(8, int(wish + 4) // 8 * 8)
    return value + 8 if value < 0.9 * wish else value


def normalised(channels, out, kernel, stride=1, groups=1):
    convolution = nn.Conv2d(channels, out, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(out), nn.ReLU6())


class InvertedResidual(nn.Module):
    def __init__(self, channels, out, stride, widening):
        super().__init__()
        inner = channels * widening
        layers = [normalised(channels, inner, 1)] if widening != 1 else []
        layers.append(normalised(inner, inner, 3, stride, inner))
        layers += [nn.Conv2d(inner, out, 1, bias=False), nn.BatchNorm2d(out)]
        self.conv = nn.Sequential(*layers)
        self.adds = stride == 1 and channels == out

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


class MobileNetV2(nn.Module):
    """Sandler et al. 2018, table 2; with the CIFAR stem the first two strides of 2 are 1."""

    PLAN = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))

    def __init__(self, width, imagenet=False):
        super().__init__()
        channels = rounded(32 * width)
        layers = [normalised(3, channels, 3, 2 if imagenet else 1)]
        for stage, (widening, wish, count, stride) in enumerate(self.PLAN):
            for b in range(count):
                step = stride if b == 0 and (imagenet or stage != 1) else 1
                layers.append(InvertedResidual(channels, rounded(wish * width), step, widening))
                channels = rounded(wish * width)
        last = rounded(1280 * max(1.0, width))
        layers.append(normalised(channels, last, 1))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Identity(), nn.Linear(last, CLASSES))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        shares = (q @ k.transpose(-2, -1) * (d // self.heads) ** -0.5).softmax(-1)
        return self.proj((shares @ v).transpose(1, 2).reshape(n, t, d))


class TransformerBlock(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Module()
        self.mlp.fc1 = nn.Linear(dim, 4 * dim)
        self.mlp.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp.fc2(nn.functional.gelu(self.mlp.fc1(self.norm2(x))))


class VisionTransformer(nn.Module):
    """Dosovitskiy et al. 2021; with the class token or the mean over the patches."""

    def __init__(self, side, patch, dim, depth, heads, token=True):
        super().__init__()
        self.token = token
        if token:
            self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, (side // patch) ** 2 + token, dim))
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(3, dim, patch, patch)
        self.blocks = nn.Sequential(*[TransformerBlock(dim, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.head = nn.Linear(dim, CLASSES)

    def forward(self, x):
        x = self.patch_embed.proj(x).flatten(2).transpose(1, 2)
        if self.token:
            x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1)
        x = self.norm(self.blocks(x + self.pos_embed))
        return self.head(x[:, 0] if self.token else x.mean(1))


def full():
    """At full size on 32x32."""
    return {
        "resnet9": ResNet9(64),
        "wide-resnet-28-10": WideResNet(28, 10),
        "vgg16-bn": Vgg16(64),
        "mobilenet-v2": MobileNetV2(1.0),
        "mobilenet-v2-imagenet": MobileNetV2(1.0, True),
        "vit-tiny": VisionTransformer(32, 4, 192, 12, 3),
        "vit-tiny-mean": VisionTransformer(32, 4, 192, 12, 3, False),
    }


def small():
    """On 16x16."""
    return {
        "resnet9": ResNet9(8),
        "wide-resnet-28-10": WideResNet(16, 1),
        "vgg16-bn": Vgg16(4),
        "mobilenet-v2": MobileNetV2(0.25),
        "mobilenet-v2-imagenet": MobileNetV2(0.25, True),
        "vit-tiny": VisionTransformer(16, 4, 24, 3, 2),
        "vit-tiny-mean": VisionTransformer(16, 4, 24, 3, 2, False),
    }
