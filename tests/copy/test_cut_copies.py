"""Copies that are cut: by a kill, by Ctrl-C; the same command afterwards."""

import json
import random
import os
import signal
import subprocess
import time

import pytest

from copied import PROGRAM, environment, files_of, read_rows, write_rows

ROWS = 150_000


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    path = tmp_path_factory.mktemp("many") / "in.json"
    write_rows(path, [{"id": row, "text": f"row number {row} " * 4} for row in range(ROWS)])
    return path


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_the_copy_and_nothing_half_written_stays(start, tmp_path, many, number, code):
    # The sort waits for all rows. On a busy machine the signal may still come late: then there are more rows.
    for times in (1, 4, 16, 64):
        folder = tmp_path / f"rows-{times}"
        folder.mkdir()
        for copy in range(times):
            os.link(many, folder / f"{copy:02}.json")
        process = start("copy", str(folder), f"out-{times}", "--order-by", "text desc", "--progress", "json")
        assert process.stderr.readline()
        begun = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=120)
        if process.returncode != 0:
            break
    assert time.monotonic() - begun < 2
    assert process.returncode == code, err
    assert "interrupted: stopping; nothing half-done stays." in err and "error" not in err
    assert files_of(tmp_path / f"out-{times}") == []


def test_a_killed_copy_and_the_same_command_again_write_each_row_once(start, tenon, tmp_path, many):
    seed = int(os.environ.get("TENON_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
    print(f"TENON_TEST_SEED={seed}")
    moments = random.Random(seed)
    for turn in range(6):
        target = f"out{turn}"
        process = start("copy", str(many), target, "--to-format", "json", stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=moments.uniform(0.0, 0.8))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        published = len(read_rows(tmp_path / target))
        assert published in (0, ROWS), f"turn={turn}"
        if process.returncode == 0:
            continue  # It was done: the same command would be another copy.
        done = tenon("copy", str(many), target, "--to-format", "json")
        assert done.code == 0, done.err
        assert sorted(row["id"] for row in read_rows(tmp_path / target)) == list(range(ROWS)), f"turn={turn}"


def test_two_copies_of_one_kind_exclude_each_other(start, tenon, tmp_path, many):
    process = start("copy", str(many), "out", "--order-by", "text", "--progress", "json")
    process.stderr.readline()
    second = tenon("copy", str(many), "out")
    if process.poll() is None:
        assert second.code == 6 and "error[TN6001]" in second.err
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
