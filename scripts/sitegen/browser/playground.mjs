// The playground: an editor, the violations of its payload, and examples.

import { json } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

import { bodies, validation } from "../../../src/javascript/validation.mjs";
import * as validators from "../../../src/javascript/validators.mjs";
import { duplicates, parse, rangeOf } from "./positions.mjs";

const PAUSE = 120; // milliseconds without input before the payload is validated
const validate = validation(globalThis.openapi, validators);
const samples = bodies(globalThis.openapi);
const ruleIds = new Set(idsOf(globalThis.openapi.components.schemas));
const [kind, example, verdict, list] = ["kind", "example", "verdict", "violations"].map((id) => document.getElementById(id));

/** Return the violations of a text in their order there, each with its range. */
function validateText(text, kindOfText) {
  const { tree, value, error } = parse(text);
  if (error) return [error];
  return [...duplicates(tree), ...validate(value, kindOfText)]
    .map((violation) => ({ ...violation, ...rangeOf(tree, violation) }))
    .sort((one, other) => one.from - other.from || one.rule.localeCompare(other.rule));
}

function* idsOf(node) {
  for (const [key, value] of Object.entries(node)) {
    if (key === "x-rules") yield* value.map((rule) => rule.id);
    else if (typeof value === "object" && value !== null) yield* idsOf(value);
  }
}

// Within a shadow root the editor adopts its style sheets, which a strict policy allows.
const shadow = document.getElementById("editor").attachShadow({ mode: "open" });
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--name)" },
  { tag: tags.string, color: "var(--text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--number)" },
]);
const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "0.85rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--faint)", borderColor: "var(--line)" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--select)",
  },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", borderColor: "var(--line)" },
});
const editor = new EditorView({
  parent: shadow,
  root: shadow,
  extensions: [
    basicSetup,
    json(),
    syntaxHighlighting(colours),
    theme,
    lintGutter(),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Payload" }),
    EditorView.updateListener.of((update) => update.docChanged && soon()),
  ],
});

let timer;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
}

/** Validate the payload and show the violations beside and in the editor. */
function show() {
  clearTimeout(timer);
  const text = editor.state.doc.toString();
  const found = text.trim() ? validateText(text, kind.value) : [];
  const diagnostics = found.map(({ from, to, level, message }) => ({ from, to, severity: level, message }));
  editor.dispatch(setDiagnostics(editor.state, diagnostics));
  const count = (level) => found.filter((item) => item.level === level).length;
  const [errors, warnings] = [count("error"), count("warning")];
  verdict.className = errors ? "error" : warnings ? "warning" : "valid";
  verdict.textContent = text.trim() ? sentence(errors, warnings) : "";
  list.replaceChildren(...found.map(entry));
}

function sentence(errors, warnings) {
  const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const parts = [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean);
  return `${errors ? "Not valid" : "Valid"}${parts.length ? `: ${parts.join(", ")}` : ""}`;
}

/** Make the list item of a violation; a click selects its range in the payload. */
function entry(violation) {
  const item = element("li", { className: violation.level });
  const line = editor.state.doc.lineAt(violation.from).number;
  const jump = element("button", { type: "button", textContent: violation.pointer || "the whole document" });
  jump.title = `Line ${line}`;
  jump.addEventListener("click", () => {
    editor.dispatch({ selection: { anchor: violation.from, head: violation.to }, scrollIntoView: true });
    editor.focus();
  });
  const isRule = ruleIds.has(violation.rule);
  const rule = isRule
    ? element("a", { href: `rules.html#${violation.rule}`, textContent: violation.rule })
    : element("code", { textContent: violation.rule });
  const level = element("span", { className: `level ${violation.level}`, textContent: violation.level });
  const message = element("p", { textContent: violation.message });
  item.append(message, level, rule, jump);
  return item;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function load(text) {
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text }, scrollIntoView: true });
  show();
}

/** List the examples of the chosen kind, grouped by the first part of their names. */
function offer() {
  const groups = new Map();
  for (const [name, { summary }] of Object.entries(samples[kind.value].examples)) {
    const [group, title] = summary.split(": ");
    if (!groups.has(group)) groups.set(group, element("optgroup", { label: group.replaceAll("_", " ") }));
    groups.get(group).append(element("option", { value: name, textContent: title }));
  }
  example.replaceChildren(element("option", { value: "", textContent: "choose one…" }), ...groups.values());
}

/** Open the payload in the address, `#KIND:PAYLOAD`, or the shortest example. */
function open() {
  const [, wanted, payload] = /^#(\w+):(.*)$/s.exec(location.hash) ?? [];
  kind.value = wanted in samples ? wanted : "request";
  offer();
  const texts = Object.values(samples[kind.value].examples).map(({ value }) => JSON.stringify(value));
  const shortest = texts.reduce((one, other) => (one.length <= other.length ? one : other));
  load(pretty(payload ? decodeURIComponent(payload) : shortest));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // not JSON, which is reported
  }
}

kind.addEventListener("change", () => {
  offer();
  show();
});
example.addEventListener("change", () => {
  const chosen = samples[kind.value].examples[example.value];
  if (chosen) load(JSON.stringify(chosen.value, null, 2));
});
document.getElementById("format").addEventListener("click", () => load(pretty(editor.state.doc.toString())));
addEventListener("hashchange", open);
open();

globalThis.playground = { validateText, load, text: () => editor.state.doc.toString() };
