#!/usr/bin/env python3
"""Kills a job again and again, at every failpoint and at random moments, and starts it again until it is done; then the
oracle reads what it wrote. Prints its seed; the same seed kills at the same points.

    tests/kill/killer.py --kills 500
    tests/kill/killer.py --pairwise                   # Every point with every format and every kind of sink.
    tests/kill/killer.py --matrix                     # Every sink at every point, in each of the job's four calls.
    tests/kill/killer.py --matrix --store s3          # The same with the sinks in a bucket of a real S3 server.
    tests/kill/killer.py --kills 40 --unprotected     # Recovery guesses: the oracle must find damage.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import oracle  # noqa: E402
import places  # noqa: E402
import plans  # noqa: E402

TAKEN_OVER = 6  # Exit code of TN6002.
# Points that are only passed by a start after a cut one: they are reached with a kill before.
IN_RECOVERY = {"K22": "K15", "K23": "K16"}
ROWS_PER_ROUND = 700
START_S = 60


@dataclasses.dataclass
class Tally:
    """What was done, over all folders."""

    kills: int = 0
    rounds: int = 0
    hits: dict[str, int] = dataclasses.field(default_factory=dict)
    missed: set[plans.Kill] = dataclasses.field(default_factory=set)  # Of a plan, that no start came to.

    def hit(self, point: str) -> None:
        self.hits[point] = self.hits.get(point, 0) + 1

    def add(self, other: "Tally") -> None:
        self.kills += other.kills
        self.rounds += other.rounds
        self.missed |= other.missed
        for point, count in other.hits.items():
            self.hits[point] = self.hits.get(point, 0) + count


class Killer:
    """One job in one folder, with four sinks."""

    def __init__(self, driver: pathlib.Path, folder: pathlib.Path, sinks: tuple[str, ...], place, seed: object,
                 unprotected: bool = False):
        self.driver = driver
        self.folder = folder
        self.sinks = sinks
        self.place = place
        self.random = random.Random(str(seed))
        self.unprotected = unprotected
        self.round = 0
        self.cut = False  # Whether a start of this round was killed.
        self.said = ""
        self.tally = Tally()
        folder.mkdir(parents=True)

    def words(self) -> list:
        words = [self.driver, "--folder", self.folder]
        # A run that was cut after its commit has nothing left to write, and another start would write the next rows.
        if self.cut and oracle.is_committed(self.folder, self.round * ROWS_PER_ROUND):
            return [*words, "--sweep"]
        return [*words, "--target", self.place.target(self.folder), "--rows", str(self.round * ROWS_PER_ROUND),
                "--round", str(self.round), "--sinks", ",".join(self.sinks)]

    def variables(self, fail: str) -> dict[str, str]:
        guess = {"TENON_FAIL_GUESS": "never"} if self.unprotected else {}
        # In one of some hundred starts the search for leaks fails itself ("Tracer caught signal 11"): it meets a thread
        # whose libraries were opened late. Leaks are for the suites of the rooms.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        return {**self.place.variables(self.folder), "TENON_FAIL": fail, "ASAN_OPTIONS": sanitizer, **guess}

    def start(self, fail: str = "", kill_after_s: float | None = None) -> int:
        process = subprocess.Popen(self.words(), env=self.variables(fail), stderr=subprocess.PIPE, text=True)
        try:
            if kill_after_s is not None:
                try:
                    process.wait(kill_after_s)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
            _, self.said = process.communicate(timeout=START_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        if process.returncode == -signal.SIGKILL:
            self.cut = True
            self.tally.kills += 1
            if fail:
                self.tally.hit(fail.split(":")[0])
        return process.returncode

    def zombie(self, point: str, hit: int) -> None:
        """Stops a start at the point, takes its lock away, lets another one finish the job, and wakes the first. The job is
        done in any case."""
        first = subprocess.Popen(self.words(), env=self.variables(f"{point}:stop:hit={hit}"), stderr=subprocess.PIPE, text=True)
        try:
            if not self.stops(first):
                return  # Went past the point fewer times than that.
            for lock in (self.folder / "state" / "locks").iterdir():
                lock.unlink()  # As on a file system that loses locks: the next start takes a new one.
            self.cut = True
            self.finish()
            first.send_signal(signal.SIGCONT)
            _, said = first.communicate(timeout=START_S)
        finally:
            first.kill()
            first.communicate()
        # Past its last transaction there is nothing that could refuse it, nor need be.
        if first.returncode != TAKEN_OVER and (first.returncode != 0 or int(point[1:]) < 20):
            raise AssertionError(f"the overtaken run ended with {first.returncode}: {said}")
        self.tally.hit("K25")
        self.tally.kills += 1

    @staticmethod
    def stops(process: subprocess.Popen) -> bool:
        """Whether it stops before it ends."""
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return True
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise AssertionError(f"a start that was to stop ended with {process.returncode}")
        return False

    def finish(self) -> None:
        """Starts the round's job once more, which must do it."""
        code = self.start()
        if code != 0:
            raise AssertionError(f"a start without a kill ended with {code}: {self.said}")

    def run_round(self, steps: list[dict], duckdb: oracle.DuckDb) -> list[str]:
        """Does these steps and what is left of the round's job; gives the damage."""
        self.tally.rounds += 1
        self.round += 1
        self.cut = False
        try:
            for step in steps:
                if "zombie" in step:
                    self.zombie(*step["zombie"])
                    break
                if self.start(**step) == 0:
                    break
            else:
                self.finish()
            first, last = (self.round - 1) * ROWS_PER_ROUND, self.round * ROWS_PER_ROUND
            found = oracle.damages(self.folder, self.place, self.sinks, first, last, duckdb)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            found = [str(error)]
        return [f"{self.sinks} in round {self.round} after {steps}: {damage}" for damage in found]

    def steps_at(self, point: str, hit: int) -> list[dict]:
        steps = []
        if point == "K25":
            zombie_point = self.random.choice(plans.ZOMBIE_POINTS)
            if zombie_point in plans.ONCE_A_JOB:
                hit = 1
            if zombie_point == "K22":  # Passed in recovery only.
                steps.append({"fail": "K15:kill:hit=1"})
            return [*steps, {"zombie": (zombie_point, hit)}]
        if point in IN_RECOVERY:
            steps.append({"fail": f"{IN_RECOVERY[point]}:kill:hit={self.random.randint(1, 2)}"})
            hit = 1
        steps.append({"fail": f"{point}:kill:hit={hit}"})
        if self.random.random() < 0.3:  # Twice in a row.
            steps.append({"fail": f"{self.random.choice(plans.POINTS)}:kill:hit={self.random.randint(1, 3)}"})
        return steps


@dataclasses.dataclass(frozen=True)
class Bench:
    """What every job of a run is killed with."""

    driver: pathlib.Path
    library: pathlib.Path  # DuckDB's.
    folder: pathlib.Path
    seed: int
    place: object = dataclasses.field(default_factory=places.LocalPlace)
    unprotected: bool = False


def run(bench: Bench, kills: int) -> tuple[Tally, list[str]]:
    """So many kills, at points and at random moments; ends with the first damage."""
    chance = random.Random(bench.seed)
    duckdb = oracle.DuckDb(bench.library)
    every = [(point, hit) for point in plans.ALL_POINTS for hit in (1, 2, 3)]
    tally, points, found = Tally(), [], []
    for number in range(1, 1 + kills):
        killer = Killer(bench.driver, bench.folder / str(number), plans.PLAIN_SINKS, bench.place, chance.random(),
                        bench.unprotected)
        started = time.monotonic()
        found = killer.run_round([], duckdb)  # How long a job takes that nobody kills.
        usual_s = time.monotonic() - started
        for _ in range(plans.ROUNDS_PER_FOLDER - 1):
            if found or tally.kills + killer.tally.kills >= kills:
                break
            if not points:
                points = chance.sample(every, len(every))
            random_moment = [{"kill_after_s": chance.uniform(0, usual_s)}]
            found = killer.run_round(killer.steps_at(*points.pop()) if chance.random() < 0.8 else random_moment, duckdb)
        tally.add(killer.tally)
        if found or tally.kills >= kills:
            break
    return tally, found


def run_plan(bench: Bench, plan: plans.Plan) -> tuple[Tally, list[str]]:
    """One round for each kill of the plan, its folders at the same time; ends with the first damage."""
    ended = threading.Event()

    def run_folder(number: int) -> tuple[Tally, list[str]]:
        sinks, kills = plan[number]
        killer = Killer(bench.driver, bench.folder / str(number + 1), sinks, bench.place, (bench.seed, number))
        duckdb = oracle.DuckDb(bench.library)
        for kill in kills:
            if ended.is_set():
                break
            before = killer.tally.hits.get(kill[0], 0)
            found = killer.run_round(killer.steps_at(*kill), duckdb)
            if killer.tally.hits.get(kill[0], 0) == before:
                killer.tally.missed.add((*kill, *sinks))
            if found:
                ended.set()
                return killer.tally, found
        for tree in (killer.folder, bench.place.tree(killer.folder)):
            shutil.rmtree(tree, ignore_errors=True)
        return killer.tally, []

    tally, found = Tally(), []
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for part, damage in pool.map(run_folder, range(len(plan))):
            tally.add(part)
            found += damage
    return tally, found


def todays_seed() -> int:
    """Another one each day, so that all points are met over time."""
    return int(os.environ.get("TENON_TEST_SEED", time.strftime("%Y%m%d")))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", type=pathlib.Path, default=places.ROOT / "build/dev/tests/kill/kill_driver")
    parser.add_argument("--duckdb", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("TENON_DEPS", places.ROOT / ".deps")) / "duckdb/lib/libduckdb.so")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=todays_seed())
    parser.add_argument("--unprotected", action="store_true")
    parser.add_argument("--matrix", action="store_true")
    parser.add_argument("--pairwise", action="store_true")
    parser.add_argument("--store", choices=("local", "s3"), default="local")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tenon-kill-") as folder:
        place = places.open_place(arguments.store, pathlib.Path(folder) / "store")
        try:
            bench = Bench(arguments.driver, arguments.duckdb, pathlib.Path(folder) / "jobs", arguments.seed, place,
                          arguments.unprotected)
            if arguments.matrix or arguments.pairwise:
                tally, found = run_plan(bench, (plans.matrix if arguments.matrix else plans.pairwise)(arguments.seed))
            else:
                tally, found = run(bench, arguments.kills)
        finally:
            place.close()
    print(f"store={arguments.store} seed={arguments.seed} kills={tally.kills} rounds={tally.rounds} "
          f"seconds={time.monotonic() - started:.0f} damages={len(found)} "
          f"points={len(tally.hits)} of {len(plans.ALL_POINTS)}: " + " ".join(sorted(tally.hits)))
    for missed in sorted(tally.missed):
        print("missed: " + " ".join(map(str, missed)))
    for damage in found:
        print("damage: " + damage)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
