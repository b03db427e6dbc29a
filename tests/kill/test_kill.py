"""Kills a job at its failpoints and at random moments; nothing may be lost or doubled. See killer.py for the long run."""

import os
import pathlib
import sys

import pytest

from dev import paths

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import killer  # noqa: E402
import places  # noqa: E402
import plans  # noqa: E402


def driver() -> pathlib.Path:
    for folder in (pathlib.Path(os.environ["TENON_BUILD"]), *(paths.build_dir(name) for name in ("asan", "dev"))):
        program = folder / "tests" / "kill" / "kill_driver"
        if program.exists():
            return program
    raise FileNotFoundError("kill_driver is not built: ninja -C build/dev kill_driver")


@pytest.fixture
def bench(tmp_path, request):
    seed = killer.todays_seed()
    print(f"TENON_TEST_SEED={seed}")
    words = getattr(request, "param", {})
    place = places.open_place(words.get("store", "local"), tmp_path / "store")
    yield killer.Bench(driver(), paths.DEPS / "duckdb" / "lib" / "libduckdb.so", tmp_path / "jobs", seed, place,
                       words.get("unprotected", False))
    place.close()


def test_nothing_is_lost_or_doubled_by_kills(bench):
    done, found = killer.run(bench, 40)
    assert not found, f"seed={bench.seed}: {found}"
    assert done.kills >= 40


@pytest.mark.parametrize("bench", [{"store": "local"}, {"store": "s3"}], ids=["local", "s3"], indirect=True)
def test_every_point_meets_every_format_and_every_kind_of_sink(bench):
    done, found = killer.run_plan(bench, plans.pairwise(bench.seed))
    assert not found, f"seed={bench.seed}: {found}"
    assert set(done.hits) == set(plans.ALL_POINTS) and not done.missed


@pytest.mark.parametrize("bench", [{"unprotected": True}], ids=["local"], indirect=True)
def test_the_oracle_finds_damage_when_recovery_guesses(bench):
    done, found = killer.run(bench, 200)
    assert found, f"seed={bench.seed}: {done.kills} kills and no damage found"
