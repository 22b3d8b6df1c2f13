"""simulated-bifurcation: the ballistic and the discrete variant on one core, with the library's defaults.

A call makes many reads at once (its agents); where time is limited, up to the library's 128 and as many as half the time allows.
"""

from peer_common import Call, Peer, timed

import numpy as np  # noqa: E402
import torch  # noqa: E402
from simulated_bifurcation.core import Ising  # noqa: E402

AGENTS = 128
MOST_VARIABLES = 10_000

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def prepared(mode):
    def prepare(instance, options):
        if instance.n > MOST_VARIABLES:
            raise MemoryError(f"its matrix is dense: {instance.n} variables, at most {MOST_VARIABLES} here")
        spins = instance.as_spins()
        J = np.zeros((spins.n, spins.n), dtype=np.float32)
        # E = -1/2 sum_ij J_ij s_i s_j + sum_i h_i s_i
        np.add.at(J, (spins.rows, spins.columns), -spins.values)
        np.add.at(J, (spins.columns, spins.rows), -spins.values)
        ising = Ising(torch.from_numpy(J), torch.from_numpy(spins.linear.astype(np.float32)))

        def call(reads, length, seed, limit, _target):
            torch.manual_seed(seed)
            parameters = {
                "agents": reads,
                "max_steps": length,
                "mode": mode,
                "verbose": False,
                # reads of a given length are to have it
                "early_stopping": limit is not None,
                **options,
            }
            found, ms = timed(lambda: ising.minimize(**parameters))
            states = np.sign(found.numpy()).astype(np.int8).reshape(instance.n, -1).T
            return Call(states if instance.vartype == "SPIN" else (1 + states) // 2, ms)

        return call

    return prepare


if __name__ == "__main__":
    samplers = {"ballistic": prepared("ballistic"), "discrete": prepared("discrete")}
    peer = Peer("simulated-bifurcation", ["simulated-bifurcation", "torch"], samplers)
    peer.longest_batch, peer.batch_share = AGENTS, 0.5
    peer.main()
