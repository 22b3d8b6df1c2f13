/*
 * Question   What are the public names, and what do they say of themselves?
 * Command    deno task docs [ROOM...] [--format html,markdown] [--out FOLDER]
 * Cost       half a minute and 90 MB for the site, a second for the Markdown
 */
import { runCli } from "./_cli.ts";
import { docsCli, makeDocs } from "./_docs.ts";

export { docsCli as cli } from "./_docs.ts";

if (import.meta.main) {
  await runCli(docsCli, async (values) => {
    const docs = await makeDocs(values);
    if (values.json) return console.log(JSON.stringify(docs));
    const count = Object.values(docs.names).reduce((sum, names) => sum + names, 0);
    console.log(`${count} names in ${Object.keys(docs.names).length} rooms`);
    for (const page of [docs.html, docs.markdown]) if (page !== null) console.log(page);
  });
}
