// The rules of Spectral, and our own for what was seen to break validators and client generators.

import { oas } from "@stoplight/spectral-rulesets";

import { callbacks, keywords, mappings, tags, titles, unions } from "./hazards.mjs";

/** A rule about the components, or about all of the document. */
function rule(description, check, given = "$.components.schemas") {
  return { description, given, severity: "error", resolved: false, message: "{{error}}", then: { function: check } };
}

export default {
  extends: [oas],
  rules: {
    // Nobody answers for an unofficial description.
    "info-contact": "off",
    "mapping-names-every-member": rule("Tools guess tags where a mapping lacks them.", mappings),
    "tag-is-pinned": rule("Where members share a tag, several match.", tags),
    "no-required-unions": rule("Beside properties, a union of `required` loses them.", unions),
    "title-is-the-name": rule("Some generators name classes from titles.", titles),
    "no-mistaken-keywords": rule("Tools ignore or mistake these keywords.", keywords, "$"),
    "callbacks-have-their-own-tag": rule("Under a shared tag, a callback replaces the operation.", callbacks, "$.paths"),
  },
};
