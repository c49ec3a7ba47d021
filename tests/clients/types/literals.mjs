// Reads requests, one a line, and lets the compiler check each as a literal of a type; writes it back if it is one.
// Usage: node literals.mjs TYPE, such as 'import("../client").SendMessageRequest'

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import ts from "typescript";

const lines = readFileSync(0, "utf8").trimEnd().split("\n");
rmSync("literals", { recursive: true, force: true });
mkdirSync("literals");
const names = lines.map((line, index) => {
  const name = `literals/${index}.ts`;
  writeFileSync(name, `export const request: ${process.argv[2]} = ${line};\n`);
  return name;
});

const config = ts.getParsedCommandLineOfConfigFile("tsconfig.json", {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error });
const program = ts.createProgram(names, config.options);
for (const [index, name] of names.entries()) {
  const [error] = ts.getPreEmitDiagnostics(program, program.getSourceFile(name));
  const text = error && ts.flattenDiagnosticMessageText(error.messageText, " ");
  console.log(error ? `error: TS${error.code} ${text}`.slice(0, 300) : lines[index]);
}
