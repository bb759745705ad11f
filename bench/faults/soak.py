"""Half an hour of faults: one API, three workers and a PostgreSQL, with SIGKILL, SIGSTOP/SIGCONT, immediate restarts of the
database, cancels and repeated requests. Writes bench/results/<date>-soak-faults.md and exits with 1 when anything was lost.

Needs target/winnow.jar. Usage: python3 bench/faults/soak.py [--minutes 30] [--kills 100] [--stops 50] [--restarts 20] [--api-kills 5]
"""
import argparse
import collections
import contextlib
import datetime
import os
import pathlib
import random
import re
import signal
import tempfile
import threading
import time

from cluster import ROOT, Cluster, commit, machine, write_idx

MOST_ATTEMPTS = 100
# Everything that takes a minute by default takes seconds here. A run may be begun often: so many kills hit some of them thrice.
TIMES = [
    "--db-scheduler.heartbeat-interval=1s", "--db-scheduler.missed-heartbeats-limit=5", "--db-scheduler.polling-interval=500ms",
    "--spring.datasource.hikari.data-source-properties.socketTimeout=3", "--spring.datasource.hikari.maximum-pool-size=8",
    "--spring.datasource.hikari.minimum-idle=1", "--winnow.jobs.retry-delay=500ms", "--winnow.jobs.sweep-interval=5s",
    f"--winnow.jobs.most-attempts={MOST_ATTEMPTS}", "--winnow.engine.threads=1",
]
METHODS = ["el2n", "grand", "forgetting"]
SEEDS = 4
SQL = ROOT / "src" / "test" / "resources" / "faults"
ENDED = "('SUCCEEDED', 'FAILED', 'CANCELLED')"


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
        self.open = set()
        self.cancelled = set()
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
            self.open = {job for job in self.open if not self.ended(job)}
            if len(self.open) < 4:
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
                self.open |= ids
                for job in ids:
                    self.jobs[job] = seed
                self.done["requests sent twice"] += number % 2
            if self.open and self.random.random() < 0.03:
                job = self.random.choice(sorted(self.open))
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
            self.broken.append(f"{work.__name__} gave up: {e!r}")

    def ended(self, job):
        return self.cluster.get(f"/jobs/{job}")["status"] not in ("QUEUED", "RUNNING")

    def poll(self):
        """A dashboard that looks all the time."""
        while time.time() < self.end:
            for path in ("/jobs", "/workers", "/score-sets", "/datasets"):
                api = self.cluster.api
                try:
                    self.cluster.request("GET", path)
                    api.answered = True
                except TimeoutError:
                    self.broken.append(f"GET {path} was not answered in time")
                except OSError:
                    # Nobody answers: allowed while the API itself is down, and counted. One that was killed is gone a moment later.
                    self.done["requests without an answer"] += 1
                    time.sleep(1)
                    if getattr(api, "answered", False) and api.poll() is None:
                        self.broken.append(f"GET {path} was not answered by an API that is up")
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
            if self.cluster.api.poll() is not None:
                self.cluster.launch_api()
            time.sleep(0.1)
        for worker in self.stopped:
            worker.send_signal(signal.SIGCONT)
        self.stopped.clear()

    def do(self, kind):
        victims = [w for w in self.cluster.workers if w not in self.stopped and w.poll() is None]
        if kind == "restarts":
            self.cluster.postgres.restart_immediately()
        elif kind == "api kills":
            self.cluster.api.kill()
            self.cluster.api.wait()
        elif not victims or kind == "kills" and not any(map(started, victims)) and time.time() < self.end - 30:
            # A process that is still starting has nothing to lose.
            self.plan.append((time.time() + 1, kind))
            self.plan.sort()
            return
        else:
            worker = self.random.choice([w for w in victims if started(w)] or victims)
            self.done[f"{kind} at work"] += self.at_work(worker)
            if kind == "kills":
                worker.kill()
                worker.wait()
            else:
                worker.send_signal(signal.SIGSTOP)
                # Half of them for longer than a worker may be silent.
                long = self.random.random() < 0.5
                self.stopped[worker] = time.time() + (9 if long else 2)
                self.done["long stops"] += long
        self.done[kind] += 1

    def at_work(self, worker):
        with contextlib.suppress(OSError):
            held = self.cluster.postgres.query(
                f"SELECT count(*) FROM run WHERE status = 'RUNNING' AND worker LIKE '%-{worker.pid}-%'")
            return held[0][0] != "0"
        return False


def started(worker):
    return "Started WinnowApplication" in worker.log.read_text(errors="replace")


def broken_rules(postgres):
    """What must never be in the database, and is: the same queries as those of the fault tests."""
    text = (SQL / "invariants.sql").read_text()
    queries = re.findall(r"-- ([^\n]+)\n((?!--)\S[^;]*);", text)
    if len(queries) < 10:
        raise SystemExit("invariants.sql cannot be read")
    found = []
    for title, query in queries:
        rows = postgres.query(query.replace("attempts > 3", f"attempts > {MOST_ATTEMPTS}"))
        if rows:
            found.append(f"{title}: {', '.join(row[0] for row in rows[:5])}")
    return found, len(queries)


def left_behind(cluster, seconds=120):
    """Tasks and files of jobs that have ended: workers clear them away, the last of them by their sweeps."""
    deadline = time.time() + seconds
    while True:
        tasks = [row[0] for row in cluster.postgres.query(
            "SELECT task_instance FROM scheduled_tasks t WHERE NOT EXISTS (SELECT FROM job j"
            f" WHERE j.id::text = split_part(t.task_instance, '/', 1) AND j.status NOT IN {ENDED})")]
        files = [str(f) for f in (cluster.folder / "work" / "checkpoints").rglob("*") if f.is_file()]
        if not tasks and not files or time.time() > deadline:
            return ([f"{len(tasks)} tasks without a job, such as {tasks[0]}"] if tasks else []) + (
                [f"{len(files)} files without a run, such as {files[0]}"] if files else [])
        time.sleep(1)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=30)
    for name in ("kills", "stops", "restarts", "api-kills"):
        options.add_argument(f"--{name}", type=int)
    given = options.parse_args()
    share = given.minutes / 30
    usual = {"kills": 100, "stops": 50, "restarts": 20, "api kills": 5}
    faults = {}
    for kind, count in usual.items():
        own = getattr(given, kind.replace(" ", "_"))
        faults[kind] = own if own is not None else round(count * share)
    data = tempfile.TemporaryDirectory(prefix="winnow-soak-data-")
    pathlib.Path(data.name).chmod(0o755)
    write_idx(data.name, 1500, 200, 16, 4)
    # Processes that live for a minute never pay back what the second compiler takes.
    cluster = Cluster([data.name], TIMES, TIMES, ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
    problems = []
    try:
        cluster.prepare_fast_starts()
        cluster.start_api()
        cluster.register("soak", data.name)
        cluster.postgres.query((SQL / "history.sql").read_text())
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
        minutes = (time.time() - begun) / 60
        problems += soak.broken
        if soak.plan:
            problems.append(f"{len(soak.plan)} faults were not done")
        ends, attempts = collections.Counter(), 0
        for job, seed in soak.jobs.items():
            found = cluster.await_end(job)
            ends[found["status"]] += 1
            if found["status"] == "SUCCEEDED":
                soak.done["runs done"] += len(found["runResults"])
                attempts += sum(run["attempts"] for run in found["runResults"])
                if cluster.digest(job) != undisturbed[seed]:
                    problems.append(f"job {job} has other scores than the undisturbed one of seed {seed}")
            if found["status"] == "FAILED":
                problems.append(f"job {job} failed: {found['error']}")
            if found["status"] == "CANCELLED" and job not in soak.cancelled:
                soak.done["cancels whose answer was lost"] += 1
            if found["status"] != "CANCELLED" and job in soak.cancelled:
                problems.append(f"job {job} is {found['status']} though its cancel was accepted")
        drained = time.time() - begun - minutes * 60
        listed = cluster.get("/jobs?size=500")["totalItems"]
        if listed != len(soak.jobs) + SEEDS:
            problems.append(f"{listed} jobs are there, {len(soak.jobs) + SEEDS} were accepted")
        for status in [s for s in cluster.statuses if s >= 500 and s != 503]:
            problems.append(f"{cluster.statuses[status]} answers were {status}")
        if soak.done["keys with more than one job"]:
            problems.append("a key made more than one job")
        broken, rules = broken_rules(cluster.postgres)
        problems += broken + left_behind(cluster)
        crashed = sum("A fatal error has been detected" in log.read_text(errors="replace") for log in cluster.folder.glob("*.log"))
        if crashed:
            problems.append(f"{crashed} processes crashed by themselves")
    finally:
        cluster.close(keep=bool(problems))
        data.cleanup()
    report(minutes, drained, soak, ends, attempts, cluster.statuses, rules, problems)
    raise SystemExit(1 if problems else 0)


def report(minutes, drained, soak, ends, attempts, statuses, rules, problems):
    done = soak.done
    accepted = len(soak.jobs)
    verdict = "Nothing was lost:" if not problems else f"**{len(problems)} problems**, listed below; the rest held:"
    text = f"""# {minutes:.0f} minutes of faults

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/soak.py`. One API, three workers, PostgreSQL, the load and
the harness share the machine, whose load average was {os.getloadavg()[2]:.0f} in the last quarter of an hour. Each job: 3 runs × 10 epochs of an `mlp` on 1,500
samples, three methods. Silence of 5 s makes a worker dead. A run may be claimed {MOST_ATTEMPTS} times in place of three, for so many kills hit some runs often.

| | |
| --- | ---: |
| SIGKILL of a worker | {done['kills']} |
| of them while it was at work on a run | {done['kills at work']} |
| SIGKILL of the API | {done['api kills']} |
| SIGSTOP of a worker, then SIGCONT | {done['stops']} |
| of them for 9 s, longer than it may be silent; the others for 2 s | {done['long stops']} |
| of them while it was at work on a run | {done['stops at work']} |
| immediate restarts of PostgreSQL | {done['restarts']} |
| jobs accepted | {accepted} |
| of them sent twice at once with one key | {done['requests sent twice']} |
| cancels accepted | {done['cancels']} |
| ended: {', '.join(f'{count} {status}' for status, count in sorted(ends.items()))} | {sum(ends.values())} |
| runs done, in so many attempts | {done['runs done']} in {attempts} |
| the last job ended after the last fault | {drained:.0f} s |
| answers, by status: {', '.join(f'{count} × {status}' for status, count in sorted(statuses.items()))} | {sum(statuses.values())} |
| requests that nobody answered, the API being down | {done['requests without an answer']} |

{verdict}

* every job that was accepted came to an end, and none was made twice;
* all scores of each job that succeeded, of each run and their mean, are the same bytes as those of an undisturbed job;
* an accepted cancel was kept to;
* no answer was a 5xx but 503;
* none of {rules} queries for what must never be in the database found a row (`src/test/resources/faults/invariants.sql`: one end a job and
  none left again, one result a run, no run under way without a task, no claims beyond the limit, no scores of what did not succeed …);
* no task and no file of an ended job was left behind.
{chr(10) + chr(10).join(f'* PROBLEM: {problem}' for problem in problems) if problems else ''}
"""
    print(text)
    if minutes >= 25:
        (ROOT / "bench" / "results" / f"{datetime.date.today()}-soak-faults.md").write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    main()
