#!/usr/bin/env python3
"""Hypervolume at equal evaluations of nvit's samplers, pymoo's NSGA-II and Optuna's, into samplers.md and samplers.json.

    compare.py [--nvit BINARY] [--seeds N] [--to FOLDER] [--only NAME,...]

Every contestant evaluates the same problem code; nvit's samplers are asked through `nvit bench sampler`. Evolution gets
the same population everywhere. What counts is the hypervolume of all points evaluated, as a share of the true front's.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import resource
import time
from pathlib import Path

import numpy as np
import optuna
import pymoo
from scipy.stats import t as student

from contestants import SURROGATES, all_contestants
from problems import Problem, dtlz2, search_space, zdt

# Trials, population, variables of ZDT. A few hundred trials are what trainings allow; there ZDT has fewer variables,
# as without a model nothing at all is reached otherwise.
BUDGETS = [(400, 20, 10), (2000, 50, 30)]


def problems(variables: int) -> list[Problem]:
    return [*(zdt(number, variables) for number in (1, 2, 3)), dtlz2(), search_space()]


def interval(values: list[float]) -> dict:
    """The mean with Student's 95% interval."""
    half = student.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5 if len(values) > 1 else None
    return {"mean": float(np.mean(values)), "half_width": None if half is None else float(half), "values": values}


def measure(binary: Path, seeds: int, only: list[str]) -> list[dict]:
    rows = []
    contestants = {
        name: run for name, run in all_contestants(binary).items() if not only or any(part in name for part in only)
    }
    for trials, population, variables in BUDGETS:
        for problem in problems(variables):
            for name, run in contestants.items():
                if trials > 500 and name in SURROGATES:
                    continue
                before = sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
                found = [run(problem, seed, trials, population) for seed in range(1, seeds + 1)]
                after = sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
                short = [len(points) for points in found if len(points) != trials]
                if short:
                    raise SystemExit(f"error: {name} on {problem.name} evaluated {short} points, expected {trials}")
                rows.append(
                    {
                        "problem": problem.name,
                        "trials": trials,
                        "population": population,
                        "contestant": name,
                        "hypervolume": interval([problem.hypervolume(points) for points in found]),
                        "processor_seconds": (after - before) / seeds,
                    }
                )
                share = rows[-1]["hypervolume"]
                print(f"{trials:5d}  {problem.name:22s} {name:28s} {share['mean']:.4f}", flush=True)
    return rows


def markdown(report: dict) -> str:
    rows = report["results"]
    versions = report["versions"]
    parts = [
        "# nvit's samplers beside pymoo's and Optuna's",
        f"Hypervolume of all points evaluated, as a share of the true front's; mean ± Student's 95% half width over "
        f"{report['seeds']} seeds. pymoo {versions['pymoo']}, Optuna {versions['optuna']}; {report['date']}. In the "
        "last column: processor seconds of a whole run, the problem's own included, on the problem of ten axes.",
    ]
    for trials, population, _ in BUDGETS:
        chosen = [row for row in rows if row["trials"] == trials]
        names = list(dict.fromkeys(row["problem"] for row in chosen))
        contestants = list(dict.fromkeys(row["contestant"] for row in chosen))

        def cell(contestant: str, problem: str) -> dict:
            return next(r for r in chosen if r["contestant"] == contestant and r["problem"] == problem)

        def text(row: dict) -> str:
            value = row["hypervolume"]
            return f"{value['mean']:.3f}" + (f" ± {value['half_width']:.3f}" if value["half_width"] is not None else "")

        lines = ["| | " + " | ".join(names) + " | s |", "|---|" + "---:|" * (len(names) + 1)]
        for contestant in contestants:
            seconds = cell(contestant, names[-1])["processor_seconds"]
            lines.append(
                f"| {contestant} | " + " | ".join(text(cell(contestant, name)) for name in names) + f" | {seconds:.1f} |"
            )
        rivals = [name for name in contestants if not name.startswith("nvit")]
        ours = [name for name in contestants if name.startswith("nvit") and name.split()[1] not in ("random", "sobol")]
        if rivals and ours:
            best = [max(cell(name, p)["hypervolume"]["mean"] for name in rivals) for p in names]
            for contestant in ours:
                ratios = [cell(contestant, p)["hypervolume"]["mean"] / b if b else float("inf") for p, b in zip(names, best)]
                lines.append(
                    f"| {contestant} / best rival | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " | |"
                )
        parts += [f"## {trials} evaluations, populations of {population}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nvit", type=Path, default=root / ".build/release/nvit")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--to", type=Path, default=root / "outputs/benchmarks")
    parser.add_argument("--only", default="", help="contestants whose names hold one of these")
    options = parser.parse_args()
    if not options.nvit.is_file():
        parser.error(f"--nvit is {options.nvit}, expected the binary that `make build` makes")
    if options.seeds < 1:
        parser.error(f"--seeds is {options.seeds}, expected at least 1")
    start = time.monotonic()
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "seeds": options.seeds,
        "versions": {
            "pymoo": pymoo.__version__,
            "optuna": optuna.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "results": measure(options.nvit, options.seeds, [part for part in options.only.split(",") if part]),
    }
    report["wall_seconds"] = time.monotonic() - start
    options.to.mkdir(parents=True, exist_ok=True)
    (options.to / "samplers.json").write_text(json.dumps(report, indent=1) + "\n")
    (options.to / "samplers.md").write_text(markdown(report))
    print(f"\n{markdown(report)}\nwritten to {options.to}/samplers.md and samplers.json")


if __name__ == "__main__":
    main()
