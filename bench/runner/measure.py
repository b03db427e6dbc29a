"""Runs the contenders of a case in turn and keeps what each round gave."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from . import peers
from .case import Case, Contender, Limit


class BenchError(Exception):
    """A contender failed, or the contenders disagree: there is nothing to compare."""


@dataclass
class Round:
    """One run of one contender."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    printed: dict = field(default_factory=dict)

    def figure(self, name: str) -> float:
        if name in ("seconds", "cpu_seconds", "peak_mib"):
            return getattr(self, name)
        if name not in self.printed:
            raise BenchError(f"A limit asks for a figure that was not printed: figure={name}")
        return float(self.printed[name])


@dataclass
class Outcome:
    """All rounds of a case, by contender, and which limits did not hold."""

    case: Case
    rounds: dict[str, list[Round]]
    broken: list[str]

    def median(self, contender: str, figure: str) -> float:
        return statistics.median(one.figure(figure) for one in self.rounds[contender])


def run_once(contender: Contender, timeout_s: float) -> Round:
    """Runs it as a process; the operating system's own account gives CPU time and peak memory."""
    command = peers.resolved(contender.command)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env={**os.environ, **contender.environment},
        )
        status, usage = _wait(process, started + timeout_s)
        wall = time.perf_counter() - started
        output.seek(0)
        text = output.read().decode("utf-8", "replace").strip()
        if status != 0:
            errors.seek(0)
            tail = errors.read().decode("utf-8", "replace").strip()[-800:]
            raise BenchError(f"A contender failed: contender={contender.name} exit={status}\n{tail}")
    printed = _benchmark(contender, text) or _last_object(text)
    return Round(
        seconds=float(printed.pop("seconds", wall)),
        cpu_seconds=float(printed.pop("cpu_seconds", usage.ru_utime + usage.ru_stime)),
        peak_mib=usage.ru_maxrss / 1024.0,
        printed=printed,
    )


def _wait(process: subprocess.Popen, deadline: float):
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG if deadline < float("inf") else 0)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage
        if time.perf_counter() > deadline:
            process.kill()
            deadline = float("inf")
        time.sleep(0.0005)


def _benchmark(contender: Contender, text: str) -> dict:
    """The figures of Google Benchmark's JSON; empty when this is none."""
    if not (text.startswith("{") and '"benchmarks": [' in text):
        return {}
    runs = json.loads(text)["benchmarks"]
    if len(runs) != 1 or runs[0].get("error_occurred"):
        raise BenchError(f"One benchmark was asked for: contender={contender.name} "
                         f"ran={','.join(run['name'] for run in runs) or 'none'} "
                         f"error={runs[0].get('error_message', '') if runs else ''}")
    seconds = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[runs[0]["time_unit"]]
    # Counters of the benchmark's own stand among the figures that every benchmark has.
    known = {"real_time", "cpu_time", "iterations", "repetitions", "repetition_index", "threads", "family_index",
             "per_family_instance_index"}
    counters = {key: value for key, value in runs[0].items() if isinstance(value, (int, float)) and key not in known}
    return {"seconds": runs[0]["real_time"] * seconds, "cpu_seconds": runs[0]["cpu_time"] * seconds, "turns": 1, **counters}


def _last_object(text: str) -> dict:
    line = text.rsplit("\n", 1)[-1]
    if not line.startswith("{"):
        return {}
    try:
        return json.loads(line)
    except ValueError:
        return {}


def run_case(case: Case, rounds: int | None = None, timeout_s: float = 600.0, warm_ups: int = 1) -> Outcome:
    """Each in turn to warm up, then A B C A B C. Raises BenchError when answers differ."""
    kept: dict[str, list[Round]] = {contender.name: [] for contender in case.contenders}
    for command in case.prepare:
        prepared = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s)
        if prepared.returncode != 0:
            raise BenchError(f"Data cannot be made: case={case.name} exit={prepared.returncode}\n{prepared.stderr[-800:]}")
    for number in range(warm_ups + (rounds or case.rounds)):
        for contender in case.contenders:
            one = run_once(contender, timeout_s)
            if number >= warm_ups:
                kept[contender.name].append(one)
    if case.same_answer:
        _check_answers(case, kept)
    return Outcome(case, kept, [text for limit in case.limits if (text := check_limit(limit, kept))])


def _check_answers(case: Case, kept: dict[str, list[Round]]) -> None:
    answers: dict[str, list[str]] = {}
    for name, rounds in kept.items():
        for one in rounds:
            if "answer" not in one.printed:
                raise BenchError(f"A contender printed no answer: case={case.name} contender={name}")
            answers.setdefault(json.dumps(one.printed["answer"], sort_keys=True), []).append(name)
    if len(answers) > 1:
        parts = "; ".join(f"{', '.join(sorted(set(names)))}: {text[:120]}" for text, names in answers.items())
        raise BenchError(f"Contenders disagree: case={case.name}: {parts}")


def ratios(limit: Limit, kept: dict[str, list[Round]]) -> list[float]:
    """What the limit bounds, of each round: a ratio, a difference for each of something, or the figure itself."""
    left = [one.figure(limit.figure) for one in kept[limit.left]]
    if limit.right is None:
        return left
    right = [one.figure(limit.figure) for one in kept[limit.right]]
    if limit.per is not None:
        return [(a - b) / one.figure(limit.per) for a, b, one in zip(left, right, kept[limit.left])]
    return [a / b if b else float("inf") for a, b in zip(left, right)]


def check_limit(limit: Limit, kept: dict[str, list[Round]]) -> str:
    """Empty when the median lies inside, else what was found and what was asked."""
    found = statistics.median(ratios(limit, kept))
    if limit.at_most is not None and found > limit.at_most:
        return f"{limit.subject} = {limit.written(found)}, allowed at most {limit.at_most:g}. {limit.why}".rstrip()
    if limit.at_least is not None and found < limit.at_least:
        return f"{limit.subject} = {limit.written(found)}, asked for at least {limit.at_least:g}. {limit.why}".rstrip()
    return ""
