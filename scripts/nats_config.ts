/*
 * Question   none: writes a configuration of a NATS server, with keys for those who hand plans in, do them and look
 * Command    deno task nats-config FOLDER [--hosts queue.example.org] [--port 4222]
 * Cost       under a second
 */
import { writeNatsConfig } from "../lib/experiments/mod.ts";
import { asUsage, runCli, type Values } from "./_cli.ts";
import { shellWord } from "./_cli_option.ts";

const COMMAND = "deno task nats-config FOLDER";

/** The command line. */
export const cli = {
  command: COMMAND,
  summary:
    "Writes an example configuration of a NATS server for the queue of plans: nobody gets in without a key, everything is " +
    "encrypted, and a submitter, a worker and a viewer may use the subjects of their part alone.",
  examples: [
    "deno task nats-config nats",
    "deno task nats-config nats --hosts queue.example.org,10.0.0.7 --store /var/lib/nats",
  ],
  operands: { help: "FOLDER, a new folder for configuration and keys", min: 1, max: 1 },
  options: {
    hosts: { type: "list", help: "names and addresses that clients use, beside localhost and 127.0.0.1" },
    port: { type: "integer", min: 1, max: 65_535, default: 4222, help: "port that the server listens on" },
    store: { type: "string", help: "folder of the server's store [store/ beside the configuration]" },
    storeGiB: { type: "integer", min: 1, default: 10, help: "most that the server stores, in GiB" },
  },
} as const;

async function main(values: Values<typeof cli.options>): Promise<void> {
  const { operands: [folder], hosts = [], port, store, storeGiB } = values;
  await asUsage(() => writeNatsConfig(folder, { hosts, port, store, storeGiB }), [RangeError]);
  const at = shellWord(folder);
  const nats = `--nats nats://${hosts[0] ?? "localhost"}:${port} --tls-ca ${at}/ca.pem`;
  console.log([
    `${folder} has a configuration, a certificate and three keys, readable by you alone. Start the server:`,
    `  nats-server -c ${at}/server.conf`,
    "Copy ca.pem and one key to each machine, then:",
    `  deno task worker ${nats} --creds ${at}/worker.nk`,
    `  deno task reproduce ${nats} --creds ${at}/submitter.nk`,
    `  deno task status ${nats} --creds ${at}/viewer.nk`,
  ].join("\n"));
}

if (import.meta.main) await runCli(cli, main);
