"""An object of 1 GB from a real S3 server on loopback, by ranges, beside a loop that asks for the same ranges alone."""

import pathlib
import sys

from runner.case import Case, Contender, Limit

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

from dev import go_tools  # noqa: E402

MEGABYTES = "1024"


def cases(build):
    program = str(build / "bench" / "s3_bench")
    folder = str(build / "bench" / "data" / "s3")
    gateway = str(go_tools.tool_path("versitygw"))
    make_gateway = (sys.executable, str(pathlib.Path(__file__).resolve().parents[1] / "s3_gateway.py"))
    return [
        Case("ranged_read",
             (Contender("store", "subject", (program, "store", folder, gateway)),
              Contender("bare ranges", "floor", (program, "bare", folder, gateway))),
             (Limit("seconds", "bare ranges", "store", at_least=0.9, why="Reading ahead must not cost the network."),),
             prepare=(make_gateway, (program, "make", folder, MEGABYTES))),
    ]
