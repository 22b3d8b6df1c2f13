"""Runs circuits on PennyLane's lightning.qubit, complex128, one thread, beside ours.

The first line of standard input is {"folder", "qubits", "circuits": {name: [[gate, qubits, angle or null], ..]}}; qubit i is bit i of
a basis state, which is wire qubits - 1 - i there. The final state of each circuit is written to the folder as NAME.f64. The others:
{"circuit", "how", "runs"}; how: "gates", the methods of the state vector one after the other, from the state of zeros, or "qnode", what
a user calls: a QNode that gives the expectation of Z0. Each line is answered by one JSON line.
"""

import importlib.metadata
import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
import pennylane as qml  # noqa: E402
from pennylane_lightning.lightning_qubit._state_vector import LightningStateVector  # noqa: E402

PACKAGES = {"pennylane": "pennylane", "lightning": "pennylane-lightning"}
GATES = {
    "rx": ("RX", qml.RX),
    "ry": ("RY", qml.RY),
    "rz": ("RZ", qml.RZ),
    "h": ("Hadamard", qml.Hadamard),
    "cz": ("CZ", qml.CZ),
    "zz": ("IsingZZ", qml.IsingZZ),
}


class Circuit:
    def __init__(self, qubits, gates):
        self.vector = LightningStateVector(qubits, np.complex128).state_vector
        wired = [(name, [qubits - 1 - q for q in where], angle) for name, where, angle in gates]
        # bound once, so that only calls are timed
        self.calls = [
            (getattr(self.vector, GATES[name][0]), wires, [] if angle is None else [angle]) for name, wires, angle in wired
        ]
        device = qml.device("lightning.qubit", wires=qubits, c_dtype=np.complex128)

        @qml.qnode(device, diff_method=None)
        def node():
            for name, wires, angle in wired:
                if angle is None:
                    GATES[name][1](wires=wires)
                else:
                    GATES[name][1](angle, wires=wires)
            return qml.expval(qml.Z(qubits - 1))

        self.qnode = node

    def gates(self):
        self.vector.resetStateVector()
        for method, wires, parameters in self.calls:
            method(wires, False, parameters)

    def state(self):
        self.gates()
        state = np.zeros(self.vector.size(), dtype=np.complex128)
        self.vector.getState(state)
        return state


def main():
    setup = json.loads(sys.stdin.readline())
    circuits = {name: Circuit(setup["qubits"], gates) for name, gates in setup["circuits"].items()}
    for name, circuit in circuits.items():
        circuit.state().view(np.float64).tofile(os.path.join(setup["folder"], f"{name}.f64"))
    print(json.dumps({name: importlib.metadata.version(package) for name, package in PACKAGES.items()}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        run = getattr(circuits[job["circuit"]], job["how"])
        start = time.perf_counter()
        for _ in range(job["runs"]):
            value = run()
        ms = (time.perf_counter() - start) * 1000
        print(json.dumps({"ms": ms, "value": None if value is None else float(value)}), flush=True)


if __name__ == "__main__":
    main()
