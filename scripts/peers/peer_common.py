"""What the peers share: reading an instance, one core, the clock rules, and the jobs they take.

Clock rules: the wall time around the library's own sampling call counts. Reading the file, making the library's model of it
and computing the energies once more from the returned states do not; they are reported beside it.
"""

import argparse
import importlib.metadata
import json
import os
import sys
import time

# before numpy and torch are loaded, which read them once
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

ROWS_TIMES_TERMS = 10_000_000
SLACK = 1e-9


class Instance:
    """E(z) = sum value_k z_i z_j + sum linear_i z_i + offset, minimised; spins -1 and +1, or bits 0 and 1."""

    def __init__(self, vartype, linear, rows, columns, values, offset):
        self.vartype = vartype
        self.n = len(linear)
        self.linear = linear
        self.rows = rows
        self.columns = columns
        self.values = values
        self.offset = offset

    @property
    def density(self):
        return len(self.values) / max(1, self.n * (self.n - 1) / 2)

    def energies(self, states):
        """Energies of states [R, n], computed from the instance in float64."""
        states = np.asarray(states, dtype=np.float64).reshape(-1, self.n)
        found = np.empty(len(states))
        step = max(1, ROWS_TIMES_TERMS // max(1, len(self.values)))
        for start in range(0, len(states), step):
            part = states[start : start + step]
            found[start : start + step] = (part[:, self.rows] * part[:, self.columns]) @ self.values
        return found + states @ self.linear + self.offset

    def as_spins(self):
        """The same energies over spins, x = (1 + s) / 2."""
        if self.vartype == "SPIN":
            return self
        quarter = self.values / 4
        linear = self.linear / 2
        np.add.at(linear, self.rows, quarter)
        np.add.at(linear, self.columns, quarter)
        offset = self.offset + self.linear.sum() / 2 + quarter.sum()
        return Instance("SPIN", linear, self.rows, self.columns, quarter, offset)


def read_instance(path, reading):
    """Reads `n m`, then 1-based `i j w`: as Ising couplings, as edges of a maximum cut (E = -cut), or as a symmetric QUBO."""
    with open(path) as file:
        numbers = np.array(file.read().split(), dtype=np.float64)
    n, m = int(numbers[0]), int(numbers[1])
    table = numbers[2:].reshape(-1, 3)
    if len(table) != m:
        raise ValueError(f"expected {m} terms, got {len(table)}")
    i = table[:, 0].astype(np.int64) - 1
    j = table[:, 1].astype(np.int64) - 1
    w = table[:, 2]
    if len(table) and (min(i.min(), j.min()) < 0 or max(i.max(), j.max()) >= n):
        raise ValueError(f"expected indices from 1 to {n}")
    linear = np.zeros(n)
    loops = i == j
    if reading == "qubo":
        np.add.at(linear, i[loops], w[loops])
    elif loops.any():
        raise ValueError("expected no loops")
    i, j, w = i[~loops], j[~loops], w[~loops]
    if reading == "ising":
        return Instance("SPIN", linear, i, j, w, 0.0)
    if reading == "maxcut":
        return Instance("SPIN", linear, i, j, w / 2, -w.sum() / 2)
    return Instance("BINARY", linear, i, j, 2 * w, 0.0)


class Call:
    """What one call of a library gave: states [R, n] in the instance's values, its wall time, and its own account of it."""

    def __init__(self, states, call_ms, anneal_ms=None):
        self.states = states
        self.call_ms = call_ms
        self.anneal_ms = anneal_ms


def timed(function):
    """Runs a function; returns what it returned and the wall time in ms."""
    start = time.perf_counter()
    result = function()
    return result, (time.perf_counter() - start) * 1000


def pin(core):
    """Keeps the process on one core; False where the system cannot."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {core})
    return True


class Peer:
    """A library: `samplers` maps a name to a function that prepares an instance and returns the function to call.

    The prepared function takes (reads, length, seed, time_limit_ms, target) and returns a Call.
    """

    def __init__(self, package, packages, samplers):
        self.package = package
        self.packages = packages
        self.samplers = samplers
        self.instance_key = None
        # where time is limited: reads a call at most, and the share of the time that a call may take
        self.longest_batch = 10_000
        self.batch_share = 0.01

    def load(self, job):
        key = (job["file"], job["as"])
        if key != self.instance_key:
            self.instance, self.read_ms = timed(lambda: read_instance(*key))
            self.instance_key = key
            self.prepared_key = None
        prepared_key = (job["sampler"], json.dumps(job.get("options") or {}, sort_keys=True))
        if prepared_key != self.prepared_key:
            prepare = self.samplers[job["sampler"]]
            self.prepared, self.convert_ms = timed(lambda: prepare(self.instance, job.get("options") or {}))
            self.prepared_key = prepared_key

    def run(self, job):
        if job["sampler"] not in self.samplers:
            raise ValueError(f"no sampler {job['sampler']}; there are {', '.join(self.samplers)}")
        self.load(job)
        if job.get("warmUp"):
            self.prepared(1, 10, 1, 50, None)
        limit = job.get("timeLimitMs")
        return self.reads(job) if limit is None else self.within(job, limit)

    def reads(self, job):
        """One call of `numReads` reads of a given length."""
        call = self.prepared(job["numReads"], job["length"], job["seed"], None, None)
        energies = self.instance.energies(call.states)
        return self.answer(
            job, job["length"], 1, len(energies), float(energies.min()), call.call_ms, call.anneal_ms, energies.tolist()
        )

    def within(self, job, limit):
        """Calls until the time is up or the target is reached: restarts of a given length, or one run as long as time allows."""
        target, length = job.get("target"), job.get("length")
        fill = length is None and not job.get("ownTime")
        spent, calls, reads, batch = 0.0, 0, 0, 1
        best, reached, anneal = np.inf, None, 0.0
        trace = []
        length = job.get("firstLength", 100) if fill else length
        while spent < limit and reached is None:
            seed = (job["seed"] * 100_003 + calls) % 2**31
            call = self.prepared(batch, length, seed, limit - spent, target)
            spent += call.call_ms
            anneal = None if anneal is None or call.anneal_ms is None else anneal + call.anneal_ms
            calls += 1
            energies = self.instance.energies(call.states)
            reads += len(energies)
            if energies.min() < best:
                best = float(energies.min())
                trace.append([round(spent, 3), best])
            if target is not None and best <= target + SLACK * max(1, abs(target)):
                reached = spent
            remaining = limit - spent
            if fill and remaining > 0.05 * limit:
                length = max(1, int(length * batch * 0.95 * remaining / call.call_ms))
            elif fill:
                break
            else:
                # calls long enough that what stands around a call does not count, short enough to stop in time
                each = call.call_ms / max(1, batch)
                longest = min(max(50, limit * self.batch_share), remaining)
                batch = max(1, min(self.longest_batch, int(longest / max(each, 1e-6))))
        answer = self.answer(job, length, calls, reads, best, spent, anneal, None)
        return {**answer, "reachedMs": reached, "trace": trace[-32:]}

    def answer(self, job, length, calls, reads, best, call_ms, anneal_ms, energies):
        versions = {name: importlib.metadata.version(name) for name in self.packages}
        clocks = {
            "readMs": self.read_ms,
            "convertMs": self.convert_ms,
            "annealMs": anneal_ms,
            "callMs": call_ms,
            "totalMs": self.read_ms + self.convert_ms + call_ms,
        }
        return {
            "ok": True,
            "package": self.package,
            "versions": versions,
            "sampler": job["sampler"],
            "n": self.instance.n,
            "terms": len(self.instance.values),
            "seed": job["seed"],
            "length": length,
            "calls": calls,
            "reads": reads,
            "bestEnergy": best,
            "clocks": clocks,
            **({} if energies is None else {"energies": energies}),
        }

    def main(self):
        """Reads the command line, or jobs as JSON lines from standard input; prints one JSON line for each."""
        parser = argparse.ArgumentParser(description=f"Runs {self.package} on an instance; prints JSON lines.")
        parser.add_argument("file", nargs="?", help="`n m`, then 1-based `i j w`")
        parser.add_argument("--as", dest="reading", choices=["ising", "maxcut", "qubo"], default="ising")
        parser.add_argument("--sampler", choices=list(self.samplers), default=next(iter(self.samplers)))
        parser.add_argument("--reads", type=int, default=10)
        parser.add_argument("--lengths", default="1000", help="sweeps or steps of a read, separated by commas")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--time-limit-ms", type=float, help="restarts until the time is up")
        parser.add_argument("--target", type=float, help="stops at this energy; with --time-limit-ms")
        parser.add_argument("--core", type=int, help="keeps the process on this core")
        parser.add_argument("--jobs", action="store_true", help="jobs come as JSON lines on standard input")
        args = parser.parse_args()
        pinned = pin(args.core)
        if args.jobs:
            lines = sys.stdin
        elif args.file is None:
            parser.error("expected an instance file, or --jobs")
        else:
            job = {
                "file": args.file,
                "as": args.reading,
                "sampler": args.sampler,
                "numReads": args.reads,
                "seed": args.seed,
                "timeLimitMs": args.time_limit_ms,
                "target": args.target,
            }
            lines = [json.dumps({**job, "length": int(length)}) for length in args.lengths.split(",")]
        for line in lines:
            try:
                answer = {**self.run(json.loads(line)), "pinned": pinned}
            except Exception as error:  # whatever a library throws becomes the answer to this job, and the next one is read
                answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
