// Validates a document: the schema first, then, on what the schema accepted, the cross-field rules.

import { explain } from "./messages.mjs";
import { violatedRules } from "./rules.mjs";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/**
 * Return a function that lists what is wrong with a document of a kind, as pointer, rule, level and message, and the name of
 * a surplus property.
 */
export function validation(openapi, validators) {
  const components = openapi.components.schemas;
  const batch = components[operations(openapi.paths)[0].requestBody["x-batch"].$ref.split("/").pop()];
  const roots = Object.entries(bodies(openapi)).map(([kind, body]) => [kind, body.schema.$ref.split("/").pop()]);
  const validations = Object.fromEntries(roots.map(([kind, root]) => [kind, documentValidation(validators[kind], root, components)]));
  return (document, kind = "request") => {
    if (kind === "response" || !Array.isArray(document)) return validations[kind](document);
    if (document.length < batch.minItems) return [tooFew(document, batch)];
    return document.flatMap((item, index) =>
      validations[kind](item).map((found) => ({ ...found, pointer: `/${index}${found.pointer}` })),
    );
  };
}

function tooFew(document, { minItems }) {
  const message = explain({ keyword: "minItems", schema: minItems, data: document });
  return { pointer: "", rule: "minItems", level: "error", message };
}

/** Return what is sent, what comes back and what is posted to the callback, each with its schema and examples. */
export function bodies(openapi) {
  const operation = operations(openapi.paths)[0];
  const notification = operations(Object.values(operation.callbacks)[0])[0];
  const found = { request: operation.requestBody, response: operation.responses["200"], notification: notification.requestBody };
  return Object.fromEntries(Object.entries(found).map(([kind, body]) => [kind, body.content["application/json"]]));
}

function operations(paths) {
  return Object.values(paths).flatMap((item) => Object.keys(item).filter((key) => METHODS.has(key)).map((key) => item[key]));
}

function documentValidation(validate, root, components) {
  return (document) => {
    if (validate(document)) return violatedRules(document, root, components);
    return validate.errors.filter(isOwn).map((error) => violation(error, components[root]));
  };
}

/** Ajv reports what failed inside anyOf, oneOf and not as well, and `if` beside what `then` asked for. */
function isOwn(error) {
  return error.keyword !== "if" && !/\/(?:anyOf|oneOf|not)\/./.test(error.schemaPath);
}

function violation(error, root) {
  const isTag = error.instancePath === `/${root.discriminator?.propertyName}`;
  const retired = isTag && Object.hasOwn(root["x-retired"] ?? {}, error.data) ? root["x-retired"][error.data] : undefined;
  const found = { pointer: error.instancePath, rule: error.keyword, level: "error", message: retired ?? explain(error) };
  return error.keyword === "additionalProperties" ? { ...found, surplus: error.params.additionalProperty } : found;
}
