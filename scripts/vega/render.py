"""Draws every Vega-Lite specification of a folder; see scripts/render-charts."""

import json
import sys
from pathlib import Path

import vl_convert

folder, kind = Path(sys.argv[1]), sys.argv[2]
files = sorted(folder.glob("*.vl.json"))
if not files:
    sys.exit(f"error: no *.vl.json in {folder}")
for file in files:
    specification = json.loads(file.read_text(encoding="utf-8"))
    target = file.with_name(f"{file.name.removesuffix('.vl.json')}.{kind}")
    try:
        if kind == "svg":
            target.write_text(vl_convert.vegalite_to_svg(specification, show_warnings=True), encoding="utf-8")
        elif kind == "png":
            target.write_bytes(vl_convert.vegalite_to_png(specification, scale=2, show_warnings=True))
        else:
            target.write_bytes(vl_convert.vegalite_to_pdf(specification))
    except ValueError as error:
        sys.exit(f"error: {file}: {error}")
    print(target)
