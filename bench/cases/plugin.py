"""What the C boundary of a plug-in costs: the connector sequence, built in and as a library, into the same checksum."""

from runner.case import Case, Contender, Limit


def cases(build):
    program, library = str(build / "bench" / "plugin_bench"), str(build / "bench" / "libsequence_plugin.so")

    def boundary(name, *words):
        return Case(name, (Contender("plug-in, in turns with built-in", "subject", (program, library, *words)),),
                    (Limit("boundary", "plug-in, in turns with built-in", at_most=1.02,
                           why="A batch crosses as pointers; nothing is copied."),), rounds=3)

    return [boundary("boundary_1t", "threads=1"), boundary("boundary_2t", "threads=2")]
