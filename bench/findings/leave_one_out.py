"""MoSo against what it approximates: retraining without a sample, exactly, on a convex problem small enough for it.

The service scores a linear softmax classifier trained by plain gradient descent on all samples at once. Written out anew in
float64, the same descent is then run without each of the samples drawn, from its own initialisations.
"""
import math

import numpy
from scipy import stats

import data
import lab
from verdicts import FAILS, HOLDS, OPEN, plain

TITLE = "MoSo against true leave-one-out retraining"
SOURCE = "Tan et al. 2023, Def. 1 and Prop. 1"
CLAIM = (
    "The first-order score agrees with the exact change of the loss on the others when training is done without the sample. The"
    " expansion is in the learning rate: the smaller it is, the more of the change is of first order.")
DEFAULTS = {"model": "softmax", "samples": 1000, "score_runs": 20}
METHODS = ["moso", "grand", "el2n"]
AGREES = 0.9


def arguments(parser):
    parser.add_argument("--removed", type=int, default=200, help="samples left out, one at a time")
    parser.add_argument("--descents", type=int, nargs="+", default=[100], help="steps of the gradient descents")
    parser.add_argument("--starts", type=int, default=8, help="initialisations of the exact retraining")
    # Inputs have a norm of 28: at 0.01 the descent swings, and a score of first order says little of where it ends.
    parser.add_argument("--rates", type=float, nargs="+", default=[0.01, 0.001, 0.0001])


def measure(lab):
    o = lab.o
    scores = {}
    for rate in o.rates:
        training = {
            "batchSize": o.samples, "learningRate": rate, "momentum": 0, "nesterov": False, "weightDecay": 0,
            "schedule": {"type": "constant"}, "augmentation": "none"}
        for steps in o.descents:
            found = lab.score(
                f"scoring, {known(steps, rate)}", METHODS, epochs=steps, training=training, options={"stages": steps})
            if not lab.dry:
                scores[known(steps, rate)] = {method: lab.scores(found[f"{method}@{steps}"]) for method in METHODS}
    if lab.dry:
        return
    pixels, labels = data.pictures(source(o), o.samples)
    removed = numpy.sort(numpy.random.default_rng(o.seed).choice(o.samples, o.removed, replace=False))
    pictures = (pixels - pixels.mean()) / pixels.std()
    exact = {
        known(steps, rate): values
        for rate in o.rates
        for steps, values in leave_one_out(pictures, labels, removed, rate, o).items()
    }
    lab.result["removed"] = removed.tolist()
    lab.result["exact"] = {steps: values.tolist() for steps, values in exact.items()}
    lab.result["scores"] = {
        steps: {method: values[removed].tolist() for method, values in of.items()} for steps, of in scores.items()}


def known(steps, rate):
    return f"{steps} steps at {rate:g}"


def source(chosen):
    if chosen.dataset != "fashion-mnist":
        raise SystemExit("leave-one-out retraining reads Fashion-MNIST")
    return lab.pathlib.Path(chosen.fashion_mnist)


def leave_one_out(pictures, labels, removed, rate, o):
    """By number of steps: [removed] loss on the others after training without the sample, minus that after training with it."""
    n, classes = len(labels), 10
    inputs = numpy.hstack([pictures, numpy.ones((n, 1))])
    onehot = numpy.eye(classes)[labels]
    exact = {steps: numpy.zeros(len(removed)) for steps in o.descents}
    for start in range(o.starts):
        bound = 1 / math.sqrt(inputs.shape[1] - 1)
        first = numpy.random.default_rng([o.seed, start]).uniform(-bound, bound, (inputs.shape[1], classes))
        with_it = descend(inputs, onehot, first, numpy.array([-1]), rate, o)
        for at in range(0, len(removed), 20):
            part = removed[at : at + 20]
            without = descend(inputs, onehot, first, part, rate, o)
            for steps in o.descents:
                losses = sample_losses(inputs, onehot, with_it[steps])[:, 0]
                others = (losses.sum() - losses[part]) / (n - 1)
                own = sample_losses(inputs, onehot, without[steps])
                kept = (own.sum(0) - own[part, numpy.arange(len(part))]) / (n - 1)
                exact[steps][at : at + 20] += (kept - others) / o.starts
            print(f"  rate {rate:g}, start {start + 1}: {at + len(part)} of {len(removed)} retrained", flush=True)
    return exact


def descend(inputs, onehot, first, left_out, rate, o):
    """By number of steps: [inputs, classes, left out] weights after gradient descent; -1 leaves nothing out."""
    n, count = len(inputs), len(left_out)
    weights = numpy.repeat(first[:, :, None], count, axis=2)
    reached = {}
    nothing = left_out[0] < 0
    for step in range(1, max(o.descents) + 1):
        error = probabilities(inputs, weights) - onehot[:, :, None]
        if not nothing:
            error[left_out, :, numpy.arange(count)] = 0
        gradient = inputs.T @ error.reshape(n, -1)
        weights = weights - rate / (n if nothing else n - 1) * gradient.reshape(weights.shape)
        if step in o.descents:
            reached[step] = weights
    return reached


def logits(inputs, weights):
    flat = inputs @ weights.reshape(weights.shape[0], -1)
    return flat.reshape(len(inputs), *weights.shape[1:])


def probabilities(inputs, weights):
    z = logits(inputs, weights)
    z = numpy.exp(z - z.max(1, keepdims=True))
    return z / z.sum(1, keepdims=True)


def sample_losses(inputs, onehot, weights):
    """[samples, left out]"""
    z = logits(inputs, weights)
    top = z.max(1)
    return numpy.log(numpy.exp(z - top[:, None]).sum(1)) + top - (z * onehot[:, :, None]).sum(1)


def agreement(result, steps, method):
    """Spearman's rank correlation with its 95 % interval by 2,000 bootstraps."""
    exact = numpy.array(result["exact"][steps])
    scores = numpy.array(result["scores"][steps][method])
    draw = numpy.random.default_rng(0)
    rhos = []
    for _ in range(2000):
        taken = draw.integers(0, len(exact), len(exact))
        rhos.append(stats.spearmanr(exact[taken], scores[taken]).statistic)
    return stats.spearmanr(exact, scores).statistic, *numpy.quantile(rhos, [0.025, 0.975])


def statements(result):
    made = []
    for steps in result["scores"]:
        for method in METHODS:
            rho, low, high = agreement(result, steps, method)
            measured = f"ρ = {rho:.3f} [{low:.3f}, {high:.3f}]"
            if method == "moso":
                verdict = HOLDS if low > AGREES else FAILS if high < AGREES else OPEN
                claim = f"after {steps}, MoSo ranks as exact retraining does (ρ above {AGREES})"
                made.append({"claim": claim, "measured": measured, "verdict": verdict})
            else:
                made.append(plain(f"after {steps}, {method} against exact retraining (reported)", measured))
    return made


def draw(figure, result):
    found = list(result["scores"])
    for place, axes in enumerate(figure.subplots(1, len(found), squeeze=False)[0]):
        steps = found[place]
        axes.plot(result["exact"][steps], result["scores"][steps]["moso"], ".", markersize=4)
        axes.set(title=steps, xlabel="exact change of the loss on the others", ylabel="moso")
        axes.ticklabel_format(scilimits=(-2, 2))


if __name__ == "__main__":
    lab.main()
