/**
 * Loads and compiles a binary that lies beside its opener, from disk or from the web.
 *
 * @throws {Error} if the server does not answer with it
 */
export async function loadModule(url: URL): Promise<WebAssembly.Module> {
  if (url.protocol === "file:") return new WebAssembly.Module(Deno.readFileSync(url));
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`Cannot load the kernels: ${url} answered ${reply.status} ${reply.statusText}`);
  return new WebAssembly.Module(await reply.arrayBuffer());
}
