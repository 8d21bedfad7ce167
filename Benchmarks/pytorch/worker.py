#!/usr/bin/env python3
"""PyTorch's counterpart of `nvit bench step`: times training steps or forward passes on command.

Reads "run N" and "quit" from standard input and answers with lines of JSON, as `nvit bench step --help` describes.
With --calibrate it tries every variant of attention and optimizer, prints the fastest and ends.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "pytorch"))

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from reference_vit import Architecture
from vision_transformer import ATTENTIONS, OPTIMIZERS, VisionTransformer, make_optimizer


def peak_memory() -> int | None:
    """The most physical memory that this process has held, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return 1024 * int(line.split()[1])
    return None


class Runner:
    def __init__(self, options: argparse.Namespace, attention: str, optimizer: str):
        self.model = VisionTransformer(Architecture.from_json(Path(options.architecture).read_text()), attention)
        self.model.load_state_dict(load_file(options.weights))
        data = load_file(options.data)
        self.images = data["images"][: options.batch].clone()
        self.labels = data["targets"][: options.batch].argmax(dim=1)
        if options.mode == "train":
            self.model.train()
            self.optimizer = make_optimizer(self.model, optimizer, options.learning_rate)
            self.step = self.training_step
        else:
            self.model.eval()
            self.step = self.forward_pass

    def training_step(self) -> torch.Tensor:
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(self.images), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def forward_pass(self) -> torch.Tensor:
        with torch.inference_mode():
            return self.model(self.images)

    def run(self, steps: int) -> tuple[float, float]:
        """Seconds, and the loss of the last step."""
        start = time.perf_counter()
        for _ in range(steps):
            result = self.step()
        seconds = time.perf_counter() - start
        loss = result if result.ndim == 0 else F.cross_entropy(result, self.labels)
        return seconds, loss.item()


def calibrate(options: argparse.Namespace) -> dict[str, str]:
    """The fastest variant, each timed in turns."""
    optimizers = OPTIMIZERS if options.mode == "train" else OPTIMIZERS[:1]
    variants = [(attention, optimizer) for attention in ATTENTIONS for optimizer in optimizers]
    runners = [Runner(options, *variant) for variant in variants]
    times: list[list[float]] = [[] for _ in variants]
    for runner in runners:
        runner.run(1)
    start = time.perf_counter()
    while len(times[0]) < 3 or (time.perf_counter() - start < 2 and len(times[0]) < 50):
        for runner, found in zip(runners, times):
            found.append(runner.run(1)[0])
    best = min(range(len(variants)), key=lambda i: sorted(times[i])[len(times[i]) // 2])
    return {"attention": variants[best][0], "optimizer": variants[best][1]}


def answer(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--architecture", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--mode", choices=("train", "inference"), required=True)
    parser.add_argument("--learning-rate", type=float, default=1e-5)
    parser.add_argument("--attention", choices=ATTENTIONS, default=ATTENTIONS[0])
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default=OPTIMIZERS[0])
    parser.add_argument("--calibrate", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.calibrate:
        answer(**calibrate(options))
        return
    baseline = peak_memory()
    runner = Runner(options, options.attention, options.optimizer)
    answer(ready=True, peakMemoryBytes=baseline)
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        steps = int(words[1])
        seconds, loss = runner.run(steps)
        answer(seconds=seconds, steps=steps, loss=loss)
    answer(peakMemoryBytes=peak_memory())


if __name__ == "__main__":
    main()
