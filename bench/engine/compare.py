"""Measures Winnow's engine against PyTorch on this machine in one run and prints ratios.

PyTorch is measured twice: as people run it, and with its allocator tuned as Winnow tunes its own. The sides take turns
(round after round, the best of each is kept) so that a slow minute of the machine hits all of them.

Usage: bench/engine/run.sh [--seconds 5] [--rounds 2] [--no-cheap-methods] [networks…]
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys

import torch

import cheap_methods
import winnow
from networks import NETWORKS

HERE = pathlib.Path(__file__).parent
TUNED = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TOP_PAD_": "67108864",
}


def python_side(common, environment):
    command = [sys.executable, "torch_side.py", *map(str, common)]
    out = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, cwd=HERE)
    if out.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{out.stdout}\n{out.stderr}")
    return [json.loads(line) for line in out.stdout.splitlines() if line.startswith("{")]


def keep_best(best, found):
    for line in found:
        best[line["what"]] = max(best.get(line["what"], 0), line["samplesPerSecond"])


def multiply_adds(network):
    """A sample's multiply-adds in each pass, for the floor."""
    model, layers = NETWORKS[network]().eval(), []

    def note(module, inputs, output):
        if isinstance(module, torch.nn.Conv2d):
            k = module.kernel_size[0]
            inner = module.in_channels // module.groups * k * k
            # A Gram product over the picture's rows serves all rows of the kernel; with a stride there is one a remainder.
            layers.append((inner, inner // k * min(k, module.stride[0]), module.out_channels, output.shape[2] * output.shape[3]))
        elif isinstance(module, torch.nn.Linear):
            layers.append((module.in_features, module.in_features, module.out_features, 1))

    for module in model.modules():
        module.register_forward_hook(note)
    with torch.no_grad():
        model(torch.zeros(1, 3, 32, 32))
    forward = sum(inner * outer * places for inner, _, outer, places in layers)
    first = layers[0][0] * layers[0][2] * layers[0][3]
    norms = sum(min(i * o * p, p * p * (gram + o)) for i, gram, o, p in layers)
    gradients = 2 * forward - first + norms
    return {
        "training": 3 * forward - first,
        "el2n": forward,
        "grand": gradients,
        "mean-gradient": 3 * forward - first,
        "moso": 3 * forward - first + gradients,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("networks", nargs="*", default=["plain-cnn", "resnet18"])
    parser.add_argument("--classpath", help="of a build that is there already")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=winnow.cores())
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--no-cheap-methods", action="store_true", help="leave the ten cheap methods out")
    arguments = parser.parse_args()

    classpath = arguments.classpath or winnow.build()
    sections, goals = [], []
    for network in arguments.networks:
        common = [network, arguments.batch, arguments.threads, arguments.seconds]
        ours, plain, tuned = {}, {}, {}
        for round in range(arguments.rounds):
            print(f"{network}, round {round + 1} of {arguments.rounds}", flush=True)
            keep_best(ours, winnow.java(classpath, "EngineSide", *common))
            keep_best(plain, python_side(common, {}))
            keep_best(tuned, python_side(common, TUNED))
        measured = Measured(network, ours, plain, tuned)
        sections += measured.ratios() + measured.floors()
        goals += measured.goals()
    if not arguments.no_cheap_methods:
        lines, cost = cheap_methods.measure(classpath, "resnet18", 2000, 10, arguments.rounds, arguments.threads)
        sections += lines
        goals.append(
            goal("resnet18", "ten cheap methods over training", f"< {cheap_methods.WANTED:.0%}", f"{cost:+.1%}",
                 cost < cheap_methods.WANTED, ""))
    head = [
        f"# Engine against PyTorch {torch.__version__.split('+')[0]}",
        "",
        f"{datetime.date.today()}, commit {winnow.commit()}, {arguments.threads} threads of {winnow.processor()}; batch"
        f" {arguments.batch}, 32×32×3; best of {arguments.rounds} rounds of {arguments.seconds:.0f} s a measurement.",
        "",
        "Two numbers with a stroke between them are multiples of PyTorch as people run it / with the same allocator settings.",
        "The floor is the pass's multiply-adds at the rate of a 1024³ matrix product (the faster of both Pythons). The last",
        "column of the goals says what an engine at its floor would get, which is the most there is on this machine.",
        "",
        "## Goals",
        "",
        "| network | goal | wanted | measured | reached | at the floor |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    text = "\n".join(head + goals + [""] + sections)
    print(text)
    target = winnow.RESULTS / f"{datetime.date.today()}-engine.md"
    target.write_text(text)
    print(f"written to {target}")


def goal(network, name, wanted, measured, reached, floor):
    return f"| {network} | {name} | {wanted} | {measured} | {'yes' if reached else 'no'} | {floor} |"


class Measured:
    """Samples a second on one network: Winnow's, PyTorch's, and PyTorch's with the allocator tuned."""

    PAIRS = [
        # what, Winnow's measurement, PyTorch's, wanted against PyTorch as people run it and tuned
        ("training", "training", "training", 1.3, 1.0),
        ("EL2N pass", "el2n", "el2n", 1.5, 1.0),
        ("GraNd against vmap(grad)", "grand", "grand-vmap", 4.5, 2),
        ("GraNd against Opacus", "grand", "grand-opacus", 1.5, 1.2),
        ("GraNd against a loop", "grand", "grand-loop", 25, 15),
        ("MoSo stage against two loops", "moso", "moso-loop", 30, 18),
    ]
    COSTS = [("GraNd against training", "grand", 1.4), ("MoSo stage against training", "moso", 2.4)]
    PASSES = [
        # Winnow's, the measurements of PyTorch that compute the same
        ("training", "training", ["training"]),
        ("EL2N pass", "el2n", ["el2n"]),
        ("GraNd", "grand", ["grand-vmap", "grand-opacus", "grand-loop"]),
        ("mean gradient", "mean-gradient", []),
        ("MoSo stage", "moso", ["moso-loop"]),
    ]

    def __init__(self, network, ours, plain, tuned):
        self.network, self.ours, self.plain, self.tuned = network, ours, plain, tuned
        self.rate = max(plain["matrix-product"], tuned["matrix-product"])
        self.floor = {what: self.rate / work for what, work in multiply_adds(network).items()}

    def ratios(self):
        rows = [f"## {self.network}", "", "| samples a second | Winnow | PyTorch | PyTorch, tuned | ratio |",
                "| --- | ---: | ---: | ---: | --- |"]
        for name, mine, other, _, _ in self.PAIRS:
            if other not in self.plain:
                rows.append(f"| {name} | {self.ours[mine]:,.0f} | does not apply | | |")
                continue
            rows.append(
                f"| {name} | {self.ours[mine]:,.0f} | {self.plain[other]:,.1f} | {self.tuned[other]:,.1f} |"
                f" {self.ours[mine] / self.plain[other]:.2f} / {self.ours[mine] / self.tuned[other]:.2f} |"
            )
        costs = [f"{name} {self.ours['training'] / self.ours[mine]:.2f} ×" for name, mine, _ in self.COSTS]
        return rows + ["", f"Cost over the same samples: {', '.join(costs)}.", ""]

    def floors(self):
        def reached(rates, what, floor):
            return f"{rates[what] / floor:.0%}" if what in rates else ""

        rows = [
            f"### How far from the floor, {self.network}",
            "",
            f"At {self.rate / 1e9:.0f} G multiply-adds/s.",
            "",
            "| pass | floor, samples/s | Winnow | by PyTorch's way | PyTorch | PyTorch, tuned |",
            "| --- | ---: | ---: | --- | ---: | ---: |",
        ]
        for name, mine, others in self.PASSES:
            floor = self.floor[mine]
            for other in [o for o in others if o in self.plain] or [""]:
                rows.append(
                    f"| {name} | {floor:,.0f} | {reached(self.ours, mine, floor)} | {other} |"
                    f" {reached(self.plain, other, floor)} | {reached(self.tuned, other, floor)} |"
                )
        return rows + [""]

    def goals(self):
        rows = []
        for name, mine, other, wanted, wanted_tuned in self.PAIRS:
            if other not in self.plain:
                continue
            found, found_tuned = self.ours[mine] / self.plain[other], self.ours[mine] / self.tuned[other]
            best, best_tuned = self.floor[mine] / self.plain[other], self.floor[mine] / self.tuned[other]
            rows.append(goal(
                self.network, name, f"≥ {wanted} / {wanted_tuned}", f"{found:.2f} / {found_tuned:.2f}",
                found >= wanted and found_tuned >= wanted_tuned, f"{best:.1f} / {best_tuned:.1f}"))
        for name, mine, wanted in self.COSTS:
            found = self.ours["training"] / self.ours[mine]
            rows.append(goal(
                self.network, name, f"≤ {wanted}", f"{found:.2f}", found <= wanted,
                f"{self.floor['training'] / self.floor[mine]:.2f}"))
        return rows


if __name__ == "__main__":
    main()
