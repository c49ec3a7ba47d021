// Checks the types against the conformance vectors: each becomes a constant that the compiler accepts or refuses.
// Usage: node vectors.mjs GENERATED_FOLDER

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(process.argv[2], "vectors");
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const roots = {
  request: "SendMessageRequest",
  batch: "SendMessageBatch",
  response: "SendMessageResponse",
  notification: "DeliveryNotification",
};
// What types can express. They cannot express limits, conditions and rules.
const typed = ["type", "enum", "additionalProperties", "required"];

/** Return whether the compiler must accept a vector; undefined where types cannot decide. */
function expected(vector) {
  if (vector.valid) return true;
  const derived = /^(?:type|enum|additionalProperties|required \S+) of /.test(vector.mutation);
  return derived && vector.violations.every((item) => typed.includes(item.rule)) ? false : undefined;
}

/** Write a payload on one line: the compiler counts U+2028 and U+2029 as ends of lines, too. */
function literal(payload) {
  return JSON.stringify(payload).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);
}

/** Write one constant a line and return, for each line, whether the compiler accepts it. */
function compile(vectors, stem) {
  const lines = vectors.map(
    (vector, index) => `export const v${index}: types.${roots[vector.kind]} = ${literal(vector.payload)};`,
  );
  writeFileSync(`${stem}.ts`, ['import type * as types from "webex-connect-messaging";', ...lines, ""].join("\n"));
  const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--noEmit", "--pretty", "false", "--ignoreConfig"];
  const done = spawnSync("npx", ["tsc", ...options, `${stem}.ts`], { encoding: "utf8", maxBuffer: 2 ** 28 });
  const refused = new Set([...done.stdout.matchAll(/^\S+?\.ts\((\d+),\d+\): error TS\d+/gm)].map((match) => Number(match[1])));
  if (done.status !== 0 && refused.size === 0) throw new Error(done.stdout + done.stderr);
  return lines.map((_, index) => !refused.has(index + 2));
}

const counts = { accepted: 0, refused: 0, unchecked: 0, wrong: 0 };
for (const file of files) {
  const vectors = JSON.parse(readFileSync(join(folder, file), "utf8"));
  for (const [index, verdict] of compile(vectors, file.replace(".json", "")).entries()) {
    const wanted = expected(vectors[index]);
    if (wanted === undefined) counts.unchecked += 1;
    else if (wanted === verdict) counts[verdict ? "accepted" : "refused"] += 1;
    else {
      counts.wrong += 1;
      console.error(`${vectors[index].id}: ${verdict ? "accepted" : "refused"}, ${vectors[index].mutation}`);
    }
  }
}
console.log(`${counts.accepted} accepted, ${counts.refused} refused, ${counts.unchecked} beyond types, ${counts.wrong} wrong`);
process.exit(counts.wrong === 0 && counts.accepted > 0 && counts.refused > 0 ? 0 : 1);
