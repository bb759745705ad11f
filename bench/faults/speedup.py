"""How much faster are two workers than one? One pinned to a core against two pinned to a core each, on a job of eight runs.
Writes bench/results/<date>-speedup.md. Needs target/winnow.jar, two cores and Debian's dataset-fashion-mnist or another IDX folder.

Usage: python3 bench/faults/speedup.py [--samples 4000] [--epochs 3] [--runs 8]
"""
import argparse
import datetime
import os
import subprocess
import sys
import tempfile

from cluster import ROOT, Cluster, commit, machine, write_idx


def seconds_with(workers, given, folder):
    """Wall seconds from the job's start to its end, and its digest."""
    cores = sorted(os.sched_getaffinity(0))
    cluster = Cluster([folder], [], ["--winnow.engine.threads=1"])
    try:
        cluster.start_api()
        cluster.register("data", folder, architecture="small-cnn")
        for k in range(workers):
            cluster.start_worker(cores=cores[k])
        cluster.await_workers(workers)
        request = {
            "dataset": "data", "model": "net", "methods": ["el2n", "grand"], "runs": given.runs, "epochs": given.epochs,
        }
        # A first, small job warms both workers up: classes, native code, the page cache.
        cluster.await_end(cluster.submit({**request, "runs": 2 * workers, "epochs": 1, "seed": 1}))
        found = cluster.await_end(cluster.submit({**request, "seed": 2}), 3600)
        if found["status"] != "SUCCEEDED":
            sys.exit(f"the job is {found['status']}: {found['error']}")
        began, ended = (datetime.datetime.fromisoformat(found[x].replace("Z", "+00:00")) for x in ("startedAt", "finishedAt"))
        job = found["id"]
        return (ended - began).total_seconds(), cluster.digest(job), len({run["worker"] for run in found["runResults"]})
    finally:
        cluster.close()


COUNT = "import time\nbegun = time.perf_counter()\nx = 1\nfor _ in range(40_000_000): x = x * 3 & 1023\nprint(time.perf_counter() - begun)"


def ceiling():
    """How much more two processes that only count get done than one: cores may share what they compute with."""
    cores = sorted(os.sched_getaffinity(0))[:2]

    def seconds(on):
        counting = [subprocess.Popen(["taskset", "-c", str(core), sys.executable, "-c", COUNT], stdout=subprocess.PIPE) for core in on]
        return max(float(process.communicate()[0]) for process in counting)

    return 2 * min(seconds(cores[:1]), seconds(cores[1:])) / seconds(cores)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--samples", type=int, default=4000)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--runs", type=int, default=8)
    given = options.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("two cores are needed")
    with tempfile.TemporaryDirectory(prefix="winnow-speedup-") as folder:
        os.chmod(folder, 0o755)
        write_idx(folder, given.samples, 500, 28, 10)
        one, bytes_of_one, _ = seconds_with(1, given, folder)
        two, bytes_of_two, at_work = seconds_with(2, given, folder)
    most = ceiling()
    text = f"""# Two workers against one

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/speedup.py`. A job of {given.runs} runs × {given.epochs} epochs of
`small-cnn` on {given.samples:,} samples of 28×28, `el2n` and `grand`; each worker pinned to one core, with the API and PostgreSQL on the
same cores.

| workers | seconds |
| ---: | ---: |
| 1 | {one:.1f} |
| {at_work} | {two:.1f} |

{one / two:.2f} × as fast (wanted: 1.6; two processes that only count get {most:.2f} × as much done as one here); the scores are {'the same bytes' if bytes_of_one == bytes_of_two else 'DIFFERENT'}.
"""
    print(text)
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-speedup.md").write_text(text)
    sys.exit(0 if one / two >= 1.6 and bytes_of_one == bytes_of_two else 1)


if __name__ == "__main__":
    main()
