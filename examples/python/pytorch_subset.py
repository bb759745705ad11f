"""Trains on what Winnow keeps: python pytorch_subset.py http://127.0.0.1:8080 SCORE-SET (needs torch and torchvision).

The indices are positions in the training split, in the order of the dataset's own files.
"""

import sys

import torch
from torch.utils.data import DataLoader, Subset, WeightedRandomSampler
from torchvision import transforms
from torchvision.datasets import FashionMNIST

from winnow import Winnow

url, score_set = sys.argv[1:3]
winnow = Winnow(url)
data = FashionMNIST("data", train=True, download=True, transform=transforms.ToTensor())

# The most important third, each sample once an epoch.
kept = Subset(data, winnow.indices(0.3, scoreSet=score_set).tolist())
loader = DataLoader(kept, batch_size=128, shuffle=True)

# A calibrated subset: the weights make its loss an unbiased estimate of the loss over all samples. Drawing in proportion to
# the weights does the same as weighting the loss.
subset = winnow.subset(0.1, scoreSet=score_set, policy="calibrated", alpha=0.5)
sampler = WeightedRandomSampler(subset["weights"], num_samples=subset["size"])
calibrated = DataLoader(Subset(data, subset["indices"]), batch_size=128, sampler=sampler)

model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(128), torch.nn.ReLU(), torch.nn.LazyLinear(10))
model(torch.zeros(1, 1, 28, 28))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for name, batches in (("top", loader), ("calibrated", calibrated)):
    for pictures, labels in batches:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(pictures), labels)
        loss.backward()
        optimizer.step()
    print(name, f"loss {loss.item():.3f}")
