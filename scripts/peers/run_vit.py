"""The training step of SimpleViT in PyTorch, eager, one thread: what `deno task bench --peer torch` runs beside ours.

The same computation as ours from the same weights and bytes of pictures: patches, forward, mean cross-entropy, backward, Adam.
Written as one would for speed without a compiler of graphs: fused layer norms, one product for q, k and v, the faster of
scaled_dot_product_attention and written-out products, the fused Adam, QAMA's readout in factored form (no N x N product). Annealing is no tensor operation: it runs in
anneal_heads.cpp, compiled here with the system's C++ compiler; where there is none, qamaV2 is left out and the answer says so.

Jobs come as JSON lines on standard input. The first: {"folder", "batch", "rows", "columns", "operators": {name: {"parameters":
[{"name", "shape"}]}}}; in the folder lie images.u8, labels.u8, NAME.f32 (weights, in the order of the parameters), positions.f32
and qamaV2.chosen.u8. The others: {"operator", "steps"}. Each is answered by one JSON line.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(1)
torch.set_num_interop_threads(1)

PATCH, HEADS, EPS = 4, 8, 1e-5
SWEEPS, HOT, COLD, DENSITY = 20, 0.5, 0.05, 0.2
FLAGS = ["-O3", "-march=native", "-ffast-math", "-std=c++17", "-shared", "-fPIC"]


def compiled_annealer(folder):
    """anneal_heads.cpp as a function, and the compiler's name; None where there is no compiler."""
    compiler = next((name for name in ("c++", "g++", "clang++") if shutil.which(name)), None)
    if compiler is None:
        return None, None
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "anneal_heads.cpp")
    library = os.path.join(folder, "anneal_heads.so")
    subprocess.run([compiler, *FLAGS, source, "-o", library], check=True)
    function = ctypes.CDLL(library).anneal_heads
    pointer, integer, real = ctypes.c_void_p, ctypes.c_int, ctypes.c_float
    function.argtypes = [*[integer] * 4, *[pointer] * 3, real, real, integer, real, real, real, ctypes.c_uint64, pointer]
    function.restype = None
    return function, compiler


def written_out(q, k, v):
    return torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(2, 3), -1) @ v


def seconds(steps, step):
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return time.perf_counter() - start


class Model:
    """SimpleViT with one operator in its attention slot."""

    def __init__(self, operator, setup, annealer):
        self.operator, self.annealer, self.stream = operator, annealer, 0
        folder = setup["folder"]

        def read(name, kind):
            return torch.from_numpy(np.fromfile(os.path.join(folder, name), dtype=kind))

        self.batch, rows, columns = setup["batch"], setup["rows"], setup["columns"]
        self.grid = (rows // PATCH, columns // PATCH)
        self.tokens = self.grid[0] * self.grid[1]
        self.images = read("images.u8", np.uint8).reshape(self.batch, self.grid[0], PATCH, self.grid[1], PATCH)
        self.labels = read("labels.u8", np.uint8).long()
        values = read(f"{operator}.f32", np.float32)
        self.w, top = {}, 0
        for parameter in setup["operators"][operator]["parameters"]:
            shape, size = parameter["shape"], int(np.prod(parameter["shape"]))
            self.w[parameter["name"]] = values[top : top + size].clone().reshape(shape).requires_grad_()
            top += size
        self.width = self.w["embed/W"].shape[0]
        self.positions = read("positions.f32", np.float32).reshape(1, self.tokens, self.width)
        self.adam = torch.optim.Adam(self.w.values(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, fused=True)
        self.softmax_attention = F.scaled_dot_product_attention

    def keep_faster_attention(self):
        """Tries both ways, forward and backward, no step of Adam; returns the name of the faster one, which stays."""

        def tried(way):
            self.softmax_attention = way
            seconds(5, lambda: self.loss().backward())
            return min(seconds(5, lambda: self.loss().backward()) for _ in range(3))

        self.softmax_attention = min((F.scaled_dot_product_attention, written_out), key=tried)
        return self.softmax_attention.__name__

    def norm(self, x, name, suffix=""):
        return F.layer_norm(x, x.shape[-1:], self.w[f"{name}gain{suffix}"], self.w[f"{name}shift{suffix}"], EPS)

    def heads_of(self, x):
        return x.view(self.batch, self.tokens, HEADS, -1).transpose(1, 2)

    def mha(self, x):
        rows = F.linear(self.norm(x, "attention/"), self.w["attention/Wqkv"])
        q, k, v = rows.view(self.batch, self.tokens, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        return self.softmax_attention(q, k, v).transpose(1, 2).reshape(x.shape)

    def select(self, q, k, h):
        """x by annealing; no gradient."""
        q, k, h = (tensor.detach().contiguous() for tensor in (q, k, h))
        batch, heads, tokens, width = q.shape
        chosen = torch.empty(batch, heads, tokens)
        field, rho = 0.16 * tokens, 0.4 * (2 / np.pi) ** 0.5 * tokens / (heads - 1)
        self.stream += 1
        arrays = [tensor.data_ptr() for tensor in (q, k, h)]
        self.annealer(
            batch, heads, tokens, width, *arrays, field, rho, SWEEPS, HOT, COLD, DENSITY, self.stream, chosen.data_ptr()
        )
        return chosen

    def qama(self, x, chosen=None):
        q, k, v = (
            self.heads_of(F.linear(self.norm(x, "attention/", letter), self.w[f"attention/W{letter.lower()}"]))
            for letter in "QKV"
        )
        e, d = self.w["attention/e"], q.shape[-1]
        h = v @ e / d
        if chosen is None:
            chosen = self.select(q, k, h)
        self.problem = (q, k, h, chosen)
        mask = chosen.unsqueeze(-1)
        sum_k, sum_q = (mask * k).sum(2, keepdim=True), (mask * q).sum(2, keepdim=True)
        pull = ((q * (sum_k - k)).sum(-1) + (k * (sum_q - q)).sum(-1)) * (0.5 / d**0.5)
        eps = -chosen * (pull + h)
        return (eps.unsqueeze(-1) * e).transpose(1, 2).reshape(x.shape)

    def loss(self, chosen=None):
        pixels = (self.images.to(torch.float32) / 255 - 0.5) / 0.5
        patches = pixels.permute(0, 1, 3, 2, 4).reshape(self.batch, self.tokens, PATCH * PATCH)
        x = F.linear(self.norm(patches, "patchNorm/"), self.w["embed/W"], self.w["embed/b"])
        x = self.norm(x, "embedNorm/") + self.positions
        if self.operator == "mha":
            x = x + self.mha(x)
        elif self.operator == "qamaV2":
            x = x + self.qama(x, chosen)
        hidden = F.gelu(F.linear(self.norm(x, "mlpNorm/"), self.w["mlp1/W"], self.w["mlp1/b"]))
        x = x + F.linear(hidden, self.w["mlp2/W"], self.w["mlp2/b"])
        logits = F.linear(self.norm(x, "headNorm/").mean(1), self.w["head/W"], self.w["head/b"])
        return F.cross_entropy(logits, self.labels)

    def step(self):
        self.adam.zero_grad()
        self.loss().backward()
        self.adam.step()

    def energy(self, chosen):
        """Mean energy of a selection in the problems of the last forward pass, as an N x N matrix defines it."""
        q, k, h = (tensor.detach().double() for tensor in self.problem[:3])
        x = chosen.double()
        scores = q @ k.transpose(2, 3) / q.shape[-1] ** 0.5
        couplings = (scores + scores.transpose(2, 3)) / 2
        couplings.diagonal(dim1=2, dim2=3).zero_()
        count, rho = x.sum(1), 0.4 * (2 / np.pi) ** 0.5 * self.tokens / (HEADS - 1)
        pairs = torch.einsum("bhi,bhij,bhj->b", x, couplings, x)
        energies = -pairs - 0.16 * self.tokens * (h * x).sum((1, 2)) + rho * (count * (count - 1)).sum(1)
        return float(energies.mean())

    def check(self, folder):
        """The first loss; for QAMA with the selection that ours found, and the mean energies of both selections."""
        with torch.no_grad():
            if self.operator != "qamaV2":
                return {"loss": float(self.loss())}
            ours = torch.from_numpy(np.fromfile(os.path.join(folder, "qamaV2.chosen.u8"), dtype=np.uint8)).float()
            ours = ours.view(self.batch, HEADS, self.tokens)
            loss = float(self.loss(ours))
            theirs = self.select(*self.problem[:3])
            return {"loss": loss, "energyOfOurs": self.energy(ours), "energyOfTheirs": self.energy(theirs)}


def main():
    setup = json.loads(sys.stdin.readline())
    annealer, compiler = compiled_annealer(setup["folder"])
    names = [name for name in setup["operators"] if name != "qamaV2" or annealer]
    models = {name: Model(name, setup, annealer) for name in names}
    checks = {name: model.check(setup["folder"]) for name, model in models.items()}
    attention = models["mha"].keep_faster_attention()
    answer = {"torch": torch.__version__, "compiler": compiler, "attention": attention, "checks": checks}
    print(json.dumps(answer), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps({"ms": seconds(job["steps"], models[job["operator"]].step) * 1000}), flush=True)


if __name__ == "__main__":
    main()
