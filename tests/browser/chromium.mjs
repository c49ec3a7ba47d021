// Starts Chromium, and opens pages that must neither complain nor reach beyond where they came from.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

export const { GENERATED, SITE } = process.env;
export const document = read("openapi.json");
export const operation = document.paths["/messaging"].post;
export const nameOf = (reference) => reference.split("/").pop();
const union = nameOf(operation.requestBody.content["application/json"].schema.$ref);
/** The requests by their tags, as references. */
export const mapping = document.components.schemas[union].discriminator.mapping;

const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
args.push("--disable-background-networking", "--disable-component-update", "--disable-sync");

export function read(...names) {
  return JSON.parse(readFileSync(join(GENERATED, ...names), "utf8"));
}

export function start() {
  return chromium.launch({ executablePath: process.env.CHROMIUM, args });
}

/** Return the paths of all pages below the site. */
export function pages() {
  const found = readdirSync(SITE, { recursive: true, encoding: "utf8" });
  return found.filter((name) => name.endsWith(".html")).sort();
}

export const address = (path) => pathToFileURL(join(SITE, path)).href;

/** Open an address; `complaints` gathers what goes wrong from then on. */
export async function visit(context, url) {
  const page = await context.newPage();
  const complaints = [];
  const origin = url.startsWith("file:") ? "file:" : new URL(url).origin;
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && complaints.push(`${response.status()}: ${response.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(?:data|blob):/.test(request.url())) complaints.push(`fetched ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  await page.goto(url);
  return { page, complaints };
}
