// Breaks copies of the document, one way for each of our own rules, and sees that this rule fires and no other.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import spectral from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";

import ruleset from "./spectral.mjs";

const text = readFileSync(join(process.env.GENERATED, "openapi.json"), "utf8");
const own = Object.keys(ruleset.rules).filter((name) => ruleset.rules[name] !== "off");
const linter = new spectral.Spectral();
linter.setRuleset({ rules: Object.fromEntries(own.map((name) => [name, ruleset.rules[name]])) });

const BREAKS = {
  "a list of anything": ["arrays-have-items", ({ member }) => delete member.properties.destination.items],
  "a mapping left out": ["mapping-names-every-member", ({ schemas, union }) => delete schemas[union].discriminator.mapping],
  "a member left out of a mapping": [
    "mapping-names-every-member",
    ({ schemas, union, tag }) => delete schemas[union].discriminator.mapping[tag],
  ],
  "a member left out of oneOf": ["mapping-names-every-member", ({ schemas, union }) => schemas[union].oneOf.pop()],
  "a tag without const": ["tag-is-pinned", ({ pinned }) => delete pinned.const],
  "a tag with another const": ["tag-is-pinned", ({ pinned }) => (pinned.const += "x")],
  "a tag that is not required": ["tag-is-pinned", ({ member }) => (member.required = ["destination"])],
  "oneOf of required": ["no-required-unions", ({ member }) => (member.oneOf = [{ required: ["appid"] }, { required: ["route"] }])],
  "anyOf of required": ["no-required-unions", ({ member }) => (member.anyOf = [{ required: ["appid"] }, { required: ["route"] }])],
  "a title that is no name": ["title-is-the-name", ({ member }) => (member.title = "SMS message (v1)")],
  "a default": ["no-mistaken-keywords", ({ member }) => (member.properties.destination.default = [])],
  "an allOf base": ["no-mistaken-keywords", ({ member }) => (member.allOf = [])],
  "several types": ["no-mistaken-keywords", ({ member }) => (member.properties.destination.type = ["array", "null"])],
  "a dialect": ["no-mistaken-keywords", ({ document }) => (document.jsonSchemaDialect = "https://spec.openapis.org/oas/3.1/dialect/base")],
  "a callback under the tag of its operation": [
    "callbacks-have-their-own-tag",
    ({ operation }) => (Object.values(Object.values(operation.callbacks)[0])[0].post.tags = operation.tags),
  ],
};

/** A copy of the document, and the parts of it that the breaks speak of. */
function copy() {
  const document = JSON.parse(text);
  const { schemas } = document.components;
  const operation = document.paths["/messaging"].post;
  const union = operation.requestBody.content["application/json"].schema.$ref.split("/").pop();
  const { propertyName, mapping } = schemas[union].discriminator;
  const [tag, reference] = Object.entries(mapping)[0];
  const member = schemas[reference.split("/").pop()];
  return { document, schemas, operation, union, tag, member, pinned: member.properties[propertyName] };
}

async function fired(document) {
  const source = new spectral.Document(JSON.stringify(document), parsers.Json);
  return [...new Set((await linter.run(source)).map((result) => result.code))];
}

test("the document breaks no rule", async () => assert.deepEqual(await fired(copy().document), []));

test("each rule has a break", () => {
  assert.deepEqual([...new Set(Object.values(BREAKS).map(([rule]) => rule))].sort(), [...own].sort());
});

for (const [name, [rule, change]] of Object.entries(BREAKS)) {
  test(`${name} is found`, async () => {
    const parts = copy();
    change(parts);
    assert.deepEqual(await fired(parts.document), [rule]);
  });
}
