"""Problems with known fronts. Every objective is to be small; axes are as `nvit bench sampler` reads them."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np
from pymoo.indicators.hv import HV


@dataclass
class Problem:
    name: str
    axes: list[dict]
    objectives: int
    reference: list[float]
    evaluate: Callable[[Sequence[float]], list[float]]
    # Hypervolume of the true front.
    best: float

    def hypervolume(self, points: np.ndarray) -> float:
        """As a share of the true front's."""
        below = points[(points < self.reference).all(axis=1)]
        return float(HV(ref_point=np.array(self.reference))(below)) / self.best if len(below) else 0.0


def unit(count: int) -> list[dict]:
    return [{"from": 0.0, "through": 1.0} for _ in range(count)]


def zdt(number: int, variables: int) -> Problem:
    """Zitzler, Deb and Thiele 2000."""

    def height(f1: float, g: float) -> float:
        match number:
            case 1:
                return g * (1 - math.sqrt(f1 / g))
            case 2:
                return g * (1 - (f1 / g) ** 2)
            case _:
                return g * (1 - math.sqrt(f1 / g) - f1 / g * math.sin(10 * math.pi * f1))

    def evaluate(x: Sequence[float]) -> list[float]:
        g = 1 + 9 * sum(x[1:]) / (len(x) - 1)
        return [x[0], height(x[0], g)]

    # The front has g = 1; with this many points its hypervolume is exact to five digits.
    front = np.array([[f, height(f, 1)] for f in np.linspace(0, 1, 100_001)])
    reference = [1.1, 1.1]
    exact = float(HV(ref_point=np.array(reference))(front))
    return Problem(f"ZDT{number}, {variables} variables", unit(variables), 2, reference, evaluate, exact)


def dtlz2(variables: int = 12) -> Problem:
    """Deb, Thiele, Laumanns and Zitzler 2002, with three objectives; the front is an eighth of a sphere."""

    def evaluate(x: Sequence[float]) -> list[float]:
        g = 1 + sum((v - 0.5) ** 2 for v in x[2:])
        a, b = x[0] * math.pi / 2, x[1] * math.pi / 2
        return [g * math.cos(a) * math.cos(b), g * math.cos(a) * math.sin(b), g * math.sin(a)]

    return Problem(
        f"DTLZ2, {variables} variables", unit(variables), 3, [1.1] * 3, evaluate, 1.1**3 - math.pi / 6
    )


# Axes like those of search-spaces/fashion-mnist.yaml, in its order: E, rise, fall, heads and their middle, query/key width
# and its middle, value width, MLP as a multiple of E and its middle.
SPACE = [
    {"from": 48, "through": 192, "step": 16},
    {"from": 2, "through": 5, "step": 1},
    {"from": 8, "through": 11, "step": 1},
    {"from": 1, "through": 4, "step": 1},
    {"choices": [1, 1.5, 2, 3]},
    {"choices": [8, 16, 24]},
    {"choices": [1, 2]},
    {"choices": [16, 24, 32, 48]},
    {"from": 1, "through": 4, "step": 0.5},
    {"choices": [1, 1.5, 2]},
]
TOKENS, DEPTH = 50, 12


def transformer(values: Sequence) -> list:
    """A made-up accuracy with a known best rule, and the multiply-accumulates of the blocks; also for arrays.

    The best rule has a plateau from block 4 through 9 with twice the heads and query/key width and 1.5 times the MLP
    width; accuracy falls with the squared logarithm of each block's distance from it, and grows with E.
    """
    e, rise, fall, heads, heads_middle, keys, keys_middle, value, mlp, mlp_middle = values
    error = 0.08 + 3.2 / e
    macs = 0
    for block in range(1, DEPTH + 1):
        middle = (rise <= block) & (block <= fall)
        h = np.floor(heads * np.where(middle, heads_middle, 1) + 0.5)
        q = keys * np.where(middle, keys_middle, 1)
        m = 16 * np.floor(mlp * e * np.where(middle, mlp_middle, 1) / 16 + 0.5)
        best = 2 if 4 <= block <= 9 else 1
        error = (
            error
            + 0.004 * np.log(h / (2 * best)) ** 2
            + 0.004 * np.log(q / (16 * best)) ** 2
            + 0.003 * np.log(value / 32) ** 2
            + 0.006 * np.log(m / (2 * e * (1.5 if best == 2 else 1))) ** 2
        )
        linear = TOKENS * e * (h * (2 * q + 2 * value) + 2 * m)
        macs = macs + linear + TOKENS * TOKENS * h * (q + value)
    return [error, macs / 1e8]


def values_of(axis: dict) -> np.ndarray:
    if "choices" in axis:
        return np.array(axis["choices"], dtype=float)
    return np.arange(axis["from"], axis["through"] + axis["step"] / 2, axis["step"], dtype=float)


@functools.cache
def search_space() -> Problem:
    # All 1,290,240 members.
    grid = np.meshgrid(*map(values_of, SPACE), indexing="ij")
    points = np.stack(transformer([axis.ravel() for axis in grid]), axis=1)
    order = np.lexsort((points[:, 0], points[:, 1]))
    lowest = np.minimum.accumulate(points[order, 0])
    front = points[order][np.concatenate([[True], lowest[1:] < lowest[:-1]])]
    # A tenth of the front's range beyond its worst values, as for the others.
    low, high = front.min(axis=0), front.max(axis=0)
    reference = (high + 0.1 * (high - low)).tolist()
    return Problem(
        "transformers, 10 axes",
        SPACE,
        2,
        reference,
        lambda x: [float(v) for v in transformer([np.float64(v) for v in x])],
        float(HV(ref_point=np.array(reference))(front)),
    )
