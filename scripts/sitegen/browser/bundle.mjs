// Bundles the scripts of the pages: node bundle.mjs SCHEMAS OUTPUT
// Compiles schemas to code, so that the policy of the pages need not allow eval.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { build } from "esbuild";

import { ajv } from "../../../src/javascript/ajv.mjs";

const standalone = createRequire(new URL("../../../src/javascript/ajv.mjs", import.meta.url))("ajv/dist/standalone/index.js").default;
const [schemas, output] = process.argv.slice(2);
const kinds = ["request", "response", "notification"];
const compiler = ajv({ code: { source: true, esm: true } });
const ids = kinds.map((kind) => {
  const schema = JSON.parse(readFileSync(join(schemas, `${kind}.schema.json`), "utf8"));
  compiler.addSchema(schema);
  return [kind, schema.$id];
});
// Beside the engine, whose packages it needs.
const validators = new URL("../../../src/javascript/validators.mjs", import.meta.url);
writeFileSync(validators, standalone(compiler, Object.fromEntries(ids)));

await build({
  entryPoints: ["playground", "reference", "search"].map((name) => `${name}.mjs`),
  outdir: output,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
});
