/** Computers that are none: network namespaces of this one, joined by a bridge in a namespace of its own. */
export interface Hosts extends AsyncDisposable {
  /** Address of a host. */
  readonly address: (host: string) => string;
  /** Starts a program on a host. */
  readonly start: (host: string, command: readonly string[], options?: Deno.CommandOptions) => Deno.ChildProcess;
  /** Pulls a host's cable out. */
  readonly cut: (host: string) => Promise<void>;
  /** Puts it back. */
  readonly heal: (host: string) => Promise<void>;
}

/** Makes hosts by name; needs Linux, `ip` of iproute2 and root. */
export async function makeHosts(names: readonly string[]): Promise<Hosts> {
  // several may be at work on one computer
  const tag = `qn${Deno.pid}`;
  const spaces: string[] = [];
  const space = async (name: string) => {
    await ip("netns", "add", `${tag}${name}`);
    spaces.push(`${tag}${name}`);
  };
  const dispose = async () => {
    for (const name of spaces.splice(0)) await ip("netns", "del", name);
  };
  const port = (name: string) => `port-${name}`;
  const inHub = (...words: string[]) => ip("-n", `${tag}hub`, "link", ...words);
  try {
    await space("hub");
    await inHub("add", "br0", "type", "bridge");
    await inHub("set", "br0", "up");
    for (const [i, name] of names.entries()) {
      await space(name);
      await ip(
        "link",
        "add",
        port(name),
        "netns",
        `${tag}hub`,
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        `${tag}${name}`,
      );
      await inHub("set", port(name), "master", "br0", "up");
      await ip("-n", `${tag}${name}`, "addr", "add", `${addressOf(i)}/24`, "dev", "eth0");
      for (const device of ["lo", "eth0"]) await ip("-n", `${tag}${name}`, "link", "set", device, "up");
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    address: (host) => addressOf(names.indexOf(host)),
    start: (host, [program, ...args], options) =>
      new Deno.Command("ip", { ...options, args: ["netns", "exec", `${tag}${host}`, program, ...args] }).spawn(),
    cut: (host) => inHub("set", port(host), "down"),
    heal: (host) => inHub("set", port(host), "up"),
    [Symbol.asyncDispose]: dispose,
  };
}

/** Why no hosts can be made here; null where they can. */
export async function whyNoHosts(): Promise<string | null> {
  try {
    await using _hosts = await makeHosts(["try"]);
    return null;
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "there is no ip; install iproute2" : (error as Error).message;
  }
}

function addressOf(i: number): string {
  return `10.77.0.${i + 1}`;
}

async function ip(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("ip", { args, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}; root is needed`);
}
