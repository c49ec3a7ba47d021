// How Ajv is set up, to compile the exported schemas on the spot or into modules.

import { Ajv2020 } from "ajv/dist/2020.js";

/** Make an Ajv in strict mode that reports all errors with what is needed to explain them. */
export function ajv(options = {}) {
  // Conditions leave types to the schemas that they narrow; repeating them would report a wrong type twice.
  return new Ajv2020({ strict: true, strictTypes: false, allErrors: true, verbose: true, ...options });
}
