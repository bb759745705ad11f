"""Ten methods without gradients on one training: what they cost over the training with none of them.

The engine's training alone, a job's run with the four methods that read the training's own logits, and one with these and
six that read a snapshot after the last epoch take turns; each is its fastest round. About three minutes on a quiet machine.

Usage: python3 bench/engine/cheap_methods.py [--network resnet18] [--samples 2000] [--epochs 10] [--rounds 3]
"""
import argparse

import winnow

WANTED = 0.05


def measure(classpath, network, samples, epochs, rounds, threads):
    """The lines of a section, and the cost as a share of the training."""
    runs = winnow.java(
        classpath, "CheapMethods", network, samples, epochs, rounds, threads, tell=lambda found: print(found, flush=True)
    )
    best = {}
    for run in runs:
        best[run["what"]] = min(best.get(run["what"], run["seconds"]), run["seconds"])
    alone = best["training alone"]
    cost = best["ten"] / alone - 1
    lines = [
        f"## Ten cheap methods, {network}",
        "",
        f"{epochs} epochs on {samples:,} samples, fastest of {rounds} rounds in turns; snapshot methods score after the last"
        " epoch.",
        "",
        "| run | seconds | over the training alone |",
        "| --- | ---: | ---: |",
        *(f"| {what} | {seconds:.2f} | {seconds / alone - 1:+.1%} |" for what, seconds in best.items()),
        "",
    ]
    return lines, cost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", default="resnet18")
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=winnow.cores())
    parser.add_argument("--classpath")
    a = parser.parse_args()
    lines, cost = measure(a.classpath or winnow.build(), a.network, a.samples, a.epochs, a.rounds, a.threads)
    print("\n".join(lines))
    print(f"{cost:+.1%}, wanted below {WANTED:.0%}: {'reached' if cost < WANTED else 'not reached'}")


if __name__ == "__main__":
    main()
