"""MoSo against the other methods and random samples, with right and with wrong labels."""
import lab
from common_scores import sets_of, shared
from verdicts import better, each, find, random

TITLE = "MoSo against the others, clean and with wrong labels"
SOURCE = "Tan et al. 2023, Table 1 and Fig. 3"
CLAIM = (
    "MoSo prunes better than GraNd, EL2N, forgetting and random samples from 80 % to 20 % kept, and the more so with 20 % of wrong labels."
    " The paper chooses by the score alone; its authors' code first standardises the scores within each class, so both are measured.")
DEFAULTS = {"steps": "epochs"}
METHODS = ["moso", "grand", "el2n", "forgetting"]
RATIOS = [0.2, 0.4, 0.6, 0.8]
BY_CLASS = "standardised by class"


def arguments(parser):
    parser.add_argument("--stages", type=int, default=10)
    parser.add_argument("--noise", type=float, default=0.2)
    parser.add_argument("--choose", nargs="+", default=["top", "class-standardized"], help="rules by which MoSo chooses")


def measure(lab):
    noise = {"fraction": lab.o.noise, "seed": 7}
    compare(lab, "clean", shared(lab, "scoring"))
    compare(lab, "with wrong labels", shared(lab, "scoring with wrong labels", labelNoise=noise), labelNoise=noise)


def compare(lab, known, found, **more):
    lab.evaluate(known, sets_of(lab, found, METHODS), [{"policy": "top"}], RATIOS, **more)
    if "class-standardized" in lab.o.choose:
        ours = sets_of(lab, found, ["moso"])
        lab.evaluate(f"{known}, {BY_CLASS}", ours, [{"policy": "class-standardized"}], RATIOS, **more)


def statements(result):
    rows = []
    for known in ("clean", "with wrong labels"):
        part, by_class = result["parts"].get(known), result["parts"].get(f"{known}, {BY_CLASS}")
        for ratio in reversed(RATIOS) if part else []:
            others = {"random": random(part, ratio), **{method: find(part, ratio, method) for method in METHODS[1:]}}
            ways = {"MoSo": find(part, ratio, "moso")}
            if by_class:
                ways[f"MoSo {BY_CLASS}"] = find(by_class, ratio, "moso", "class-standardized")
            rows += [
                (better, f"{known}, at {ratio:.0%}: {way} is above {other}", ours, theirs)
                for way, ours in ways.items() for other, theirs in others.items()
            ]
    return each(rows)


if __name__ == "__main__":
    lab.main()
