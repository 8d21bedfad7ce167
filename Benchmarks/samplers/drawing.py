#!/usr/bin/env python3
"""Candidates drawn and costed in a second on one core, by nvit and through Optuna, into drawing.md and drawing.json.

    drawing.py [--nvit BINARY] [--seconds S] [--latency-model FILE] [--to FOLDER]

The space is search-spaces/fashion-mnist.yaml. Before anything is timed, the Python costs have to be those of nvit, for
some candidates that it prints: parameters and multiply-accumulates exactly, latencies to 1e-12.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import statistics
import subprocess
import time
from pathlib import Path

import optuna

ROOT = Path(__file__).resolve().parents[2]
TOKENS, PREFIX, PATCHES, PATCH_VALUES, CLASSES, DEPTH = 17, 1, 16, 49, 10, 12
# Trials of one Optuna study; more of them in one study would cost more each.
STUDY = 1000


def round_to(value: float, multiple: int) -> int:
    """Halves go up."""
    return multiple * int(value / multiple + 0.5)


def tiles(width: int, tile: int) -> int:
    return (width + tile - 1) // tile * tile


def instantiate(v: dict) -> tuple[int, list[tuple[int, int, int, int]]]:
    """The rule of search-spaces/fashion-mnist.yaml."""
    e, rise, fall = int(v["architecture.embedding"]), v["numbers.rise"], v["numbers.fall"]
    blocks = []
    for block in range(1, DEPTH + 1):
        middle = rise <= block <= fall
        blocks.append(
            (
                round_to(v["rule.heads.base"] * (v["rule.heads.profile.plateau.middle"] if middle else 1), 1),
                round_to(v["rule.query-key.base"] * (v["rule.query-key.profile.plateau.middle"] if middle else 1), 4),
                int(v["rule.value"]),
                round_to(v["rule.mlp-hidden.base"] * e * (v["rule.mlp-hidden.profile.plateau.middle"] if middle else 1), 8),
            )
        )
    return e, blocks


def cost(e: int, blocks: list[tuple[int, int, int, int]]) -> tuple[int, int]:
    """Parameters and multiply-accumulates."""
    parameters = PATCH_VALUES * e + e + (PREFIX + TOKENS) * e + 2 * e + PREFIX * (e * CLASSES + CLASSES)
    macs = PATCHES * PATCH_VALUES * e + PREFIX * e * CLASSES
    for h, q, v, m in blocks:
        keys, values = h * q, h * v
        columns = 2 * keys + values
        parameters += 4 * e + e * columns + columns + values * e + e + e * m + m + m * e + e
        macs += TOKENS * (e * columns + values * e + 2 * e * m) + TOKENS * TOKENS * (keys + values)
    return parameters, macs


def latency(e: int, blocks: list[tuple[int, int, int, int]], parameters: int, terms: dict[str, float]) -> float:
    """The sum of nvit's latency features times their coefficients; only features with a coefficient are computed."""
    seconds = 0.0
    for name, coefficient in terms.items():
        seconds += coefficient * (
            ONCE[name](e, parameters)
            if name in ONCE
            else sum(EACH[name](e, *block, index == DEPTH - 1) for index, block in enumerate(blocks))
        )
    return seconds


def rows(last: bool) -> int:
    return PREFIX if last else TOKENS


def fused(h: int, q: int, v: int, last: bool) -> int:
    return h * q + h * v if last else 2 * h * q + h * v


ONCE = {
    "constant": lambda e, p: 1,
    "patch_product": lambda e, p: PATCHES * PATCH_VALUES * e,
    "patch_tiles_32": lambda e, p: PATCHES * PATCH_VALUES * tiles(e, 32),
    "token_values": lambda e, p: TOKENS * e,
    "head_product": lambda e, p: PREFIX * CLASSES * e,
    "weights_beyond_1mb": lambda e, p: max(0, p - (1 << 18)),
}


def query_key_value(tile: int):
    def value(e, h, q, v, m, last):
        query = h * q if last else 0
        return e * (TOKENS * tiles(fused(h, q, v, last), tile) + rows(last) * tiles(query, tile))

    return value


EACH = {
    "full_blocks": lambda e, h, q, v, m, last: 0 if last else 1,
    "norm_values": lambda e, h, q, v, m, last: (TOKENS + rows(last)) * e,
    "query_key_value_product": query_key_value(1),
    "query_key_value_tiles_16": query_key_value(16),
    "query_key_value_tiles_32": query_key_value(32),
    "large_query_key_value": lambda e, h, q, v, m, last: TOKENS * max(0, e * fused(h, q, v, last) - (1 << 16)),
    "query_key_rows": lambda e, h, q, v, m, last: TOKENS * h * q,
    "value_rows": lambda e, h, q, v, m, last: TOKENS * h * v,
    "heads": lambda e, h, q, v, m, last: h,
    "score_product": lambda e, h, q, v, m, last: rows(last) * TOKENS * h * q,
    "score_tiles_16": lambda e, h, q, v, m, last: rows(last) * TOKENS * h * tiles(q, 16),
    "softmax": lambda e, h, q, v, m, last: rows(last) * TOKENS * h,
    "value_product": lambda e, h, q, v, m, last: rows(last) * TOKENS * h * v,
    "value_tiles_16": lambda e, h, q, v, m, last: rows(last) * TOKENS * h * tiles(v, 16),
    "value_tiles_32": lambda e, h, q, v, m, last: rows(last) * TOKENS * h * tiles(v, 32),
    "projection_product": lambda e, h, q, v, m, last: rows(last) * h * v * e,
    "projection_tiles_16": lambda e, h, q, v, m, last: rows(last) * h * v * tiles(e, 16),
    "projection_tiles_32": lambda e, h, q, v, m, last: rows(last) * h * v * tiles(e, 32),
    "mlp_product": lambda e, h, q, v, m, last: 2 * rows(last) * e * m,
    "gelu": lambda e, h, q, v, m, last: rows(last) * m,
    "mlp_inner_tiles_16": lambda e, h, q, v, m, last: rows(last) * e * tiles(m, 16),
    "mlp_inner_tiles_32": lambda e, h, q, v, m, last: rows(last) * e * tiles(m, 32),
    "mlp_outer_tiles_16": lambda e, h, q, v, m, last: rows(last) * m * tiles(e, 16),
    "mlp_outer_tiles_32": lambda e, h, q, v, m, last: rows(last) * m * tiles(e, 32),
    "large_mlp": lambda e, h, q, v, m, last: 2 * rows(last) * max(0, e * m - (1 << 16)),
    "wide_mlp": lambda e, h, q, v, m, last: rows(last) * max(0, m - 256),
    "last_block_weights": lambda e, h, q, v, m, last: e * (h * q + h * v) + 2 * e * m if last else 0,
}


def suggest(trial: optuna.Trial) -> dict:
    return {
        "architecture.embedding": trial.suggest_int("embedding", 16, 96, step=8),
        "numbers.rise": trial.suggest_int("rise", 2, 5),
        "numbers.fall": trial.suggest_int("fall", 8, 11),
        "rule.heads.base": trial.suggest_int("heads", 1, 4),
        "rule.heads.profile.plateau.middle": trial.suggest_categorical("heads-middle", [0.5, 1, 1.5, 2]),
        "rule.query-key.base": trial.suggest_categorical("query-key", [4, 8, 16]),
        "rule.query-key.profile.plateau.middle": trial.suggest_categorical("query-key-middle", [1, 2]),
        "rule.value": trial.suggest_categorical("value", [8, 16, 24, 32]),
        "rule.mlp-hidden.base": trial.suggest_float("mlp", 0.5, 4, step=0.5),
        "rule.mlp-hidden.profile.plateau.middle": trial.suggest_categorical("mlp-middle", [0.5, 1, 1.5, 2]),
    }


def time_optuna(seconds: float, terms: dict[str, float]) -> dict[str, float]:
    """Medians of candidates a second: drawing alone, and with the costs and a set of the architectures seen."""

    def draw(trial: optuna.Trial) -> float:
        suggest(trial)
        return 0.0

    seen: set = set()

    def everything(trial: optuna.Trial) -> float:
        e, blocks = instantiate(suggest(trial))
        seen.add((e, *blocks))
        parameters, _ = cost(e, blocks)
        return latency(e, blocks, parameters, terms)

    rates: dict[str, list[float]] = {"draw": [], "draw, cost and find duplicates": []}
    start = time.monotonic()
    seed = 0
    while time.monotonic() - start < seconds or seed == 0:
        for name, objective in zip(rates, (draw, everything)):
            study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
            begin = time.perf_counter()
            study.optimize(objective, n_trials=STUDY)
            rates[name].append(STUDY / (time.perf_counter() - begin))
        seed += 1
    # The costs alone, without Optuna: what a loop in plain Python takes.
    trial = optuna.create_study().ask()
    e, blocks = instantiate(suggest(trial))
    begin = time.perf_counter()
    for _ in range(STUDY):
        parameters, _ = cost(e, blocks)
        latency(e, blocks, parameters, terms)
    alone = STUDY / (time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in rates.items()} | {"costs alone": alone}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nvit", type=Path, default=ROOT / ".build/release/nvit")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--latency-model", default=None)
    parser.add_argument("--to", type=Path, default=ROOT / "outputs/benchmarks")
    options = parser.parse_args()
    if not options.nvit.is_file():
        parser.error(f"--nvit is {options.nvit}, expected the binary that `make build` makes")
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    command = [options.nvit, "bench", "drawing", ROOT / "search-spaces/fashion-mnist.yaml", "--json"]
    command += ["--seconds", str(options.seconds)]
    if options.latency_model:
        command += ["--latency-model", options.latency_model]
    ours = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    terms = ours.get("latencyTerms")
    if not terms:
        raise SystemExit("error: a fitted latency model is needed, not a table")
    for sample in ours["samples"]:
        e, blocks = instantiate(sample["values"])
        parameters, macs = cost(e, blocks)
        seconds = latency(e, blocks, parameters, terms)
        if (parameters, macs) != (sample["parameters"], sample["multiplyAccumulates"]):
            raise SystemExit(f"error: the costs differ: {parameters}, {macs} and {sample}")
        # The model does not speak for every candidate.
        if not abs(seconds - sample.get("latencySeconds", seconds)) <= 1e-12 * seconds:
            raise SystemExit(f"error: the latencies differ: {seconds} and {sample}")
    theirs = time_optuna(options.seconds, terms)

    rates = [(stage["name"], stage["candidatesPerSecond"]) for stage in ours["stages"]]
    draw, everything = rates[0][1]["median"], rates[-1][1]["median"]
    lines = [
        "# Candidates a second",
        f"`search-spaces/fashion-mnist.yaml`: {ours['axes']} open numbers, {ours['depth']} blocks, a latency model of "
        f"{len(terms)} terms; one core; medians. Optuna {optuna.__version__} with its random sampler in memory, Python "
        f"{platform.python_version()}, a new study every {STUDY} trials; its costs are the same formulas, found equal on "
        f"{len(ours['samples'])} candidates. {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}.",
        "\n".join(
            ["| nvit | candidates/s | quartiles | ns each |", "|---|---:|---:|---:|"]
            + [
                f"| {name} | {r['median']:,.0f} | {r['lowerQuartile']:,.0f} to {r['upperQuartile']:,.0f} "
                f"| {1e9 / r['median']:,.0f} |"
                for name, r in rates
            ]
        ),
        "\n".join(
            ["| Optuna | candidates/s | nvit is faster by |", "|---|---:|---:|"]
            + [
                f"| {name} | {rate:,.0f} | {(draw if name == 'draw' else everything) / rate:,.0f} |"
                for name, rate in theirs.items()
                if name != "costs alone"
            ]
        ),
        f"The costs alone, in plain Python without Optuna, take {1e6 / theirs['costs alone']:,.0f} µs a candidate.",
    ]
    options.to.mkdir(parents=True, exist_ok=True)
    (options.to / "drawing.md").write_text("\n\n".join(lines) + "\n")
    (options.to / "drawing.json").write_text(json.dumps({"nvit": ours, "optuna": theirs}, indent=1) + "\n")
    print("\n\n".join(lines))


if __name__ == "__main__":
    main()
