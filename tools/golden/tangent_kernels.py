"""Golden numbers for tangent kernels, from PyTorch.

Writes src/test/resources/golden/tangent-kernels.txt: for some small architectures of networks.py, with its weights and inputs,
the kernel of the logits' gradients over all parameters, row by row, a row for each sample and class. In double precision, by
jacrev over one sample at a time.

    python tools/golden/tangent_kernels.py        (torch 2.7.1, CPU)
"""

import pathlib

import torch
from torch.func import functional_call, jacrev

from networks import inputs, set_weights, small_networks

NAMES = ("mlp", "small-cnn", "resnet18", "mobilenet-v2", "vit-tiny")


def gradients(network, sample):
    """[classes, parameters]"""
    parameters = {n: p.detach() for n, p in network.named_parameters()}
    buffers = dict(network.named_buffers())
    jacobian = jacrev(lambda p: functional_call(network, (p, buffers), (sample.unsqueeze(0),)).squeeze(0))(parameters)
    return torch.cat([g.flatten(1) for g in jacobian.values()], 1)


def main():
    torch.set_num_threads(1)
    lines = ["# Made by tools/golden/tangent_kernels.py with torch " + torch.__version__]
    networks = small_networks()
    for name in NAMES:
        network = networks[name]
        set_weights(network)
        network.eval().double()
        rows = torch.cat([gradients(network, x) for x in inputs(4, 16).double()])
        kernel = (rows @ rows.T).flatten().tolist()
        lines.append(name + " " + " ".join(f"{v:.7g}" for v in kernel))
    target = pathlib.Path(__file__).resolve().parents[2] / "src/test/resources/golden/tangent-kernels.txt"
    target.write_text("\n".join(lines) + "\n")
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
