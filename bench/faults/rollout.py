"""Does the release before this one work on this one's schema, and do both work side by side while one takes the other's place? It
starts real processes of both packed jars and writes bench/results/<date>-rollout.md; it exits with 1 when anything was amiss.

The release before is the commit that is given; else the last tag of a release before this commit; else, as long as nothing is released,
the commit before the last change of the migrations, if that only added some. If it changed others where they are, as may be done before
the first release, no process from before it starts on what came of it, for Flyway compares the scripts: then it is the commit of that
change. Where both have the same migrations, src/test/resources/faults/next-release stands in for what this release would bring.

That commit is built below target/rollout, and kept there for the next call. MAVEN says which Maven, where it is not the wrapper.
Usage: python3 bench/faults/rollout.py [commit] [--epochs 350] [--patience 120] [--keep-jar]
"""
import argparse
import datetime
import hashlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from cluster import JAR, ROOT, Cluster, commit, free_port, machine, write_idx
from soak import SQL, broken_rules, left_behind, started

MIGRATIONS = "src/main/resources/db/migration"
STAND_IN = SQL / "next-release"
MAVEN = os.environ.get("MAVEN", "./mvnw")
# Without the second compiler, which takes the cores from what is measured for as long as these processes live.
JVM = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=ROOT, check=True).stdout.split("\n")[:-1]


def migrations(of):
    """The names and contents of a commit's migrations."""
    return set(git("ls-tree", of, MIGRATIONS + "/"))


def release_before():
    """The commit to hold this one against, and why it is that one."""
    head = git("rev-parse", "HEAD")[0]
    tags = [tag for tag in git("tag", "--merged", "HEAD", "--sort=-v:refname", "v*") if git("rev-parse", tag + "^{commit}")[0] != head]
    if tags:
        return git("rev-parse", tags[0] + "^{commit}")[0], f"the release {tags[0]}"
    change = git("log", "-1", "--format=%H", "--", MIGRATIONS)[0]
    if migrations(change + "^") < migrations("HEAD"):
        return git("rev-parse", change + "^")[0], "the one before the last change of the migrations"
    return change, "the one that changed the migrations last, which changed some where they are"


def build(of):
    """The commit's own folder, with its jar and the classes of its tests: no work tree, whose builds name the wrong commit."""
    folder = ROOT / "target" / "rollout" / of
    if not (folder / "built").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        git("clone", "-q", "--no-checkout", ".", str(folder))
        git("-C", str(folder), "checkout", "-q", of)
        package(folder)
        (folder / "built").touch()
    return folder


def package(folder):
    subprocess.run([MAVEN, "-B", "-ntp", "-q", "package", "-DskipTests"], cwd=folder, check=True)


class Load:
    """Somebody who looks at a process all the time, until it is told to go."""

    PATHS = ("/jobs", "/datasets/data", "/score-sets", "/workers", "/score-methods", "/actuator/health/readiness")

    def __init__(self, process, job):
        self.process = process
        self.paths = (*self.PATHS, f"/jobs/{job}")
        self.statuses = {}
        self.lost = []
        self.slowest = 0.0
        self.leaving = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        number = 0
        while not self.leaving.is_set():
            path = self.paths[number % len(self.paths)]
            number += 1
            begun = time.time()
            try:
                status = self._status_of(path)
                self.statuses[status] = self.statuses.get(status, 0) + 1
            except (OSError, http.client.HTTPException) as e:
                self.lost.append(f"GET {path} of {self.process.name}: {e!r}")
            self.slowest = max(self.slowest, time.time() - begun)
            time.sleep(0.05)

    def _status_of(self, path):
        try:
            with urllib.request.urlopen(self.process.url + path, timeout=60) as answer:
                answer.read()
                return answer.status
        except urllib.error.HTTPError as e:
            return e.code

    def end(self):
        """As a load balancer does: nothing more is asked of who goes."""
        self.leaving.set()
        self.thread.join()


class Rollout:
    """Processes of two releases on one database."""

    def __init__(self, cluster, before, after, locations):
        self.cluster = cluster
        self.jars = {"before": before, "after": after}
        self.options = {"before": [], "after": [f"--spring.flyway.locations={locations}"]}
        self.begun = time.time()
        self.steps = []
        self.problems = []

    def note(self, text):
        self.steps.append((time.time() - self.begun, text))
        print(f"{time.time() - self.begun:6.0f} s  {text}", flush=True)

    def check(self, good, problem):
        if not good:
            self.problems.append(problem)
            print(f"PROBLEM: {problem}", flush=True)

    def start(self, release, role):
        """Starts a process and waits until it is up."""
        begun = time.time()
        port = free_port() if role == "api" else 0
        self.cluster.jar = self.jars[release]
        engine = ["--winnow.engine.threads=1"] if role == "worker" else []
        process = self.cluster.launch(role, port, [*self.options[release], *engine])
        # Whoever is in that list is ended with the cluster.
        self.cluster.workers.append(process)
        process.url = f"http://127.0.0.1:{port}"
        process.name = " ".join(["N−1's" if release == "before" else "N's", "API" if role == "api" else role])
        while not (started(process) and (role == "worker" or self.ready(process))):
            if process.poll() is not None or time.time() > begun + 600:
                raise SystemExit(f"{process.name} does not start:\n{process.log.read_text()[-4000:]}")
            time.sleep(0.2)
        return process

    def ready(self, process):
        self.cluster.url = process.url
        try:
            return self.cluster.request("GET", "/actuator/health/readiness")[0] == 200
        except OSError:
            return False

    def stop(self, process):
        """Tells a process to go, and says how long it took."""
        begun = time.time()
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        self.check(code == 143, f"{process.name} ended with {code}")
        return time.time() - begun

    def version(self):
        """The newest migration that the database has."""
        return self.cluster.postgres.query("SELECT max(version::bigint) FROM flyway_schema_history WHERE success")[0][0]

    def progress(self, job, worker):
        """How far the worker is with its run of the job, and which that is; nothing when it has none."""
        rows = self.cluster.postgres.query(
            f"SELECT number, fraction FROM run WHERE job_id = '{job}' AND status = 'RUNNING' AND worker LIKE '%-{worker.pid}-%'")
        return (int(rows[0][0]), float(rows[0][1])) if rows else (None, 0.0)

    def done(self, api, body):
        """A job that nothing disturbs: the bytes of its scores, and how long it took."""
        self.cluster.url = api.url
        begun = time.time()
        job = self.cluster.submit(body)
        self.succeeded(job)
        return self.scores(job), time.time() - begun

    def succeeded(self, job):
        found = self.cluster.await_end(job, 3600)
        if found["status"] != "SUCCEEDED":
            raise SystemExit(f"job {job} is {found['status']}: {found['error']}")
        return found

    def scores(self, job):
        """SHA-256 of the scores of each run, and of their means at the end."""
        found = self.cluster.get(f"/jobs/{job}")
        digests = []
        for run in [*range(found["request"]["runs"]), None]:
            digest = hashlib.sha256()
            for kept in found["scoreSets"]:
                path = f"/score-sets/{kept['id']}/scores?format=npy"
                digest.update(self.cluster.insist("GET", path if run is None else f"{path}&run={run}"))
            digests.append(digest.hexdigest())
        return digests


def roll(rollout, given):
    """N−1 at work; N comes beside it; N−1 goes. Says what the report is to tell."""
    cluster = rollout.cluster
    long = {
        "dataset": "data", "model": "net", "methods": ["el2n", "grand", "forgetting"], "runs": given.runs, "epochs": given.epochs, "seed": 5,
        "training": {"batchSize": 32, "learningRate": 0.01},
    }
    short = {**long, "runs": 1, "epochs": 5, "priority": 10}

    old_api = rollout.start("before", "api")
    old_worker = rollout.start("before", "worker")
    schema_before = rollout.version()
    cluster.postgres.query((SQL / "history.sql").read_text())
    cluster.register("data", cluster.roots[0])
    short_before, _ = rollout.done(old_api, short)
    long_before, seconds = rollout.done(old_api, long)
    rollout.note(f"the release before has made the schema ({schema_before}) and done the job of {given.runs} runs undisturbed, in {seconds:.0f} s")

    rollout.begun = time.time()
    rollout.steps.clear()
    job = cluster.submit(long)
    loads = [Load(old_api, job)]
    rollout.note("N−1's API takes the job of many runs; N−1's worker begins it")
    new_api = rollout.start("after", "api")
    loads.append(Load(new_api, job))
    schema_after = rollout.version()
    rollout.check(int(schema_after) > int(schema_before), f"the schema is still {schema_after}")
    rollout.note(f"N's API is up and has changed the schema from {schema_before} to {schema_after}")

    cluster.url = new_api.url
    first = cluster.submit(short)
    found = rollout.succeeded(first)
    rollout.check(f"-{old_worker.pid}-" in found["runResults"][0]["worker"], "N−1's worker has not done the job of N's API")
    rollout.check(rollout.scores(first) == short_before, "a job of N's API, done by N−1's worker, has other scores")
    rollout.note("N's API took a short job, and N−1's worker has done it between two runs of the other")

    restarted = rollout.start("before", "api")
    restarted.name = "N−1's second API"
    loads.append(Load(restarted, job))
    rollout.check("ERROR" not in restarted.log.read_text(), "N−1's API wrote an error when it started on N's schema")
    rollout.note("another API of N−1 has started, on the schema that it does not know")
    spare = rollout.start("before", "worker")
    rollout.stop(spare)
    rollout.check("ERROR" not in spare.log.read_text(), "N−1's worker wrote an error when it started on N's schema")
    rollout.note("another worker of N−1 has started there, too, and was told to go")

    new_worker = rollout.start("after", "worker")
    rollout.note("N's worker is up")
    while not 0.3 < (moved := rollout.progress(job, old_worker))[1] < 0.8:
        if cluster.get(f"/jobs/{job}")["finishedAt"]:
            raise SystemExit("the job ended before N−1's worker could be told to go: give more --epochs")
        time.sleep(0.1)
    gone = rollout.stop(old_worker)
    rollout.note(f"N−1's worker was told to go at {moved[1]:.0%} of run {moved[0]}, and was gone after {gone:.1f} s")
    cluster.url = restarted.url
    second = cluster.submit(short)
    found = rollout.succeeded(second)
    rollout.check(f"-{new_worker.pid}-" in found["runResults"][0]["worker"], "N's worker has not done the job of N−1's API")
    short_mixed = rollout.scores(second)
    rollout.note("N−1's second API took a short job, and N's worker has done it")
    for load in (loads[0], loads[2]):
        load.end()
        rollout.stop(load.process)
    cluster.url = new_api.url
    rollout.note("N−1's APIs were told to go, and are gone")

    ended = rollout.succeeded(job)
    rollout.note("the job of many runs has ended")
    loads[1].end()
    for load in loads:
        for status in [s for s in load.statuses if s >= 400 and s != 503]:
            rollout.check(False, f"{load.statuses[status]} answers of {load.process.name} were {status}")
        rollout.check(not load.lost, f"{len(load.lost)} requests were not answered, such as {load.lost[:1]}")
    mixed = rollout.scores(job)
    shares = {
        release: sum(any(f"-{p.pid}-" in run["worker"] for p in workers) for run in ended["runResults"])
        for release, workers in (("before", [old_worker, spare]), ("after", [new_worker]))}
    attempts = sum(run["attempts"] for run in ended["runResults"])
    rollout.check(attempts == given.runs, f"{attempts} attempts for {given.runs} runs")
    resumed = re.findall(rf"run {moved[0]} of job {job} goes on from (\S+)", new_worker.log.read_text())
    rollout.check(resumed, "N's worker began anew what N−1's had begun")

    long_after, _ = rollout.done(new_api, long)
    short_after, _ = rollout.done(new_api, short)
    rollout.note("N alone has done both jobs undisturbed")
    same = long_after == long_before
    rollout.check(short_mixed == short_after, "a job of N−1's API, done by N's worker, has other scores")
    if same:
        rollout.check(mixed == long_after, "the job over two releases has other scores than either's undisturbed one")
    else:
        # A changelog may say that scores are others from a release on. Then each run has those of the release that did it; one that
        # moved, and the mean, are of both, and can be held against nothing.
        for run in ended["runResults"]:
            by = long_after if f"-{new_worker.pid}-" in run["worker"] else long_before
            rollout.check(run["run"] == moved[0] or mixed[run["run"]] == by[run["run"]], f"run {run['run']} has other scores than its release's")
    broken, rules = broken_rules(cluster.postgres)
    for problem in broken + left_behind(cluster):
        rollout.check(False, problem)
    return {
        "seconds": seconds, "loads": loads, "shares": shares, "attempts": attempts, "resumed": resumed, "same": same, "rules": rules,
        "schema": (schema_before, schema_after), "moved": moved[0], "gone": gone,
    }


def fault_tests(folder, stands_in, given):
    """N−1's own fault tests over its own processes, which find N's migrations in place of theirs. N's tests may ask for what N−1 has not."""
    log = ROOT / "target" / "rollout" / "fault-tests.log"
    locations = ",".join(f"filesystem:{place}" for place in [ROOT / MIGRATIONS, *([STAND_IN] if stands_in else [])])
    command = [
        MAVEN, "-B", "-ntp", "-Pfaults", "surefire:test", "-Dtest=FaultTests", f"-Dfaults.jar={folder / 'target' / JAR.name}",
        f"-Dfaults.patience={given.patience}", f"-Dfaults.start={5 * given.patience}"]
    environment = dict(os.environ, WINNOW_FAULTS_ARGUMENTS=f"--spring.flyway.locations={locations}")
    begun = time.time()
    with open(log, "w") as out:
        code = subprocess.run(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT).returncode
    counts = re.findall(r"Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)", log.read_text())
    failed = re.findall(r"^\[ERROR\] +(FaultTests\.\S+)", log.read_text(), re.MULTILINE)
    ran, skipped = (int(counts[-1][0]), int(counts[-1][3])) if counts else (0, 0)
    return {"ran": ran, "skipped": skipped, "failed": failed, "good": code == 0 and ran > 0, "seconds": time.time() - begun, "log": log}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("commit", nargs="?", help="of the release before; by default chosen as told above")
    options.add_argument("--epochs", type=int, default=350, help="of each run of the long job: more where N−1 is through with it too soon")
    options.add_argument("--runs", type=int, default=6)
    options.add_argument("--patience", type=int, default=120, help="seconds for which the fault tests wait for a job: more on a busy machine")
    options.add_argument("--keep-jar", action="store_true", help="take target/winnow.jar as it is")
    given = options.parse_args()
    if given.commit:
        before, why = git("rev-parse", given.commit + "^{commit}")[0], "the commit that was named"
    else:
        before, why = release_before()
    print(f"N−1 is {before}: {why}", flush=True)
    folder = build(before)
    if not given.keep_jar:
        package(ROOT)
    stands_in = migrations(before) == migrations("HEAD")
    locations = "classpath:db/migration" + (f",filesystem:{STAND_IN}" if stands_in else "")
    with tempfile.TemporaryDirectory(prefix="winnow-rollout-") as data:
        os.chmod(data, 0o755)
        write_idx(data, 1500, 200, 16, 4)
        cluster = Cluster([data], jvm=JVM)
        rollout = Rollout(cluster, folder / "target" / JAR.name, JAR, locations)
        try:
            found = roll(rollout, given)
        finally:
            cluster.close(keep=bool(rollout.problems))
    tests = fault_tests(folder, stands_in, given)
    rollout.check(tests["good"], f"N−1's fault tests fail on N's schema: {tests['failed']}, see {tests['log']}")
    report(before, why, stands_in, rollout, found, tests, given)
    sys.exit(1 if rollout.problems else 0)


def report(before, why, stands_in, rollout, found, tests, given):
    problems = rollout.problems
    when = git("log", "-1", "--format=%cs", before)[0]
    apart = git("rev-list", "--count", f"{before}..HEAD")[0]
    steps = "\n".join(f"| {seconds:.0f} s | {text} |" for seconds, text in rollout.steps)
    answers = "\n".join(
        f"| {load.process.name} | {', '.join(f'{count:,} × {status}' for status, count in sorted(load.statuses.items()))}"
        f" | {load.slowest:.1f} s |" for load in found["loads"])
    brings = (
        f"The two have the same migrations: a change that adds a table, two columns and an index ({STAND_IN.relative_to(ROOT)}) stands in for what N brings."
        if stands_in else f"N has {len(migrations('HEAD')) - len(migrations(before))} migrations more.")
    scores = (
        "the bytes of all scores, of each run and their mean, are those of an undisturbed job of N−1 alone, and of one of N alone"
        if found["same"] else
        "scores of N are others than those of N−1: each run has those of the release that did it, to the byte; the one that moved, and the mean, were held against nothing")
    resumed = found["resumed"][0].split("/", 1)[-1] if found["resumed"] else "none"
    text = f"""# A release takes the place of the one before

{datetime.date.today()}, {machine()}: `python3 bench/faults/rollout.py`. N is commit {commit()}; N−1 is {before[:7]} of {when}, {apart} commits
earlier: {why}. {brings} The load average was {os.getloadavg()[2]:.0f} in the last quarter of an hour.

## Side by side

Real processes of both packed jars, with the times that are set by default, on one PostgreSQL; a job of {given.runs} runs × {given.epochs} epochs of an
`mlp` on 1,500 samples, three methods, which N−1 alone does in {found['seconds']:.0f} s.

| after | what happened |
| ---: | --- |
{steps}

Each API was asked for lists, the job, workers and its health without a pause of more than 50 ms, from the moment it was ready to the one it was told to go:

| | answers | the slowest |
| --- | --- | ---: |
{answers}

{'All was well:' if not problems else f'**{len(problems)} problems**, listed below; the rest held:'}

* N−1's processes that start when the schema is N's come up, and write no error: Flyway passes over migrations that are later than all it knows;
* every request was answered, none with a 5xx but 503;
* of the {given.runs} runs N−1 did {found['shares']['before']} and N {found['shares']['after']}, in {found['attempts']} attempts: the SIGTERM spent none, and N's worker went on from
  N−1's checkpoint of run {found['moved']} (`{resumed}`);
* {scores};
* short jobs that one release takes and the other does have those bytes, too, in both directions;
* none of {found['rules']} queries for what must never be in the database found a row, and no task and no file was left behind.

## N−1 on N's schema

The `FaultTests` of N−1 over its own processes, with the schema that N's migrations make: {tests['ran']} cases, {tests['ran'] - len(tests['failed'])} passed, in {tests['seconds']:.0f} s. They kill a worker, let one sleep until its run has moved on, restart the database under a job, tell a worker
to go, and quarantine a run that kills its workers.
{chr(10) + chr(10).join(f'* PROBLEM: {problem}' for problem in problems) if problems else ''}"""
    print(text)
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-rollout.md").write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    main()
