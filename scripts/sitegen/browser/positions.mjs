// Finds the ranges of violations in a text.

import { findNodeAtLocation, parseTree } from "jsonc-parser";

import { duplicateProperty, notJson } from "../../../src/javascript/messages.mjs";

/** Parse a text and return its tree and value, or a violation if it is not JSON. */
export function parse(text) {
  const errors = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  try {
    return { tree, value: JSON.parse(text) };
  } catch (problem) {
    const from = Math.min(errors[0]?.offset ?? 0, text.length);
    const message = notJson(problem.message);
    return { error: { pointer: "", rule: "json", level: "error", message, from, to: Math.min(from + 1, text.length) } };
  }
}

/** Report properties that occur twice, of which the parser keeps one. */
export function* duplicates(node, pointer = "") {
  const seen = new Map();
  for (const [index, child] of (node.children ?? []).entries()) {
    const [key, value] = node.type === "object" ? child.children : [{ value: index }, child];
    seen.set(key.value, (seen.get(key.value) ?? 0) + 1);
    if (seen.get(key.value) === 2) {
      yield { pointer, rule: "duplicate_member", level: "error", message: duplicateProperty(key.value) };
    }
    yield* duplicates(value, `${pointer}/${String(key.value).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}

/** Return the range of a value: of its name or bracket if it is an object or array, or of an unknown name in it. */
export function rangeOf(tree, { pointer, surplus }) {
  const path = [];
  let node = tree;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(node?.type === "array" ? Number(name) : name);
    node = findNodeAtLocation(tree, path) ?? node;
  }
  const value = surplus !== undefined && findNodeAtLocation(tree, [...path, surplus]);
  if (value) return span(value.parent.children[0]);
  if (node.type !== "object" && node.type !== "array") return span(node);
  return span(node.parent?.type === "property" ? node.parent.children[0] : { offset: node.offset, length: 1 });
}

const span = ({ offset, length }) => ({ from: offset, to: offset + length });
