import { assertEquals } from "@std/assert";
import { newMessage } from "./message.ts";
import { OutputCollector } from "./output_collector.ts";

/** The outputs of messages, given as type and content. */
function outputsOf(...messages: [type: string, content: Record<string, unknown>][]) {
  const collector = new OutputCollector();
  for (const [type, content] of messages) collector.take(newMessage(type, content, "s"));
  return collector.outputs;
}

const print = (text: string, name = "stdout"): [string, Record<string, unknown>] => ["stream", { name, text }];

Deno.test("OutputCollector merges a stream until another output comes", () => {
  assertEquals(
    outputsOf(print("a"), print("b"), print("c", "stderr"), print("d"), ["status", {}], print("e")).map((output) =>
      output.output_type === "stream" && [output.name, output.text]
    ),
    [["stdout", "ab"], ["stderr", "c"], ["stdout", "de"]],
  );
});

Deno.test("OutputCollector takes the colours out of texts", () => {
  const [stream, result] = outputsOf(print("\x1b[33m1\x1b[39m"), [
    "execute_result",
    { data: { "text/plain": "\x1b[33m2\x1b[39m" }, metadata: {}, execution_count: 4 },
  ]);
  assertEquals(stream, { output_type: "stream", name: "stdout", text: "1" });
  assertEquals(result, {
    output_type: "execute_result",
    data: { "text/plain": "2" },
    metadata: {},
    execution_count: 4,
  });
});

Deno.test("OutputCollector clears at once, or when the next output comes", () => {
  assertEquals(outputsOf(print("a"), ["clear_output", { wait: false }]), []);
  assertEquals(outputsOf(print("a"), ["clear_output", { wait: true }]).length, 1);
  assertEquals(outputsOf(print("a"), ["clear_output", { wait: true }], print("b")), [
    { output_type: "stream", name: "stdout", text: "b" },
  ]);
});

Deno.test("OutputCollector updates a display in its place", () => {
  const show = (type: string, text: string): [string, Record<string, unknown>] => [
    type,
    { data: { "text/plain": text }, metadata: {}, transient: { display_id: "one" } },
  ];
  const outputs = outputsOf(show("display_data", "0 %"), print("x"), show("update_display_data", "100 %"));
  assertEquals(outputs[0], { output_type: "display_data", data: { "text/plain": "100 %" }, metadata: {} });
  assertEquals(outputs.length, 2);
});
