// The functions that rules call beside those of CEL; generated/vectors/README.md says what each must do.

import { celFunc, CelScalar, listType, mapType, isCelList, isCelMap } from "@bufbuild/cel";

const { STRING, DYN, INT, BOOL, DOUBLE } = CelScalar;
const ANY = [STRING, mapType(STRING, DYN), listType(DYN), INT, DOUBLE, BOOL];

/** Turn a value of the engine into plain JSON. */
function plain(value) {
  if (isCelList(value)) return [...value].map(plain);
  if (isCelMap(value)) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return typeof value === "bigint" ? Number(value) : value;
}

function links(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return [...text.matchAll(/\{\{link_([A-Za-z0-9_-]+)\}\}/g)].map((match) => match[1]);
}

function addresses(destination) {
  return destination.flatMap((item) =>
    Object.values(item)
      .filter(Array.isArray)
      .reduce((longest, other) => (other.length > longest.length ? other : longest), []),
  );
}

const UNPRINTABLE =
  /[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\u{f0000}-\u{10ffff}]/u;

const encoder = new TextEncoder();
const size = (text) => BigInt(encoder.encode(text).length);

/** One function for each type of argument, as CEL tells overloads apart. */
function overloads(name, result, implementation) {
  return ANY.map((type) => celFunc(name, [type], result, (value) => implementation(plain(value))));
}

export const funcs = [
  celFunc("occurrences", [STRING, STRING], INT, (text, part) => BigInt(text.split(part).length - 1)),
  celFunc("is_printable", [STRING], BOOL, (text) => !UNPRINTABLE.test(text)),
  ...overloads("utf8_size", INT, size),
  ...overloads("json_size", INT, (value) => size(JSON.stringify(value))),
  ...overloads("smart_links", listType(STRING), links),
  ...overloads("addresses", listType(STRING), addresses),
  celFunc("flatten", [listType(DYN)], listType(DYN), (lists) => plain(lists).flat()),
  ...overloads("total", DOUBLE, (values) => values.reduce((sum, value) => sum + value, 0)),
  ...overloads("unique", BOOL, (values) => new Set(values).size === values.length),
];
