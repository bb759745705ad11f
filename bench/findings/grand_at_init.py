"""Whether GraNd prunes at initialisation, before any training."""
import lab
from verdicts import better, each, find, no_better, plain, random

TITLE = "GraNd before any training"
SOURCE = "Paul et al. 2021, §3, against Kirsch 2023"
CLAIM = (
    "The first study found gradient norms at initialisation to prune; its replication traced that to a bug and found them no"
    " better than random samples. What is held here is the replication's claim.")
RATIOS = [0.3, 0.5, 0.7]


def measure(lab):
    last = lab.o.score_epochs
    found = lab.score("scoring", ["grand"], scoreAt=[0, last])
    sets = {"grand@0": found["grand@0"], f"grand@{last}": found[f"grand@{last}"]}
    lab.result["agreement"] = lab.spearman(*sets.values())
    lab.evaluate("by ratio", sets, [{"policy": "top"}], RATIOS)


def statements(result):
    part, last = result["parts"]["by ratio"], result["size"]["score_epochs"]
    rows = []
    for ratio in RATIOS:
        first, late = find(part, ratio, "grand@0"), find(part, ratio, f"grand@{last}")
        rows += [
            (no_better, f"at {ratio:.0%}, GraNd at initialisation is no better than random", first, random(part, ratio)),
            (better, f"at {ratio:.0%}, GraNd after {last} epochs is better than at initialisation", late, first),
        ]
    return each(rows) + [plain("rank correlation of both (reported)", f"{result['agreement']:.2f}")]


if __name__ == "__main__":
    lab.main()
