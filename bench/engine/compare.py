"""Measures Winnow's engine against PyTorch on this machine in one run and prints ratios.

PyTorch is measured twice: as people run it, and with its allocator tuned as Winnow tunes its own. The sides take turns
(round after round, the best of each is kept) so that a slow minute of the machine hits all of them.

Usage: bench/engine/run.sh [networks…]
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys

import torch

from networks import NETWORKS

HERE = pathlib.Path(__file__).parent
TUNED = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TOP_PAD_": "67108864",
}


def lines_of(command, environment):
    out = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, cwd=HERE)
    if out.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{out.stdout}\n{out.stderr}")
    found = [json.loads(line) for line in out.stdout.splitlines() if line.startswith("{")]
    return {line["what"]: line["samplesPerSecond"] for line in found}


def keep_best(best, found):
    for what, rate in found.items():
        best[what] = max(best.get(what, 0), rate)


def multiply_adds(network):
    """By layer (patch size in · k², outputs, positions), for the floor."""
    model, layers = NETWORKS[network]().eval(), []

    def note(module, inputs, output):
        if isinstance(module, torch.nn.Conv2d):
            inner = module.in_channels // module.groups * module.kernel_size[0] * module.kernel_size[1]
            layers.append((inner, module.out_channels, output.shape[2] * output.shape[3]))
        elif isinstance(module, torch.nn.Linear):
            layers.append((module.in_features, module.out_features, 1))

    for module in model.modules():
        module.register_forward_hook(note)
    with torch.no_grad():
        model(torch.zeros(1, 3, 32, 32))
    forward = sum(inner * outer * places for inner, outer, places in layers)
    first = layers[0][0] * layers[0][1] * layers[0][2]
    norms = sum(min(i * o * p, p * p * (i + o)) for i, o, p in layers)
    return {
        "training": 3 * forward - first,
        "el2n": forward,
        "grand": 2 * forward - first + norms,
        "moso": 3 * forward - first + 3 * forward - first + norms,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("networks", nargs="*", default=["plain-cnn", "resnet18"])
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()

    report = []
    for network in arguments.networks:
        common = [network, str(arguments.batch), str(arguments.threads), str(arguments.seconds)]
        java = ["java", "-Xmx1g", "-cp", arguments.classpath, "io.winnow.bench.EngineSide", *common]
        python = [sys.executable, "torch_side.py", *common]
        ours, plain, tuned = {}, {}, {}
        for _ in range(arguments.rounds):
            keep_best(ours, lines_of(java, {}))
            keep_best(plain, lines_of(python, {}))
            keep_best(tuned, lines_of(python, TUNED))
        report += table(network, ours, plain, tuned, arguments)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=HERE).stdout.strip()
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "unknown")
    head = [
        f"# Engine against PyTorch {torch.__version__.split('+')[0]}",
        "",
        f"{datetime.date.today()}, commit {commit}, {arguments.threads} threads of {cpu}; batch {arguments.batch},"
        f" 32×32×3; best of {arguments.rounds} rounds of {arguments.seconds:.0f} s a measurement.",
        "",
        "Samples a second, and Winnow's as a multiple of PyTorch's as people run it / with the same allocator.",
        "The floor is the multiply-adds over the rate of a 1024³ matrix product (the faster of both Pythons).",
        "",
    ]
    text = "\n".join(head + report) + "\n"
    print(text)
    target = HERE.parent / "results" / f"{datetime.date.today()}-engine.md"
    target.write_text(text)
    print(f"written to {target}")


def table(network, ours, plain, tuned, arguments):
    work = multiply_adds(network)
    rate = max(plain["matrix-product"], tuned["matrix-product"])
    rows = [
        f"## {network}",
        "",
        "| what | Winnow | PyTorch | PyTorch, tuned | ratio | floor reached |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    pairs = [
        ("training", "training", "training"),
        ("EL2N pass", "el2n", "el2n"),
        ("GraNd against vmap(grad)", "grand", "grand-vmap"),
        ("GraNd against Opacus", "grand", "grand-opacus"),
        ("GraNd against a loop", "grand", "grand-loop"),
        ("MoSo stage against two loops", "moso", "moso-loop"),
    ]
    for name, mine, other in pairs:
        if other not in plain:
            rows.append(f"| {name} | {ours[mine]:,.0f} | does not apply | | | |")
            continue
        rows.append(
            f"| {name} | {ours[mine]:,.0f} | {plain[other]:,.1f} | {tuned[other]:,.1f} |"
            f" {ours[mine] / plain[other]:.2f} / {ours[mine] / tuned[other]:.2f} |"
            f" {ours[mine] * work[mine] / rate:.0%} |"
        )
    rows += [
        "",
        f"Cost against training over the same samples: GraNd {ours['training'] / ours['grand']:.2f} ×,"
        f" a MoSo stage {ours['training'] / ours['moso']:.2f} ×. Matrix product: {rate / 1e9:.0f} G multiply-adds/s.",
        "",
    ]
    return rows


if __name__ == "__main__":
    main()
