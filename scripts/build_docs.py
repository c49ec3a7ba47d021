"""Write the pages of the documentation site, and the data that they load, into a folder."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from sitegen.pages import pages
from specgen.model import read
from specgen.published import DATA, SCHEMAS

ROOT = Path(__file__).resolve().parent.parent
BROWSER = Path(__file__).resolve().parent / "sitegen" / "browser"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path, help="the folder; its contents are deleted first")
    output = parser.parse_args().output
    shutil.rmtree(output, ignore_errors=True)
    guides = {path.stem: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docs/*.md"))}
    made = pages(read(ROOT / "spec"), guides)
    for name, text in made.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _copy_data(output)
    print(f"{len(made)} pages in {output}")


def _copy_data(output: Path) -> None:
    """Copy the data of the pages; the document also as a script, as pages opened as files cannot load data."""
    (output / "assets").mkdir()
    for style in BROWSER.glob("*.css"):
        shutil.copyfile(style, output / "assets" / style.name)
    for name in (*DATA, SCHEMAS):
        source, target = ROOT / "generated" / name, output / "data" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    document = json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf-8"))
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    (output / "assets" / "openapi.js").write_text(f"globalThis.openapi = {text};\n", encoding="utf-8")


if __name__ == "__main__":
    main()
