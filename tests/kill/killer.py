#!/usr/bin/env python3
"""Kills a job again and again, at every failpoint and at random moments, and starts it again until it is done; then the
oracle reads what it wrote. Prints its seed; the same seed kills at the same points.

    tests/kill/killer.py --driver build/dev/tests/kill/kill_driver --kills 500
    tests/kill/killer.py --driver … --kills 40 --unprotected      # Recovery guesses: the oracle must find damage.
"""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import oracle  # noqa: E402

# Where this job can be killed; K03 and K11 stand once for each partition and so on: hit=1..3 takes another one each.
POINTS = ("K01", "K02", "K03", "K04", "K05", "K06", "K07", "K08", "K09", "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17",
          "K18", "K19", "K20", "K21", "K22", "K23", "K24", "K27", "K28")
# K25: the process stops at one of these, another one takes the job over, and then it goes on. K26 stands in the rename of
# a database's table, and this job writes files.
ZOMBIE_POINTS = tuple(f"K{number:02}" for number in range(9, 23))
ALL_POINTS = (*POINTS, "K25")
TAKEN_OVER = 6  # Exit code of TN6002.
# Points that are only passed by a start after a cut one: they are reached with a kill before.
IN_RECOVERY = {"K22": "K15", "K23": "K16"}
ROWS_PER_ROUND = 700
ROUNDS_PER_FOLDER = 6  # The oracle reads everything after each round.
MOST_STARTS = 12
START_S = 60


class Killer:
    def __init__(self, driver: pathlib.Path, folder: pathlib.Path, seed: int, unprotected: bool):
        self.driver = driver
        self.base = folder
        self.folder = folder / "1"
        self.random = random.Random(seed)
        self.unprotected = unprotected
        self.round = 0
        self.rounds = 0
        self.kills = 0
        self.hits: dict[str, int] = {}

    def words(self) -> list:
        return [self.driver, "--folder", self.folder, "--rows", str(self.round * ROWS_PER_ROUND), "--round", str(self.round)]

    def start(self, fail: str = "", kill_after_s: float | None = None) -> int:
        env = dict(os.environ, TENON_FAIL=fail)
        if self.unprotected:
            env["TENON_FAIL_GUESS"] = "never"
        process = subprocess.Popen(self.words(), env=env, stderr=subprocess.PIPE, text=True)
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
            self.kills += 1
            if fail:
                point = fail.split(":")[0]
                self.hits[point] = self.hits.get(point, 0) + 1
        return process.returncode

    def zombie(self, point: str, hit: int) -> None:
        """Stops a start at the point, takes its lock away, lets another one finish the job, and wakes the first."""
        first = subprocess.Popen(self.words(), env=dict(os.environ, TENON_FAIL=f"{point}:stop:hit={hit}"),
                                 stderr=subprocess.PIPE, text=True)
        try:
            if not self.stops(first):
                return  # Went past the point fewer times than that.
            for lock in (self.folder / "state" / "locks").iterdir():
                lock.unlink()  # As on a file system that loses locks: the next start takes a new one.
            self.finish()
            first.send_signal(signal.SIGCONT)
            _, said = first.communicate(timeout=START_S)
        finally:
            first.kill()
            first.communicate()
        # Past its last transaction there is nothing that could refuse it, nor need be.
        if first.returncode != TAKEN_OVER and (first.returncode != 0 or int(point[1:]) < 20):
            raise AssertionError(f"the overtaken run ended with {first.returncode}: {said}")
        self.hits["K25"] = self.hits.get("K25", 0) + 1
        self.kills += 1

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
        """Starts the round's job until it is done."""
        for _ in range(MOST_STARTS):
            code = self.start()
            if code == 0:
                return
            raise AssertionError(f"a start without a kill ended with {code}: {self.said}")

    def run_round(self, plans: list[dict]) -> None:
        self.rounds += 1
        self.round += 1
        if self.round > ROUNDS_PER_FOLDER:
            self.folder = self.base / str(self.rounds)
            self.round = 1
        for plan in plans:
            if "zombie" in plan:
                self.zombie(*plan["zombie"])
            elif self.start(**plan) == 0:
                return
        self.finish()

    def kill_at(self, point: str, hit: int) -> list[dict]:
        plans = []
        if point == "K25":
            zombie_point = self.random.choice(ZOMBIE_POINTS)
            if zombie_point == "K22":  # Passed in recovery only.
                plans.append({"fail": "K15:kill:hit=1"})
            return [*plans, {"zombie": (zombie_point, hit)}]
        if point in IN_RECOVERY:
            plans.append({"fail": f"{IN_RECOVERY[point]}:kill:hit={self.random.randint(1, 2)}"})
            hit = 1
        plans.append({"fail": f"{point}:kill:hit={hit}"})
        if self.random.random() < 0.3:  # Twice in a row.
            plans.append({"fail": f"{self.random.choice(POINTS)}:kill:hit={self.random.randint(1, 3)}"})
        return plans


def run(driver: pathlib.Path, kills: int, seed: int, unprotected: bool, duckdb: oracle.DuckDb,
        folder: pathlib.Path) -> tuple[Killer, list[str]]:
    killer = Killer(driver, folder, seed, unprotected)
    started = time.monotonic()
    killer.run_round([])  # How long a job takes that nobody kills.
    usual_s = time.monotonic() - started
    points = [(point, hit) for point in ALL_POINTS for hit in (1, 2, 3)]
    killer.random.shuffle(points)
    found: list[str] = []
    while killer.kills < kills and not found:
        if points and killer.random.random() < 0.8:
            plans = killer.kill_at(*points.pop())
        else:
            plans = [{"kill_after_s": killer.random.uniform(0, usual_s)}]
            points = points or [(point, hit) for point in ALL_POINTS for hit in (1, 2, 3)]
        try:
            killer.run_round(plans)
        except AssertionError as error:
            found = [str(error)]
            break
        found = [f"after {plans}: {damage}"
                 for damage in oracle.damages(killer.folder, killer.round * ROWS_PER_ROUND, duckdb)]
    return killer, found


def todays_seed() -> int:
    """Another one each day, so that all points are met over time."""
    return int(os.environ.get("TENON_TEST_SEED", time.strftime("%Y%m%d")))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", type=pathlib.Path, required=True)
    parser.add_argument("--duckdb", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("TENON_DEPS", ".deps")) / "duckdb/lib/libduckdb.so")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=todays_seed())
    parser.add_argument("--unprotected", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tenon-kill-") as folder:
        killer, found = run(arguments.driver, arguments.kills, arguments.seed, arguments.unprotected,
                            oracle.DuckDb(arguments.duckdb), pathlib.Path(folder))
    print(f"seed={arguments.seed} kills={killer.kills} rounds={killer.rounds} "
          f"points={len(killer.hits)} of {len(ALL_POINTS)}: " + " ".join(sorted(killer.hits)))
    for damage in found:
        print("damage: " + damage)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
