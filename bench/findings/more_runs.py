"""Whether scores averaged over more runs prune better: EL2N of 1, 5 and 10 runs."""
import lab
from verdicts import HOLDS, FAILS, better, each, find, no_worse

TITLE = "More runs make better scores"
SOURCE = "Paul et al. 2021, §2 and Fig. 2"
CLAIM = "A single run's scores are noisy; averaged over ten runs they are better to prune by."
DEFAULTS = {"score_runs": 10}
RATIOS = [0.3, 0.5]


def measure(lab):
    whole = lab.score("scoring", ["el2n"])[f"el2n@{lab.o.score_epochs}"]
    counts = [count for count in (1, 5) if count < lab.o.score_runs]
    sets = {f"el2n of {count}": lab.mean_of_runs(whole, count) for count in counts}
    sets[f"el2n of {lab.o.score_runs}"] = whole
    lab.result["agreement"] = {
        known: lab.spearman(whole, id) for known, id in sets.items() if id != whole}
    lab.evaluate("by ratio", sets, [{"policy": "top"}], RATIOS)


def statements(result):
    part = result["parts"]["by ratio"]
    most = result["size"]["score_runs"]
    rows = []
    for ratio in RATIOS:
        one, all = find(part, ratio, "el2n of 1"), find(part, ratio, f"el2n of {most}")
        rows += [
            (better, f"at {ratio:.0%}, scores of {most} runs prune better than those of one", all, one),
            (no_worse, f"at {ratio:.0%}, scores of {most} runs are not worse than those of 5", all, find(part, ratio, "el2n of 5")),
        ]
    found = result["agreement"]
    told = ", ".join(f"{known}: {rho:.3f}" for known, rho in found.items())
    closer = list(found.values()) == sorted(found.values())
    return each(rows) + [{
        "claim": f"rank correlation with the mean of {most} runs (which holds them) rises with the runs",
        "measured": told, "verdict": HOLDS if closer else FAILS}]


if __name__ == "__main__":
    lab.main()
