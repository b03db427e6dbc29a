"""Memory of a copy does not grow with its rows."""

import random
import subprocess
import sys

import pytest

from copied import PROGRAM, environment

MIB = 1 << 20
SMALL_BYTES, LARGE_BYTES = 16 * MIB, 160 * MIB


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Two files of the same rows, one ten times as long as the other."""
    rows = random.Random(4)
    block = "".join(
        f"{rows.randrange(10**9)},{rows.randrange(1000)},{rows.randrange(10**5)}.{rows.randrange(100):02d},"
        f"20{rows.randrange(10, 30)}-0{rows.randrange(1, 10)}-1{rows.randrange(10)},\"a text, {rows.randrange(10**6)}\","
        f"{'x' * rows.randrange(40)}\n" for _ in range(20_000))
    folder = tmp_path_factory.mktemp("sources")
    for size in (SMALL_BYTES, LARGE_BYTES):
        with open(folder / f"{size}.csv", "w") as file:
            file.write("id,count,price,day,note,word\n")
            for _ in range(size // len(block)):
                file.write(block)
    return folder


# The system counts what a process was before it became another program, so it starts from one that is small itself.
MEASURE = """
import os, sys
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(process, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


def peak_mib(source, target, *options):
    """What the system says of the most memory that `tenon copy` had."""
    done = subprocess.run([sys.executable, "-S", "-c", MEASURE, PROGRAM, "copy", source, target, *options], capture_output=True,
                          env=environment(target.parent), text=True, timeout=120, check=True)
    code, kib = map(int, done.stdout.split())
    assert code == 0 and target.stat().st_size > MIB
    target.unlink()
    return kib / 1024


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_csv_is_copied_in_memory_that_ten_times_the_rows_do_not_raise(sources, tmp_path, ending):
    small = peak_mib(sources / f"{SMALL_BYTES}.csv", tmp_path / f"out.{ending}")
    large = peak_mib(sources / f"{LARGE_BYTES}.csv", tmp_path / f"out.{ending}")
    assert large <= 128 and large <= 1.2 * small + 4, (small, large)


def test_csv_is_copied_to_parquet_within_the_memory_of_its_row_groups(sources, tmp_path):
    large = peak_mib(sources / f"{LARGE_BYTES}.csv", tmp_path / "out.parquet")
    assert large <= 256, large


def test_a_row_group_takes_less_memory_where_there_is_little(sources, tmp_path):
    source, target = sources / f"{LARGE_BYTES}.csv", tmp_path / "out.parquet"
    much, little = peak_mib(source, target), peak_mib(source, target, "--memory", "64MiB", "--threads", "2")
    assert little <= 100 and little < much, (little, much)
