"""The same as peers/records_peer.py, by a frame's map and filter: rows in memory in, rows in memory out.

    records_run.py WORK ROWS [whole]

`whole` makes each record of all columns, whatever the function touches.
"""

import json
import pathlib
import sys
import tempfile
import time

import pyarrow
import pyarrow.compute as pc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import records_data  # noqa: E402



def answer(work, batches):
    table = pyarrow.Table.from_batches(batches)

    def total(*path):
        column = table.column(path[0]).combine_chunks()
        for name in path[1:]:
            column = column.field(name)
        return pc.sum(column).as_py()

    if work == "filter":
        return [table.num_rows, total("i1"), total("d2")]
    lengths = pc.sum(pc.utf8_length(table.column("t1"))).as_py()
    return [table.num_rows, total("z"), total("i2"), lengths, total("who", "age")]


def main(work, rows, whole=""):
    import tenon
    sys.path.insert(0, str(pathlib.Path(tenon.__file__).parent / "glue"))
    from awsglue.gluetypes import DynamicRecord
    from tenon import _core
    from tenon.footprint import footprint
    function = records_data.FUNCTIONS[work]
    with tempfile.TemporaryDirectory() as state:
        job = _core.Job.start({"name": "records", "state_folder": state, "threads": 1, "memory_bytes": 4 << 30})
        frame = job.from_records([records_data.record(n) for n in range(int(rows))])
        touched = None if whole else footprint(function, DynamicRecord)
        style = {} if touched is None else {"touched": touched.fields}
        batches = []
        begun, cpu = time.perf_counter(), time.process_time()
        if work == "filter":
            made = job.filter(frame, function, DynamicRecord, **style)
        else:
            if touched is not None:
                style["gives_record"] = touched.gives_record
            made = job.map(frame, function, DynamicRecord, **style)
        job.for_each_batch(made, batches.append)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        print(json.dumps({"answer": answer(work, [pyarrow.record_batch(batch) for batch in batches]), "seconds": seconds,
                          "cpu_seconds": cpu}))
        job.end(clean=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
