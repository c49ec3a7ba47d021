// Applies the cross-field rules to a document that its schema accepts.

import { celEnv, parse, plan } from "@bufbuild/cel";

import { funcs } from "./functions.mjs";

const env = celEnv({ funcs });
const programs = new Map();

/** Return the violated rules, as pointer, rule, level and message. */
export function violatedRules(document, root, components) {
  const found = [];
  for (const location of locations({ schema: components[root], value: document, at: "" }, components)) {
    if ("x-deprecated" in location.schema && location.value !== "") {
      found.push({ pointer: location.at, rule: "deprecated", level: "warning", message: location.schema["x-deprecated"] });
    }
    for (const rule of location.schema["x-rules"] ?? []) {
      for (const [at, item] of each(location.value, (rule.each ?? "").split("/").slice(1), location.at)) {
        if (!holds(rule.rule, { self: cel(location.value), item: cel(item), root: cel(document) })) {
          const { id, level, message } = rule;
          found.push({ pointer: at + (rule.pointer ?? ""), rule: id, level, message });
        }
      }
    }
  }
  return found;
}

function* locations(location, components) {
  yield location;
  const { schema, value, at } = location;
  const enter = (reference) => locations({ schema: components[reference.split("/").pop()], value, at }, components);
  if (schema.$ref) yield* enter(schema.$ref);
  if (schema.discriminator) {
    yield* enter(schema.discriminator.mapping[value[schema.discriminator.propertyName]]);
  } else {
    for (const branch of schema.oneOf ?? []) {
      const type = (branch.$ref ? components[branch.$ref.split("/").pop()] : branch).type;
      if (isOfType(value, type)) yield* locations({ schema: branch, value, at }, components);
    }
  }
  if (Array.isArray(value)) {
    for (const [index, item] of schema.items ? value.entries() : []) {
      yield* locations({ schema: schema.items, value: item, at: `${at}/${index}` }, components);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      const child = schema.properties?.[name] ?? schema.additionalProperties;
      if (typeof child === "object") yield* locations({ schema: child, value: item, at: `${at}/${escaped(name)}` }, components);
    }
  }
}

function isOfType(value, type) {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function* each(value, steps, at) {
  if (steps.length === 0) {
    yield [at, value];
  } else if (steps[0] === "*") {
    for (const [index, item] of value.entries()) yield* each(item, steps.slice(1), `${at}/${index}`);
  } else if (value !== undefined && Object.hasOwn(value, steps[0])) {
    yield* each(value[steps[0]], steps.slice(1), `${at}/${steps[0]}`);
  }
}

/** Evaluate an expression; the variables are values of the engine, as cel() makes them. */
export function holds(expression, variables) {
  if (!programs.has(expression)) programs.set(expression, plan(env, parse(expression)));
  const result = programs.get(expression)(variables);
  if (typeof result !== "boolean") throw new Error(`${expression}: ${result}`);
  return result;
}

/** Turn plain JSON into the engine's values: whole numbers are integers, objects are maps. */
export function cel(value) {
  if (Array.isArray(value)) return value.map(cel);
  if (typeof value === "object" && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, cel(item)]));
  }
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

function escaped(name) {
  return String(name).replaceAll("~", "~0").replaceAll("/", "~1");
}
