"""Whether scores averaged over more runs prune better: EL2N of 1, 5 and 10 runs."""
import itertools

import numpy

import lab
from verdicts import better, each, find, no_worse, plain

TITLE = "More runs make better scores"
SOURCE = "Paul et al. 2021, §2 and Fig. 2"
CLAIM = (
    "A single run's scores are noisy; averaged over ten runs they are better to prune by. Scores of one run and of five are taken"
    " several times over, from runs of their own, so that their noise counts too: a point of theirs is the mean of its trainings.")
DEFAULTS = {"score_runs": 10}
RATIOS = [0.3, 0.5]


def arguments(parser):
    parser.add_argument("--draws", type=int, default=3, help="disjoint groups of runs, as far as there are so many")


def groups(size):
    """By number of runs, the disjoint groups of so many."""
    counts = [count for count in (1, 5) if count < size["score_runs"]]
    return {
        count: [range(i * count, (i + 1) * count) for i in range(min(size["draws"], size["score_runs"] // count))]
        for count in counts
    }


def known(group):
    return f"el2n of run {group[0]}" if len(group) == 1 else f"el2n of runs {group[0]} to {group[-1]}"


def measure(lab):
    whole = lab.score("scoring", ["el2n"])[f"el2n@{lab.o.score_epochs}"]
    by_count = groups(vars(lab.o))
    sets = {known(group): lab.mean_of_runs(whole, group) for of in by_count.values() for group in of}
    lab.result["agreement"] = {
        str(count): [lab.spearman(sets[known(a)], sets[known(b)]) for a, b in itertools.combinations(of, 2)]
        for count, of in by_count.items()
    }
    sets[f"el2n of all {lab.o.score_runs} runs"] = whole
    lab.evaluate("by ratio", sets, [{"policy": "top"}], RATIOS)


def statements(result):
    part = result["parts"]["by ratio"]
    most = result["size"]["score_runs"]
    by_count = groups(result["size"])
    rows = []
    for ratio in RATIOS:
        all = find(part, ratio, f"el2n of all {most} runs")
        means = {
            count: [float(numpy.mean(accuracies)) for accuracies in found]
            for count, of in by_count.items()
            if None not in (found := [find(part, ratio, known(group)) for group in of])
        }
        rows += [
            (better, f"at {ratio:.0%}, scores of {most} runs prune better than those of one", all, means.get(1)),
            (no_worse, f"at {ratio:.0%}, scores of {most} runs are not worse than those of 5", all, means.get(5)),
        ]
    found = result["agreement"]
    told = "; ".join(f"of {count}: {', '.join(f'{rho:.3f}' for rho in rhos)}" for count, rhos in found.items())
    rises = "1" in found and "5" in found and min(found["5"]) > max(found["1"])
    return each(rows) + [plain("scores of disjoint runs agree better when each is of more runs (rank correlations)", told, rises)]


if __name__ == "__main__":
    lab.main()
