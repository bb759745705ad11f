"""The whole of Fashion-MNIST through the packed service: 3 runs × 5 epochs of small-cnn, scored by el2n, grand and
forgetting; checks what the README promises of it and writes bench/results/<date>-fashion-mnist.md.

Needs Debian's package dataset-fashion-mnist and target/winnow.jar (./mvnw -q package -DskipTests).
Usage: python3 bench/fashion_mnist.py
"""
import datetime
import itertools
import json
import statistics
import time

from service import ROOT, Service, commit, machine

DATA = "/usr/share/datasets/fashion-mnist"
METHODS = ["el2n", "grand", "forgetting"]
checks = []


def check(name, value, holds, wanted):
    checks.append((name, value, "yes" if holds else "NO", wanted))
    print(f"  {'ok ' if holds else 'NOT'} {name}: {value} (wanted {wanted})", flush=True)


def main():
    with Service([DATA]) as service:
        dataset = service.ingest("fashion-mnist", "idx", DATA)
        check("training samples", dataset["train"]["size"], dataset["train"]["size"] == 60000, "60000")
        service.post("/models", {"name": "small-cnn", "architecture": "small-cnn"})
        started = time.time()
        job = service.run_job(
            dataset="fashion-mnist", model="small-cnn", methods=METHODS, runs=3, epochs=5, seed=42
        )
        minutes = (time.time() - started) / 60
        check("minutes", f"{minutes:.1f}", minutes < 12, "< 12")
        peak = service.peak_rss / 2**30
        check("peak resident memory with a heap of 1 GB", f"{peak:.2f} GiB", peak < 3, "< 3 GiB")
        accuracy = statistics.mean(run["testAccuracy"] for run in job["runResults"])
        check("mean test accuracy", f"{accuracy:.4f}", accuracy >= 0.89, ">= 0.89")

        for _ in range(200):
            service.call("GET", "/subsets?ratio=0.3")
        times = []
        for _ in range(50):
            begin = time.perf_counter()
            _, body = service.call("GET", "/subsets?ratio=0.3")
            times.append((time.perf_counter() - begin) * 1e3)
        kept = json.loads(body)["indices"]
        check("distinct indices at 0.3", len(set(kept)), len(set(kept)) == len(kept) == 18000, "18000")
        check("milliseconds of GET /subsets?ratio=0.3", f"{statistics.median(times):.1f}", statistics.median(times) < 30, "< 30")
        smaller = set(service.get("/subsets?ratio=0.2")["indices"])
        check("the list at 0.2 is inside that at 0.3", smaller <= set(kept), smaller <= set(kept), "True")

        sets = {s["method"]: s["id"] for s in job["scoreSets"]}
        wanted = {("el2n", "grand"): 0.8, ("el2n", "forgetting"): 0.5}
        for a, b in itertools.combinations(METHODS, 2):
            rho = service.get(f"/score-sets/{sets[a]}/compare?with={sets[b]}&ratio=0.5")["spearman"]
            least = wanted.get((a, b), -1)
            check(f"Spearman {a} with {b}", f"{rho:.3f}", rho >= least, f">= {least}" if least > 0 else "reported")

    rows = "\n".join(f"| {name} | {value} | {wanted} | {holds} |" for name, value, holds, wanted in checks)
    text = (
        f"# Fashion-MNIST, 60,000 samples, small-cnn, 3 runs × 5 epochs\n\n{datetime.date.today()}, commit {commit()},"
        f" {machine()}.\n\n| what | measured | wanted | holds |\n| --- | --- | --- | --- |\n{rows}\n"
    )
    target = ROOT / "bench" / "results" / f"{datetime.date.today()}-fashion-mnist.md"
    target.write_text(text)
    print(f"written to {target}")


if __name__ == "__main__":
    main()
