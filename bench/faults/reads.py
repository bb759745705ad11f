"""Do reads wait for training? While two workers train, each on all cores, GET /subsets on 60,000 samples at 50 requests a second, each at
another ratio, so that no list comes from a cache. Writes bench/results/<date>-reads-under-training.md.

Needs target/winnow.jar. Usage: python3 bench/faults/reads.py [--seconds 120] [--rate 50]
"""
import argparse
import datetime
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time

from cluster import ROOT, Cluster, commit, machine, write_idx

SAMPLES = 60_000
WORKERS = 2
# Seconds from one to the next, by default.
HEARTBEAT = 10


def load(cluster, rate, seconds, score_set):
    """Open loop: every request has its time, and its latency counts from then."""
    latencies, failures, lock = [], [], threading.Lock()
    begun = time.monotonic() + 1
    total = int(rate * seconds)
    following = iter(range(total))

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", cluster.port, timeout=30)
        while True:
            with lock:
                i = next(following, None)
            if i is None:
                return
            due = begun + i / rate
            time.sleep(max(0, due - time.monotonic()))
            ratio = 0.1 + 0.8 * (i + 1) / total
            connection.request("GET", f"/subsets?scoreSet={score_set}&ratio={ratio:.6f}&format=npy")
            answer = connection.getresponse()
            body = answer.read()
            with lock:
                latencies.append(time.monotonic() - due)
                if answer.status != 200 or len(body) < 4 * ratio * SAMPLES:
                    failures.append(answer.status)

    threads = [threading.Thread(target=client) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A client that broke off has left requests unasked, or one without an answer.
    failures += ["no answer"] * (total - len(latencies))
    return sorted(latencies), failures


def watch(cluster, over, ages):
    """How old each worker's heartbeat is, in seconds, each second: the database's clock is this machine's."""
    while not over.is_set():
        for worker in cluster.get("/workers")["items"]:
            beat = datetime.datetime.fromisoformat(worker["lastHeartbeat"].replace("Z", "+00:00"))
            ages.append((datetime.datetime.now(datetime.timezone.utc) - beat).total_seconds())
        over.wait(1)


def states(cluster):
    return {worker["state"] for worker in cluster.get("/workers")["items"]}


def busy(seconds):
    """Share of all cores' time that was not idle."""
    def idle():
        with open("/proc/stat") as stat:
            fields = list(map(int, stat.readline().split()[1:]))
        return fields[3] + fields[4], sum(fields)
    first = idle()
    time.sleep(seconds)
    second = idle()
    return 1 - (second[0] - first[0]) / (second[1] - first[1])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=120)
    options.add_argument("--rate", type=float, default=50)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="winnow-reads-") as folder:
        os.chmod(folder, 0o755)
        write_idx(folder, SAMPLES, 500, 28, 10)
        cluster = Cluster([folder])
        try:
            cluster.start_api()
            cluster.register("data", folder, architecture="small-cnn")
            source = random.Random(1)
            scores = {"name": "imported", "method": "el2n", "keeps": "HIGHEST", "scores": [source.random() for _ in range(SAMPLES)]}
            status, content, _ = cluster.request("POST", "/score-sets", scores)
            if status != 201:
                sys.exit(f"the import answered {status}: {content.decode()[:300]}")
            score_set = json.loads(content)["id"]
            workers = [cluster.start_worker() for _ in range(WORKERS)]
            cluster.await_workers(WORKERS)
            job = cluster.submit({"dataset": "data", "model": "net", "methods": ["el2n", "grand"], "runs": WORKERS, "epochs": 1000})
            while cluster.get(f"/jobs/{job}")["progress"]["epoch"] in (None, 0) or states(cluster) != {"WORKING"}:
                time.sleep(0.5)
            load(cluster, given.rate, 5, score_set)
            over, ages, share = threading.Event(), [], []
            watcher = threading.Thread(target=watch, args=(cluster, over, ages))
            meter = threading.Thread(target=lambda: share.append(busy(given.seconds)))
            watcher.start()
            meter.start()
            latencies, failures = load(cluster, given.rate, given.seconds, score_set)
            meter.join()
            over.set()
            watcher.join()
            found = cluster.get(f"/jobs/{job}")
            after = ", ".join(states(cluster))
            log = "".join(worker.log.read_text() for worker in workers)
            late = sum(age > 2 * HEARTBEAT for age in ages)
            missed = log.count("Failed to update heartbeat") + log.count("progress cannot be written") + late
            cluster.request("POST", f"/jobs/{job}/cancel")
        finally:
            cluster.close()
    p = lambda share: 1000 * latencies[min(len(latencies) - 1, int(share * len(latencies)))]
    text = f"""# Reads while training takes all cores

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/reads.py`. An API, {WORKERS} workers that train `small-cnn` on 60,000
samples of 28×28, PostgreSQL and the client share the machine; {share[0]:.0%} of its cores' time was taken. `GET /subsets?ratio=…&format=npy` on 60,000
samples, {given.rate:g} requests a second for {given.seconds} s, each at another ratio; latencies from the time at which a request was due.

| | |
| --- | ---: |
| requests, failed | {len(latencies):,}, {len(failures)} |
| p50 | {p(0.5):.0f} ms |
| p90 | {p(0.9):.0f} ms |
| p99 (wanted: 100 ms) | {p(0.99):.0f} ms |
| longest | {1000 * latencies[-1]:.0f} ms |
| heartbeats that failed, seconds in which one was missing | {missed} |
| the oldest heartbeat seen, of one each {HEARTBEAT} s | {max(ages):.1f} s |
| the job meanwhile | {found['status']}, workers {after} |
"""
    print(text)
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-reads-under-training.md").write_text(text)
    sys.exit(0 if p(0.99) <= 100 and not failures and not missed else 1)


if __name__ == "__main__":
    main()
