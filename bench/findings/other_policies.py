"""The rules and scores of later papers where 10 % to 50 % is kept: strata, classes of their own, AUM and DUAL."""
import lab
from common_scores import sets_of, shared
from verdicts import better, each, find, no_worse, random

TITLE = "Strata, standardised classes, AUM and DUAL"
SOURCE = "Zheng et al. 2023; Tan et al. 2023, code; Pleiss et al. 2020; Cho et al. 2025"
CLAIM = (
    "Strata (CCS) beat random samples where little is kept; standardising by class and DUAL beat plain scores; AUM as a score"
    " to keep by suffers where little is kept, like the others.")
DEFAULTS = {"epochs": 6, "steps": "epochs"}
METHODS = ["el2n", "aum", "dual"]
RATIOS = [0.1, 0.2, 0.3, 0.5]
POLICIES = [{"policy": "top"}, {"policy": "stratified"}, {"policy": "class-standardized"}]


def arguments(parser):
    parser.add_argument("--stages", type=int, default=10)


def measure(lab):
    lab.evaluate("by ratio", sets_of(lab, shared(lab, "scoring"), METHODS), POLICIES, RATIOS)


def statements(result):
    part = result["parts"]["by ratio"]
    rows = []
    for ratio in RATIOS:
        top = find(part, ratio, "el2n")
        rows += [
            (better, f"at {ratio:.0%}, strata of AUM are above random", find(part, ratio, "aum", "stratified"), random(part, ratio)),
            (better, f"at {ratio:.0%}, strata of EL2N are above random", find(part, ratio, "el2n", "stratified"), random(part, ratio)),
            (better, f"at {ratio:.0%}, classes standardised are above plain EL2N", find(part, ratio, "el2n", "class-standardized"), top),
            (better, f"at {ratio:.0%}, DUAL is above EL2N", find(part, ratio, "dual"), top),
            (no_worse, f"at {ratio:.0%}, DUAL is not under random", find(part, ratio, "dual"), random(part, ratio)),
            (no_worse, f"at {ratio:.0%}, AUM is not under random", find(part, ratio, "aum"), random(part, ratio)),
        ]
    return each(rows)


if __name__ == "__main__":
    lab.main()
