"""What the commands of this folder share: options, the service with a home that lasts, and results that grow.

A command that is cut off goes on where it was when it is run again: the service keeps its jobs and evaluations in its home, each
is asked for under a key made of its request, and what is done is not done twice. The same scoring is shared by all figures.
"""
import argparse
import datetime
import hashlib
import io
import json
import pathlib
import signal
import sys
import time

import numpy

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from service import ROOT, Service, commit, machine  # noqa: E402

import data  # noqa: E402

RESULTS = HERE / "results"

# mlp has no normalisation within and takes a smaller rate than the default.
MODELS = {
    "small-cnn": ({"architecture": "small-cnn"}, {}),
    "mlp": ({"architecture": "mlp"}, {"learningRate": 0.01}),
    "softmax": ({"architecture": "mlp", "options": {"hidden": []}}, {"learningRate": 0.01}),
    "resnet9-16": ({"architecture": "resnet9", "options": {"width": 16}}, {}),
    "resnet18-16": ({"architecture": "resnet18", "options": {"width": 16}}, {}),
    "resnet18": ({"architecture": "resnet18"}, {}),
}


# Sample visits a second of a training on two quiet cores, to reckon what is not measured.
RATES = {"small-cnn": 2600, "mlp": 60000, "softmax": 100000, "resnet9-16": 1100, "resnet18-16": 800, "resnet18": 100}


class OutOfTime(Exception):
    """The minutes that were given are over, or the command was asked to end."""


def options(figure, arguments=None, others=False):
    """@param others whether options that the figure does not take are passed over"""
    parser = argparse.ArgumentParser(description=figure.__doc__)
    parser.add_argument("--dataset", choices=list(data.KNOWN), default="fashion-mnist")
    parser.add_argument("--model", choices=list(MODELS), default="small-cnn")
    parser.add_argument("--samples", type=int, help="the first so many of the training split; all by default")
    parser.add_argument("--epochs", type=int, default=4, help="of a training on all samples, in evaluations")
    parser.add_argument("--runs", type=int, default=3, help="trainings of each point")
    parser.add_argument("--score-runs", type=int, default=3)
    parser.add_argument("--score-epochs", type=int, default=4)
    parser.add_argument("--steps", choices=["fixed", "epochs"], default="fixed")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--suffix", default="", help="of the result's file, where another size is there and is to stay")
    parser.add_argument("--minutes", type=float, help="stop after so many, with what is there; run again to go on")
    parser.add_argument("--again", action="store_true", help="also when there is a whole result of this size")
    parser.add_argument("--fashion-mnist", default="/usr/share/datasets/fashion-mnist", help="folder of IDX files")
    parser.add_argument("--cifar10", help="folder with train.parquet and test.parquet")
    parser.add_argument("--home", default=str(HERE / ".winnow"), help="where the service keeps what it has done")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--heap", default="1g")
    parser.set_defaults(**getattr(figure, "DEFAULTS", {}))
    if hasattr(figure, "arguments"):
        figure.arguments(parser)
    return parser.parse_known_args(arguments)[0] if others else parser.parse_args(arguments)


def name(figure):
    return pathlib.Path(figure.__file__).stem


class Lab:
    """Runs what a figure asks for; with `dry`, only reckons the seconds that it would take."""

    def __init__(self, figure, chosen, service=None, dry=False):
        self.figure, self.o, self.service, self.dry = figure, chosen, service, dry
        self.seconds = 0
        self.deadline = time.time() + 60 * chosen.minutes if chosen.minutes else None
        self.path = RESULTS / f"{name(figure)}.{chosen.dataset}.{chosen.model}{chosen.suffix}.json"
        self.result = {
            "figure": name(figure),
            "size": self.size(),
            "command": self.command(),
            "complete": False,
            "parts": {},
        }
        self.pending = None

    def size(self):
        left_out = {"minutes", "again", "suffix", "fashion_mnist", "cifar10", "home", "threads", "heap"}
        return {key: value for key, value in sorted(vars(self.o).items()) if key not in left_out}

    def command(self):
        plain = vars(options(self.figure, []))
        given = [
            f"--{key.replace('_', '-')} {' '.join(map(str, value)) if isinstance(value, list) else value}"
            for key, value in self.size().items()
            if value != plain[key]
        ]
        if self.o.suffix:
            given.append(f"--suffix {self.o.suffix}")
        if self.o.dataset == "cifar10":
            given.append("--cifar10 <folder>")
        return " ".join(["python3", f"bench/findings/{name(self.figure)}.py", *given])

    def reckon(self, model, epochs):
        self.seconds += epochs * self.train_size() / RATES[model]

    # Data and models

    def dataset(self):
        samples = self.o.samples
        known = f"{self.o.dataset}-{samples}" if samples else self.o.dataset
        if not self.dry and self.service.call("GET", f"/datasets/{known}")[0] != 200:
            format, location = data.locate(self.o, samples, pathlib.Path(self.o.home))
            self.service.ingest(known, format, str(location))
        return known

    def model(self, wanted):
        if not self.dry and self.service.call("GET", f"/models/{wanted}")[0] != 200:
            self.service.post("/models", {"name": wanted, **MODELS[wanted][0]})
        return wanted

    def train_size(self):
        return self.o.samples or data.KNOWN[self.o.dataset]

    # Scores

    def score(self, part, methods, model=None, runs=None, epochs=None, training=None, **more):
        """Score sets by 'method@epoch'."""
        model = model or self.o.model
        body = {
            "dataset": self.dataset(),
            "model": self.model(model),
            "methods": methods,
            "runs": runs or self.o.score_runs,
            "epochs": epochs or self.o.score_epochs,
            "seed": self.o.seed,
            "training": {**MODELS[model][1], **(training or {})},
            **more,
        }
        if self.dry:
            passes = ("grand" in methods) * len(body.get("scoreAt", [0])) * 0.95
            stages = ("moso" in methods) * body.get("options", {}).get("stages", 10) * 2.05
            self.reckon(model, body["runs"] * (body["epochs"] + passes + stages))
            epochs = body.get("scoreAt", [body["epochs"]])
            return {f"{method}@{epoch}": f"{part} {method}@{epoch}" for method in methods for epoch in epochs}
        job = self.finish("/jobs", body, lambda found: None)
        self.result["parts"][part] = {
            "request": body,
            "runs": [{key: run[key] for key in ("run", "seed", "testAccuracy")} for run in job["runResults"]],
        }
        if "labelNoise" in job:
            self.result["parts"][part]["labelNoise"] = [
                {key: found[key] for key in ("method", "epoch", "auroc", "precision")}
                for found in job["labelNoise"]["methods"]
            ]
        return {f"{found['method']}@{found['epoch']}": found["id"] for found in job["scoreSets"]}

    def scores(self, set_id, run=None):
        status, body = self.service.call(
            "GET", f"/score-sets/{set_id}/scores?format=npy" + ("" if run is None else f"&run={run}"))
        if status != 200:
            raise SystemExit(f"scores of {set_id}: {status} {body.decode()[:300]}")
        return numpy.load(io.BytesIO(body)).astype(numpy.float64)

    def mean_of_runs(self, set_id, runs):
        """A score set of some runs of another one."""
        if self.dry:
            return f"{set_id} of {runs}"
        made = f"mean-{runs[0]}-{len(runs)}-{set_id[:18]}"
        known = self.service.get("/score-sets?size=100")["items"]
        found = [each["id"] for each in known if each["name"] == made]
        if found:
            return found[0]
        whole = self.service.get(f"/score-sets/{set_id}")
        mean = numpy.mean([self.scores(set_id, run) for run in runs], axis=0)
        return self.service.post("/score-sets", {
            "name": made, "dataset": whole["dataset"], "method": whole["method"], "keeps": whole["keeps"],
            "scores": [float(numpy.float32(value)) for value in mean],
        })["id"]

    def spearman(self, a, b):
        return None if self.dry else self.service.get(f"/score-sets/{a}/compare?with={b}&ratio=0.5")["spearman"]

    # Evaluations

    def evaluate(self, part, sets, policies, ratios, model=None, runs=None, epochs=None, steps=None, **more):
        """@param sets ids by the names that the result is to have for them"""
        model = model or self.o.model
        runs, epochs, steps = runs or self.o.runs, epochs or self.o.epochs, steps or self.o.steps
        if self.dry:
            below = len(ratios) + len(ratios) * len(sets) * len(policies)
            share = 1 if steps == "fixed" else sum(ratios) / len(ratios)
            self.reckon(model, runs * epochs * (1 + below * share))
            return
        body = {
            "dataset": self.dataset(), "model": self.model(model), "scoreSets": list(sets.values()),
            "policies": policies, "ratios": ratios, "runs": runs, "epochs": epochs, "steps": steps,
            "seed": self.o.seed, "training": MODELS[model][1], **more,
        }
        names = {id: known for known, id in sets.items()}

        def keep(found):
            plain = {**body, "scoreSets": list(sets)}
            self.result["parts"][part] = {"request": plain, "points": points(found, names, runs)}

        keep(self.finish("/evaluations", body, keep))

    def finish(self, path, body, keep):
        """Submits a request once for ever and waits for its end; when time is up, what is done so far is kept."""
        text = json.dumps(body, sort_keys=True)
        key = "findings-" + hashlib.sha256((path + text).encode()).hexdigest()[:40]
        where = self.ask(path, body, key)
        if self.service.get(where)["status"] in ("FAILED", "CANCELLED"):
            self.service.call("DELETE", where)
            where = self.ask(path, body, key)
        shown = 0
        while True:
            found = self.service.get(where)
            if found["status"] not in ("QUEUED", "RUNNING"):
                break
            if time.time() - shown > 30:
                p = found["progress"]
                print(f"  {time.strftime('%H:%M:%S')} {where.split('-')[0]} {p['fraction']:6.1%} of {p['runs']} runs", flush=True)
                shown = time.time()
            if self.deadline and time.time() > self.deadline:
                keep(found)
                raise OutOfTime
            self.pending = (where, keep)
            time.sleep(1)
        self.pending = None
        if found["status"] != "SUCCEEDED":
            raise SystemExit(f"{where} is {found['status']}: {found['error']}")
        return found

    def ask(self, path, body, key):
        status, answer = self.service.call("POST", path, body, {"Idempotency-Key": key})
        if status != 202:
            raise SystemExit(f"POST {path} answered {status}: {answer.decode()[:600]}")
        return f"{path}/{json.loads(answer)['id']}"

    def keep_pending(self):
        if self.pending:
            where, keep = self.pending
            keep(self.service.get(where))

    def write(self, complete):
        self.result.update(
            complete=complete, measuredOn=str(datetime.date.today()), commit=commit(), machine=machine())
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps(self.result, indent=1, sort_keys=True)
        self.path.write_text(text + "\n")
        print(f"written to {self.path.relative_to(ROOT)}" + ("" if complete else ", not yet whole"), flush=True)


def points(evaluation, names, runs):
    """What an evaluation shows, with names for score sets and the seed of each training."""
    seeds = {run["run"]: run["seed"] for run in evaluation["runResults"]}
    planned = evaluation["progress"]["runs"] // runs
    # Runs are numbered over the points planned: while some are missing, their places are not known.
    whole = len(evaluation["points"]) == planned and len(seeds) == runs * planned
    found = []
    for place, point in enumerate(evaluation["points"]):
        found.append({
            "scores": names.get(point["scoreSet"]),
            "policy": point["policy"],
            "parameters": point["parameters"],
            "ratio": point["ratio"],
            "size": point["size"],
            "steps": point["steps"],
            "accuracy": point["accuracy"]["runs"],
            "seeds": [seeds[r * planned + place] for r in range(runs)] if whole else [],
        })
    return found


def main():
    """Measures the figure whose module is the programme, or goes on with it, and writes its result."""
    figure = sys.modules["__main__"]
    measure([(figure, options(figure))])


def measure(wanted):
    """Measures figures, each with its options, with one start of the service for all of them."""
    wanted = [(figure, chosen) for figure, chosen in wanted if chosen.again or not is_there(figure, chosen)]
    if not wanted:
        return
    chosen = wanted[0][1]
    home = pathlib.Path(chosen.home)
    home.mkdir(parents=True, exist_ok=True)
    roots = [str(home), chosen.fashion_mnist, *([chosen.cifar10] if chosen.cifar10 else [])]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    extra = [f"--winnow.engine.threads={chosen.threads}", "--winnow.jobs.estimates=false"]
    with Service(roots, heap=chosen.heap, home=str(home), options=extra) as service:
        for figure, each in wanted:
            take(Lab(figure, each, service))


def is_there(figure, chosen):
    lab = Lab(figure, chosen)
    if lab.path.exists():
        there = json.loads(lab.path.read_text())
        if there["complete"] and there["size"] == lab.result["size"]:
            print(f"{lab.path.name} is there and whole; --again measures it anew")
            return True
    return False


def take(lab):
    """Measures one figure; what there is when it is cut off is kept."""
    print(lab.command(), flush=True)
    try:
        lab.figure.measure(lab)
        lab.write(True)
    except OutOfTime:
        lab.write(False)
    except BaseException:
        lab.keep_pending()
        if lab.result["parts"]:
            lab.write(False)
        raise
