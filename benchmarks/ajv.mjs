// Print, for each payload, how many seconds Ajv takes for a verdict, for all errors and for a verdict on its bytes.

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

const payloads = JSON.parse(readFileSync("payloads.json", "utf8"));
const compiled = new Map();

function validator(channel, allErrors) {
  const key = `${channel} ${allErrors}`;
  if (!compiled.has(key)) {
    const ajv = new Ajv2020({ allErrors, strict: false });
    formats.default(ajv);
    compiled.set(key, ajv.compile(JSON.parse(readFileSync(`${channel}.schema.json`, "utf8"))));
  }
  return compiled.get(key);
}

function seconds(check, document) {
  let number = 1;
  const run = () => {
    const start = performance.now();
    for (let index = 0; index < number; index++) check(document);
    return (performance.now() - start) / 1000;
  };
  while (run() < 0.002) number *= 2;
  return [...Array(15)].map(run).sort((a, b) => a - b)[7] / number;
}

const measured = payloads.map(({ channel, document }) => {
  const verdict = validator(channel, false);
  const parsed = (bytes) => verdict(JSON.parse(bytes.toString()));
  const bytes = Buffer.from(JSON.stringify(document));
  return [seconds(verdict, document), seconds(validator(channel, true), document), seconds(parsed, bytes)];
});
console.log(JSON.stringify(measured));
