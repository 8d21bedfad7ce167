"""The scratch tree: a copy of the package in which every fault is built in and none is on."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What the package and its tests read.
COPIED = ["Package.swift", "Sources", "Tests", "scripts", "docs", "search-spaces", "outputs", "README.md", "CHANGELOG.md",
          "CONTRIBUTING.md", "Makefile"]
# What is added to every module with a fault.
DECLARATIONS = "SwitchedFaults.swift"
ERROR = re.compile(r"^(/[^:\n]+\.swift):(\d+):\d+: error: (.*)$", re.MULTILINE)


def digest(*folders):
  """A digest of all Swift and C files and fixtures below the folders, of names and contents."""
  sums = hashlib.sha256()
  for folder in folders:
    for path in sorted((ROOT / folder).rglob("*")):
      if path.is_file():
        sums.update(str(path.relative_to(ROOT)).encode())
        sums.update(path.read_bytes())
  return sums.hexdigest()


class Tree:
  def __init__(self, folder, swift):
    self.folder = folder
    self.swift = swift

  def copy(self):
    """Copies what changed, but for the sources that `put` writes; files that did not change keep their dates."""
    for name in COPIED:
      source, target = ROOT / name, self.folder / name
      if source.is_dir():
        wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
        for path in list(target.rglob("*")):
          if path.is_file() and path.relative_to(target) not in wanted and path.name != DECLARATIONS:
            path.unlink()
        for path in wanted:
          if name != "Sources" or path.suffix != ".swift":
            self._write(target / path, (source / path).read_bytes(), source / path)
      elif source.exists():
        contents = source.read_bytes()
        if name == "Package.swift":
          # A fault may leave a variable unused.
          contents = contents.replace(b"    .treatAllWarnings(as: .error),\n", b"")
        self._write(target, contents, source)

  def _write(self, target, contents, source=None):
    if target.exists() and target.read_bytes() == contents:
      return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(contents)
    if source:
      shutil.copymode(source, target)

  def put(self, faults):
    """Writes the sources with the faults in them, and each module's declarations."""
    support = (Path(__file__).parent / "support.swift").read_text()
    files = {}
    for fault in faults:
      files.setdefault(fault.file, []).append(fault)
    declarations = {}
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
      name = str(path.relative_to(ROOT))
      text = path.read_text()
      for fault in sorted(files.get(name, []), key=lambda fault: -fault.site.start):
        site = fault.site
        new = site.replacement(fault.number)
        if isinstance(new, tuple):
          new = new[0] + text[site.start:site.end] + new[1]
        text = text[:site.start] + new + text[site.end:]
        declarations.setdefault(fault.module, []).append(site.declaration(fault.number))
      self._write(self.folder / name, text.encode())
    for module in sorted(path.name for path in (ROOT / "Sources").iterdir()):
      path = self.folder / "Sources" / module / DECLARATIONS
      if module in declarations:
        self._write(path, "\n".join([support, *declarations[module], ""]).encode())
      else:
        path.unlink(missing_ok=True)

  def build(self, faults, dropped):
    """Builds; faults that do not compile are taken out, and handed to `dropped`, until the rest does."""
    kept = list(faults)
    for _ in range(40):
      self.put(kept)
      result = subprocess.run(
        [self.swift, "build", "--configuration", "release", "--build-tests", "--package-path", str(self.folder)],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
      if result.returncode == 0:
        return
      bad = self._blamed(result.stdout, kept)
      if not bad:
        raise SystemExit(f"error: the scratch tree does not build, and no fault is to blame:\n{result.stdout[-4000:]}")
      for fault in bad:
        print(f"does not compile: {fault.place} {fault.site.fault}", flush=True)
      dropped(bad)
      kept = [fault for fault in kept if fault not in bad]
    raise SystemExit("error: the scratch tree does not build")

  def _blamed(self, output, faults):
    bad = []
    for path, line, _ in set(ERROR.findall(output)):
      try:
        name = str(Path(path).relative_to(self.folder))
      except ValueError:
        continue
      here = [fault for fault in faults if fault.file == name]
      # An error may stand at the beginning of a statement of several lines.
      for reach in (0, 8, 10**6):
        near = [fault for fault in here if abs(fault.line - int(line)) <= reach]
        if near:
          bad += near
          break
    return list(dict.fromkeys(bad))
