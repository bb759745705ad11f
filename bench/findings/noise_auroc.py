"""How well the methods find planted wrong labels: AUROC and precision, of the mean over runs and of each run alone."""
import numpy
from scipy import stats

import lab
from verdicts import mean_margin, plain

TITLE = "Finding wrong labels"
SOURCE = "Paul et al. 2021, §4; Pleiss et al. 2020"
CLAIM = "Scores rank samples with wrong labels above the others. Sought with 10 % of symmetric noise: an AUROC of 0.97 on Fashion-MNIST and 0.90 on CIFAR-10."
METHODS = ["el2n", "aum", "forgetting", "loss"]
GOALS = {"fashion-mnist": 0.97, "cifar10": 0.90}


def arguments(parser):
    parser.add_argument("--noise", type=float, default=0.1)


def measure(lab):
    noise = {"fraction": lab.o.noise, "seed": 7}
    found = lab.score("scoring", METHODS, labelNoise=noise)
    if lab.dry:
        return
    hit = planted(lab.train_size(), noise, 10)
    by_run = {}
    for known, id in found.items():
        sign = 1 if lab.service.get(f"/score-sets/{id}")["keeps"] == "HIGHEST" else -1
        by_run[known] = [auroc(sign * lab.scores(id, run), hit) for run in range(lab.o.score_runs)]
        theirs = next(
            each["auroc"] for each in lab.result["parts"]["scoring"]["labelNoise"] if f"{each['method']}@{each['epoch']}" == known)
        ours = auroc(sign * lab.scores(id), hit)
        if abs(ours - theirs) > 1e-6:
            raise SystemExit(f"the service's AUROC of {known}, {theirs}, is not the one reckoned from its scores, {ours}")
    lab.result["aurocByRun"] = by_run


class JavaRandom:
    """The generator of java.util.Random, whose numbers are part of its contract."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & (2**48 - 1)

    def bits(self):
        self.state = (self.state * 0x5DEECE66D + 0xB) & (2**48 - 1)
        return self.state >> 17

    def below(self, bound):
        if bound & (bound - 1) == 0:
            return (bound * self.bits()) >> 31
        while True:
            drawn = self.bits()
            value = drawn % bound
            if drawn - value + bound - 1 < 2**31:
                return value


def planted(samples, noise, classes):
    """Which samples the service's noise hits: drawn without replacement, each with the class that it gets."""
    random = JavaRandom(noise["seed"])
    order, hit = list(range(samples)), numpy.zeros(samples, bool)
    for i in range(int(noise["fraction"] * samples + 0.5)):
        drawn = i + random.below(samples - i)
        hit[order[drawn]] = True
        order[drawn] = order[i]
        random.below(classes - 1)
    return hit


def auroc(scores, hit):
    ranks = stats.rankdata(scores)
    positive = int(hit.sum())
    return float((ranks[hit].sum() - positive * (positive + 1) / 2) / (positive * (len(hit) - positive)))


def statements(result):
    scoring = result["parts"]["scoring"]
    epoch = result["size"]["score_epochs"]
    made = []
    for found in scoring["labelNoise"]:
        mean, margin = mean_margin(result["aurocByRun"][f"{found['method']}@{found['epoch']}"])
        of_one = f"{mean:.4f}" + (f" ± {margin:.4f}" if margin is not None else "")
        made.append(plain(
            f"{found['method']} (reported)",
            f"AUROC {found['auroc']:.4f} of the mean over runs; of single runs {of_one}; precision at the planted count {found['precision']:.3f}"))
    best = max(scoring["labelNoise"], key=lambda each: each["auroc"])
    goal = GOALS[result["size"]["dataset"]]
    made.append(plain(
        f"the best method's AUROC reaches {goal}", f"{best['method']} after {epoch} epochs: {best['auroc']:.4f}", best["auroc"] >= goal))
    return made


def draw(figure, result):
    axes = figure.subplots()
    methods = result["parts"]["scoring"]["labelNoise"]
    for place, found in enumerate(methods):
        mean, margin = mean_margin(result["aurocByRun"][f"{found['method']}@{found['epoch']}"])
        axes.errorbar(place, mean, yerr=margin or 0, fmt="o", color="C0", capsize=3, label="single runs" if place == 0 else None)
        axes.plot(place, found["auroc"], "D", color="C1", label="mean over runs" if place == 0 else None)
        axes.plot(place, found["precision"], "_", color="C2", markersize=14, label="precision" if place == 0 else None)
    axes.axhline(GOALS[result["size"]["dataset"]], color="grey", linestyle=":", label="sought AUROC")
    axes.set_xticks(range(len(methods)), [found["method"] for found in methods])
    axes.set_ylabel("AUROC, precision")
    axes.legend(fontsize=8)


if __name__ == "__main__":
    lab.main()
