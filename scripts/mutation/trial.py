"""Runs tests with one fault on, and ends at the first that fails."""

import os
import re
import resource
import select
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field

FAILURE = re.compile(r"✘\S* Test (.+?) (?:recorded an issue|failed|with \d+)")
# A loop that never ends may fill the memory first.
MEMORY = 12 << 30
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Trial:
  """What one run of tests showed; `noticed` is None when they passed."""
  noticed: str | None
  seconds: float
  failures: list = field(default_factory=list)


def bundle(tree):
  return tree.folder / ".build/release/nvitPackageTests.xctest"


def suites(tree):
  """All suites as "target.suite", in the order of their targets."""
  listed = subprocess.run([bundle(tree), "--testing-library", "swift-testing", "--list-tests"], check=True, text=True,
                          stdout=subprocess.PIPE, cwd=tree.folder).stdout
  return sorted(set(re.findall(r"(?m)^(\w+\.(?:`[^`\n]+`|[^`/\n]+))/", COLOUR.sub("", listed))))


def run(tree, scratch, suites, fault=0, reached=None, limit=None, ignored=(), without=None, stop=True):
  """Runs the tests of suites. A failure, a crash and more than `limit` seconds count as noticed."""
  skipped = ["--skip", without] if without else []
  temporary = scratch / "tmp"
  shutil.rmtree(temporary, ignore_errors=True)
  temporary.mkdir(parents=True)
  environment = dict(os.environ, TMPDIR=str(temporary), NVIT_FAULT=str(fault), NO_COLOR="1")
  if reached:
    environment["NVIT_FAULTS_REACHED"] = str(reached)
  names = "|".join(re.sub(r"([\\^$.|?*+()\[\]{}])", r"\\\1", suite) for suite in suites)
  started = time.monotonic()
  process = subprocess.Popen(
    [bundle(tree), "--testing-library", "swift-testing", "--filter", f"^({names})/", *skipped], cwd=tree.folder, env=environment,
    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)))
  noticed, failures, rest, last = None, [], b"", ""
  try:
    while True:
      left = 1e9 if limit is None else limit - (time.monotonic() - started)
      if left <= 0:
        noticed = f"does not end within {limit:.0f} s"
        break
      ready, _, _ = select.select([process.stdout], [], [], min(left, 60))
      if not ready:
        continue
      data = os.read(process.stdout.fileno(), 65536)
      if not data:
        break
      *lines, rest = (rest + data).split(b"\n")
      for line in lines:
        line = COLOUR.sub("", line.decode(errors="replace"))
        if "Fatal error" in line or "error: Exception" in line:
          last = line
        found = FAILURE.search(line)
        if found and found.group(1).strip('"') not in ignored and not found.group(1).startswith("run "):
          failures.append(found.group(1).strip('"'))
      if failures and stop:
        noticed = failures[0]
        break
  finally:
    if noticed:
      _end(process)
  status = process.wait()
  if noticed is None and failures:
    noticed = failures[0]
  # 69 is the library's word for a filter that leaves no test.
  if noticed is None and status not in (0, 69) and not (status == 1 and ignored):
    what = last.split("Fatal error: ")[-1].strip() if last else f"status {status}"
    noticed = f"the process ends ({what[:90]})"
  return Trial(noticed, time.monotonic() - started, failures)


def _end(process):
  try:
    os.killpg(process.pid, signal.SIGKILL)
  except ProcessLookupError:
    pass
