"""The generator: what it refuses, that it repeats itself, and that a channel is nothing but content."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import generate
import pytest
import yaml
from payloads import ROOT
from specgen.model import read
from specgen.source import SpecError
from webex_connect_messaging_spec.roots import CHANNELS, TAG

CHANNEL = """
PigeonRequest:
  allOf:
    - $ref: ../common.yaml#/Request
  type: object
  description: A message tied to a leg.
  unevaluatedProperties: false
  required: [deliverychannel, destination]
  properties:
    deliverychannel: {type: string, const: pigeon, description: Chooses the channel., x-source: Test}
    channels: {$ref: '#/PigeonChannels'}
    destination:
      type: array
      minItems: 1
      items: {$ref: '#/PigeonDestination'}
      description: The lofts.
      x-source: Test
PigeonChannels:
  allOf:
    - $ref: ../common.yaml#/Channels
  type: object
  description: The message.
  unevaluatedProperties: false
  required: [pigeon]
  properties:
    pigeon: {$ref: '#/PigeonLoad'}
PigeonLoad:
  description: What the pigeon carries.
  oneOf:
    - $ref: '#/PigeonScroll'
    - $ref: '#/PigeonPouch'
  discriminator:
    propertyName: type
PigeonScroll:
  type: object
  description: A text.
  additionalProperties: false
  required: [type, text]
  properties:
    type: {type: string, const: scroll, description: Chooses the load., x-source: Test}
    text: {type: string, maxLength: 20, description: The text., x-source: Test}
PigeonPouch:
  type: object
  description: A thing.
  additionalProperties: false
  required: [type, grams, limit]
  properties:
    type: {type: string, const: pouch, description: Chooses the load., x-source: Test}
    grams: {type: integer, description: How heavy it is., x-source: Test}
    limit: {type: integer, description: How heavy it may be., x-source: Test}
  x-rules:
    - id: the_pigeon_can_carry_it
      rule: self.grams <= self.limit
      pointer: /grams
      level: error
      message: Lighten the pouch.
      source: Test
PigeonDestination:
  type: object
  description: A loft.
  additionalProperties: false
  required: [loft]
  properties:
    loft: {type: array, minItems: 1, items: {$ref: ../common.yaml#/Address}, description: Lofts., x-source: Test}
    correlationid: {$ref: ../common.yaml#/CorrelationId}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "spec", tmp_path / "spec"))


def contents(folder: Path) -> dict[str, str]:
    """Return the files in a folder as the generator does."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_generated_files_are_those_of_the_specification() -> None:
    assert generate.differences(generate.outputs(ROOT / "spec"), ROOT / "generated") == []


def test_a_hand_edited_a_missing_and_a_left_over_file_are_named(tmp_path: Path) -> None:
    files = {"a": "1", "b/c": "2", "d": "3"}
    generate.write(files, tmp_path)
    assert generate.differences(files, tmp_path) == []
    (tmp_path / "a").write_text("edited", encoding="utf-8")
    (tmp_path / "b" / "c").unlink()
    (tmp_path / "e").write_text("", encoding="utf-8")
    assert generate.differences(files, tmp_path) == ["left over: e", "missing: b/c", "stale: a"]


def test_check_writes_nothing_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "generated", tmp_path / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(generate, "outputs", lambda _spec: contents(ROOT / "generated"))  # it takes seconds
    arguments = ["--check", "--output", str(tmp_path / "generated")]
    assert generate.main(arguments) == 0
    edited = tmp_path / "generated" / "rules.json"
    edited.write_text("[]", encoding="utf-8")
    assert generate.main(arguments) == 1
    assert capsys.readouterr().out == "stale: rules.json\n"
    assert edited.read_text(encoding="utf-8") == "[]"


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "word"),
    [
        ("channels/sms.yaml", "maxLength: 1024", "maxlength: 1024", "channels/sms.yaml#/SmsMessage/properties/text", "maxlength"),
        ("channels/sms.yaml", "maxLength: 1024", "maxLength: many", "channels/sms.yaml#/SmsMessage/properties/text/maxLength", "many"),
        ("channels/sms.yaml", "../common.yaml#/LinkText", "../common.yaml#/NoText", "channels/sms.yaml#/SmsMessage/properties/text/allOf/0", "NoText"),
        ("channels/sms.yaml", "../common.yaml", "../uncommon.yaml", "uncommon.yaml#", "no such file"),
        ("channels/sms.yaml", "rule: utf8_size(self)", "rule: utf7_size(self)", "channels/sms.yaml#/SmsMessage/properties/text/x-rules/0/rule", "utf7_size"),
        ("channels/sms.yaml", "rule: utf8_size(self)", "rule: utf8_size(self", "channels/sms.yaml#/SmsMessage/properties/text/x-rules/0/rule", "not an expression"),
        ("channels/sms.yaml", "x-errata: [C6, C7]", "x-errata: [C6, X7]", "channels/sms.yaml#/SmsMessage/properties/text/x-errata", "X7"),
        ("channels/sms.yaml", "sms_text_fits_1024_bytes", "phone_numbers_are_e164", "#/", "the id is taken"),
        ("channels/sms.yaml", "const: sms", "enum: [sms]", "openapi.yaml#/components/schemas/SendMessageRequest/oneOf/0: SmsRequest", "pin it with const"),
        ("channels/sms.yaml", "required: [deliverychannel, destination]", "required: [destination]", "openapi.yaml#/components/schemas/SendMessageRequest/oneOf/0: SmsRequest", "must require 'deliverychannel'"),
        ("channels/sms.yaml", "const: sms", "const: voice", "openapi.yaml#/components/schemas/SendMessageRequest/oneOf/1: VoiceRequest pins", "as SmsRequest does"),
        ("channels/sms.yaml", "required: [deliverychannel, destination]", "required: [deliverychannel, target]", "channels/sms.yaml#/SmsRequest/required", "target"),
        ("channels/sms.yaml", "- required: [customerid]", "- required: [customer]", "channels/sms.yaml#/SmsDestination/then", "customer"),
        ("channels/sms.yaml", "SmsExtras:\n", "SmsDestination:\n", "channels/sms.yaml#", "occurs twice"),
        ("channels/sms.yaml", "SmsExtras:\n", "SmsTest:\n", "channels/sms.yaml#", "SmsTest"),
        ("channels/sms.yaml", "SmsExtras:\n", "SmartLink:\n", "SmartLink", "the name is taken"),
        ("channels/sms.yaml", "      description: Phone numbers.\n", "", "channels/sms.yaml#/SmsDestination/properties/msisdn", "description"),
        ("errata.yaml", "  decision: Only `notifyurl`.\n", "", "errata.yaml#/4", "decision"),
        ("errata.yaml", "id: C5", "id: C4", "errata.yaml#/4/id", "twice"),
        ("common.yaml", "each: /channels/smartlinks/*", "each: /channels/smartlinks", "common.yaml#/Envelope/x-rules/2/each", "match"),
        ("common.yaml", "rule: utf8_size(self)", "rule: utf8_size(item)", "common.yaml#/CorrelationId/x-rules/0/each", "item"),
        ("channels/push.yaml", "          items:\n            $ref: '#/PushText'\n", "          items: {type: string}\n          x-rules:\n            - {id: few_texts, rule: size(self) <= 2, level: error, message: Fewer., source: Test}\n", "channels/push.yaml#/PushWindowsNotification/properties/text/oneOf/1", "move it to a component"),
        ("channels/sms.yaml", "has(self.type) && self.type", "self.type", "channels/sms.yaml#/SmsMessage/x-rules/0/rule: rule id only_binary_messages_have_a_body: on the payload of", "KeyError 'type'; guard it with has(self.type)"),
        ("channels/sms.yaml", "utf8_size(self) <= 1024", "utf8_size(self) <= 1023", "cases/sms.yaml#/0: case sms.text_of_1024_characters_fits: ", "found, but not in reports: warning sms_text_fits_1024_bytes /channels/sms/text;"),
        ("channels/sms.yaml", "utf8_size(self) <= 1024", "utf8_size(self) <= 1024 || self in [self + 1]", "channels/sms.yaml#/SmsMessage/properties/text/x-rules/0/rule: rule id sms_text_fits_1024_bytes: on the payload of ", "TypeError can only"),
        ("channels/sms.yaml", "has(self.type) && self.type", "has(self.tipe) && self.type", "channels/sms.yaml#/SmsMessage/x-rules/0/rule: rule id only_binary_messages_have_a_body: self.tipe: ", "did you mean 'type'?"),
        ("common.yaml", "each: /channels/smartlinks/*", "each: /channels/smartlink/*", "common.yaml#/Envelope/x-rules/2/each: rule id every_declared_link_is_used: /channels/smartlink/*: ", "did you mean 'smartlinks'?"),
        ("channels/sms.yaml", "const: '3'", "const: three", "channels/sms.yaml#/SmsRequest/then", "does not accept 'three' here"),
        ("channels/apple_forms.yaml", "- $ref: '#/AppleSelectPage'", "- type: object", "oneOf/0", "move it to a component"),
        ("openapi.yaml", "      x-retired:\n", "      x-retired:\n        sms: Gone.\n", "openapi.yaml#/components/schemas/SendMessageRequest/x-retired/sms", "remove it"),
        ("openapi.yaml", "        SmsMessage:\n", "        SmsMassage:\n", "openapi.yaml#/components/schemas/SendMessageRequest/x-retired-properties/SmsMassage", "no component"),
        ("openapi.yaml", "          media-path:\n", "          text:\n", "openapi.yaml#/components/schemas/SendMessageRequest/x-retired-properties/SmsMessage", "['text'] already"),
        ("openapi.yaml", "            deprecated: true\n", "", "x-retired-properties/Envelope/priority", "deprecated"),
        ("common.yaml", "  type: string\n  description: An address", "  $ref: '#/Flag'\n  minLength: 1\n  description: An address", "common.yaml#/Address", "beside $ref"),
    ],
)  # fmt: skip
def test_what_the_generator_does_not_know_is_refused_with_its_place(
    spec: Path, file: str, old: str, new: str, place: str, word: str
) -> None:
    edit(spec / file, old, new)
    with pytest.raises(SpecError) as caught:
        generate.outputs(spec)
    assert place in str(caught.value)
    assert word in str(caught.value)


def test_a_channel_that_nothing_refers_to_is_refused(spec: Path) -> None:
    (spec / "channels" / "pigeon.yaml").write_text(CHANNEL, encoding="utf-8")
    with pytest.raises(SpecError, match=r"pigeon\.yaml"):
        generate.outputs(spec)


def test_a_channel_without_examples_is_refused(spec: Path) -> None:
    folder = min(path for path in (spec / "examples").iterdir() if (spec / "channels" / f"{path.name}.yaml").exists())
    shutil.rmtree(folder)
    with pytest.raises(SpecError, match=f"spec/examples/{folder.name}#: the channel has no examples; add"):
        generate.outputs(spec)


def test_what_cannot_be_used_is_one_line_and_exits_with_two(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(spec / "channels" / "sms.yaml", "maxLength: 1024", "maxLength: many")
    assert generate.main(["--check", "--spec", str(spec)]) == 2
    assert capsys.readouterr().err.startswith("spec/channels/sms.yaml#/SmsMessage/properties/text/maxLength: 'many'")


def test_examples_of_no_channel_are_refused(spec: Path) -> None:
    (spec / "examples" / "pigeon").mkdir()
    (spec / "examples" / "pigeon" / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SpecError, match="pigeon"):
        generate.outputs(spec)


def test_the_same_input_gives_the_same_bytes(spec: Path) -> None:
    assert generate.outputs(spec) == contents(ROOT / "generated")


def test_examples_begin_with_a_text_of_the_first_channel_and_with_a_queued_request() -> None:
    document = json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf-8"))
    (operation,) = document["paths"]["/messaging"].values()
    sent, answered = (
        body["content"]["application/json"] for body in (operation["requestBody"], operation["responses"]["200"])
    )
    first = next(iter(sent["examples"].values()))["value"]
    assert first[TAG] == next(iter(CHANNELS))
    assert list(first["channels"]["sms"]) == ["text", "senderid"]
    assert next(iter(answered["examples"].values()))["value"]["response"][0]["code"] == "1001"


def test_examples_stand_plain_first() -> None:
    spec = read(ROOT / "spec")
    examples = spec.source.examples
    assert [next(iter(examples[channel.name])) for channel in spec.channels] == [
        "text", "prompt", "android", "text", "text", "text", "text",
    ]  # fmt: skip
    stems = list(examples["sms"])
    assert stems.index("text") < stems.index("binary") < stems.index("text-with-smart-link")


def test_a_new_channel_is_content(spec: Path, tmp_path: Path) -> None:
    (spec / "channels" / "pigeon.yaml").write_text(CHANNEL, encoding="utf-8")
    document = yaml.safe_load((spec / "openapi.yaml").read_text(encoding="utf-8"))
    union = document["components"]["schemas"]["SendMessageRequest"]
    union["oneOf"].append({"$ref": "channels/pigeon.yaml#/PigeonRequest"})
    (spec / "openapi.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    (spec / "examples" / "pigeon").mkdir()
    example = json.dumps(pigeon({"type": "scroll", "text": "Coo"}))
    (spec / "examples" / "pigeon" / "scroll.json").write_text(example, encoding="utf-8")
    generate.write(generate.outputs(spec), tmp_path / "generated")
    assert (tmp_path / "generated" / "schemas" / "pigeon.schema.json").exists()
    assert reports(tmp_path, {"type": "scroll", "text": "Coo"}) == []
    assert reports(tmp_path, {"type": "scroll", "text": "o" * 21}) == [["/channels/pigeon/text", "maxLength"]]
    assert reports(tmp_path, {"type": "pouch", "grams": 5, "limit": 5}) == []
    assert reports(tmp_path, {"type": "pouch", "grams": 6, "limit": 5}) == [
        ["/channels/pigeon/grams", "the_pigeon_can_carry_it"]
    ]
    assert reports(tmp_path, {"type": "parcel"}) == [["/channels/pigeon/type", "enum"]]


def pigeon(load: Any) -> Any:
    return {"deliverychannel": "pigeon", "channels": {"pigeon": load}, "destination": [{"loft": ["home"]}]}


def reports(folder: Path, load: Any) -> Any:
    """Validate a pigeon's load with the packages made in a folder, in a process of its own."""
    code = (
        "import json, sys; from webex_connect_messaging import from_dict, to_dict, validate; payload = json.load(sys.stdin);"
        "assert validate(payload) or to_dict(from_dict(payload)) == payload;"
        "print(json.dumps([[item.pointer, item.rule] for item in validate(payload)]))"
    )
    payload = pigeon(load)
    path = os.pathsep.join([str(folder / "generated" / "python"), str(ROOT / "src")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(payload),
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
