"""Processes that train the same model: nvit's and PyTorch's, all threads in one process or one process per core."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Task:
    """A model, a batch and what to do with them; `folder` holds the files that both engines read."""

    model: str
    mode: str  # "train" or "inference"
    batch: int
    folder: Path
    nvit: Path

    def arguments(self, threads: int, batch: int) -> list[str]:
        return [
            *("--architecture", str(self.folder / f"{self.model}.json")),
            *("--weights", str(self.folder / f"{self.model}.weights.safetensors")),
            *("--data", str(self.folder / f"{self.model}.data.safetensors")),
            *("--mode", self.mode, "--threads", str(threads), "--batch", str(batch)),
        ]

    def command(self, engine: str, threads: int, batch: int, extra: list[str] | None = None) -> list[str]:
        start = [str(self.nvit), "bench", "step"] if engine == "nvit" else [sys.executable, "-B", str(HERE / "worker.py")]
        return start + self.arguments(threads, batch) + (extra or [])


class Worker:
    """One process that runs steps on command, once it is ready."""

    def __init__(self, command: list[str], threads: int):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.base_memory = 0

    def wait_until_ready(self) -> None:
        self.base_memory = self.receive()["peakMemoryBytes"]

    def send(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def receive(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"error: {' '.join(self.process.args)} ended with status {self.process.wait()}")
        return json.loads(line)

    def run(self, steps: int) -> dict:
        self.send(f"run {steps}")
        return self.receive()

    def close(self) -> int:
        """Ends the process; its peak memory in bytes."""
        self.send("quit")
        peak = self.receive()["peakMemoryBytes"]
        self.process.stdin.close()
        self.process.wait()
        return peak


@dataclass
class Contestant:
    """One engine in one setting."""

    engine: str
    processes: int
    threads: int
    batch: int  # of each process
    choices: dict[str, str]
    workers: list[Worker] = field(default_factory=list)
    steps: int = 1
    rates: list[float] = field(default_factory=list)
    base_memory: list[int] = field(default_factory=list)
    peak_memory: list[int] = field(default_factory=list)

    @classmethod
    def start(cls, task: Task, engine: str, processes: int, threads: int, seconds: float) -> "Contestant":
        batch = max(1, task.batch // processes)
        choices: dict[str, str] = {}
        extra: list[str] = []
        if engine == "pytorch":
            command = task.command(engine, threads, batch, ["--calibrate"])
            environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
            found = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
            choices = json.loads(found.stdout)
            extra = ["--attention", choices["attention"], "--optimizer", choices["optimizer"]]
            if task.mode == "inference":
                del choices["optimizer"]
        contestant = cls(engine, processes, threads, batch, choices)
        for _ in range(processes):
            contestant.workers.append(Worker(task.command(engine, threads, batch, extra), threads))
        for worker in contestant.workers:
            worker.wait_until_ready()
        contestant.base_memory = [worker.base_memory for worker in contestant.workers]
        # The first step touches memory and starts threads; the second tells how many make a group.
        contestant.turn()
        rate = contestant.turn()
        contestant.steps = max(1, math.ceil(seconds * rate / (batch * processes)))
        return contestant

    def turn(self) -> float:
        """Images per second of one timed group; with several processes, of all together."""
        for worker in self.workers:
            worker.send(f"run {self.steps}")
        return sum(self.batch * self.steps / worker.receive()["seconds"] for worker in self.workers)

    def stop(self) -> None:
        self.peak_memory = [worker.close() for worker in self.workers]
        self.workers = []
