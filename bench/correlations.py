"""Rank correlations between all methods, and of each method across two networks, on the whole of Fashion-MNIST.

Writes docs/correlations.md. Needs Debian's package dataset-fashion-mnist and target/winnow.jar.
With --home, what is done stays there: the same command goes on where an earlier one ended.

Usage: python3 bench/correlations.py [--runs 5] [--epochs 5] [--stages 10] [--home DIRECTORY]
"""
import argparse
import datetime

from service import ROOT, Service, commit, machine

DATA = "/usr/share/datasets/fashion-mnist"
MODELS = {
    "small-cnn": {"architecture": "small-cnn"},
    "resnet18-16": {"architecture": "resnet18", "options": {"width": 16}},
}
METHODS = [
    "el2n", "grand", "grand-last", "moso", "forgetting", "aum", "dynamic-uncertainty", "dual",
    "least-confidence", "entropy", "margin", "loss", "prototype", "random",
]
# Two methods above this tell nearly the same: the cheaper one will do.
ALIKE = 0.95


def spearman(service, a, b):
    """Of importance: the service turns the sign of methods that keep the lowest score."""
    return service.get(f"/score-sets/{a['id']}/compare?with={b['id']}&ratio=0.5")["spearman"]


def correlations(service, rows, columns):
    return [[spearman(service, row, column) for column in columns] for row in rows]


def table(name, values):
    lines = [f"| {name} | " + " | ".join(METHODS) + " |", "| --- |" + " ---: |" * len(METHODS)]
    for method, row in zip(METHODS, values):
        lines.append(f"| {method} | " + " | ".join(f"{rho:.2f}".replace("-0.00", "0.00") for rho in row) + " |")
    return "\n".join(lines)


def alike(values):
    """The pairs of methods that rank almost the same, most alike first."""
    pairs = [(rho, METHODS[i], METHODS[j]) for i, row in enumerate(values) for j, rho in enumerate(row[:i]) if rho >= ALIKE]
    return "; ".join(f"`{b}` and `{a}` {rho:.3f}" for rho, a, b in sorted(pairs, reverse=True)) or "none"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--stages", type=int, default=10)
    parser.add_argument("--home")
    arguments = parser.parse_args()
    sets, jobs = {}, {}
    with Service([DATA], home=arguments.home) as service:
        if service.call("GET", "/datasets/fashion-mnist")[0] == 404:
            service.ingest("fashion-mnist", "idx", DATA)
        for name, model in MODELS.items():
            if service.call("GET", f"/models/{name}")[0] == 404:
                service.post("/models", {"name": name, **model})
            print(name, flush=True)
            jobs[name] = service.run_job(
                key=f"{name}-{arguments.runs}-{arguments.epochs}-{arguments.stages}",
                dataset="fashion-mnist", model=name, methods=METHODS, runs=arguments.runs, epochs=arguments.epochs,
                seed=42, options={"stages": arguments.stages},
            )
            found = {s["method"]: service.get(f"/score-sets/{s['id']}") for s in jobs[name]["scoreSets"]}
            sets[name] = [found[method] for method in METHODS]
        parts = []
        for name in MODELS:
            accuracy = [run["testAccuracy"] for run in jobs[name]["runResults"]]
            between = correlations(service, sets[name], sets[name])
            parts.append(
                f"## Between methods, {name}\n\nTest accuracy of the runs: "
                + ", ".join(f"{a:.3f}" for a in accuracy) + ".\n\n"
                + table(name, between)
                + f"\n\nPairs of {ALIKE} and above: {alike(between)}."
            )
        first, second = MODELS
        across = sorted(
            ((spearman(service, a, b), method) for method, a, b in zip(METHODS, sets[first], sets[second])), reverse=True)
        parts.append(
            f"## Across networks\n\nThe same method by {first} and by {second}, the most alike first. `random` draws by the run's seed, which"
            " is the same for both.\n\n| method | Spearman |\n| --- | ---: |\n"
            + "\n".join(f"| {method} | {rho:.2f} |" for rho, method in across)
        )
    text = (
        "# Rank correlations on Fashion-MNIST\n\n"
        "Spearman's rank correlation of importance over the 60,000 training samples"
        f" ({arguments.runs} runs × {arguments.epochs} epochs, seed 42; `moso` by {arguments.stages} of its usual 10 stages a run)."
        " 1 is the same ranking, 0 none in common, below 0 the contrary. [Methods](methods/README.md) says what each one is.\n\n"
        f"Measured {datetime.date.today()} at commit {commit()} on {machine()}.\n\n"
        f"Reproduce with `python3 bench/correlations.py --runs {arguments.runs} --epochs {arguments.epochs}"
        f" --stages {arguments.stages}`.\n\n" + "\n\n".join(parts) + "\n"
    )
    (ROOT / "docs" / "correlations.md").write_text(text)
    print("written to docs/correlations.md")


if __name__ == "__main__":
    main()
