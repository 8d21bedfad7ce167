"""nvit's samplers, pymoo and Optuna, each as a function from (problem, seed, trials, population) to the objectives."""

from __future__ import annotations

import json
import subprocess
import warnings
from pathlib import Path
from typing import Callable

import numpy as np
import optuna
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.mixed import MixedVariableDuplicateElimination, MixedVariableMating, MixedVariableSampling
from pymoo.core.problem import ElementwiseProblem
from pymoo.core.variable import Choice, Integer, Real
from pymoo.optimize import minimize

from problems import Problem

Contestant = Callable[[Problem, int, int, int], np.ndarray]

optuna.logging.set_verbosity(optuna.logging.WARNING)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


def nvit(binary: Path, sampler: str, at_a_time: int | None = None) -> Contestant:
    """At a time a generation is asked for, or as many as said."""

    def run(problem: Problem, seed: int, trials: int, population: int) -> np.ndarray:
        with subprocess.Popen(
            [binary, "bench", "sampler"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        ) as process:

            def send(message: dict) -> None:
                process.stdin.write(json.dumps(message) + "\n")
                process.stdin.flush()

            send(
                {
                    "axes": problem.axes,
                    "objectives": problem.objectives,
                    "seed": seed,
                    "sampler": sampler,
                    "population": population,
                }
            )
            found: list[list[float]] = []
            while len(found) < trials:
                send({"ask": min(at_a_time or population, trials - len(found))})
                points = json.loads(process.stdout.readline())["points"]
                if not points:
                    break
                results = [problem.evaluate(point) for point in points]
                send({"tell": results})
                found += results
            process.stdin.close()
        return np.array(found)

    return run


def pymoo_nsga2(problem: Problem, seed: int, trials: int, population: int) -> np.ndarray:
    found: list[list[float]] = []
    is_mixed = any("choices" in axis or "step" in axis for axis in problem.axes)

    class Recorded(ElementwiseProblem):
        def __init__(self) -> None:
            if is_mixed:
                super().__init__(vars={f"x{i}": variable(a) for i, a in enumerate(problem.axes)}, n_obj=problem.objectives)
            else:
                super().__init__(
                    n_var=len(problem.axes),
                    n_obj=problem.objectives,
                    xl=np.array([a["from"] for a in problem.axes]),
                    xu=np.array([a["through"] for a in problem.axes]),
                )

        def _evaluate(self, x, out, *args, **kwargs) -> None:
            values = [value(a, x[f"x{i}"]) for i, a in enumerate(problem.axes)] if is_mixed else x
            out["F"] = problem.evaluate(values)
            found.append(out["F"])

    def variable(axis: dict):
        if "choices" in axis:
            return Choice(options=axis["choices"])
        if "step" in axis:
            return Integer(bounds=(0, round((axis["through"] - axis["from"]) / axis["step"])))
        return Real(bounds=(axis["from"], axis["through"]))

    def value(axis: dict, x):
        return axis["from"] + axis["step"] * x if "step" in axis else x

    mixed = (
        {
            "sampling": MixedVariableSampling(),
            "mating": MixedVariableMating(eliminate_duplicates=MixedVariableDuplicateElimination()),
            "eliminate_duplicates": MixedVariableDuplicateElimination(),
        }
        if is_mixed
        else {}
    )
    minimize(Recorded(), NSGA2(pop_size=population, **mixed), ("n_eval", trials), seed=seed)
    return np.array(found[:trials])


def through_optuna(make: Callable[[int, int], optuna.samplers.BaseSampler]) -> Contestant:
    def run(problem: Problem, seed: int, trials: int, population: int) -> np.ndarray:
        def objective(trial: optuna.Trial) -> list[float]:
            point = []
            for index, axis in enumerate(problem.axes):
                name = f"x{index}"
                if "choices" in axis:
                    point.append(trial.suggest_categorical(name, axis["choices"]))
                elif "step" in axis:
                    point.append(trial.suggest_float(name, axis["from"], axis["through"], step=axis["step"]))
                else:
                    point.append(trial.suggest_float(name, axis["from"], axis["through"]))
            return problem.evaluate(point)

        study = optuna.create_study(directions=["minimize"] * problem.objectives, sampler=make(seed, population))
        study.optimize(objective, n_trials=trials)
        return np.array([trial.values for trial in study.trials])

    return run


def all_contestants(binary: Path) -> dict[str, Contestant]:
    return {
        "nvit random": nvit(binary, "random"),
        "nvit sobol": nvit(binary, "sobol"),
        "nvit nsga-ii": nvit(binary, "nsga-ii"),
        "nvit regularised-evolution": nvit(binary, "regularised-evolution", at_a_time=1),
        "nvit ehvi": nvit(binary, "ehvi", at_a_time=4),
        "pymoo NSGA-II": pymoo_nsga2,
        "Optuna NSGA-II": through_optuna(
            lambda seed, population: optuna.samplers.NSGAIISampler(seed=seed, population_size=population)
        ),
        "Optuna TPE": through_optuna(lambda seed, _: optuna.samplers.TPESampler(seed=seed, multivariate=True)),
    }


# What is too slow, or not meant, for thousands of trials.
SURROGATES = {"nvit ehvi", "Optuna TPE"}
