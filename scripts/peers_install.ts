import { runCli, stop, type Values } from "./_cli.ts";
import { importable, installedPeers, PEER_LIBRARIES, peersFolder, peersPython, PENNYLANE } from "./_peers.ts";

/** The command line. */
export const cli = {
  command: "deno task peers:install",
  summary:
    "Makes a Python virtual environment outside git, in QAMA_PEERS_DIR or .cache/peers, and installs pinned versions of the " +
    "libraries that the leaderboard runs beside ours: some 200 MB from PyPI. Needs python3 with venv.",
  examples: [
    "deno task peers:install",
    "deno task peers:install --with-torch",
    "deno task peers:install --with-pennylane",
  ],
  options: {
    withTorch: {
      type: "boolean",
      help:
        "also PyTorch, which with its CUDA libraries takes about 6 GB on Linux, and simulated-bifurcation, which needs it",
    },
    withPennylane: {
      type: "boolean",
      help: "also PennyLane with lightning.qubit, some 400 MB, which deno task bench --peer lightning times",
    },
    python: { type: "string", help: "the Python to make the environment with", default: "python3" },
  },
} as const;

/** Runs a program with its output shown; ends the command with one line if it fails. */
async function run(program: string, args: string[]): Promise<void> {
  try {
    const { code } = await new Deno.Command(program, { args, stdin: "null" }).spawn().status;
    if (code !== 0) stop(`${program} ${args.slice(0, 3).join(" ")} ended with code ${code}; its last lines say why`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      stop(`Cannot find ${program}: install Python 3.10 or later, or name it with --python`);
    }
    throw error;
  }
}

async function main(values: Values<typeof cli.options>): Promise<void> {
  const folder = peersFolder();
  const wanted = PEER_LIBRARIES.filter((library) => values.withTorch || !library.torch);
  await run(values.python, ["-m", "venv", folder]);
  await run(peersPython(folder), [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    ...wanted.flatMap((library) => library.requirements),
    ...values.withPennylane ? PENNYLANE.requirements : [],
  ]);
  const there = await installedPeers(folder);
  const missing: string[] = wanted.map((library) => library.name).filter((name) => !there.includes(name));
  if (values.withPennylane && !(await importable([PENNYLANE.module], folder))[0]) missing.push("pennylane");
  if (missing.length > 0) stop(`${missing.join(", ")} cannot be imported though pip ended well`);
  console.log(`installed in ${folder}: ${[...there, ...values.withPennylane ? ["pennylane"] : []].join(", ")}`);
}

if (import.meta.main) await runCli(cli, main);
