"""Whether scores a few epochs in prune as well as late ones and as forgetting, which needs a whole training."""
import lab
from verdicts import better, each, find, no_worse, plain

TITLE = "Early scores against late ones and forgetting"
SOURCE = "Paul et al. 2021, Fig. 1 and 2"
CLAIM = (
    "EL2N after a small part of the training prunes as well as at its end, and as well as the forgetting scores of the"
    " whole training; after the first epoch it does not yet.")
DEFAULTS = {"score_epochs": 10}
RATIOS = [0.3, 0.5, 0.7]
EARLY = [1, 2, 4]


def measure(lab):
    last = lab.o.score_epochs
    epochs = [epoch for epoch in EARLY if epoch < last] + [last]
    found = lab.score("scoring", ["el2n", "forgetting"], scoreAt=epochs)
    sets = {f"el2n@{epoch}": found[f"el2n@{epoch}"] for epoch in epochs}
    sets["forgetting"] = found[f"forgetting@{last}"]
    late = sets[f"el2n@{last}"]
    lab.result["agreement"] = {known: lab.spearman(late, id) for known, id in sets.items() if id != late}
    lab.evaluate("by ratio", sets, [{"policy": "top"}], RATIOS)


def statements(result):
    part, last = result["parts"]["by ratio"], result["size"]["score_epochs"]
    early = max(epoch for epoch in EARLY if epoch < last)
    rows = []
    for ratio in RATIOS:
        seen = find(part, ratio, f"el2n@{early}")
        rows += [
            (no_worse, f"at {ratio:.0%}, EL2N after {early} epochs is not worse than after {last}", seen, find(part, ratio, f"el2n@{last}")),
            (no_worse, f"at {ratio:.0%}, EL2N after {early} epochs is not worse than forgetting", seen, find(part, ratio, "forgetting")),
            (better, f"at {ratio:.0%}, EL2N after {early} epochs is better than after the first", seen, find(part, ratio, "el2n@1")),
        ]
    told = ", ".join(f"{known}: {rho:.2f}" for known, rho in result["agreement"].items())
    return each(rows) + [plain(f"rank correlation with EL2N after {last} epochs (reported)", told)]


if __name__ == "__main__":
    lab.main()
