// Validates a document: the schema first, then, on what the schema accepted, the cross-field rules.

import { explain } from "./messages.mjs";
import { broken } from "./rules.mjs";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** Return a function that lists what is wrong with a document of a kind, as pointer, rule, level and message. */
export function validation(openapi, validators) {
  const components = openapi.components.schemas;
  const roots = rootsOf(openapi);
  return (document, kind = "request") => {
    const validate = validators[kind];
    if (validate(document)) return broken(document, roots[kind], components);
    return validate.errors.filter(isOwn).map((error) => violation(error, components[roots[kind]]));
  };
}

/** Find the components that describe what is sent, what comes back and what is posted to the callback. */
function rootsOf(openapi) {
  const operation = operations(openapi.paths)[0];
  const notification = operations(Object.values(operation.callbacks)[0])[0];
  const name = (body) => body.content["application/json"].schema.$ref.split("/").pop();
  return {
    request: name(operation.requestBody),
    response: name(operation.responses["200"]),
    notification: name(notification.requestBody),
  };
}

function operations(paths) {
  return Object.values(paths).flatMap((item) => Object.keys(item).filter((key) => METHODS.has(key)).map((key) => item[key]));
}

/** Ajv reports what failed inside anyOf, oneOf and not as well, and `if` beside what `then` asked for. */
function isOwn(error) {
  return error.keyword !== "if" && !/\/(?:anyOf|oneOf|not)\/./.test(error.schemaPath);
}

function violation(error, root) {
  const isTag = error.instancePath === `/${root.discriminator?.propertyName}`;
  const retired = isTag && Object.hasOwn(root["x-retired"] ?? {}, error.data) ? root["x-retired"][error.data] : undefined;
  return { pointer: error.instancePath, rule: error.keyword, level: "error", message: retired ?? explain(error) };
}
