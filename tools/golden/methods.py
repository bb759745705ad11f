"""Reference scores of the scoring methods, in float64, straight from their definitions.

Writes src/test/resources/golden/methods.json. Run from the project's root: python tools/golden/methods.py
(torch 2.7.1, numpy).
"""

import json
import pathlib

import numpy as np
import torch

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
EPOCHS, N, C, D, WINDOW = 7, 9, 4, 5, 3


def floats(tensor):
    """Values that float32 holds exactly, so that the tests start from the very same numbers."""
    return tensor.to(torch.float32).to(torch.float64)


labels = torch.randint(0, C, (N,))
labels[:C] = torch.arange(C)
trajectory = floats(torch.randn(EPOCHS, N, C) * 2)
trajectory[:, 0, :] = torch.nn.functional.one_hot(labels[:1], C).flip(1) * 3.0  # one sample that is never learned
trajectory[:, 0, labels[0]] = -1.0
embeddings = floats(torch.randn(N, D))
weight = floats(torch.randn(C, D))
bias = floats(torch.randn(C))
logits = floats(embeddings @ weight.T + bias)

golden = {}
p = torch.softmax(logits, 1)
onehot = torch.nn.functional.one_hot(labels, C)
golden["el2n"] = torch.linalg.vector_norm(p - onehot, dim=1)
golden["least-confidence"] = 1 - p.max(1).values
golden["entropy"] = torch.distributions.Categorical(probs=p).entropy()
top2 = p.topk(2, 1).values
golden["margin"] = top2[:, 0] - top2[:, 1]
golden["loss"] = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
means = torch.stack([embeddings[labels == c].mean(0) for c in range(C)])
golden["prototype"] = torch.linalg.vector_norm(embeddings - means[labels], dim=1)

# Trajectories.
right = trajectory.argmax(2) == labels
events = (right[:-1] & ~right[1:]).sum(0)
golden["forgetting"] = torch.where(right.any(0), events, torch.tensor(EPOCHS)).double()
of_label = trajectory[:, torch.arange(N), labels]
others = trajectory.masked_fill(onehot.bool(), -torch.inf).max(2).values
golden["aum"] = (of_label - others).mean(0)
q = torch.softmax(trajectory, 2)[:, torch.arange(N), labels]
windows = q.unfold(0, WINDOW, 1)  # [windows, N, WINDOW]
golden["dynamic-uncertainty"] = windows.std(2, unbiased=True).mean(0)
golden["dual"] = (windows.std(2, unbiased=True) * (1 - windows.mean(2))).mean(0)

# Gradients by autograd, one sample at a time, of a linear layer on the embeddings.
w = weight.clone().requires_grad_()
b = bias.clone().requires_grad_()
rows = []
for i in range(N):
    loss = torch.nn.functional.cross_entropy((embeddings[i : i + 1] @ w.T + b), labels[i : i + 1])
    rows.append(torch.cat([g.flatten() for g in torch.autograd.grad(loss, [w, b])]))
g = torch.stack(rows)
golden["grand"] = g.norm(dim=1)
golden["grand-last"] = g.norm(dim=1)

# Moving-one-sample-out from the gradient of the others itself, at two stages with the same weights.
rates, total_steps = [0.1, 0.04], 40
others_mean = torch.stack([torch.cat([g[:i], g[i + 1 :]]).mean(0) for i in range(N)])
golden["moso"] = np.mean([total_steps / N * rate for rate in rates]) * (others_mean * g).sum(1)

out = {
    "labels": labels.tolist(),
    "epochs": EPOCHS,
    "classes": C,
    "window": WINDOW,
    "trajectory": trajectory.tolist(),
    "logits": logits.tolist(),
    "embeddings": embeddings.tolist(),
    "squaredNorms": (g * g).sum(1).tolist(),
    "dots": (g @ g.mean(0)).tolist(),
    "learningRates": rates,
    "totalSteps": total_steps,
    "scores": {name: values.tolist() for name, values in golden.items()},
}
path = pathlib.Path("src/test/resources/golden/methods.json")
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(out, indent=1) + "\n")
