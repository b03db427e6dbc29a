"""A function of records over a million JSON documents of ten columns, by a loop around a JSON parser.

    records_peer.py json|orjson WORK ROWS

WORK: map, few, filter (bench/records_run.py has the functions). Prints one JSON object.
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import records_data  # noqa: E402


def main(tool, work, rows):
    if tool == "orjson":
        import orjson
        loads = orjson.loads
    else:
        loads = json.loads
    lines = [line.encode() for line in records_data.lines(int(rows))]
    function = records_data.FUNCTIONS[work]
    begun, cpu = time.perf_counter(), time.process_time()
    if work == "filter":
        made = [record for record in map(loads, lines) if function(record)]
    else:
        made = [function(loads(line)) for line in lines]
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(json.dumps({"answer": records_data.answer(work, made), "seconds": seconds, "cpu_seconds": cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
