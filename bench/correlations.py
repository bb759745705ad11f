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


def spearman(service, a, b):
    """Of importance: a method that keeps the lowest score counts with its sign turned."""
    rho = service.get(f"/score-sets/{a['id']}/compare?with={b['id']}&ratio=0.5")["spearman"]
    return rho if a["keeps"] == b["keeps"] else -rho


def matrix(service, rows, columns, row_names, column_names, corner):
    lines = [f"| {corner} | " + " | ".join(column_names) + " |", "| --- |" + " ---: |" * len(columns)]
    for name, row in zip(row_names, rows):
        lines.append(f"| {name} | " + " | ".join(f"{spearman(service, row, column):.2f}" for column in columns) + " |")
    return "\n".join(lines)


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
            parts.append(
                f"## Between methods, {name}\n\nTest accuracy of the runs: "
                + ", ".join(f"{a:.3f}" for a in accuracy) + ".\n\n"
                + matrix(service, sets[name], sets[name], METHODS, METHODS, name)
            )
        first, second = MODELS
        across = [
            f"| {method} | {spearman(service, a, b):.2f} |"
            for method, a, b in zip(METHODS, sets[first], sets[second])
        ]
        parts.append(
            f"## Across networks\n\nThe same method by {first} and by {second}.\n\n| method | Spearman |\n| --- | ---: |\n"
            + "\n".join(across)
        )
    text = (
        "# Rank correlations on Fashion-MNIST\n\n"
        "Spearman's rank correlation of importance over the 60,000 training samples"
        f" ({arguments.runs} runs × {arguments.epochs} epochs, seed 42, moso with {arguments.stages} stages)."
        f" Measured {datetime.date.today()} at commit {commit()} on {machine()}.\n\n"
        f"Reproduce with `python3 bench/correlations.py --runs {arguments.runs} --epochs {arguments.epochs}"
        f" --stages {arguments.stages}`.\n\n" + "\n\n".join(parts) + "\n"
    )
    (ROOT / "docs" / "correlations.md").write_text(text)
    print("written to docs/correlations.md")


if __name__ == "__main__":
    main()
