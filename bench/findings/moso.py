"""MoSo against the other methods and random samples, with right and with wrong labels."""
import lab
from common_scores import sets_of, shared
from verdicts import better, each, find, random

TITLE = "MoSo against the others, clean and with wrong labels"
SOURCE = "Tan et al. 2023, Table 1 and Fig. 3"
CLAIM = "MoSo prunes better than GraNd, EL2N, forgetting and random samples from 80 % to 20 % kept, and the more so with 20 % of wrong labels."
DEFAULTS = {"steps": "epochs"}
METHODS = ["moso", "grand", "el2n", "forgetting"]
RATIOS = [0.2, 0.4, 0.6, 0.8]


def arguments(parser):
    parser.add_argument("--stages", type=int, default=10)
    parser.add_argument("--noise", type=float, default=0.2)


def measure(lab):
    noise = {"fraction": lab.o.noise, "seed": 7}
    lab.evaluate("clean", sets_of(lab, shared(lab, "scoring"), METHODS), [{"policy": "top"}], RATIOS)
    noisy = sets_of(lab, shared(lab, "scoring with wrong labels", labelNoise=noise), METHODS)
    lab.evaluate("with wrong labels", noisy, [{"policy": "top"}], RATIOS, labelNoise=noise)


def statements(result):
    rows = []
    for known in ("clean", "with wrong labels"):
        part = result["parts"].get(known)
        for ratio in reversed(RATIOS) if part else []:
            ours = find(part, ratio, "moso")
            rows.append((better, f"{known}, at {ratio:.0%}: MoSo is above random", ours, random(part, ratio)))
            rows += [
                (better, f"{known}, at {ratio:.0%}: MoSo is above {method}", ours, find(part, ratio, method))
                for method in METHODS[1:]
            ]
    return each(rows)


if __name__ == "__main__":
    lab.main()
