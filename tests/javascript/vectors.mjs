// Runs every conformance vector: Ajv in strict mode for the schemas, a CEL engine for the rules. What is said of each must
// be what Python says, but for the suggestions, which the two find in different ways.
// Usage: node vectors.mjs GENERATED_FOLDER MESSAGES

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ajv } from "../../src/javascript/ajv.mjs";
import { validation } from "../../src/javascript/validation.mjs";
import { differences } from "./functions.mjs";

const [generated, messages] = process.argv.slice(2);
const read = (...names) => JSON.parse(readFileSync(join(generated, ...names), "utf8"));
const compile = (kind) => ajv().compile(read("schemas", `${kind}.schema.json`));
const validators = Object.fromEntries(["request", "response", "notification"].map((kind) => [kind, compile(kind)]));
const validate = validation(read("openapi.json"), validators);
const said = JSON.parse(readFileSync(messages, "utf8"));

const lines = (violations) => violations.map((item) => `${item.level} ${item.rule} ${item.pointer}`).sort().join("\n");
const texts = (list) => list.map((text) => text.replace(/(?:; (?:did you mean '.*'\?|known here: .*\.)|\.)$/, "")).sort().join("\n");

let passed = 0;
let failed = 0;
function expect(id, found, expected) {
  if (found === expected) return true;
  console.error(`${id}\n  expected: ${expected}\n  found: ${found}`);
  return false;
}

for (const file of readdirSync(join(generated, "vectors")).filter((name) => name.endsWith(".json"))) {
  for (const { id, kind, payload, violations } of read("vectors", file)) {
    const found = validate(payload, kind === "batch" ? "request" : kind);
    const isRight =
      expect(id, lines(found), lines(violations)) && expect(id, texts(found.map((item) => item.message)), texts(said[id]));
    if (isRight) passed += 1;
    else failed += 1;
  }
}
for (const line of differences(read("functions.json"))) {
  console.error(`functions.json: ${line}`);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
