"""What was measured, as JSON and as tables."""

from __future__ import annotations

import statistics

from contestants import Contestant

# Ratio, and the contestants that it compares.
RATIOS = {
    "one process, all threads: nvit / PyTorch": ("nvit_all_threads", "pytorch_all_threads"),
    "one process per core: nvit / PyTorch": ("nvit_process_per_core", "pytorch_process_per_core"),
    "nvit all threads / PyTorch per core": ("nvit_all_threads", "pytorch_process_per_core"),
}


def summary(values: list[float]) -> dict:
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return {
        "median": median,
        "lower_quartile": lower,
        "upper_quartile": upper,
        "minimum": min(values),
        "maximum": max(values),
        "samples": len(values),
    }


def contestant_entry(contestant: Contestant) -> dict:
    return {
        "processes": contestant.processes,
        "threads_per_process": contestant.threads,
        "batch_per_process": contestant.batch,
        "steps_per_group": contestant.steps,
        "choices": contestant.choices,
        "images_per_second": summary(contestant.rates),
        "peak_memory_bytes": contestant.peak_memory,
        "memory_bytes_before_first_step": contestant.base_memory,
    }


def ratios(contestants: dict[str, Contestant]) -> dict:
    """Ratios of the rates within each round."""
    return {
        title: summary([ours / theirs for ours, theirs in zip(contestants[a].rates, contestants[b].rates)])
        for title, (a, b) in RATIOS.items()
    }


def markdown(report: dict) -> str:
    machine, versions = report["machine"], report["versions"]
    parts = [
        "# nvit beside PyTorch",
        f"{machine['processor']}, {machine['cores']} cores, {versions['kernels']} kernels; "
        f"nvit {versions['nvit']}, PyTorch {versions['pytorch']}, Python {versions['python']}; {report['date']}.",
        f"Images/s: medians of {report['settings']['rounds']} interleaved rounds. Ratios: medians of the rounds' "
        "ratios, with the smallest and largest. A training step is zero_grad, forward, cross entropy, backward and "
        "AdamW on a batch in memory. PyTorch runs eagerly, with the faster of its attentions and of its AdamW "
        "variants. One process per core: each trains its own model with one thread and its share of the batch, "
        "images/s added up.",
    ]
    for mode, title in (("train", "Training"), ("inference", "Inference")):
        rows = [row for row in report["rows"] if row["mode"] == mode]
        if rows:
            parts += [f"## {title}", speed_table(rows), memory_table(rows)]
    return "\n\n".join(parts) + "\n"


def speed_table(rows: list[dict]) -> str:
    lines = [
        "| model, batch | nvit, all threads | PyTorch, all threads | ratio | nvit, process per core "
        "| PyTorch, process per core | ratio | nvit all threads / PyTorch per core |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        rate = {name: f"{entry['images_per_second']['median']:.0f}" for name, entry in row["contestants"].items()}
        ratio = [
            f"**{r['median']:.2f}** ({r['minimum']:.2f}–{r['maximum']:.2f})"
            for r in (row["ratios"][title] for title in RATIOS)
        ]
        cells = [
            f"{row['model']}, {row['batch']}",
            rate["nvit_all_threads"],
            rate["pytorch_all_threads"],
            ratio[0],
            rate["nvit_process_per_core"],
            rate["pytorch_process_per_core"],
            ratio[1],
            ratio[2],
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def memory_table(rows: list[dict]) -> str:
    lines = [
        "| peak memory, MB | nvit, all threads | PyTorch, all threads | share "
        "| nvit, per core, sum | PyTorch, per core, sum | share |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        peak = {name: sum(entry["peak_memory_bytes"]) / 1e6 for name, entry in row["contestants"].items()}
        cells = [row["model"]]
        for setting in ("all_threads", "process_per_core"):
            ours, theirs = peak[f"nvit_{setting}"], peak[f"pytorch_{setting}"]
            cells += [f"{ours:.0f}", f"{theirs:.0f}", f"{ours / theirs:.2f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
