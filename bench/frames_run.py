"""Documents taken apart into tables, from a JSON file to Parquet, as peers/frames_peer.py does.

    frames_run.py make DATA ROWS              the file, unless it is there
    frames_run.py relationalize DATA TARGET
"""

import json
import os
import pathlib
import resource
import sys
import tempfile
import time


def make(data, rows):
    path = pathlib.Path(data)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as lines:
        for i in range(int(rows)):
            items = [{"sku": f"sku-{(i + n) % 500}", "count": n, "price": i % 100 / 4} for n in range(i % 4)]
            json.dump({"id": i, "name": f"document {i % 1000}", "items": items, "tags": ["tag"] * (1 + i // 4 % 4)}, lines)
            lines.write("\n")
    part.rename(path)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def relationalize(data, target):
    from tenon import _core
    with tempfile.TemporaryDirectory() as state:
        job = _core.Job.start({"name": "frames", "state_folder": state, "threads": int(os.environ.get("THREADS", "1"))})
        begun, cpu = time.perf_counter(), cpu_seconds()
        frame = job.read("file", [("paths", json.dumps([data]))], format="json")
        rows = []
        for name, table in job.relationalize(frame, "root"):
            options = [("path", f"{target}/{name}"), ("mode", "overwrite")]
            rows.append(job.write(table, "file", options, format="parquet", context=name, call_site="bench")["rows"])
        seconds, cpu = time.perf_counter() - begun, cpu_seconds() - cpu
        print(json.dumps({"answer": rows, "seconds": seconds, "cpu_seconds": cpu}))
        job.end(clean=False)


if __name__ == "__main__":
    {"make": make, "relationalize": relationalize}[sys.argv[1]](*sys.argv[2:])
