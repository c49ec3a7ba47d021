// Opens the documentation as a reader does, from the file system, and looks for what must be there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, normalize } from "node:path";
import { after, before, test } from "node:test";

import { address, document, mapping, nameOf, operation, pages, read, start, visit } from "./chromium.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
let context;
before(async () => {
  browser = await start();
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
});
after(() => browser.close());

test("there are pages", () => {
  for (const name of ["index", "reference", "rules", "codes", "errata", "playground", "shared", "answers"]) {
    assert.ok(pages().includes(`${name}.html`), name);
  }
});

test("pages open without a complaint, and their links lead somewhere", async () => {
  const found = new Map();
  for (const path of pages()) {
    const { page, complaints } = await visit(context, address(path));
    assert.equal(await page.locator("h1").first().count(), 1, path);
    assert.notEqual(await page.title(), "", path);
    const ids = new Set(await page.locator("[id]").evaluateAll((nodes) => nodes.map((node) => node.id)));
    const links = await page.locator("a[href]").evaluateAll((nodes) => nodes.map((node) => node.getAttribute("href")));
    found.set(path, { ids, links });
    assert.deepEqual(complaints, [], path);
    await page.close();
  }
  for (const [path, { links }] of found) {
    if (path === "reference.html") continue; // Scalar's own links are routes
    for (const link of links.filter((text) => !/^[a-z]+:/.test(text))) {
      const [file, fragment] = link.split("#");
      const target = file ? normalize(join(dirname(path), file)) : path;
      if (target.startsWith("data/")) assert.ok(readFileSync(new URL(address(target))).length > 0, link);
      else assert.ok(found.has(target), `${path} leads to ${link}`);
      if (fragment && target !== "playground.html") assert.ok(found.get(target).ids.has(fragment), `${path} leads to ${link}`);
    }
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`pages are accessible, ${colorScheme}`, async () => {
    const shades = await browser.newContext({ colorScheme });
    for (const path of pages().filter((name) => name !== "reference.html")) {
      const { page } = await visit(shades, address(path));
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${path}: ${id} ${nodes[0].html}`), []);
      assert.ok(passes.length > 10, path);
      await page.close();
    }
    await shades.close();
  });
}

test("each request has its page, with every rule that governs it and payloads that keep and break each", async () => {
  const seen = [];
  for (const path of pages().filter((name) => /^channels|^rules|^shared|^answers/.test(name))) {
    const { page } = await visit(context, address(path));
    seen.push(...(await page.locator("main > section[id]").evaluateAll((nodes) => nodes.map((node) => node.id))));
    for (const rule of await page.locator(".rule:has(dl)").all()) {
      const id = await rule.getAttribute("id");
      seen.push(id);
      assert.equal(await rule.locator("figure").count(), 2, id);
      await rule.locator("summary").click();
      assert.ok(await rule.locator("figure pre").last().isVisible(), id);
    }
    await page.close();
  }
  const components = Object.keys(document.components.schemas);
  const rules = read("rules.json").map((rule) => rule.id);
  assert.deepEqual(seen.filter((id) => [...components, ...rules].includes(id)).sort(), [...components, ...rules].sort());
});

test("the reference offers the request of each channel", async () => {
  const { page, complaints } = await visit(context, address("reference.html"));
  await page.getByRole("link", { name: operation.summary }).first().click();
  const choice = page.getByRole("button", { name: /^One of/ }).first();
  for (const [tag, reference] of Object.entries(mapping)) {
    await choice.click();
    await page.getByRole("option", { name: `${tag} · ${nameOf(reference)}`, exact: true }).click();
    await page.getByText(document.components.schemas[nameOf(reference)].description, { exact: true }).first().waitFor();
    assert.match(await choice.innerText(), new RegExp(`\\b${tag}\\b`));
  }
  assert.deepEqual(complaints, []);
  await page.close();
});

test("a code is found by searching", async () => {
  const { page } = await visit(context, address("codes.html"));
  const rows = page.locator("#codes tbody tr");
  const codes = read("codes.json");
  assert.equal(await rows.count(), codes.length);
  const [wanted] = codes.slice(-1);
  await page.getByLabel("Search").fill(`${wanted.code} ${wanted.channel.slice(0, 4)}`);
  const visible = page.locator("#codes tbody tr:visible");
  const texts = await visible.allInnerTexts();
  assert.ok(texts.length > 0 && texts.length < codes.length);
  assert.ok(texts.every((text) => text.includes(wanted.code)));
  assert.equal(await page.locator("#count").innerText(), `${texts.length} of ${codes.length}`);
  await page.getByLabel("Search").fill("zebra");
  assert.equal(await visible.count(), 0);
  await page.close();
});
