// Runs every conformance vector: Ajv in strict mode for the schemas, a CEL engine for the rules.
// Usage: node vectors.mjs GENERATED_FOLDER

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";

import { broken } from "./rules.mjs";

const generated = process.argv[2];
const read = (...names) => JSON.parse(readFileSync(join(generated, ...names), "utf8"));
const components = read("openapi.json").components.schemas;
// Conditions leave types to the schemas that they narrow; repeating them would report a wrong type twice.
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const validators = new Map();

function validator(name) {
  if (!validators.has(name)) validators.set(name, ajv.compile(read("schemas", `${name}.schema.json`)));
  return validators.get(name);
}

/** Ajv reports what failed inside anyOf, oneOf and not as well, and `if` beside what `then` asked for. */
function isOwn(error) {
  return error.keyword !== "if" && !/\/(?:anyOf|oneOf|not)\/./.test(error.schemaPath);
}

function root(vector) {
  const roots = { response: "SendMessageResponse", notification: "DeliveryNotification" };
  return roots[vector.kind] ?? "SendMessageRequest";
}

function judge(vector) {
  const validate = validator(vector.kind);
  if (validate(vector.payload)) return broken(vector.payload, root(vector), components);
  const own = validate.errors.filter(isOwn);
  return own.map((error) => ({ pointer: error.instancePath, rule: error.keyword, level: "error" }));
}

const lines = (violations) => violations.map((item) => `${item.level} ${item.rule} ${item.pointer}`).sort().join("\n");

let passed = 0;
let failed = 0;
for (const file of readdirSync(join(generated, "vectors")).filter((name) => name.endsWith(".json"))) {
  for (const vector of read("vectors", file)) {
    const found = lines(judge(vector));
    if (found === lines(vector.violations)) {
      passed += 1;
    } else {
      failed += 1;
      console.error(`${vector.id}\n  expected: ${lines(vector.violations)}\n  found: ${found}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
