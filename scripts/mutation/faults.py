"""Which faults are made: a seeded choice, as many in each area."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from rules import Site, sites
from source import code
from tree import ROOT

# Where each area's code stands: folders, and folders within them that belong to another area.
AREAS = {
  "numerics": (["ViTNumerics"], ["ViTNumerics/Statistics", "ViTNumerics/Estimate"]),
  "statistics": (["ViTNumerics/Statistics", "ViTNumerics/Estimate", "ViTSearch/Statistics", "ViTSearch/Front"], []),
  "search": (["ViTSearch"], ["ViTSearch/Statistics", "ViTSearch/Front"]),
  "latency": (["ViTLatency", "ViTMeasuring"], []),
  "pruning": (["ViTPruning"], []),
  "data": (["ViTData"], []),
  "training": (["ViTTraining"], []),
  "storage": (["ViTStorage"], []),
  "regularities": (["ViTRegularities"], []),
  "architecture": (["ViTArchitecture"], []),
}


@dataclass(eq=False)
class Fault:
  number: int
  area: str
  file: str
  line: int
  text: str
  site: Site

  @property
  def module(self):
    return self.file.split("/")[1]

  @property
  def place(self):
    return f"{self.file.removeprefix('Sources/')}:{self.line}"

  @property
  def key(self):
    """Knows the fault again when lines have moved."""
    return {"file": self.file, "code": self.text, "fault": self.site.fault}


def _in_area(area):
  folders, others = AREAS[area]
  for folder in folders:
    for path in sorted((ROOT / "Sources" / folder).rglob("*.swift")):
      name = str(path.relative_to(ROOT))
      if any(name.startswith(f"Sources/{other}/") for other in others):
        continue
      text = path.read_text()
      for site in sites(code(text)):
        line = text.count("\n", 0, site.start) + 1
        yield name, line, text.split("\n")[line - 1].strip(), site


def _known():
  """Faults of known.json, which went unnoticed once and are always made: expressions and what they become."""
  for entry in json.loads((Path(__file__).parent / "known.json").read_text()):
    text = (ROOT / entry["file"]).read_text()
    if text.count(entry["code"]) != 1:
      raise SystemExit(f"error: known.json: {entry['file']} has `{entry['code']}` {text.count(entry['code'])} times, expected once")
    start = text.index(entry["code"])
    line = text.count("\n", 0, start) + 1
    site = Site("known", start, start + len(entry["code"]), f"`{entry['code']}` becomes `{entry['fault']}`",
                lambda number, entry=entry: f"(nvitIsFaulty({number}) ? {entry['fault']} : {entry['code']})",
                lambda number: "")
    yield entry["area"], entry["file"], line, text.split("\n")[line - 1].strip(), site


def choose(seed, each):
  """`each` faults in every area, kinds alike in number as far as there are places, one in a line at most."""
  known = list(_known())
  chosen = []
  for area in AREAS:
    chance = random.Random(f"{seed} {area}")
    kinds = {}
    for found in _in_area(area):
      kinds.setdefault(found[3].kind, []).append(found)
    for places in kinds.values():
      chance.shuffle(places)
    lines = {(name, line) for _, name, line, _, _ in known}
    count = 0
    while count < each and kinds:
      kind = chance.choice(sorted(kinds))
      name, line, text, site = kinds[kind].pop()
      if not kinds[kind]:
        del kinds[kind]
      if (name, line) in lines:
        continue
      lines.add((name, line))
      count += 1
      chosen.append(Fault(len(chosen) + 1, area, name, line, text, site))
  for area, name, line, text, site in known:
    chosen.append(Fault(len(chosen) + 1, area, name, line, text, site))
  return chosen
