"""How much faster is the scoring of one run where two workers share its passes? One worker that makes them alone, one that makes them
shard by shard, and two, each pinned to a core; shards of 65,536 samples, the smallest that a service takes.
Writes bench/results/<date>-spread.md. Needs target/winnow.jar and two cores.

Usage: python3 bench/faults/spread.py [--samples 262144] [--side 12]
"""
import argparse
import datetime
import os
import sys
import tempfile
import time

from cluster import ROOT, commit, machine, pinned, seconds_of, write_idx

SHARD = 65_536


def run_with(workers, sharding, folder):
    """Seconds in which the run scored, those of the whole job, its digest, and how many workers computed shards."""
    with pinned(workers, folder, [f"--winnow.score.shard-size={SHARD}", f"--winnow.score.sharding={sharding}"]) as cluster:
        job = cluster.submit({
            "dataset": "data", "model": "net", "methods": ["el2n", "grand"], "runs": 1, "epochs": 1, "scoreAt": [0],
            "training": {"batchSize": 512}, "seed": 2,
        })
        helped, scoring, before = set(), 0.0, time.perf_counter()
        while (found := cluster.get(f"/jobs/{job}"))["finishedAt"] is None:
            now = time.perf_counter()
            if found["status"] == "RUNNING" and found["progress"]["phase"] == "SCORE":
                scoring += now - before
                helped |= {row[0] for row in cluster.postgres.query("SELECT DISTINCT worker FROM shard WHERE worker IS NOT NULL")}
            before = now
            time.sleep(0.1)
        return scoring, seconds_of(found), cluster.digest(job), len(helped)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--samples", type=int, default=4 * SHARD)
    options.add_argument("--side", type=int, default=12)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="winnow-spread-") as folder:
        os.chmod(folder, 0o755)
        write_idx(folder, given.samples, 500, given.side, 10)
        alone = run_with(1, "never", folder)
        one = run_with(1, "always", folder)
        two = run_with(2, "always", folder)
    rows = "\n".join(
        f"| {name} | {found[0]:.1f} | {alone[0] / found[0]:.2f} | {found[1]:.1f} | {found[3] or '–'} |"
        for name, found in (("one worker, not spread", alone), ("one worker, spread", one), ("two workers, spread", two)))
    same = alone[2] == one[2] == two[2]
    text = f"""# The scoring of one run over two workers

{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/spread.py`. A job of one run: `el2n` and exact `grand` of
`small-cnn` at its initial weights over {given.samples:,} samples of {given.side}×{given.side} in shards of {SHARD:,}, and one epoch of training, which
only one worker can do; each worker pinned to one core, with the API and PostgreSQL on the same cores.

| | seconds of scoring | times as fast | of the job | workers that computed shards |
| --- | ---: | ---: | ---: | ---: |
{rows}

The scores of all three are {'the same bytes' if same else 'DIFFERENT'}.
"""
    print(text)
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-spread.md").write_text(text)
    sys.exit(0 if same and two[3] == 2 else 1)


if __name__ == "__main__":
    main()
