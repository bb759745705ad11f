"""How long does it take, with the times that are set by default? From a worker's death by SIGKILL to the next claim of its run, from SIGTERM
to the worker's end and to the next claim, and from an immediate restart of PostgreSQL to the next good answer.
Writes bench/results/<date>-failover.md.

Needs target/winnow.jar. Usage: python3 bench/faults/failover.py [--times 3]
"""
import argparse
import datetime
import os
import signal
import sys
import tempfile
import time

from cluster import ROOT, Cluster, commit, machine, write_idx

SLOWEST_MOVE = 90
SLOWEST_END = 20


def claims(cluster, job):
    return int(cluster.postgres.query(f"SELECT fence FROM run WHERE job_id = '{job}'")[0][0])


def worker_of(cluster, job):
    held = cluster.postgres.query(f"SELECT worker FROM run WHERE job_id = '{job}' AND status = 'RUNNING'")
    return next((w for w in cluster.workers if held and f"-{w.pid}-" in held[0][0]), None)


def until(found, seconds):
    """Seconds until something is so."""
    begun = time.time()
    while not found():
        if time.time() - begun > seconds:
            sys.exit(f"not within {seconds} s")
        time.sleep(0.05)
    return time.time() - begun


def job_at_work(cluster, request):
    job = cluster.submit(request)
    until(lambda: worker_of(cluster, job), 60)
    until(lambda: (cluster.get(f"/jobs/{job}")["progress"]["epoch"] or 0) > 2, 120)
    return job, worker_of(cluster, job)


def moves(cluster, request, kind, signals=1):
    """From a signal to the end of the process and to the next claim of its run, and the attempts counted by then; the same for its heir."""
    job, _ = job_at_work(cluster, request)
    found = []
    for _ in range(signals):
        worker, fence, begun = worker_of(cluster, job), claims(cluster, job), time.time()
        worker.send_signal(kind)
        worker.wait(60)
        gone = time.time() - begun
        until(lambda: claims(cluster, job) > fence and worker_of(cluster, job) not in (None, worker), 200)
        moved = time.time() - begun
        attempts = int(cluster.postgres.query(f"SELECT attempts FROM run WHERE job_id = '{job}'")[0][0])
        found.append((gone, moved, attempts))
        cluster.workers.remove(worker)
        cluster.start_worker()
        cluster.await_workers(2)
    cluster.request("POST", f"/jobs/{job}/cancel")
    cluster.await_end(job)
    return found


def restart(cluster):
    """Seconds for which requests are answered with 503, and the longest of them; from the moment the server is stopped."""
    begun, longest = time.time(), 0.0
    cluster.postgres.process.send_signal(signal.SIGQUIT)
    cluster.postgres.process.wait(30)
    cluster.postgres.start()
    back = time.time() - begun
    while True:
        asked = time.time()
        status, _, _ = cluster.request("GET", "/jobs")
        longest = max(longest, time.time() - asked)
        if status == 200:
            return back, time.time() - begun, longest


def times(values):
    return ", ".join(f"{value:.1f}" for value in values) + " s"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--times", type=int, default=3)
    given = options.parse_args()
    request = {
        "dataset": "data", "model": "net", "methods": ["el2n"], "runs": 1, "epochs": 1000, "training": {"learningRate": 0.005},
    }
    with tempfile.TemporaryDirectory(prefix="winnow-failover-") as folder:
        os.chmod(folder, 0o755)
        write_idx(folder, 12_000, 100, 16, 4)
        cluster = Cluster([folder], worker_options=["--winnow.engine.threads=1"])
        try:
            cluster.prepare_fast_starts()
            cluster.start_api()
            cluster.register("data", folder)
            cluster.start_worker()
            cluster.start_worker()
            cluster.await_workers(2)
            deaths = [moves(cluster, request, signal.SIGKILL, 2) for _ in range(given.times)]
            kills, heirs = zip(*deaths)
            terms = [moves(cluster, request, signal.SIGTERM)[0] for _ in range(given.times)]
            restarts = [restart(cluster) for _ in range(given.times)]
        finally:
            cluster.close()
    text = f"""# How long a failure lasts

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/failover.py`. One API and two workers with the times that are
set by default, at work on a run of an `mlp`; each line {given.times} times. The load average was {os.getloadavg()[2]:.0f} in the last quarter of an hour.

| from | to | seconds |
| --- | --- | --- |
| SIGKILL of a worker | its run is claimed by the other, as attempt {kills[0][2]} (promised: within {SLOWEST_MOVE} s) | {times(k[1] for k in kills)} |
| SIGKILL of that one as well | its run is claimed again, as attempt {heirs[0][2]} | {times(k[1] for k in heirs)} |
| SIGTERM of a worker | its process is gone (promised: within {SLOWEST_END} s) | {times(t[0] for t in terms)} |
| SIGTERM of a worker | its run is claimed by the other, as attempt {terms[0][2]} again | {times(t[1] for t in terms)} |
| immediate stop of PostgreSQL | it takes connections again, after recovery | {times(r[0] for r in restarts)} |
| immediate stop of PostgreSQL | the next answer that is no 503 | {times(r[1] for r in restarts)} |
"""
    print(text)
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-failover.md").write_text(text)
    moved = all(first[1] <= SLOWEST_MOVE and second[1] <= SLOWEST_MOVE and (first[2], second[2]) == (2, 3) for first, second in deaths)
    good = moved and all(t[0] <= SLOWEST_END and t[2] == 1 for t in terms)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
