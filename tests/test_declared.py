"""A rule or a condition that names what no schema declares is refused, with the nearest name that one does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from specgen.cel import compile_rule
from specgen.declared import Declarations, UndeclaredError, check_rules
from specgen.planner import Node, Rule
from specgen.source import Place, SpecError

STRING: Any = {"type": "string"}
SCHEMAS: dict[str, Any] = {
    "Letter": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "body": {"$ref": "#/components/schemas/Body"},
            "copies": {"type": "array", "items": {"$ref": "#/components/schemas/Copy"}},
            "tags": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Copy"}},
            "free": {"type": "object", "additionalProperties": {}},
            "any": {},
        },
    },
    "Postcard": {"type": "object", "additionalProperties": False, "properties": {"picture": STRING}},
    "Body": {
        "oneOf": [{"$ref": "#/components/schemas/Text"}, {"$ref": "#/components/schemas/File"}],
        "discriminator": {},
    },
    "Text": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"type": {"const": "text"}, "text": STRING},
    },
    "File": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"type": {"const": "file"}, "name": STRING},
    },
    "Copy": {
        "type": "object",  # open, but it declares what it knows
        "properties": {
            "to": STRING,
            "kind": {"type": "string", "enum": ["carbon", "blind"]},
            "size": {"type": "integer"},
        },
    },
}
RULE = Rule("r", "a_rule", "", "error", "Stop.", "", "Test", None, (), Place("a.yaml", ("Letter", "x-rules", 0)), compile_rule("true"))  # fmt: skip


def check(expression: str, each: str | None = None, pointer: str = "", component: str = "Letter") -> None:
    compiled = compile_rule(expression, each is not None)
    rule = replace(RULE, expression=expression, each=each, pointer=pointer, compiled=compiled)
    check_rules(SCHEMAS, {component: Node(rules=(rule,))}, ["Letter", "Postcard"])


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("has(self.bodi)", "self.bodi: the schema declares no property 'bodi' here; did you mean 'body'?"),
        ("self.bodi == self.any", "self.bodi: the schema declares no property 'bodi' here; did you mean 'body'?"),
        ("self['bodi'] == self.any", "self.bodi: the schema declares no property 'bodi' here; did you mean 'body'?"),
        ("has(self.zz)", "self.zz: the schema declares no property 'zz' here; known here: any, body, copies, free, tags"),
        ("'bodi' in self", "self: the schema does not accept 'bodi' here; did you mean 'body'?"),
        ("self.all(name, name != 'bodi')", "self.*: the schema does not accept 'bodi' here; did you mean 'body'?"),
        ("has(self.body.nam)", "self.body.nam: the schema declares no property 'nam' here; did you mean 'name'?"),
        ("has(self.body.text.size)", "self.body.text.size: the schema declares no property 'size' here"),
        ("self.copies[0].too == ''", "self.copies.0.too: the schema declares no property 'too' here; did you mean 'to'?"),
        ("has(self.copies.to)", "self.copies.to: the schema declares no property 'to' here"),
        ("self.copies.all(copy, has(copy.too))", "self.copies.*.too: the schema declares no property 'too' here;"),
        ("unique(self.copies.map(copy, copy.too))", "self.copies.*.too: the schema declares no property 'too' here;"),
        ("self.copies.filter(c, has(c.to)).map(c, c.sizes) == []", "self.copies.*.sizes: the schema declares no property"),
        ("self.body.name.all(letter, letter != '')", "self.body.name.*: the schema declares no array here"),
        ("self.body.name[0] == ''", "self.body.name.0: the schema declares no array here"),
        ("has(self.tags.x.too)", "self.tags.x.too: the schema declares no property 'too' here; did you mean 'to'?"),
        ("self.body.type == 'texts'", "self.body.type: the schema does not accept 'texts' here; did you mean 'text'?"),
        ("'texts' != self.body.type", "self.body.type: the schema does not accept 'texts' here; did you mean 'text'?"),
        ("self.body.type in ['text', 'fil']", "self.body.type: the schema does not accept 'fil' here; did you mean 'file'?"),
        ("self.copies.exists(c, c.kind == 'x')", "self.copies.*.kind: the schema does not accept 'x' here; known here: blind, carbon"),
        ("self.copies[0].size == '5'", "self.copies.0.size: the schema does not accept '5' here"),
        ("self.copies.map(c, c.kind) == self.any && 'x' in self.copies", "self.copies: the schema does not accept 'x' here"),
        ("has(root.picture) && has(self.body)", "root.picture: the schema declares no property 'picture' here; known here: "),
        ("(has(self.any) ? self.any : self.free).x == 1", "no part of self, item or root"),
    ],
)  # fmt: skip
def test_a_rule_that_names_what_no_schema_declares_is_refused(expression: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        check(expression)
    assert str(caught.value).startswith("spec/a.yaml#/Letter/x-rules/0/rule: rule id a_rule: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "has(self.body.name) || has(self.body.text)",  # of one branch each
        "has(self.tags.anything.to) && has(self.free.anything.below) && has(self.any.thing[0].x)",
        "self.free.all(name, name != 'x') && self.any == 'x' && self.any in ['x', 5]",
        "self.body.text == '' || self.body.text.contains('x') || self.copies[0].size == 5",
        "'body' in self && 'x' in self.tags && self.copies.all(c, c.kind in ['carbon', 'blind'])",
        "has(root.body) && root.copies.map(copy, copy.to) == []",
    ],
)
def test_a_rule_may_name_what_a_schema_declares_or_leaves_open(expression: str) -> None:
    check(expression)


@pytest.mark.parametrize(
    ("each", "pointer", "place", "words"),
    [
        ("/copy/*", "", "each", "/copy/*: the schema declares no property 'copy' here; did you mean 'copies'?"),
        ("/copies/*/size/*", "", "each", "/copies/*/size/*: the schema declares no array here"),
        ("/copies/*", "/too", "pointer", "/too: the schema declares no property 'too' here; did you mean 'to'?"),
        (None, "/copies/0/too", "pointer", "/copies/0/too: the schema declares no property 'too' here; did you mean 'to'?"),
        (None, "/bodi", "pointer", "/bodi: the schema declares no property 'bodi' here; did you mean 'body'?"),
    ],
)  # fmt: skip
def test_each_and_pointer_lead_to_what_the_schema_declares(
    each: str | None, pointer: str, place: str, words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        check("item == self.any" if each else "has(self.any)", each, pointer)
    assert str(caught.value).startswith(f"spec/a.yaml#/Letter/x-rules/0/{place}: rule id a_rule: ")
    assert words in str(caught.value)


def test_item_is_what_each_leads_to() -> None:
    check("item.to != ''", "/copies/*", "/to")
    with pytest.raises(SpecError, match=r"item\.too: .* did you mean 'to'\?"):
        check("item.too != ''", "/copies/*")


def test_a_shared_rule_may_name_what_one_of_its_schemas_declares() -> None:
    check("has(root.picture)", component="Postcard")
    rule = replace(RULE, compiled=compile_rule("has(self.picture) || has(self.body)"))
    nodes = {"Letter": Node(rules=(rule,)), "Postcard": Node(rules=(rule,))}
    check_rules(SCHEMAS, nodes, ["Letter", "Postcard"])
    with pytest.raises(SpecError, match="'picture'"):
        check_rules(SCHEMAS, {"Letter": Node(rules=(rule,))}, ["Letter", "Postcard"])


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"required": ["bodi"]}, "no property 'bodi' here; did you mean 'body'?"),
        ({"if": {"properties": {"bodi": {}}}}, "no property 'bodi' here"),
        ({"properties": {"body": {"required": ["nam"]}}}, "no property 'nam' here; did you mean 'name'?"),
        ({"properties": {"copies": {"contains": {"required": ["too"]}}}}, "no property 'too' here"),
        ({"properties": {"copies": {"items": {"properties": {"kind": {"const": "x"}}}}}}, "does not accept 'x' here"),
        ({"properties": {"tags": {"additionalProperties": {"required": ["too"]}}}}, "no property 'too' here"),
        ({"anyOf": [{"required": ["body"]}, {"not": {"required": ["bodi"]}}]}, "no property 'bodi' here"),
        ({"properties": {"body": {"properties": {"type": {"enum": ["text", "fil"]}}}}}, "does not accept 'fil' here"),
    ],
)
def test_a_condition_that_names_what_no_schema_declares_is_refused(condition: Any, words: str) -> None:
    declarations = Declarations(SCHEMAS)
    with pytest.raises(UndeclaredError, match=words.replace("?", r"\?")):
        declarations.need_condition((SCHEMAS["Letter"],), condition)
