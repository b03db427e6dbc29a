"""Predicates over 64 Ki rows, beside a bare loop that compares the same numbers."""

from runner.case import Case, benchmark

PREDICATES = ("long_less", "double_between", "int_with_nulls", "int_in_20", "text_equal", "text_prefix", "four_conjuncts")


def cases(build):
    program = build / "bench" / "expression_bench"
    subjects = tuple(benchmark(name, "peer" if i else "subject", program, f"Evaluate/{name}")
                     for i, name in enumerate(PREDICATES))
    return [
        Case("evaluate", (*subjects, benchmark("bare loop", "floor", program, "BareLoop")), same_answer=False, rounds=3),
        Case("parse", (benchmark("parse and bind", "subject", program, "Parse"),), same_answer=False),
    ]
