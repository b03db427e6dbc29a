"""What holding a connector to its contract costs a batch: small ones, and those of 64 Ki rows at both levels."""

from runner.case import Case, Limit, benchmark


def cases(build):
    program = build / "bench" / "checked_bench"

    def turn(name, role, of):
        return benchmark(name, role, program, of)

    return [
        Case("small",
             (turn("checked", "subject", "Read/checked"), turn("bare", "floor", "Read/bare")),
             (Limit("cpu_seconds", "checked", "bare", per="turns", at_most=1e-6, why="It is always on."),), same_answer=False),
        Case("large",
             (turn("cheap", "subject", "Large/fixed_cheap"), turn("full", "peer", "Large/fixed_full"),
              turn("bare", "floor", "Large/fixed_bare")),
             (Limit("cpu_seconds", "cheap", "bare", per="turns", at_most=1e-6, why="It does not look at values."),), same_answer=False),
        Case("large_text",
             (turn("cheap", "subject", "Large/text_cheap"), turn("full", "peer", "Large/text_full")), same_answer=False),
    ]
