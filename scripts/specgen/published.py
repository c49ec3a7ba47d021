"""The generated files that are published: in the npm package and on the site."""

DATA = {
    "openapi.yaml": "the OpenAPI 3.1 document; `openapi.json` is the same",
    "openapi.json": "",
    "rules.json": "the cross-field rules, in the Common Expression Language",
    "codes.json": "the codes of answers and notifications",
    "errata.json": "where the vendor's pages contradict each other, and what was decided",
}
"""Files of data, and what they hold, for those that are described alone."""

SCHEMAS = "schemas"
"""The folder of the exported schemas."""

TYPES = "types.d.ts"
"""The types for TypeScript."""
