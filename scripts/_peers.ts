import { fileURLToPath } from "node:url";

/** A library from PyPI that the leaderboard runs beside ours. */
export interface PeerLibrary {
  /** What records and `--peers` call it. */
  readonly name: "dwave-samplers" | "openjij" | "simulated-bifurcation";
  /** Our script that calls it, in `scripts/peers/`. */
  readonly script: string;
  /** What pip installs, versions pinned. */
  readonly requirements: readonly string[];
  /** True if it needs PyTorch, several GB on some systems. */
  readonly torch: boolean;
  /** The name to import, to see whether it is there. */
  readonly module: string;
}

/** All peers. */
export const PEER_LIBRARIES: readonly PeerLibrary[] = [
  {
    name: "dwave-samplers",
    script: "run_dwave.py",
    requirements: ["dwave-samplers==1.8.0", "dimod==0.12.23", "numpy==2.4.6"],
    torch: false,
    module: "dwave.samplers",
  },
  {
    name: "openjij",
    script: "run_openjij.py",
    requirements: ["openjij==0.12.2"],
    torch: false,
    module: "openjij",
  },
  {
    name: "simulated-bifurcation",
    script: "run_bifurcation.py",
    requirements: ["simulated-bifurcation==2.0.0", "torch==2.15.0"],
    torch: true,
    module: "simulated_bifurcation",
  },
];

/** PennyLane with its compiled simulator lightning.qubit, which `deno task bench --peer lightning` times: what pip installs. */
export const PENNYLANE = {
  requirements: ["pennylane==0.45.1", "pennylane-lightning==0.45.0"],
  module: "pennylane_lightning",
} as const;

/** The folder of the peers' virtual environment: `QAMA_PEERS_DIR`, or `.cache/peers` in the repository. */
export function peersFolder(): string {
  return Deno.env.get("QAMA_PEERS_DIR") ?? fileURLToPath(new URL("../.cache/peers", import.meta.url));
}

/** The environment's Python. */
export function peersPython(folder: string = peersFolder()): string {
  return Deno.build.os === "windows" ? `${folder}\\Scripts\\python.exe` : `${folder}/bin/python`;
}

/** Names of the peers that are installed; looks for their folders and loads nothing. */
export async function installedPeers(folder: string = peersFolder()): Promise<PeerLibrary["name"][]> {
  const there = await importable(PEER_LIBRARIES.map((library) => library.module), folder);
  return PEER_LIBRARIES.filter((_, i) => there[i]).map((library) => library.name);
}

/** Which modules the environment's Python could import; all false where there is none. */
export async function importable(names: readonly string[], folder: string = peersFolder()): Promise<boolean[]> {
  const program = "import importlib.util, json, sys\n" +
    "def there(name):\n" +
    "    try:\n" +
    "        return importlib.util.find_spec(name) is not None\n" +
    "    except ModuleNotFoundError:\n" +
    "        return False\n" +
    "print(json.dumps([there(name) for name in json.loads(sys.argv[1])]))";
  try {
    const command = new Deno.Command(peersPython(folder), {
      args: ["-c", program, JSON.stringify(names)],
      stderr: "null",
    });
    const { success, stdout } = await command.output();
    const there: unknown = success ? JSON.parse(new TextDecoder().decode(stdout)) : [];
    return names.map((_, i) => Array.isArray(there) && there[i] === true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return names.map(() => false);
    throw error;
  }
}
