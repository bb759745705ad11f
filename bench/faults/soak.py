"""Half an hour of faults: one API, three workers and a PostgreSQL, with SIGKILL, SIGSTOP/SIGCONT, immediate restarts of the
database, cancels and repeated requests. Writes bench/results/<date>-faults.md and exits with 1 when anything was lost.

Needs target/winnow.jar. Usage: python3 bench/faults/soak.py [--minutes 30] [--kills 100] [--stops 50] [--restarts 20]
"""
import argparse
import collections
import contextlib
import datetime
import random
import signal
import tempfile
import threading
import time

from cluster import ROOT, Cluster, commit, machine, write_idx

# Everything that takes a minute by default takes seconds here. A run may be begun often: so many kills hit some of them thrice.
TIMES = [
    "--db-scheduler.heartbeat-interval=1s", "--db-scheduler.missed-heartbeats-limit=5", "--db-scheduler.polling-interval=500ms",
    "--spring.datasource.hikari.data-source-properties.socketTimeout=3", "--spring.datasource.hikari.maximum-pool-size=8",
    "--spring.datasource.hikari.minimum-idle=1", "--winnow.jobs.retry-delay=500ms", "--winnow.jobs.sweep-interval=5s",
    "--winnow.jobs.most-attempts=100", "--winnow.engine.threads=1",
]
METHODS = ["el2n", "grand", "forgetting"]
SEEDS = 4


def body(seed):
    return {
        "dataset": "soak", "model": "net", "methods": METHODS, "runs": 3, "epochs": 10, "seed": seed,
        "training": {"batchSize": 32},
    }


class Soak:
    def __init__(self, cluster, seconds, faults):
        self.cluster = cluster
        self.end = time.time() + seconds
        self.random = random.Random(7)
        self.jobs = {}
        self.cancelled = set()
        self.unanswered = 0
        self.lock = threading.Lock()
        self.done = collections.Counter()
        times = [kind for kind, count in faults.items() for _ in range(count)]
        self.random.shuffle(times)
        self.plan = [(time.time() + seconds * (i + 1) / (len(times) + 1), kind) for i, kind in enumerate(times)]
        self.stopped = {}
        self.broken = []

    def keep_busy(self):
        """Submits jobs so that a few are always under way, half of them twice at once, and cancels some."""
        number = 0
        while time.time() < self.end:
            under_way = [job for job in self.jobs if job not in self.cancelled and not self.ended(job)]
            if len(under_way) < 4:
                number += 1
                seed = number % SEEDS
                key = f"soak-{number}"
                ids = set()
                threads = [threading.Thread(target=lambda: ids.add(self.cluster.submit(body(seed), key)))
                           for _ in range(1 + number % 2)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                self.done["keys with more than one job"] += len(ids) != 1
                self.jobs[ids.pop()] = seed
                self.done["jobs"] += 1
                self.done["requests sent twice"] += number % 2
            if under_way and self.random.random() < 0.03:
                job = self.random.choice(under_way)
                with contextlib.suppress(OSError):
                    status, _, _ = self.cluster.request("POST", f"/jobs/{job}/cancel")
                    if status == 202:
                        self.cancelled.add(job)
                        self.done["cancels"] += 1
            time.sleep(0.5)

    def guarded(self, work):
        """A part that gives up must not look as if all were well."""
        try:
            work()
        except BaseException as e:  # SystemExit, too
            self.broken.append(f"{work.__name__}: {e!r}")

    def ended(self, job):
        return self.cluster.get(f"/jobs/{job}")["status"] not in ("QUEUED", "RUNNING")

    def poll(self):
        """A dashboard that looks all the time."""
        while time.time() < self.end:
            for path in ("/jobs", "/workers", "/score-sets", "/datasets"):
                try:
                    self.cluster.request("GET", path)
                except OSError:
                    self.unanswered += 1
            time.sleep(0.2)

    def wreak(self):
        while time.time() < self.end:
            now = time.time()
            for worker, until in list(self.stopped.items()):
                if now > until:
                    worker.send_signal(signal.SIGCONT)
                    del self.stopped[worker]
            while self.plan and self.plan[0][0] <= now:
                self.do(self.plan.pop(0)[1])
            self.cluster.workers = [w for w in self.cluster.workers if w.poll() is None]
            while len(self.cluster.workers) < 3:
                self.cluster.start_worker()
            time.sleep(0.1)
        for worker in self.stopped:
            worker.send_signal(signal.SIGCONT)
        self.stopped.clear()

    def do(self, kind):
        victims = [w for w in self.cluster.workers if w not in self.stopped]
        if kind == "restarts":
            self.cluster.postgres.restart_immediately()
        elif not victims:
            self.plan.append((time.time() + 1, kind))
            return
        elif kind == "kills":
            self.random.choice(victims).kill()
        else:
            worker = self.random.choice(victims)
            worker.send_signal(signal.SIGSTOP)
            # Half of them for longer than a worker may be silent.
            self.stopped[worker] = time.time() + self.random.choice([2, 9])
        self.done[kind] += 1


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--kills", type=int)
    options.add_argument("--stops", type=int)
    options.add_argument("--restarts", type=int)
    given = options.parse_args()
    share = given.minutes / 30
    faults = {
        "kills": given.kills if given.kills is not None else round(100 * share),
        "stops": given.stops if given.stops is not None else round(50 * share),
        "restarts": given.restarts if given.restarts is not None else round(20 * share),
    }
    data = tempfile.TemporaryDirectory(prefix="winnow-soak-data-")
    write_idx(data.name, 1500, 200, 16, 4)
    # Processes that live for a minute never pay back what the second compiler takes.
    cluster = Cluster([data.name], TIMES, TIMES, ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
    problems = []
    try:
        cluster.start_api()
        cluster.register("soak", data.name)
        for _ in range(3):
            cluster.start_worker()
        cluster.await_workers(3)
        undisturbed = {}
        for seed in range(SEEDS):
            job = cluster.submit(body(seed))
            cluster.await_end(job)
            undisturbed[seed] = cluster.digest(job)
        cluster.statuses.clear()
        begun = time.time()
        soak = Soak(cluster, given.minutes * 60, faults)
        threads = [threading.Thread(target=soak.guarded, args=(f,)) for f in (soak.keep_busy, soak.poll, soak.wreak)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        problems += soak.broken
        ends, attempts = collections.Counter(), 0
        for job, seed in soak.jobs.items():
            found = cluster.await_end(job)
            ends[found["status"]] += 1
            attempts += sum(run["attempts"] for run in found["runResults"])
            if found["status"] == "SUCCEEDED":
                soak.done["runs done"] += len(found["runResults"])
                if cluster.digest(job) != undisturbed[seed]:
                    problems.append(f"job {job} has other scores than the undisturbed one of seed {seed}")
            if found["status"] == "FAILED":
                problems.append(f"job {job} failed: {found['error']}")
            if found["status"] == "CANCELLED" and job not in soak.cancelled:
                soak.done["cancels whose answer was lost"] += 1
        listed = cluster.get("/jobs?size=500")["totalItems"]
        if listed != len(soak.jobs) + SEEDS:
            problems.append(f"{listed} jobs are there, {len(soak.jobs) + SEEDS} were accepted")
        for status in [s for s in cluster.statuses if s >= 500 and s != 503]:
            problems.append(f"{cluster.statuses[status]} answers were {status}")
        if soak.done["keys with more than one job"]:
            problems.append("a key made more than one job")
        minutes = (time.time() - begun) / 60
    finally:
        cluster.close(keep=bool(problems))
        data.cleanup()
    report(minutes, soak, ends, attempts, cluster.statuses, problems)
    raise SystemExit(1 if problems else 0)


def report(minutes, soak, ends, attempts, statuses, problems):
    done = soak.done
    text = f"""# {minutes:.0f} minutes of faults

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/soak.py`. One API, three workers, PostgreSQL, the load and
the harness share the machine. Each job: 3 runs × 10 epochs of an `mlp` on 1,500 samples, three methods.

| | |
| --- | ---: |
| SIGKILL of a worker | {done['kills']} |
| SIGSTOP of a worker, half of them for longer than it may be silent, then SIGCONT | {done['stops']} |
| immediate restarts of PostgreSQL | {done['restarts']} |
| jobs accepted | {done['jobs']} |
| of them sent twice at once with one key | {done['requests sent twice']} |
| cancelled | {done['cancels']} |
| ended: {', '.join(f'{count} {status}' for status, count in sorted(ends.items()))} | {sum(ends.values())} |
| runs done, in so many attempts | {done['runs done']} in {attempts} |
| answers, by status: {', '.join(f'{count} × {status}' for status, count in sorted(statuses.items()))} | {sum(statuses.values())} |

{'Every job ended, every job that succeeded has the same bytes as an undisturbed one, none was lost or made twice, and no answer was a 5xx but 503.' if not problems else 'PROBLEMS:'}
{chr(10).join(f'* {problem}' for problem in problems)}
"""
    print(text)
    if not problems and minutes >= 25:
        (ROOT / "bench" / "results" / f"{datetime.date.today()}-faults.md").write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    main()
