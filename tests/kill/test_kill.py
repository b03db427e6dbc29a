"""Kills a job at its failpoints and at random moments; nothing may be lost or doubled. See killer.py for the long run."""

import importlib.util
import os
import pathlib

import pytest

from dev import paths


def load(name):
    spec = importlib.util.spec_from_file_location(name, pathlib.Path(__file__).parent / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


killer = load("killer")


@pytest.fixture(scope="session")
def driver():
    for folder in (pathlib.Path(os.environ["TENON_BUILD"]), *(paths.build_dir(name) for name in ("asan", "dev"))):
        program = folder / "tests" / "kill" / "kill_driver"
        if program.exists():
            return program
    raise FileNotFoundError("kill_driver is not built: ninja -C build/dev kill_driver")


@pytest.fixture(scope="session")
def duckdb():
    return killer.oracle.DuckDb(paths.DEPS / "duckdb" / "lib" / "libduckdb.so")


def test_nothing_is_lost_or_doubled_by_kills(driver, duckdb, tmp_path):
    seed = killer.todays_seed()
    print(f"TENON_TEST_SEED={seed}")
    done, found = killer.run(driver, 40, seed, False, duckdb, tmp_path)
    assert not found, f"seed={seed}: {found}"
    assert done.kills >= 40


def test_the_oracle_finds_damage_when_recovery_guesses(driver, duckdb, tmp_path):
    seed = killer.todays_seed()
    done, found = killer.run(driver, 200, seed, True, duckdb, tmp_path)
    assert found, f"seed={seed}: {done.kills} kills and no damage found"
