// Serves the bundle on loopback and opens it in Redoc and in Swagger UI.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

import { document, GENERATED, mapping, nameOf, operation, start, visit } from "./chromium.mjs";

const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const summary = operation.summary;
const START = `<!doctype html><title>Swagger UI</title><link rel="icon" href="data:,"><link rel="stylesheet" href="swagger-ui.css">
<div id="ui"></div><script src="swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({ url: "openapi.yaml", dom_id: "#ui", validatorUrl: null, docExpansion: "list" });</script>`;
const TYPES = { html: "text/html", css: "text/css", js: "text/javascript", yaml: "application/yaml" };

let browser;
let context;
let server;
let origin;
before(async () => {
  const bundle = join(GENERATED, "openapi.yaml");
  const quiet = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  execFileSync("npx", ["redocly", "build-docs", bundle, "--inlineBundle", "--output", "redoc.html"], { env: quiet, stdio: "ignore" });
  const files = { "redoc.html": "redoc.html", "openapi.yaml": bundle };
  for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) files[name] = join(swagger, name);
  server = createServer((request, response) => {
    const name = request.url.slice(1);
    if (name === "favicon.ico") return response.writeHead(204).end();
    response.setHeader("content-type", `${TYPES[name.split(".").pop()]}; charset=utf-8`);
    response.end(name === "swagger.html" ? START : readFileSync(files[name]));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await start();
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
});
after(async () => {
  await browser.close();
  server.close();
});

test("Redoc shows the operation and offers the request of each channel", async () => {
  const { page, complaints } = await visit(context, `${origin}/redoc.html`);
  await page.getByText("/messaging", { exact: true }).first().click();
  await page.getByRole("heading", { name: summary }).waitFor();
  let [chosen] = Object.keys(mapping);
  for (const [tag, reference] of Object.entries(mapping)) {
    await page.getByRole("button", { name: chosen, exact: true }).first().click();
    await page.getByRole("menuitem", { name: tag, exact: true }).first().click();
    chosen = tag;
    const channels = document.components.schemas[nameOf(reference)].properties.channels.$ref;
    await page.getByText(nameOf(channels)).first().waitFor();
  }
  // Redoc fetches the logo of its maker.
  assert.deepEqual(complaints.filter((text) => !/cdn\.redoc\.ly|ERR_NAME_NOT_RESOLVED/.test(text)), []);
});

test("Swagger UI shows the operation and every schema, and resolves each reference", async () => {
  const { page, complaints } = await visit(context, `${origin}/swagger.html`);
  await page.locator(".opblock-summary", { hasText: summary }).waitFor();
  const names = Object.keys(document.components.schemas);
  const titles = page.locator(".models .json-schema-2020-12__title");
  await titles.first().hover();
  const seen = new Set();
  for (let step = 0; step < names.length && seen.size < names.length; step += 1) {
    for (const title of await titles.allInnerTexts()) seen.add(title);
    await page.mouse.wheel(0, 300); // it draws what can be seen
    await page.waitForTimeout(100);
  }
  assert.deepEqual([...seen].sort(), names.sort());
  assert.equal(await page.locator(".errors-wrapper").count(), 0);
  assert.deepEqual(complaints, []);
});
