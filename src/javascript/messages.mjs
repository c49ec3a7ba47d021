// Says what to do about what is wrong, in the words of the Python runtime.

const TYPES = {
  object: "an object",
  array: "an array",
  string: "a string",
  integer: "an integer",
  number: "a number",
  boolean: "a boolean",
  null: "null",
};
const MAX_LENGTH = 80;

/** Return what to do about an error of Ajv, which must be verbose. */
export function explain(error) {
  const handler = HANDLERS[error.keyword];
  return handler ? handler(error.schema, error.data, error) : `It ${error.message}.`;
}

/** Return what to do about a property that occurs twice in an object. */
export function duplicateProperty(name) {
  return `The property ${quoted(name)} occurs more than once here. Keep one, or all values but the last are lost.`;
}

/** Return what is said of input that is not JSON. */
export function notJson(reason) {
  return `Not JSON: ${reason}.`;
}

const HANDLERS = {
  type: (expected, value) => `Expected ${TYPES[expected]}, got ${shown(value)}.`,
  required: (_names, _value, error) => `Add the property ${quoted(error.params.missingProperty)}.`,
  additionalProperties(_allowed, _value, error) {
    const name = error.params.additionalProperty;
    const known = Object.keys(error.parentSchema.properties ?? {});
    const end = known.length ? `; known here: ${known.join(", ")}.` : ".";
    return `Unknown property ${quoted(name)}${suggestion(name, known) ?? end}`;
  },
  enum(values, value) {
    const offered = values.filter((one) => one !== ""); // which counts as not given
    const names = offered.filter((known) => typeof known === "string");
    const hint = typeof value === "string" ? suggestion(value, names) : undefined;
    return `Expected one of ${offered.map(shown).join(", ")}, got ${shown(value)}${hint ?? "."}`;
  },
  const: (expected, value) => `Expected ${shown(expected)}, got ${shown(value)}.`,
  pattern(pattern, value, error) {
    const examples = (error.parentSchema.examples ?? []).map(shown).join(" or ") || `a match of ${pattern}`;
    return `Write it like ${examples}, not ${shown(value)}.`;
  },
  maximum: (limit, value) => `Expected at most ${limit}, got ${shown(value)}.`,
  minimum: (limit, value) => `Expected at least ${limit}, got ${shown(value)}.`,
  maxLength: (limit, text) => `Shorten it to at most ${count(limit, "character")}; it has ${[...text].length}.`,
  minLength: (limit, text) => `Give at least ${count(limit, "character")}; it has ${[...text].length}.`,
  maxItems: (limit, list) => `Give at most ${count(limit, "item")}; ${there(list.length)}.`,
  minItems: (limit, list) => `Give at least ${count(limit, "item")}; ${there(list.length)}.`,
  maxProperties: (limit, value) => `Give at most ${count(limit, "property", "properties")}; ${there(sizeOf(value))}.`,
  minProperties: (limit, value) => `Give at least ${count(limit, "property", "properties")}; ${there(sizeOf(value))}.`,
  uniqueItems: () => "Give each item once.",
  anyOf: (branches, value) =>
    expectedType(branches, value) ?? `Give at least one of ${branches.map(describeCondition).join(", ")}.`,
  oneOf: (branches, value) =>
    expectedType(branches, value) ?? `Give exactly one of ${branches.map(describeCondition).join(", ")}.`,
  not(condition, value) {
    if ("const" in condition || "enum" in condition) return `Expected another value than ${shown(value)}.`;
    return `Leave out ${describeCondition(condition)} here.`;
  },
  contains(condition) {
    if ("const" in condition) return `Add the item ${shown(condition.const)}.`;
    return `Add an item with ${describeCondition(condition)}.`;
  },
};

const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
const there = (number) => `there ${number === 1 ? "is" : "are"} ${number}`;
const sizeOf = (value) => Object.keys(value).length;

/** Describe a choice of types, if it is one. */
function expectedType(branches, value) {
  if (!branches.every((branch) => Object.keys(branch).join() === "type")) return undefined;
  return `Expected ${branches.map((branch) => TYPES[branch.type]).join(" or ")}, got ${shown(value)}.`;
}

/** Describe what a condition asks for: properties, some with a value. */
function describeCondition(condition) {
  if ("anyOf" in condition) return condition.anyOf.map(describeCondition).join(" or ");
  const values = new Map();
  for (const [name, part] of Object.entries(condition.properties ?? {})) {
    if (typeof part === "object") values.set(name, valueOf(part));
  }
  const names = new Set([...(condition.required ?? []), ...[...values.keys()].filter((name) => values.get(name))]);
  if (names.size > 0) return [...names].map((name) => `'${name}'${values.get(name) ?? ""}`).join(" and ");
  const item = condition.items ?? condition.contains;
  return item === undefined ? JSON.stringify(condition) : `an item with ${describeCondition(item)}`;
}

function valueOf(part) {
  if ("const" in part) return ` = ${shown(part.const)}`;
  if ("enum" in part) return ` = ${part.enum.map(shown).join(" or ")}`;
  return part.not && "const" in part.not ? ` other than ${shown(part.not.const)}` : "";
}

/** Name the known name that differs least, if it differs by little. */
function suggestion(name, known) {
  if ([...name].length > MAX_LENGTH) return undefined;
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

function quoted(name) {
  return `'${shortened(name)}'`;
}

/** Write a value as JSON, shortened. */
function shown(value) {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return shortened(JSON.stringify(value));
}

function shortened(text) {
  return [...text].length <= MAX_LENGTH ? text : `${[...text].slice(0, MAX_LENGTH - 1).join("")}…`;
}
