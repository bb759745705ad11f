"""What does keeping a checkpoint after each epoch cost? Two services on this machine, one that keeps checkpoints and one that does not,
train the same job in turns; beside that, the service's own meter of the time for which a run waits for its checkpoints.
Writes bench/results/<date>-checkpoints.md.

Needs target/winnow.jar. Usage: python3 bench/faults/checkpoints.py [--samples 20000] [--epochs 5] [--rounds 5]
"""
import argparse
import datetime
import os
import re
import statistics
import sys
import tempfile

from cluster import ROOT, commit, machine, write_idx
from service import Service

METER = re.compile(r'^winnow_checkpoint_seconds_(count|sum)\{.*outcome="kept".*\} (\S+)$', re.MULTILINE)
SIZE = re.compile(r"^winnow_checkpoint_size_bytes_(count|sum)(?:\{.*\})? (\S+)$", re.MULTILINE)
WANTED = 0.02


def meter(service, pattern):
    text = service.call("GET", "/actuator/prometheus")[1].decode()
    return {name: float(value) for name, value in pattern.findall(text)}


def seconds(service, request):
    """Wall time of a job with one run, from its claim to the publication of its scores."""
    job = service.run_job(**request)
    began, ended = (datetime.datetime.fromisoformat(job[x].replace("Z", "+00:00")) for x in ("startedAt", "finishedAt"))
    return (ended - began).total_seconds()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--samples", type=int, default=20_000)
    options.add_argument("--epochs", type=int, default=5)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    request = {
        "dataset": "data", "model": "net", "methods": ["el2n", "forgetting", "aum"], "runs": 1, "epochs": given.epochs,
    }
    with tempfile.TemporaryDirectory(prefix="winnow-checkpoints-") as folder:
        os.chmod(folder, 0o755)
        write_idx(folder, given.samples, 500, 28, 10)
        with Service([folder]) as kept, Service([folder], options=["--winnow.checkpoints.enabled=false"]) as none:
            for service in (kept, none):
                service.ingest("data", "idx", folder)
                service.post("/models", {"name": "net", "architecture": "small-cnn"})
                seconds(service, {**request, "epochs": 1, "seed": 0})
            before, size_before = meter(kept, METER), meter(kept, SIZE)
            pairs = []
            for round in range(given.rounds):
                order = (kept, none) if round % 2 == 0 else (none, kept)
                found = {service: seconds(service, {**request, "seed": round}) for service in order}
                pairs.append((found[kept], found[none]))
            after, size_after = meter(kept, METER), meter(kept, SIZE)
            if meter(none, METER).get("count"):
                sys.exit("the service without checkpoints has written some")
    count = after["count"] - before.get("count", 0)
    waited = after["sum"] - before.get("sum", 0)
    size = (size_after["sum"] - size_before.get("sum", 0)) / count
    if count < given.rounds * given.epochs:
        sys.exit(f"only {count:.0f} checkpoints were kept")
    share = waited / sum(pair[0] for pair in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    text = f"""# What checkpoints cost

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/checkpoints.py`. A run of {given.epochs} epochs of `small-cnn` on
{given.samples:,} samples of 28×28 with `el2n`, `forgetting` and `aum`, {given.rounds} times with a checkpoint after each epoch and {given.rounds} times without, in turns.
The load average was {os.getloadavg()[1]:.1f} over the last five minutes of it.

| | |
| --- | ---: |
| checkpoints kept | {count:.0f} |
| size of one | {size / 1e6:.1f} MB |
| a run waits for one, by the service's meter `winnow.checkpoint` | {1000 * waited / count:.0f} ms |
| an epoch with its passes takes | {statistics.median(pair[0] for pair in pairs) / given.epochs:.2f} s |
| **share of a run's time** (wanted: below {WANTED:.0%}) | **{share:.2%}** |
| wall time of the jobs, with ÷ without, median of the {given.rounds} pairs ({', '.join(f'{a / b:.3f}' for a, b in pairs)}) | {ratio:.3f} |

The meter is the measure: it is taken around the writing itself. The quotient of whole jobs has the noise of the machine in it.
"""
    print(text)
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-checkpoints.md").write_text(text)
    sys.exit(0 if share < WANTED else 1)


if __name__ == "__main__":
    main()
