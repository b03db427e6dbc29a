"""What a benchmark is: contenders that do the same work, and the ratios that must hold between them."""

from __future__ import annotations

import pathlib
import re
from dataclasses import dataclass, field

ROLES = ("subject", "peer", "floor")
# As the first word of a command: the interpreter of an environment of the peers' own, made on first use.
PEER_PYTHON = "<python of the peers>"
SCANNER_PYTHON = "<python of DuckDB with its scanners of databases>"
SPARK_PYTHON = "<python of Spark>"


@dataclass(frozen=True)
class Contender:
    """A program that does the work of a case, in a process of its own.

    It prints, as its last line, one JSON object: `answer` (compared with the other contenders'; a checksum over every
    value it consumed) and, when start-up must not count, `seconds` and `cpu_seconds` of the work alone. More keys
    (rows, batches, bytes) are reported as they are. Or it is one benchmark of a program of Google Benchmark: see
    `benchmark`.
    """

    name: str
    role: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"role={self.role!r} of contender {self.name!r}: one of {', '.join(ROLES)}")


def benchmark(name: str, role: str, program: pathlib.Path, of: str, **environment: str) -> Contender:
    """One benchmark of a program of Google Benchmark: its name, without the words that its settings add. Its figures are
    those of one turn, and `turns` is 1.
    """
    command = (str(program), f"--benchmark_filter=^{re.escape(of)}(/[a-z_]+)*$", "--benchmark_format=json",
               "--benchmark_min_time=0.1")
    return Contender(name, role, command, environment)


@dataclass(frozen=True)
class Limit:
    """`left` / `right` of one figure must lie in [at_least, at_most]; with no `right`, the figure of `left` itself.

    With `per`, a key that `left` prints, it is what `left` needs more than `right` for each of them: (left - right) / per.
    Figures: seconds, cpu_seconds, peak_mib, or a key that the contender prints. All are taken round by round.
    """

    figure: str
    left: str
    right: str | None = None
    at_most: float | None = None
    at_least: float | None = None
    why: str = ""
    per: str | None = None

    @property
    def subject(self) -> str:
        """What is measured, in words."""
        if self.right is None:
            return f"{self.figure} of {self.left}"
        if self.per is not None:
            return f"{self.figure} of {self.left} - {self.right}, for each of {self.per}"
        return f"{self.figure} of {self.left} / {self.right}"

    def written(self, found: float) -> str:
        """A figure of this limit: seconds for each of something are small."""
        return f"{found:.3f}" if self.per is None else f"{found:.2e}"


@dataclass(frozen=True)
class Case:
    """One workload. Set `same_answer` to False only where contenders cannot agree by nature (a drain, an empty process)."""

    name: str
    contenders: tuple[Contender, ...]
    limits: tuple[Limit, ...] = ()
    same_answer: bool = True
    rounds: int = 5
    note: str = ""
    prepare: tuple[tuple[str, ...], ...] = ()  # Commands that run once before the first round: they make the data.

    def __post_init__(self) -> None:
        names = [contender.name for contender in self.contenders]
        if len(set(names)) != len(names):
            raise ValueError(f"case {self.name!r}: two contenders have one name")
        for limit in self.limits:
            if limit.per is not None and limit.right is None:
                raise ValueError(f"case {self.name!r}: a limit per {limit.per!r} compares two contenders")
            for name in (limit.left, limit.right):
                if name is not None and name not in names:
                    raise ValueError(f"case {self.name!r}: limit names {name!r}, which is no contender")
