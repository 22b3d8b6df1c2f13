"""dwave-samplers: simulated annealing and tabu search, with the library's defaults."""

from peer_common import Call, Peer, timed

import dimod  # noqa: E402
import numpy as np  # noqa: E402
from dwave.samplers import SimulatedAnnealingSampler, TabuSampler  # noqa: E402


def model(instance):
    # without the offset, so that a target means the same to every sampler; energies are computed again anyway
    pairs = (instance.rows, instance.columns, instance.values)
    return dimod.BinaryQuadraticModel.from_numpy_vectors(instance.linear, pairs, 0.0, instance.vartype)


def in_order(sampleset, n):
    states = np.empty((len(sampleset), n), dtype=np.int8)
    states[:, np.asarray(sampleset.variables, dtype=np.int64)] = sampleset.record.sample
    return states


def annealing(instance, options):
    bqm = model(instance)
    sampler = SimulatedAnnealingSampler()

    def call(reads, length, seed, _limit, _target):
        found, ms = timed(lambda: sampler.sample(bqm, num_reads=reads, num_sweeps=length, seed=seed, **options))
        return Call(in_order(found, instance.n), ms, found.info["timing"]["sampling_ns"] / 1e6)

    return call


def tabu(instance, options):
    # over bits: the library compares its threshold with energies over bits that lack their offset
    bqm = model(instance).change_vartype("BINARY", inplace=False)
    lacking = instance.offset + float(bqm.offset)
    sampler = TabuSampler()

    def call(reads, length, seed, limit, target):
        timeout = max(1, int(length if limit is None else limit))
        threshold = None if target is None else target - lacking
        parameters = {"num_reads": reads, "timeout": timeout, "seed": seed, "energy_threshold": threshold, **options}
        found, ms = timed(lambda: sampler.sample(bqm, **parameters))
        bits = in_order(found, instance.n)
        return Call(bits if instance.vartype == "BINARY" else 2 * bits - 1, ms)

    return call


if __name__ == "__main__":
    Peer("dwave-samplers", ["dwave-samplers", "dimod"], {"annealing": annealing, "tabu": tabu}).main()
