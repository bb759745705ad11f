"""Does training leak? Trains one network over 3,000 batches and reads the process's resident memory after every fiftieth. Writes
bench/results/<date>-training-soak.md; exits with 1 when it grows by more than 1 MiB in 100 batches, by the line of least squares
through the readings of the last 2,000: before that the JVM compiles what it runs, and libraries set up their pools.

Usage: python3 bench/engine/training_soak.py [--network small-cnn] [--batches 3000]
"""
import argparse
import datetime
import sys

import winnow

MEASURED = 2000
WANTED = 1.0


def slope(points):
    """Of the line of least squares."""
    x = sum(p[0] for p in points) / len(points)
    y = sum(p[1] for p in points) / len(points)
    return sum((p[0] - x) * (p[1] - y) for p in points) / sum((p[0] - x) ** 2 for p in points)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", default="small-cnn")
    parser.add_argument("--batches", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=winnow.cores())
    parser.add_argument("--classpath")
    a = parser.parse_args()
    readings = winnow.java(
        a.classpath or winnow.build(), "TrainingSoak", a.network, a.batches, a.threads,
        # A heap that is there from the start leaves the native memory to be seen.
        options=("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"),
        tell=lambda found: print(found, flush=True),
    )
    points = [(r["batches"], r["residentKilobytes"] / 1024) for r in readings]
    grown = 100 * slope([p for p in points if p[0] > a.batches - MEASURED])
    rows = [f"| {batches} | {mebibytes:.1f} |" for batches, mebibytes in points if batches % 200 == 0 or batches == 50]
    text = "\n".join([
        f"# Resident memory over {a.batches:,} batches of a training",
        "",
        f"{datetime.date.today()}, commit {winnow.commit()}, {a.threads} threads on {winnow.cores()} cores of"
        f" {winnow.processor()}; {a.network}, batches of 128 samples of 28×28, SGD with momentum; heap of 256 MB, touched from the"
        " start.",
        "",
        "| after batch | MiB |",
        "| ---: | ---: |",
        *rows,
        "",
        f"Over the last {MEASURED:,} it grows by {grown:.2f} MiB in 100 batches (wanted: less than {WANTED:g}).",
        "",
    ])
    (winnow.RESULTS / f"{datetime.date.today()}-training-soak.md").write_text(text)
    print(text)
    sys.exit(0 if grown < WANTED else 1)


if __name__ == "__main__":
    main()
