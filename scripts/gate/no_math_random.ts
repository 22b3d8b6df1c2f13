/**
 * A lint plugin that keeps `Math.random` out of `lib/`: a result that nobody can draw again is no result.
 *
 * @module
 */

const MESSAGE = "Math.random cannot be seeded, so no run that uses it can be repeated";
const HINT = "Draw from `new Rng(seed, stream)` of lib/random instead";

/** The rule `qama/no-math-random`, named in the `lint` part of deno.json. */
const plugin: Deno.lint.Plugin = {
  name: "qama",
  rules: {
    "no-math-random": {
      create(context) {
        if (!/(^|[\\/])lib[\\/]/.test(context.filename)) return {};
        const report = (node: Deno.lint.Node) => context.report({ node, message: MESSAGE, hint: HINT });
        return {
          MemberExpression(node) {
            if (isMath(node.object) && nameOf(node.property, node.computed) === "random") report(node);
          },
          VariableDeclarator(node) {
            if (node.id.type === "ObjectPattern" && isMath(node.init)) reportTaken(node.id, report);
          },
          AssignmentExpression(node) {
            if (node.left.type === "ObjectPattern" && isMath(node.right)) reportTaken(node.left, report);
          },
        };
      },
    },
  },
};

export default plugin;

/** Reports every property of `const { random } = Math` that is called random. */
function reportTaken(pattern: Deno.lint.ObjectPattern, report: (node: Deno.lint.Node) => void): void {
  for (const property of pattern.properties) {
    if (property.type === "Property" && nameOf(property.key, property.computed) === "random") report(property.key);
  }
}

/** True for `Math`, `globalThis.Math` and the like. */
function isMath(node: Deno.lint.Node | null): boolean {
  if (node?.type === "Identifier") return node.name === "Math";
  return node?.type === "MemberExpression" && nameOf(node.property, node.computed) === "Math" &&
    node.object.type === "Identifier" && ["globalThis", "self", "window"].includes(node.object.name);
}

/** The name a property is reached by, as far as it can be read off. */
function nameOf(node: Deno.lint.Node, computed: boolean): string | undefined {
  if (node.type === "Identifier" && !computed) return node.name;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0].cooked;
  return undefined;
}
