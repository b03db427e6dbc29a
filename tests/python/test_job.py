"""tenon.Job over the real engine: what Python sees of frames, batches and errors."""

import pytest
import tenon

pa = pytest.importorskip("pyarrow")


@pytest.fixture
def job(tmp_path):
    made = tenon.Job.start({"name": "test", "state_folder": str(tmp_path / "state")})
    yield made
    made.end(clean=True)


@pytest.fixture
def rows(job):
    return job.read("sequence", [("rows", "1000"), ("partitions", "4"), ("types", "long,string"), ("names", "n,s")])


def test_batches_are_arrow(job, rows):
    batches = []
    job.for_each_batch(rows, batches.append)
    tables = [pa.record_batch(batch) for batch in batches]
    assert sum(len(batch) for batch in batches) == 1000
    assert sorted(n for table in tables for n in table["n"].to_pylist()) == list(range(1000))
    assert pa.schema(batches[0].schema) == tables[0].schema and batches[0].schema.names == ["n", "s"]
    assert pa.record_batch(batches[0]) == tables[0]  # May be exported more than once.


def test_batches_outlive_their_job(tmp_path):
    made = tenon.Job.start({"name": "short", "state_folder": str(tmp_path)})
    head = made.head(made.read("sequence", [("rows", "10")]), 3)
    made.end(clean=True)
    tables = [pa.record_batch(batch) for batch in head]
    del head, made
    assert [n for table in tables for n in table["value"].to_pylist()] == [0, 1, 2]


def test_schema_count_show_and_tree(job, rows):
    schema = job.current_schema(rows)
    assert (schema.names, schema.types, len(schema)) == (["n", "s"], ["long", "string"], 2)
    assert pa.schema(schema).names == ["n", "s"] and schema == job.current_schema(rows)
    assert job.count(rows) == 1000
    assert len(job.show(rows, 2)) == 2
    assert job.schema_tree(rows).startswith("root\n|-- n: long\n|-- s: string")


def test_a_function_that_raises_ends_the_action_with_its_error(job, rows):
    def refuse(batch):
        raise LookupError("no more")
    with pytest.raises(LookupError, match="no more"):
        job.for_each_batch(rows, refuse)
    assert job.count(rows) == 1000  # The job goes on.


def test_errors_carry_code_number_and_hint(job):
    with pytest.raises(tenon.TenonError) as error:
        job.read("sequenec", [("rows", "1")])
    assert (error.value.code, error.value.number, error.value.exit_code) == ("InvalidArgument", 1010, 2)
    assert "sequence" in error.value.hint
    with pytest.raises(tenon.TenonError) as error:
        job.transform("aply_mapping", [job.read("sequence", [("rows", "1")])])
    assert error.value.number == 1020 and "apply_mapping" in error.value.hint


def test_bad_rows_are_listed(job):
    frame = job.read("sequence", [("rows", "100"), ("bad_rows_every", "10"), ("self_describing", "true")])
    assert job.count(frame) == 90 and job.error_count(frame) == 10
    errors = job.errors(frame, max=3)
    assert len(errors) == 3 and set(errors[0]) == {"message", "input", "where"} and isinstance(errors[0]["input"], bytes)


def test_an_ended_job_says_so(tmp_path):
    made = tenon.Job.start({"name": "ended", "state_folder": str(tmp_path)})
    made.end(clean=True)
    with pytest.raises(tenon.TenonError, match="Job has ended"):
        made.read("sequence", [("rows", "1")])


def test_cancel_from_another_thread(tmp_path):
    import threading
    made = tenon.Job.start({"name": "cancel", "state_folder": str(tmp_path)})
    frame = made.read("sequence", [("rows", "100000"), ("batch_rows", "10"), ("delay_ms", "20")])
    threading.Timer(0.3, made.cancel).start()
    with pytest.raises(tenon.TenonError) as error:
        made.count(frame)
    assert error.value.code == "Cancelled" and error.value.exit_code == 130
    made.end(clean=False)


def test_python_threads_run_while_an_action_runs(tmp_path):
    import threading
    made = tenon.Job.start({"name": "gil", "state_folder": str(tmp_path)})
    frame = made.read("sequence", [("rows", "2000"), ("batch_rows", "100"), ("delay_ms", "20"), ("partitions", "1")])
    ticks, stop = [], threading.Event()
    thread = threading.Thread(target=lambda: [ticks.append(1) for _ in iter(lambda: stop.wait(0.01), True)])
    thread.start()
    made.for_each_batch(frame, lambda batch: None)
    stop.set()
    thread.join()
    made.end(clean=True)
    assert len(ticks) > 5
