"""Which kill points meet which sinks: each folder's four sinks, and the kills of its rounds.

A kill is (point, hit): the hit-th time that a start passes the point.
"""

import random

FORMATS = ("json", "csv", "parquet", "glueparquet")
# A folder made by the call, one that is added to, one that is replaced; a file made by the call, one that is replaced; and
# the first two with folders by a column.
KINDS = ("recoverable", "atomic", "overwrite", "onefile", "replaced", "keys", "newkeys")
FILE_SINKS = tuple(f"{format}-{kind}" for format in FORMATS for kind in KINDS)
# A table that is added to, one that is made anew, one that is emptied first, one whose rows are replaced by their keys.
SQLITE_SINKS = ("sqlite-rows", "sqlite-anew", "sqlite-emptied", "sqlite-upserted")
ALL_SINKS = (*FILE_SINKS, *SQLITE_SINKS)
PLAIN_SINKS = ("parquet-atomic", "parquet-recoverable", "parquet-atomic", "parquet-recoverable")

# Where the job can be killed.
POINTS = ("K01", "K02", "K03", "K04", "K05", "K06", "K07", "K08", "K09", "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17",
          "K18", "K19", "K20", "K21", "K22", "K23", "K24", "K27", "K28")
# K25: the process stops at one of these, another one takes the job over, and then it goes on. K26 stands in the rename of
# a database's table, and this job writes files.
ZOMBIE_POINTS = tuple(f"K{number:02}" for number in range(9, 23))
ALL_POINTS = (*POINTS, "K25")
# Passed once for each sink call, so that the n-th hit is in the n-th call (K16 at least so often); or once in a job. The
# others are passed for each of a call's three partitions.
ONCE_A_CALL = ("K02", "K13", "K14", "K15", "K16", "K17", "K18", "K25")
ONCE_A_JOB = ("K01", "K08", "K19", "K20", "K21", "K22", "K23", "K24", "K27", "K28")
ROUNDS_PER_FOLDER = 6  # The oracle reads everything after each round.

Kill = tuple[str, int]
Plan = list[tuple[tuple[str, ...], list[Kill]]]


def hits_of(point: str) -> tuple[int, ...]:
    """Hits of a point that fall into the first, second, third and fourth sink call, where it is passed in each."""
    if point in ONCE_A_JOB:
        return (1,)
    return (1, 2, 3, 4) if point in ONCE_A_CALL else (1, 4, 7, 10)


def points_of(sinks: tuple[str, ...]) -> tuple[str, ...]:
    """A process that is stopped in SQLite's transaction keeps its lock: nobody else could finish the job."""
    return POINTS if set(sinks) & set(SQLITE_SINKS) else ALL_POINTS


def pairs_of(sinks: tuple[str, ...], point: str) -> set[tuple[str, str]]:
    """What a round with these sinks and a kill at this point tries together."""
    words = [(point, word) for sink in sinks for word in sink.split("-")]
    return {*words, *(tuple(sink.split("-")) for sink in sinks)}


def pairwise(seed: int) -> Plan:
    """Until every point has met every format and every kind of sink, and every format every kind."""
    chance = random.Random(seed)
    left = set().union(*(pairs_of((sink,), point) for sink in ALL_SINKS for point in points_of((sink,))))
    plan: Plan = []
    while left:
        best_gain, best = -1, ((), [])
        for _ in range(60):
            sinks = tuple(chance.sample(ALL_SINKS, 4))
            by_gain = sorted(points_of(sinks), key=lambda point: (-len(pairs_of(sinks, point) & left), chance.random()))
            points = by_gain[:ROUNDS_PER_FOLDER]
            gain = len(set().union(*(pairs_of(sinks, point) for point in points)) & left)
            if gain > best_gain:
                best_gain, best = gain, (sinks, points)
        sinks, points = best
        plan.append((sinks, [(point, chance.choice(hits_of(point))) for point in points]))
        for point in points:
            left -= pairs_of(sinks, point)
    return plan


def matrix(seed: int) -> Plan:
    """Every sink and every point, with a kill in each of the four calls."""
    chance = random.Random(seed)
    files, tables = list(FILE_SINKS), list(SQLITE_SINKS)
    chance.shuffle(files)
    chance.shuffle(tables)
    every = (*files, *tables)
    plan: Plan = []
    for sinks in (every[at:at + 4] for at in range(0, len(every), 4)):
        kills = [(point, hit) for point in points_of(sinks) for hit in hits_of(point)]
        chance.shuffle(kills)
        plan += [(sinks, kills[begin:begin + ROUNDS_PER_FOLDER]) for begin in range(0, len(kills), ROUNDS_PER_FOLDER)]
    return plan
