"""Golden numbers for per-sample gradients, from PyTorch.

Writes src/test/resources/golden/gradients.txt: for each small architecture of networks.py, with its weights and inputs, the
squared norms of the samples' gradients, their dot products with the mean gradient, the same over the last layer, and EL2N. In
double precision, by vmap(grad), so that the numbers are exact to all the digits that single precision has.

    python tools/golden/gradients.py        (torch 2.7.1, CPU)
"""

import pathlib

import torch
from torch.func import functional_call, grad, vmap

from networks import inputs, numbers, set_weights, small_networks


def flat_gradients(network, x, y):
    parameters = {n: p.detach() for n, p in network.named_parameters()}
    buffers = dict(network.named_buffers())

    def loss(parameters, sample, label):
        logits = functional_call(network, (parameters, buffers), (sample.unsqueeze(0),))
        return torch.nn.functional.cross_entropy(logits, label.unsqueeze(0))

    gradients = vmap(grad(loss), in_dims=(None, 0, 0))(parameters, x, y)
    return torch.cat([g.flatten(1) for g in gradients.values()], 1)


def main():
    torch.set_num_threads(1)
    lines = ["# Made by tools/golden/gradients.py with torch " + torch.__version__]
    x = inputs(4, 16).double()
    y = torch.tensor([3, 1, 4, 1])
    for name, network in small_networks().items():
        set_weights(network)
        gradients = flat_gradients(network.eval().double(), x, y)
        last = sum(p.numel() for p in list(network.parameters())[-2:])
        for scope, g in (("all", gradients), ("last", gradients[:, -last:])):
            lines.append(f"{name}.{scope}.norms {numbers(g.square().sum(1).tolist())}")
            lines.append(f"{name}.{scope}.dots {numbers((g @ g.mean(0)).tolist())}")
        with torch.no_grad():
            error = network(x).softmax(1) - torch.nn.functional.one_hot(y, network(x).shape[1])
        lines.append(f"{name}.el2n {numbers(error.norm(dim=1).tolist())}")
        lines.append(f"{name}.mean {numbers(gradients.mean(0)[::97].tolist())}")
    target = pathlib.Path(__file__).resolve().parents[2] / "src/test/resources/golden/gradients.txt"
    target.write_text("\n".join(lines) + "\n")
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
