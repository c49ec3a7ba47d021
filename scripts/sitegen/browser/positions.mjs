// Finds where in a text the values stand that violations name.

import { findNodeAtLocation, parseTree } from "jsonc-parser";

/** Parse a text and return its tree and value, or the violation that it is no JSON. */
export function parse(text) {
  const errors = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  try {
    return { tree, value: JSON.parse(text) };
  } catch (problem) {
    const from = Math.min(errors[0]?.offset ?? 0, text.length);
    const message = `Not JSON: ${problem.message}.`;
    return { error: { pointer: "", rule: "json", level: "error", message, from, to: Math.min(from + 1, text.length) } };
  }
}

/** List the members that a text names twice, of which the parser keeps one. */
export function* duplicates(node, pointer = "") {
  const seen = new Map();
  for (const [index, child] of (node.children ?? []).entries()) {
    const [key, value] = node.type === "object" ? child.children : [{ value: index }, child];
    seen.set(key.value, (seen.get(key.value) ?? 0) + 1);
    if (seen.get(key.value) === 2) {
      const message = `The member '${key.value}' stands here more than once; give it once, or one value is lost.`;
      yield { pointer, rule: "duplicate_member", level: "error", message };
    }
    yield* duplicates(value, `${pointer}/${String(key.value).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}

/** Return the offsets of a value; of its name or bracket where it is an object or an array; or of a surplus name in it. */
export function placeOf(tree, { pointer, member }) {
  const path = [];
  let node = tree;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(node?.type === "array" ? Number(name) : name);
    node = findNodeAtLocation(tree, path) ?? node;
  }
  const surplus = member !== undefined && findNodeAtLocation(tree, [...path, member]);
  if (surplus) return span(surplus.parent.children[0]);
  if (node.type !== "object" && node.type !== "array") return span(node);
  return span(node.parent?.type === "property" ? node.parent.children[0] : { offset: node.offset, length: 1 });
}

const span = ({ offset, length }) => ({ from: offset, to: offset + length });
