// The rules of Spectral, and our own for what was seen to break validators and client generators.

import { oas } from "@stoplight/spectral-rulesets";

import { arrays, callbacks, keywords, mappings, tags, titles, unions } from "./hazards.mjs";

/** A rule about the components, or about all of the document. */
function rule(description, check, given = "$.components.schemas") {
  return { description, given, severity: "error", resolved: false, message: "{{error}}", then: { function: check } };
}

export default {
  extends: [oas],
  rules: {
    // Nobody answers for an unofficial description.
    "info-contact": "off",
    // It takes conditions, which only narrow, for schemas; ours leaves them out.
    "array-items": "off",
    "arrays-have-items": rule("Generators need to know what is in a list.", arrays),
    "mapping-names-every-member": rule("Tools guess tags where a mapping lacks them.", mappings),
    "tag-is-pinned": rule("Where members share a tag, several match.", tags),
    "no-required-unions": rule("Beside properties, a union of `required` loses them.", unions),
    "title-is-the-name": rule("Some generators name classes from titles.", titles),
    "no-mistaken-keywords": rule("Tools ignore or mistake these keywords.", keywords, "$"),
    "callbacks-have-their-own-tag": rule("Under a shared tag, a callback replaces the operation.", callbacks, "$.paths"),
  },
};
