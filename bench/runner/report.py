"""Prints outcomes as a table for people and as JSON for tools."""

from __future__ import annotations

import statistics

from .measure import Outcome, ratios


def table(outcome: Outcome) -> str:
    """One row a contender: medians, the spread of the wall time, and the ratio to the subject round by round."""
    case = outcome.case
    subject = next((c.name for c in case.contenders if c.role == "subject"), case.contenders[0].name)
    rows = [("", "role", "wall ms", "min..max", "CPU ms", "peak MiB", f"wall / {subject}")]
    for contender in case.contenders:
        rounds = outcome.rounds[contender.name]
        walls = [one.seconds * 1e3 for one in rounds]
        against = statistics.median(
            one.seconds / base.seconds if base.seconds else float("inf")
            for one, base in zip(rounds, outcome.rounds[subject])
        )
        rows.append(
            (
                contender.name,
                contender.role,
                _milliseconds(statistics.median(walls)),
                f"{_milliseconds(min(walls))}..{_milliseconds(max(walls))}",
                _milliseconds(outcome.median(contender.name, "cpu_seconds") * 1e3),
                f"{outcome.median(contender.name, 'peak_mib'):.1f}",
                f"{against:.3f}",
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [f"{case.name}" + (f": {case.note}" if case.note else "")]
    for row in rows:
        cells = [row[0].ljust(widths[0]), row[1].ljust(widths[1])]
        cells += [cell.rjust(width) for cell, width in zip(row[2:], widths[2:])]
        lines.append("  " + "  ".join(cells).rstrip())
    for limit in case.limits:
        found = statistics.median(ratios(limit, outcome.rounds))
        bounds = " and ".join(
            text
            for text in (
                f"<= {limit.at_most:g}" if limit.at_most is not None else "",
                f">= {limit.at_least:g}" if limit.at_least is not None else "",
            )
            if text
        )
        lines.append(f"  {limit.subject} = {limit.written(found)} ({bounds})")
    lines += [f"  BROKEN: {text}" for text in outcome.broken]
    return "\n".join(lines)


def _milliseconds(value: float) -> str:
    """Two places, or three digits where those would show none."""
    return f"{value:.2f}" if value >= 0.1 or value == 0 else f"{value:.3g}"


def as_json(outcome: Outcome) -> dict:
    """Every round of every contender, and the limits."""
    case = outcome.case
    return {
        "case": case.name,
        "contenders": [
            {
                "name": contender.name,
                "role": contender.role,
                "rounds": [
                    {
                        "seconds": one.seconds,
                        "cpu_seconds": one.cpu_seconds,
                        "peak_mib": one.peak_mib,
                        **one.printed,
                    }
                    for one in outcome.rounds[contender.name]
                ],
            }
            for contender in case.contenders
        ],
        "limits": [
            {
                "figure": limit.figure,
                "left": limit.left,
                "right": limit.right,
                "per": limit.per,
                "at_most": limit.at_most,
                "at_least": limit.at_least,
                "median": statistics.median(ratios(limit, outcome.rounds)),
            }
            for limit in case.limits
        ],
        "broken": outcome.broken,
    }
