"""How much faster are two workers than one? One pinned to a core against two pinned to a core each, on a job of eight runs.
Writes bench/results/<date>-speedup.md. Needs target/winnow.jar, two cores and Debian's dataset-fashion-mnist or another IDX folder.

Usage: python3 bench/faults/speedup.py [--samples 4000] [--epochs 3] [--runs 8]
"""
import argparse
import datetime
import os
import statistics
import subprocess
import sys
import tempfile

from cluster import ROOT, commit, machine, pinned, seconds_of, write_idx


def seconds_with(workers, given, folder):
    """Wall seconds from the job's start to its end, and its digest."""
    with pinned(workers, folder) as cluster:
        request = {
            "dataset": "data", "model": "net", "methods": ["el2n", "grand"], "runs": given.runs, "epochs": given.epochs,
        }
        # A first, small job warms both workers up: classes, native code, the page cache.
        cluster.await_end(cluster.submit({**request, "runs": 2 * workers, "epochs": 1, "seed": 1}))
        job = cluster.await_end(cluster.submit({**request, "seed": 2}), 3600)
        return seconds_of(job), cluster.digest(job["id"])


COUNT = "import time\nbegun = time.perf_counter()\nx = 1\nfor _ in range(40_000_000): x = x * 3 & 1023\nprint(time.perf_counter() - begun)"


def ceiling():
    """How much more two processes that only count get done than one: cores may share what they compute with."""
    cores = sorted(os.sched_getaffinity(0))[:2]

    def seconds(on):
        counting = [subprocess.Popen(["taskset", "-c", str(core), sys.executable, "-c", COUNT], stdout=subprocess.PIPE) for core in on]
        return max(float(process.communicate()[0]) for process in counting)

    return statistics.median(2 * min(seconds(cores[:1]), seconds(cores[1:])) / seconds(cores) for _ in range(5))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--samples", type=int, default=4000)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--runs", type=int, default=8)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="winnow-speedup-") as folder:
        os.chmod(folder, 0o755)
        write_idx(folder, given.samples, 500, 28, 10)
        rounds = [(seconds_with(1, given, folder), seconds_with(2, given, folder)) for _ in range(given.rounds)]
    most = ceiling()
    ratio = statistics.median(one[0] / two[0] for one, two in rounds)
    same = len({found[1] for pair in rounds for found in pair}) == 1
    rows = "\n".join(f"| {one[0]:.1f} | {two[0]:.1f} | {one[0] / two[0]:.2f} |" for one, two in rounds)
    text = f"""# Two workers against one

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/speedup.py`. A job of {given.runs} runs × {given.epochs} epochs of
`small-cnn` on {given.samples:,} samples of 28×28, `el2n` and `grand`; each worker pinned to one core, with the API and PostgreSQL on the
same cores; one worker and two in turns. The load average was {os.getloadavg()[2]:.1f} over the last fifteen minutes.

| seconds with one | with two | times as fast |
| ---: | ---: | ---: |
{rows}

{ratio:.2f} × as fast by the median (wanted: 1.6; two processes that only count get {most:.2f} × as much done as one here); the scores are {'the same bytes' if same else 'DIFFERENT'}.
"""
    print(text)
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-speedup.md").write_text(text)
    sys.exit(0 if ratio >= 1.6 and same else 1)


if __name__ == "__main__":
    main()
