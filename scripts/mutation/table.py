"""The results as JSON, for going on, and as a table for reading."""

import json
from collections import Counter

HEADER = """# Faults made, and which tests notice them

`make mutants` made these: seed {seed}, up to {each} faults in each area ({made} chosen, {dropped} did not compile and are
left out). Each is built in beside the original and switched on alone; the tests of its own module run first, then every
other target that reaches its place, until one fails. A crash, and a run that does not end, count as noticed.

| | made | noticed | the same | open | noticed of those that differ |
|---|---|---|---|---|---|
"""


def _share(part, whole):
  return f"{100 * part / whole:.0f} %" if whole else "-"


def _row(name, results):
  noticed = sum(bool(result["noticed"]) for result in results)
  same = sum(1 for result in results if not result["noticed"] and result.get("equivalent"))
  left = len(results) - noticed - same
  return f"| {name} | {len(results)} | {noticed} | {same} | {left} | {_share(noticed, len(results) - same)} |\n"


def write(folder, state, results, reasons):
  """`results`: a dictionary for each fault that was tried."""
  for result in results:
    key = [result["file"], result["code"], result["fault"]]
    found = next((reason for reason in reasons if [reason["file"], reason["code"], reason["fault"]] == key), None)
    if found and not result["noticed"]:
      result["equivalent"], result["reason"] = found["equivalent"], found["reason"]
  folder.mkdir(parents=True, exist_ok=True)
  (folder / "mutants.json").write_text(json.dumps(
    {"schema": "nvit-mutants/1", "seed": state["seed"], "each": state["each"], "faults": results}, indent=1,
    ensure_ascii=False) + "\n")

  text = HEADER.format(seed=state["seed"], each=state["each"], made=state["made"], dropped=len(state["dropped"]))
  for area in dict.fromkeys(result["area"] for result in results):
    text += _row(area, [result for result in results if result["area"] == area])
  text += _row("all", results)
  first = sum(1 for result in results if result["noticed"] and result["round"] == 1)
  if any(result["round"] > 1 for result in results):
    text += (f"\nWith the tests as they were before, {first} of {len(results)} were noticed ({_share(first, len(results))}); "
             f"the others were read, and tried again with the tests that they asked for.\n")
  missed = [result for result in results if not result["noticed"]]
  if missed:
    text += "\n## What no test notices\n\n| Fault | Why |\n|---|---|\n"
    for result in missed:
      word = {True: "The same: ", False: "Open: ", None: "Not read yet"}[result.get("equivalent")]
      text += f"| {result['place']}, {result['fault']}: {_code(result['code'])} | {word}{result.get('reason', '')} |\n"
  text += "\n## All\n\n| Area | Place | Fault | Code | Noticed by |\n|---|---|---|---|---|\n"
  for result in results:
    by = "-"
    if result["noticed"]:
      by = f"{result['target']}: {result['noticed']}" + (" (added)" if result["round"] > 1 else "")
    text += f"| {result['area']} | {result['place']} | {result['fault']} | {_code(result['code'])} | {by} |\n".replace("||", "\\|\\|")
  (folder / "mutants.md").write_text(text)
  kinds = Counter(result["kind"] for result in results)
  return ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())


def _code(text):
  return "`" + text.replace("`", "'").replace("|", "\\|") + "`"
