// Holds the functions that rules call against what generated/functions.json says of them.

import { cel, holds } from "../../src/javascript/rules.mjs";

/** Return what is wrong, as lines. */
export function differences(table) {
  return table.filter((entry) => !isRight(entry)).map((entry) => JSON.stringify(entry));
}

function isRight({ function: name, arguments: values, result }) {
  const parameters = values.map((_, index) => `self[${index}]`).join(", ");
  try {
    return holds(`${name}(${parameters}) == root`, { self: cel(values), item: null, root: cel(result) });
  } catch (error) {
    console.error(`${name}: ${error}`);
    return false;
  }
}
