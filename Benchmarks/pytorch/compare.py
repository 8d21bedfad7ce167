#!/usr/bin/env python3
"""Runs nvit and PyTorch side by side, in turns, and writes pytorch.json and pytorch.md.

    compare.py [--rounds N] [--rows deit-64,deit-128] [--modes train,inference] [--to FOLDER]

Before anything is timed, both engines have to find the same losses from the same weights.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "scripts" / "pytorch"))

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from contestants import Contestant, Task, Worker
from reference_vit import Architecture
from report import RATIOS, contestant_entry, markdown, ratios
from vision_transformer import VisionTransformer

# The engine's own promise for losses along ten updates, and for logits.
TOLERANCE = {"train": 1e-3, "inference": 1e-4}
CHECKED_STEPS = 4


def prepare(model: dict, folder: Path, seed: int) -> None:
    """Weights and a batch that both engines read."""
    torch.manual_seed(seed)
    architecture = Architecture.from_json((folder / f"{model['name']}.json").read_text())
    weights = {name: tensor.contiguous() for name, tensor in VisionTransformer(architecture).state_dict().items()}
    save_file(weights, folder / f"{model['name']}.weights.safetensors")
    size, batch = architecture.image_size, model["batchSize"]
    labels = torch.randint(architecture.classes, (batch,))
    data = {
        "images": torch.randn(batch, architecture.channels, size, size),
        "targets": F.one_hot(labels, architecture.classes).float(),
    }
    save_file(data, folder / f"{model['name']}.data.safetensors")


def check_losses(task: Task, threads: int) -> dict:
    """Losses of both engines, step by step at a learning rate that changes them, or of one forward pass."""
    steps = CHECKED_STEPS if task.mode == "train" else 1
    losses: dict[str, list[float]] = {}
    for engine in ("nvit", "pytorch"):
        worker = Worker(task.command(engine, threads, task.batch, ["--learning-rate", "1e-3"]), threads)
        worker.wait_until_ready()
        losses[engine] = [worker.run(1)["loss"] for _ in range(steps)]
        worker.close()
    difference = max(abs(a / b - 1) for a, b in zip(losses["nvit"], losses["pytorch"]))
    # Written so that NaN fails too.
    if not difference <= TOLERANCE[task.mode]:
        raise SystemExit(f"error: {task.model}, {task.mode}: the engines' losses differ: {losses}")
    return {"losses": losses, "largest_relative_difference": difference}


def measure(task: Task, cores: int, rounds: int, seconds: float) -> dict:
    losses = check_losses(task, cores)
    settings = {"all_threads": (1, cores), "process_per_core": (cores, 1)}
    contestants = {
        f"{engine}_{name}": Contestant.start(task, engine, processes, threads, seconds)
        for name, (processes, threads) in settings.items()
        for engine in ("nvit", "pytorch")
    }
    order = list(contestants.values())
    for turn in range(rounds):
        # Every other round backwards, so that no contestant always follows the same one.
        for contestant in order if turn % 2 == 0 else reversed(order):
            # Threads of the one before may still be spinning.
            time.sleep(0.05)
            contestant.rates.append(contestant.turn())
    for contestant in order:
        contestant.stop()
    return {
        "model": task.model,
        "mode": task.mode,
        "batch": task.batch,
        "loss_check": losses,
        "contestants": {name: contestant_entry(c) for name, c in contestants.items()},
        "ratios": ratios(contestants),
    }


def describe(nvit: Path, cores: int) -> dict:
    info = json.loads(subprocess.run([nvit, "info", "--json"], check=True, capture_output=True, text=True).stdout)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": {
            "processor": info["processor"],
            "cores": cores,
            "system": platform.platform(),
            "load_average_at_start": os.getloadavg()[0],
        },
        "versions": {
            "nvit": info["version"],
            "kernels": info["kernels"],
            "pytorch": torch.__version__,
            "python": platform.python_version(),
            "pytorch_cpu_capability": torch.backends.cpu.get_cpu_capability(),
        },
    }


def names(text: str) -> list[str]:
    return [name for name in text.replace(",", " ").split() if name]


def write(report: dict, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("pytorch.json", json.dumps(report, indent=2) + "\n"), ("pytorch.md", markdown(report))):
        temporary = folder / f".{name}.partial"
        temporary.write_text(text)
        temporary.replace(folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nvit", type=Path, default=ROOT / ".build" / "release" / "nvit")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", type=names, default=[], help="models of `nvit bench models` (default: all)")
    parser.add_argument("--modes", type=names, default=["train", "inference"])
    parser.add_argument("--seconds", type=float, default=0.4, help="shortest timed group")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--to", type=Path, default=ROOT / "outputs" / "benchmarks")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error(f"--rounds is {options.rounds}, expected at least 1")
    if unknown := set(options.modes) - set(TOLERANCE):
        parser.error(f"--modes names {', '.join(sorted(unknown))}, expected train or inference")
    if not options.nvit.exists():
        parser.error(f"{options.nvit} is missing; build it with `make build`, or name it with --nvit")

    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        listed = subprocess.run(
            [options.nvit, "bench", "models", "--json", "--to", folder], check=True, capture_output=True, text=True
        )
        models = json.loads(listed.stdout)
        if unknown := set(options.rows) - {model["name"] for model in models}:
            parser.error(f"--rows names {', '.join(sorted(unknown))}, expected some of "
                         f"{', '.join(model['name'] for model in models)}")
        report = describe(options.nvit, cores) | {
            "settings": {"rounds": options.rounds, "shortest_group_seconds": options.seconds, "seed": options.seed},
            "rows": [],
        }
        for model in models:
            if options.rows and model["name"] not in options.rows:
                continue
            prepare(model, folder, options.seed)
            for mode in options.modes:
                task = Task(model["name"], mode, model["batchSize"], folder, options.nvit)
                start = time.monotonic()
                row = measure(task, cores, options.rounds, options.seconds)
                report["rows"].append(row)
                write(report, options.to)
                found = ", ".join(f"{row['ratios'][title]['median']:.2f}x" for title in RATIOS)
                print(f"{task.model} {mode}: {found} ({time.monotonic() - start:.0f} s)", file=sys.stderr, flush=True)
    print(markdown(report))
    print(f"Written to {options.to}/pytorch.json and pytorch.md", file=sys.stderr)


if __name__ == "__main__":
    main()
