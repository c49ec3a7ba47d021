// Uses the playground: by hand, and with every conformance vector.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { address, GENERATED, read, start, visit } from "./chromium.mjs";

let browser;
let opened;
before(async () => {
  browser = await start();
  opened = await visit(await browser.newContext({ viewport: { width: 1400, height: 900 } }), address("playground.html"));
});
after(async () => {
  await browser.close();
  assert.deepEqual(opened.complaints, []);
});

const verdict = () => opened.page.locator("#verdict");
const entries = () => opened.page.locator("#violations li");

async function type(text) {
  await opened.page.locator("#editor .cm-content").click();
  await opened.page.keyboard.press("Control+A");
  await opened.page.keyboard.insertText(text);
}

test("all vectors have the violations that they must have", async () => {
  const files = readdirSync(join(GENERATED, "vectors")).filter((name) => name.endsWith(".json"));
  let count = 0;
  for (const file of files) {
    const vectors = read("vectors", file);
    const validated = await opened.page.evaluate(
      (cases) => cases.map(([text, kind]) => globalThis.playground.validateText(text, kind)),
      vectors.map((vector) => [JSON.stringify(vector.payload), vector.kind === "batch" ? "request" : vector.kind]),
    );
    const lines = (violations) => violations.map((item) => `${item.level} ${item.rule} ${item.pointer}`).sort();
    for (const [index, vector] of vectors.entries()) {
      assert.deepEqual(lines(validated[index]), lines(vector.violations), vector.id);
      assert.equal(validated[index].every((item) => item.level !== "error"), vector.valid, vector.id);
      assert.ok(validated[index].every((item) => item.message.endsWith(".") || item.message.endsWith("?")), vector.id);
      count += 1;
    }
  }
  assert.ok(count > 1000, `${count} vectors`);
  console.log(`${count} vectors validated in the page`);
});

test("each violation is shown at its position while typing", async () => {
  await type('{"deliverychannel": "sms", "channels": {"sms": {"text": "Hi", "senderId": "A"}}, "destination": [{"msisdn": ["1"]}]}');
  await verdict().filter({ hasText: "Not valid: 1 error" }).waitFor();
  assert.match(await entries().first().innerText(), /Unknown property 'senderId'; did you mean 'senderid'\?/);
  assert.equal(await opened.page.locator("#editor .cm-lintRange-error").innerText(), '"senderId"');
  await entries().first().getByRole("button", { name: "/channels/sms" }).click();
  assert.equal(await opened.page.evaluate(() => document.getElementById("editor").shadowRoot.activeElement?.className.includes("cm-content")), true);
});

test("a violated rule links to its explanation", async () => {
  await type('{"deliverychannel": "sms", "channels": {"sms": {"text": "Hi {{link_5}}"}}, "destination": [{"msisdn": ["1"]}]}');
  await verdict().filter({ hasText: "Not valid: 1 error" }).waitFor();
  const link = entries().first().getByRole("link", { name: "every_link_is_declared" });
  assert.equal(await link.getAttribute("href"), "rules.html#every_link_is_declared");
});

test("input that is not JSON and a duplicate property are reported", async () => {
  await type('{"deliverychannel": }');
  await entries().filter({ hasText: "Not JSON" }).waitFor();
  assert.match(await verdict().innerText(), /^Not valid/);
  await type('{"deliverychannel": "sms", "destination": [{"msisdn": ["1"], "msisdn": ["2"]}], "message": {"template": "a"}}');
  await entries().filter({ hasText: "'msisdn' stands here more than once" }).waitFor();
});

test("an array of requests is accepted", async () => {
  await type('[{"deliverychannel": "sms"}]');
  await entries().filter({ hasText: "/0" }).first().waitFor();
});

test("all examples of all kinds can be chosen, and none has an error", async () => {
  for (const kind of ["request", "response", "notification"]) {
    await opened.page.getByLabel("What it is").selectOption(kind);
    const names = await opened.page.locator("#example option").evaluateAll((nodes) => nodes.map((node) => node.value).filter(Boolean));
    assert.ok(names.length > 0, kind);
    for (const name of names) {
      await opened.page.getByLabel("Example").selectOption(name);
      assert.match(await verdict().innerText(), /^Valid/, name);
    }
  }
});

test("a payload in the address is opened", async () => {
  const payload = '{"deliverychannel":"sms"}';
  await opened.page.evaluate((text) => (location.hash = `request:${encodeURIComponent(text)}`), payload);
  await entries().filter({ hasText: "destination" }).first().waitFor();
  assert.deepEqual(JSON.parse(await opened.page.evaluate(() => globalThis.playground.text())), JSON.parse(payload));
});

test("the page may evaluate no text and fetch nothing", async () => {
  await opened.page.evaluate(() => setTimeout("globalThis.evaluated = true"));
  assert.equal(await opened.page.evaluate(() => fetch("https://example.com").then(() => "fetched", (error) => error.name)), "TypeError");
  assert.equal(await opened.page.evaluate(() => globalThis.evaluated), undefined);
  for (const refusal of [/Evaluating a string/, /Connecting to 'https:/]) assert.match(opened.complaints.join("\n"), refusal);
  opened.complaints.length = 0; // Chromium reports both attempts
});
