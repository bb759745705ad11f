"""Trains on what Winnow keeps: python pytorch_subset.py http://127.0.0.1:8080 [SCORE-SET] (needs torch).

SCORE-SET scores the training pictures in samples/fashion-mnist; without one, the distance of each picture from the mean of its
class is imported as its score. The indices are positions in the training split, in the order of the dataset's own files.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Subset, TensorDataset, WeightedRandomSampler

from winnow import Winnow

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "fashion-mnist"


def split(name):
    pictures = gzip.decompress((SAMPLES / f"{name}-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((SAMPLES / f"{name}-labels-idx1-ubyte.gz").read_bytes())[8:]
    pictures = np.frombuffer(pictures, dtype=np.uint8).reshape(-1, 784).astype(np.float32) / 255
    return torch.from_numpy(pictures), torch.from_numpy(np.frombuffer(labels, dtype=np.uint8).astype(np.int64))


def train(batches, epochs=5):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(epochs):
        for pictures, labels in batches:
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(pictures), labels).backward()
            optimizer.step()
    return model


winnow = Winnow(sys.argv[1])
pictures, labels = split("train")
data = TensorDataset(pictures, labels)
if len(sys.argv) > 2:
    score_set = sys.argv[2]
else:
    means = torch.stack([pictures[labels == c].mean(0) for c in range(10)])
    distances = (pictures - means[labels]).norm(dim=1)
    score_set = winnow.import_scores("pytorch-example", distances.numpy(), labels.numpy(), method="distance")

# The most important third, each sample once an epoch.
top = Subset(data, winnow.indices(0.3, scoreSet=score_set).tolist())

# A calibrated subset: the weights make its loss an unbiased estimate of the loss over all samples. Drawing in proportion to
# the weights does the same as weighting the loss.
subset = winnow.subset(0.3, scoreSet=score_set, policy="calibrated", alpha=0.5)
calibrated = Subset(data, subset["indices"])
sampler = WeightedRandomSampler(subset["weights"], num_samples=subset["size"])

torch.manual_seed(0)
test_pictures, test_labels = split("t10k")
for name, kept, loader in (
    ("top", top, DataLoader(top, batch_size=64, shuffle=True)),
    ("calibrated", calibrated, DataLoader(calibrated, batch_size=64, sampler=sampler)),
):
    accuracy = (train(loader)(test_pictures).argmax(1) == test_labels).float().mean().item()
    print(f"{name}: {len(kept)} of {len(data)} samples, accuracy on the test split {accuracy:.3f}")
