"""Whether scores of one network prune for another: small-cnn for resnet18 of width 16, and back."""
import lab
from verdicts import better, each, find, no_worse, plain, random

TITLE = "Scores of one network prune for another"
SOURCE = "Paul et al. 2021, §3 and appendix"
CLAIM = "Scores belong to the data more than to the network: those of one architecture prune for another almost as well as its own."
RATIOS = [0.3, 0.5, 0.7]


def arguments(parser):
    parser.add_argument("--other", choices=list(lab.MODELS), default="resnet18-16")
    parser.add_argument("--ratios", type=float, nargs="+", default=RATIOS)


def measure(lab):
    models = [lab.o.model, lab.o.other]
    sets = {
        f"el2n by {model}": lab.score(f"scoring by {model}", ["el2n"], model=model)[f"el2n@{lab.o.score_epochs}"]
        for model in models
    }
    lab.result["agreement"] = lab.spearman(*sets.values())
    for model in models:
        lab.evaluate(f"trained: {model}", sets, [{"policy": "top"}], lab.o.ratios, model=model)


def statements(result):
    models = [result["size"]["model"], result["size"]["other"]]
    rows = []
    for own, other in (models, models[::-1]):
        part = result["parts"].get(f"trained: {own}")
        for ratio in result["size"]["ratios"] if part else []:
            foreign = find(part, ratio, f"el2n by {other}")
            rows += [
                (no_worse, f"at {ratio:.0%}, scores of {other} prune for {own} as well as its own", foreign, find(part, ratio, f"el2n by {own}")),
                (better, f"at {ratio:.0%}, they prune for {own} better than random", foreign, random(part, ratio)),
            ]
    return each(rows) + [plain("rank correlation of both networks' EL2N (reported)", f"{result['agreement']:.2f}")]


if __name__ == "__main__":
    lab.main()
