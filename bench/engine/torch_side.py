"""PyTorch's side of the comparison: prints one JSON line a measurement, {"what", "network", "samplesPerSecond"}.

Usage: torch_side.py NETWORK BATCH THREADS [seconds-per-measurement]
"""
import json
import sys
import time

import torch
from torch import nn
from torch.func import functional_call, grad, vmap

from networks import NETWORKS

network, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
budget = float(sys.argv[4]) if len(sys.argv) > 4 else 6.0
torch.set_num_threads(threads)
torch.manual_seed(0)
inputs = torch.randn(batch, 3, 32, 32)
labels = torch.randint(0, 10, (batch,))
loss_of = nn.functional.cross_entropy


def measure(what, samples, work, least=2):
    """The best of several repetitions within the time budget, after one for warming up."""
    work()
    best, spent, count = float("inf"), 0.0, 0
    while spent < budget or count < least:
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        best, spent, count = min(best, took), spent + took, count + 1
    print(json.dumps({"what": what, "network": network, "samplesPerSecond": samples / best}), flush=True)


def training():
    model = NETWORKS[network]().train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)

    def step():
        optimizer.zero_grad()
        loss_of(model(inputs), labels).backward()
        optimizer.step()

    measure("training", batch, step)


def el2n():
    model = NETWORKS[network]().eval()
    target = nn.functional.one_hot(labels, 10)

    @torch.no_grad()
    def score():
        return (model(inputs).softmax(1) - target).norm(dim=1).tolist()

    measure("el2n", batch, score)


def grand_vmap():
    model = NETWORKS[network]().eval()
    parameters = {name: p.detach() for name, p in model.named_parameters()}
    buffers = dict(model.named_buffers())

    def loss(p, x, y):
        return loss_of(functional_call(model, (p, buffers), (x[None],)), y[None])

    per_sample = vmap(grad(loss), in_dims=(None, 0, 0))
    best_size = None
    for size in (8, 16, 32, 64, 128):
        start = time.perf_counter()
        per_sample(parameters, inputs[:size], labels[:size])
        start = time.perf_counter()
        per_sample(parameters, inputs[:size], labels[:size])
        rate = size / (time.perf_counter() - start)
        if best_size is None or rate > best_size[0]:
            best_size = (rate, size)
    size = best_size[1]

    def score():
        for start in range(0, batch, size):
            gradients = per_sample(parameters, inputs[start : start + size], labels[start : start + size])
            squares = sum(g.flatten(1).square().sum(1) for g in gradients.values())
            squares.sqrt().tolist()

    measure("grand-vmap", batch, score)


def single_sample_gradients(model, combine):
    parameters = list(model.parameters())
    for i in range(batch):
        gradients = torch.autograd.grad(loss_of(model(inputs[i : i + 1]), labels[i : i + 1]), parameters)
        combine(gradients)


def grand_loop():
    model = NETWORKS[network]().eval()
    measure(
        "grand-loop",
        batch,
        lambda: single_sample_gradients(model, lambda gs: sum(g.square().sum() for g in gs).sqrt().item()),
        least=1,
    )


def moso_loop():
    """The published way: one loop for the mean gradient, one for each sample's product with it."""
    model = NETWORKS[network]().eval()

    def score():
        mean = [torch.zeros_like(p) for p in model.parameters()]

        def accumulate(gradients):
            for m, g in zip(mean, gradients):
                m.add_(g, alpha=1 / batch)

        single_sample_gradients(model, accumulate)
        single_sample_gradients(
            model, lambda gs: sum(((m - g / batch) * g).sum() for m, g in zip(mean, gs)).item()
        )

    measure("moso-loop", batch, score, least=1)


def grand_opacus():
    """Norms of per-sample gradients as Opacus gets them without materialising (fast gradient clipping)."""
    try:
        import warnings

        warnings.filterwarnings("ignore")
        from opacus.grad_sample import GradSampleModuleFastGradientClipping
    except ImportError:
        return
    model = NETWORKS[network]()
    if any(isinstance(m, nn.BatchNorm2d) for m in model.modules()):
        return  # Opacus refuses batch normalisation
    wrapped = GradSampleModuleFastGradientClipping(
        model.train(), batch_first=True, loss_reduction="sum", max_grad_norm=1.0, use_ghost_clipping=True
    )

    def score():
        wrapped.zero_grad()
        loss_of(wrapped(inputs), labels, reduction="sum").backward()
        wrapped.get_norm_sample().tolist()

    measure("grand-opacus", batch, score)


def products():
    """The floor: how many multiply-adds a second a large matrix product does here."""
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    measure("matrix-product", 1024**3, lambda: a @ b)


for part in (training, el2n, grand_vmap, grand_opacus, grand_loop, moso_loop, products):
    part()
