#!/usr/bin/env python3
"""Latencies measured beside another program, and on a quiet machine, into noise.md and noise.json.

    noise.py [--nvit BINARY] [--space FILE] [--count N] [--budget SECONDS] [--to FOLDER]

A process of its own keeps one core busy, steadily or on and off at random for 0.1 to 2 seconds. Under each load a latency
model is measured, and the same networks are measured as on the quiet machine before. Ratios to the first baseline are
compared; a model's predictions are compared with the quiet ratios of networks that it was not fitted to. Each load is tried
with the priority that the system grants to measuring, and with that of any other program.

The figures depend on the machine, so nothing fails here; what misses a goal is marked.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOALS = {"mean": 0.03, "within10": 0.95, "tau": 0.95, "model": 0.05}


def load(kind: str) -> None:
    """Keeps the last core busy until it is killed: hashing four megabytes at a time, which fills the caches too."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    data, draw = bytes(1 << 22), random.Random(1)
    while True:
        end = time.monotonic() + (draw.uniform(0.1, 2) if kind == "on-off" else 3600)
        while time.monotonic() < end:
            hashlib.sha256(data).digest()
        time.sleep(draw.uniform(0.1, 2))


def kendall(x: list[float], y: list[float]) -> float:
    """Kendall's tau-b."""
    score, ties_x, ties_y, pairs = 0, 0, 0, 0
    for i in range(len(x)):
        for j in range(i):
            a, b = (x[i] > x[j]) - (x[i] < x[j]), (y[i] > y[j]) - (y[i] < y[j])
            score, pairs = score + a * b, pairs + 1
            ties_x, ties_y = ties_x + (a == 0), ties_y + (b == 0)
    return score / ((pairs - ties_x) * (pairs - ties_y)) ** 0.5


class Bench:
    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options, self.folder = options, folder

    def nvit(self, *arguments: str, keep_priority: bool = False):
        environment = {**os.environ, "NVIT_LATENCY_FOLDER": str(self.folder / "store")}
        environment["NVIT_PRIORITY"] = "keep" if keep_priority else "raise"
        result = subprocess.run(
            [self.options.nvit, "latency", *arguments, "--json"], capture_output=True, text=True, env=environment)
        if result.returncode != 0:
            sys.exit(f"nvit latency {' '.join(arguments)} failed:\n{result.stderr}")
        return json.loads(result.stdout)

    def measure(self, name: str, keep_priority: bool = False) -> dict:
        """A latency model, as its file holds it."""
        path = self.folder / f"{name}.json"
        start = time.monotonic()
        self.nvit("measure", self.options.space, "--budget", str(self.options.budget), "--to", str(path), "--overwrite",
                  keep_priority=keep_priority)
        model = json.loads(path.read_text())
        return {"path": path, "model": model, "seconds": time.monotonic() - start}

    def networks(self, keep_priority: bool = False) -> list[dict]:
        """The same networks each time: those that the quiet model was not fitted to."""
        validation = self.nvit(
            "validate", self.options.space, "--latency-model", str(self.folder / "quiet.json"), "--count",
            str(self.options.count), "--seed", "1", "--budget", str(self.options.budget), keep_priority=keep_priority)
        return validation["samples"]

    def model_errors(self, measured: dict, quiet: list[dict]) -> list[float]:
        model = measured["model"]
        fitted = [entry["architecture"] for entry in model["measurements"]]
        record = model["measurements"][0]["record"]
        reference = record["seconds"] / record["ratio"]["value"]
        errors = []
        for sample in quiet:
            if sample["architecture"] in fitted:
                continue
            path = self.folder / "network.json"
            path.write_text(json.dumps(sample["architecture"]))
            rows = self.nvit("predict", str(path), "--latency-model", str(measured["path"]))
            errors.append(rows[0]["seconds"] / reference / ratio(sample) - 1)
        return errors


def ratio(sample: dict) -> float:
    return sample["measured"]["ratio"]["value"]


def compared(name: str, quiet: list[dict], samples: list[dict], errors: list[float], measured: dict) -> dict:
    by_digest = {sample["digest"]: sample for sample in samples}
    assert all(sample["digest"] in by_digest for sample in quiet), "the same networks each time"
    other = [by_digest[sample["digest"]] for sample in quiet]
    off = [ratio(b) / ratio(a) - 1 for a, b in zip(quiet, other)]
    covered = [
        b["measured"]["ratio"]["lower"] <= a["measured"]["ratio"]["upper"]
        and a["measured"]["ratio"]["lower"] <= b["measured"]["ratio"]["upper"] for a, b in zip(quiet, other)]
    figures = {
        "name": name,
        "networks": len(off),
        "priority": other[0]["measured"].get("priority"),
        "disturbed": statistics.mean(sample["measured"]["disturbed_share"] for sample in other),
        "mean": statistics.mean(map(abs, off)),
        "bias": statistics.mean(off),
        "largest": max(map(abs, off)),
        "within10": statistics.mean(abs(error) <= 0.10 for error in off),
        "tau": kendall([ratio(sample) for sample in quiet], [ratio(sample) for sample in other]),
        "intervals_meet": statistics.mean(covered),
        "half_width": statistics.median(
            (b["measured"]["ratio"]["upper"] - b["measured"]["ratio"]["lower"]) / 2 / ratio(b) for b in other),
        "seconds_mean": statistics.mean(
            abs(b["measured"]["seconds"] / a["measured"]["seconds"] - 1) for a, b in zip(quiet, other)),
        "model": statistics.mean(map(abs, errors)) if errors else None,
        "model_bias": statistics.mean(errors) if errors else None,
        "model_networks": len(errors),
        "model_seconds": measured["seconds"],
        "model_measurements": len(measured["model"]["measurements"]),
    }
    figures["missed"] = [
        goal for goal, limit in GOALS.items()
        if figures[goal] is not None and (figures[goal] > limit if goal in ("mean", "model") else figures[goal] < limit)]
    return figures


def report(rows: list[dict], machine: dict, options: argparse.Namespace) -> str:
    def percent(value: float) -> str:
        return f"{100 * value:.1f} %"

    def marked(row: dict, goal: str, text: str) -> str:
        return f"**{text}**" if goal in row["missed"] else text

    lines = [
        "# Latencies beside another program",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}; load before the start "
        f"{machine['load']:.2f}; {machine['date']}. `make noise-test`: {rows[0]['networks']} networks of "
        f"`{Path(options.space).name}`, {options.budget} s for each series and each model. One core is kept busy by a "
        "process of its own. Ratios are to the first baseline and are compared with those of the quiet machine; a bold "
        "figure misses its goal.",
        "",
        "| Load, priority | timings disturbed | ratio: mean error | bias | within 10 % | largest | tau | ± of a ratio | "
        "intervals that meet | time: mean error | model: mean error | bias |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        "| goal | | 3 % | | 95 % | | 0.95 | | | | 5 % | |",
    ]
    for row in rows:
        model = "" if row["model"] is None else percent(row["model"])
        bias = "" if row["model_bias"] is None else percent(row["model_bias"])
        lines.append(
            f"| {row['name']}, {row['priority']} | {percent(row['disturbed'])} | "
            f"{marked(row, 'mean', percent(row['mean']))} | {percent(row['bias'])} | "
            f"{marked(row, 'within10', percent(row['within10']))} | {percent(row['largest'])} | "
            f"{marked(row, 'tau', '%.3f' % row['tau'])} | {percent(row['half_width'])} | "
            f"{percent(row['intervals_meet'])} | {percent(row['seconds_mean'])} | {marked(row, 'model', model)} | {bias} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--nvit", default=str(ROOT / ".build/release/nvit"))
    parser.add_argument("--space", default=str(ROOT / "search-spaces/quickstart.yaml"))
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--budget", type=float, default=15)
    parser.add_argument("--to", default=str(ROOT / "outputs/benchmarks"))
    parser.add_argument("--load", choices=["steady", "on-off"], help="be the process that keeps a core busy")
    options = parser.parse_args()
    if options.load:
        return load(options.load)

    cpuinfo = Path("/proc/cpuinfo")
    names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")] if cpuinfo.exists() else []
    machine = {
        "processor": names[0].split(":", 1)[1].strip() if names else platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"Linux {platform.release()}",
        "load": os.getloadavg()[0],
        "date": datetime.date.today().isoformat(),
    }
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, Path(folder))

        def say(row: dict) -> dict:
            model = "" if row["model"] is None else f", model {100 * row['model']:.1f} %"
            print(f"{row['name']}, {row['priority']} priority: ratio {100 * row['mean']:.1f} %, within 10 % {100 * row['within10']:.0f} %, "
                  f"tau {row['tau']:.3f}{model}{', misses ' + ', '.join(row['missed']) if row['missed'] else ''}", flush=True)
            return row

        measured = bench.measure("quiet")
        quiet = bench.networks()
        again = bench.networks()
        rows = [say(compared("quiet, again", quiet, again, bench.model_errors(measured, quiet), measured))]
        for kind in ["steady", "on-off"]:
            for keeps in [False, True]:
                name = kind
                busy = subprocess.Popen([sys.executable, __file__, "--load", kind], start_new_session=True)
                try:
                    measured = bench.measure(f"{kind}-{keeps}", keep_priority=keeps)
                    samples = bench.networks(keep_priority=keeps)
                finally:
                    busy.kill()
                    busy.wait()
                rows.append(say(compared(name, quiet, samples, bench.model_errors(measured, quiet), measured)))

    target = Path(options.to)
    target.mkdir(parents=True, exist_ok=True)
    (target / "noise.json").write_text(json.dumps({"machine": machine, "goals": GOALS, "rows": rows}, indent=2) + "\n")
    (target / "noise.md").write_text(report(rows, machine, options))
    print(f"wrote {target / 'noise.md'} and {target / 'noise.json'}")


if __name__ == "__main__":
    main()
