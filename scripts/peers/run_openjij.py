"""OpenJij: simulated annealing and simulated quantum annealing, with the library's defaults.

No seed is handed on: with one, every read of a call is the same read again (OpenJij 0.12).
"""

from peer_common import Call, Peer, timed

import dimod  # noqa: E402
import numpy as np  # noqa: E402
import openjij  # noqa: E402

SPARSE_BELOW = 0.25


def prepared(make):
    def prepare(instance, options):
        pairs = (instance.rows, instance.columns, instance.values)
        bqm = dimod.BinaryQuadraticModel.from_numpy_vectors(instance.linear, pairs, 0.0, instance.vartype)
        sampler = make()
        sparse = instance.density < SPARSE_BELOW

        def call(reads, length, _seed, _limit, _target):
            parameters = {"num_reads": reads, "num_sweeps": length, "sparse": sparse, **options}
            found, ms = timed(lambda: sampler.sample(bqm, **parameters))
            states = np.empty((len(found.record.sample), instance.n), dtype=np.int8)
            states[:, np.asarray(found.variables, dtype=np.int64)] = found.record.sample
            # microseconds, one entry a read
            return Call(states, ms, float(np.sum(found.info["list_exec_times"])) / 1000)

        return call

    return prepare


if __name__ == "__main__":
    samplers = {"annealing": prepared(openjij.SASampler), "quantum-annealing": prepared(openjij.SQASampler)}
    Peer("openjij", ["openjij", "dimod"], samplers).main()
