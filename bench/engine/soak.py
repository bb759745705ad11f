"""Do scoring passes leak? Scores the same samples 200 times by EL2N, GraNd and a MoSo stage in one process and reads its
resident memory after every twentieth pass. Writes bench/results/<date>-scoring-soak.md; exits with 1 when the readings after
the twentieth pass differ by more than 3 %.

Usage: python3 bench/engine/soak.py [--network small-cnn] [--samples 2000] [--passes 200]
"""
import argparse
import datetime
import sys

import winnow

WARM = 20
WANTED = 0.03


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", default="small-cnn")
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--passes", type=int, default=200)
    parser.add_argument("--threads", type=int, default=winnow.cores())
    parser.add_argument("--classpath")
    a = parser.parse_args()
    readings = winnow.java(
        a.classpath or winnow.build(), "ScoringSoak", a.network, a.samples, a.passes, a.threads,
        # A heap that is there from the start leaves the native memory to be seen.
        options=("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"),
        tell=lambda found: print(found, flush=True),
    )
    warm = [r["residentKilobytes"] for r in readings if r["pass"] >= WARM]
    spread = max(warm) / min(warm) - 1
    rows = [f"| {r['pass']} | {r['residentKilobytes'] / 1024:.1f} |" for r in readings]
    text = "\n".join([
        f"# Resident memory over {a.passes} scoring passes",
        "",
        f"{datetime.date.today()}, commit {winnow.commit()}, {a.threads} threads on {winnow.cores()} cores of"
        f" {winnow.processor()}; {a.network}, {a.samples:,} samples of 28×28; a pass is EL2N, GraNd and a MoSo stage; heap of"
        " 256 MB, touched from the start.",
        "",
        "| after pass | MiB |",
        "| ---: | ---: |",
        *rows,
        "",
        f"Between the readings from pass {WARM} on: {spread:.2%} (wanted: within {WANTED:.0%}).",
        "",
    ])
    (winnow.RESULTS / f"{datetime.date.today()}-scoring-soak.md").write_text(text)
    print(text)
    sys.exit(0 if spread <= WANTED else 1)


if __name__ == "__main__":
    main()
