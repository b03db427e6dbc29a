"""What holding a connector to its contract costs a batch: small ones, and those of 64 Ki rows at each level."""

from runner.case import Case, Limit, benchmark


def cases(build):
    program = build / "bench" / "checked_bench"

    def turn(name, role, of):
        return benchmark(name, role, program, of)

    def levels(of):
        return (turn("cheap", "subject", f"Large/{of}_cheap"), turn("sampled", "peer", f"Large/{of}_sampled"),
                turn("full", "peer", f"Large/{of}_full"))

    # One thread that never waits: what it costs is its CPU time.
    small = Limit("cpu_seconds", "checked", "bare", per="turns", at_most=1e-6, why="It is always on.")
    large = Limit("cpu_seconds", "cheap", "bare", per="turns", at_most=1e-6, why="It does not look at values.")
    return [
        Case("small", (turn("checked", "subject", "Read/checked"), turn("bare", "floor", "Read/bare")), (small,),
             same_answer=False),
        Case("large", (*levels("fixed"), turn("bare", "floor", "Large/fixed_bare")), (large,), same_answer=False),
        Case("large_text", levels("text"), same_answer=False),
    ]
