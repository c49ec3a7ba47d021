// Says in words what a broken keyword of JSON Schema asks for, as the Python runtime does.

const NAMES = {
  object: "an object",
  array: "an array",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "null",
};
const SHOWN = 80;

/** Return what to do about an error of Ajv, which must be verbose. */
export function explain(error) {
  const handler = HANDLERS[error.keyword];
  return handler ? handler(error.schema, error.data, error) : `It ${error.message}.`;
}

const HANDLERS = {
  type: (expected, value) => `Give ${NAMES[expected]}, not ${shown(value)}.`,
  required: (_names, _value, error) => `Add the member '${error.params.missingProperty}'.`,
  additionalProperties(_allowed, _value, error) {
    const name = error.params.additionalProperty;
    const known = Object.keys(error.parentSchema.properties ?? {});
    const end = known.length ? `; known here: ${known.join(", ")}.` : ".";
    return `Unknown member '${name}'${suggestion(name, known) ?? end}`;
  },
  enum(values, value) {
    const hint = typeof value === "string" ? suggestion(value, values) : undefined;
    return `Give one of ${values.map(shown).join(", ")}, not ${shown(value)}${hint ?? "."}`;
  },
  const: (expected, value) => `Give ${shown(expected)}, not ${shown(value)}.`,
  pattern(pattern, value, error) {
    const examples = (error.parentSchema.examples ?? []).map(shown).join(" or ") || `a match of ${pattern}`;
    return `Write it like ${examples}, not ${shown(value)}.`;
  },
  maximum: (limit, value) => `Give at most ${limit}, not ${shown(value)}.`,
  minimum: (limit, value) => `Give at least ${limit}, not ${shown(value)}.`,
  maxLength: (limit, text) => `Shorten it to at most ${limit} characters; it has ${[...text].length}.`,
  minLength: (limit, text) => `Give at least ${limit} characters; it has ${[...text].length}.`,
  maxItems: (limit, list) => `Give at most ${limit} entries; there are ${list.length}.`,
  minItems: (limit, list) => `Give at least ${limit} entries; there are ${list.length}.`,
  maxProperties: (limit, value) => `Give at most ${limit} members; there are ${Object.keys(value).length}.`,
  minProperties: (limit, value) => `Give at least ${limit} members; there are ${Object.keys(value).length}.`,
  uniqueItems: () => "Give each entry once.",
  anyOf: (branches) => `Give at least one of ${branches.map(wanted).join(", ")}.`,
  oneOf(branches, value) {
    const isChoice = branches.every((branch) => Object.keys(branch).join() === "type");
    if (isChoice) return `Give ${branches.map((branch) => NAMES[branch.type]).join(" or ")}, not ${shown(value)}.`;
    return `Give exactly one of ${branches.map(wanted).join(", ")}.`;
  },
  not(condition, value) {
    if ("const" in condition || "enum" in condition) return `Give another value than ${shown(value)} here.`;
    return `Leave out ${wanted(condition)} here.`;
  },
  contains: (condition) => `Have an entry with ${wanted(condition)}.`,
};

/** Say what a condition asks for: members, some with a value. */
function wanted(condition) {
  const values = new Map();
  for (const [name, part] of Object.entries(condition.properties ?? {})) {
    if (typeof part === "object") values.set(name, valueOf(part));
  }
  const names = new Set([...(condition.required ?? []), ...[...values.keys()].filter((name) => values.get(name))]);
  return [...names].map((name) => `'${name}'${values.get(name) ?? ""}`).join(" and ") || JSON.stringify(condition);
}

function valueOf(part) {
  if ("const" in part) return ` = ${shown(part.const)}`;
  return part.not && "const" in part.not ? ` other than ${shown(part.not.const)}` : "";
}

/** Name the known name that differs least, if it differs by little. */
function suggestion(name, known) {
  const [nearest] = known
    .map((other) => ({ other, folded: distance(name.toLowerCase(), other.toLowerCase()), exact: distance(name, other) }))
    .sort((one, other) => one.folded - other.folded || one.exact - other.exact);
  return nearest?.folded <= name.length / 3 ? `; did you mean '${nearest.other}'?` : undefined;
}

/** Count the letters to change, add or drop to get from one name to the other. */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, letterThere] of [...other].entries()) {
      next.push(Math.min(next[column] + 1, row[column + 1] + 1, row[column] + (letter === letterThere ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1);
}

/** Write a value as JSON, shortened. */
function shown(value) {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  const text = JSON.stringify(value);
  return [...text].length <= SHOWN ? text : `${[...text].slice(0, SHOWN - 1).join("")}…`;
}
