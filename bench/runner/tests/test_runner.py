"""The runner measures processes, compares answers and checks ratios."""

import json
import pathlib
import re
import subprocess
import sys

import pytest

BENCH = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(BENCH))

from runner.case import Case, Contender, Limit, benchmark  # noqa: E402
from runner.measure import BenchError, Round, check_limit, run_case, run_once  # noqa: E402
from runner.report import as_json, table  # noqa: E402


def says(text, name="a", role="subject", before=""):
    return Contender(name, role, (sys.executable, "-c", f"{before}\nprint({text!r})"))


def test_takes_the_programs_own_seconds_and_the_systems_peak_memory():
    one = run_once(says(json.dumps({"answer": 7, "seconds": 0.25, "rows": 3}), before="x = bytearray(80 << 20)"), 30)
    assert one.seconds == 0.25
    assert one.printed == {"answer": 7, "rows": 3}
    assert one.peak_mib > 80


def test_counts_the_whole_process_when_it_prints_no_seconds():
    one = run_once(says('{"answer": 1}', before="import time; time.sleep(0.05)"), 30)
    assert 0.05 <= one.seconds < 20
    assert one.cpu_seconds < one.seconds + 1


def test_refuses_contenders_that_disagree_and_names_both():
    case = Case("sum", (says('{"answer": 1}', "ours"), says('{"answer": 2}', "theirs", "peer")), rounds=1)
    with pytest.raises(BenchError, match="Contenders disagree: case=sum.*ours.*theirs"):
        run_case(case)


def test_refuses_a_contender_without_an_answer():
    with pytest.raises(BenchError, match="printed no answer: case=sum contender=ours"):
        run_case(Case("sum", (says("no JSON here", "ours"),), rounds=1))


def test_reports_a_failing_contender_with_its_last_words():
    bad = Contender("bad", "peer", (sys.executable, "-c", "import sys; sys.exit('out of cheese')"))
    with pytest.raises(BenchError, match="contender=bad exit=1\nout of cheese"):
        run_case(Case("sum", (bad,), rounds=1))


def test_kills_a_contender_that_does_not_end():
    hung = Contender("hung", "peer", (sys.executable, "-c", "import time; time.sleep(60)"))
    with pytest.raises(BenchError, match="contender=hung exit=-9"):
        run_once(hung, 0.2)


def test_runs_contenders_in_turn(tmp_path):
    log = tmp_path / "order"
    def contender(name, role):
        code = f"open({str(log)!r}, 'a').write({name!r}); print('{{\"answer\": 0}}')"
        return Contender(name, role, (sys.executable, "-c", code))
    run_case(Case("order", (contender("A", "subject"), contender("B", "peer"), contender("C", "floor")), rounds=2))
    assert log.read_text() == "ABC" * 3  # One warm-up and two rounds.


def rounds(*seconds):
    return [Round(one, one, 10.0, {}) for one in seconds]


def test_a_limit_takes_the_median_of_the_ratios_round_by_round():
    kept = {"ours": rounds(1.0, 4.0, 9.0), "floor": rounds(1.0, 2.0, 3.0)}  # Ratios 1, 2, 3.
    assert check_limit(Limit("seconds", "ours", "floor", at_most=2.0), kept) == ""
    text = check_limit(Limit("seconds", "ours", "floor", at_most=1.9, why="The law."), kept)
    assert text == "seconds of ours / floor = 2.000, allowed at most 1.9. The law."
    text = check_limit(Limit("peak_mib", "ours", at_least=11), kept)
    assert text == "peak_mib of ours = 10.000, asked for at least 11."


def test_a_limit_per_something_is_a_difference():
    def printed(seconds, batches):
        return Round(seconds, seconds, 10.0, {"batches": batches})
    kept = {"ours": [printed(3.0, 10), printed(5.0, 20)], "floor": [printed(2.0, 0), printed(2.0, 0)]}  # 0.1, 0.15.
    assert check_limit(Limit("seconds", "ours", "floor", per="batches", at_most=0.125), kept) == ""
    text = check_limit(Limit("seconds", "ours", "floor", per="batches", at_most=0.1), kept)
    assert text == "seconds of ours - floor, for each of batches = 1.25e-01, allowed at most 0.1."
    with pytest.raises(ValueError, match="a limit per 'batches' compares two contenders"):
        Case("sum", (says("{}"),), limits=(Limit("seconds", "only", per="batches"),))


def google(*runs):
    return says(json.dumps({"context": {}, "benchmarks": list(runs)}, indent=1))


def test_takes_one_turn_of_a_google_benchmark():
    run = {"name": "Read/bare", "real_time": 250.0, "cpu_time": 125.0, "time_unit": "us", "items_per_second": 4000.0}
    one = run_once(google(run), 30)
    assert (one.seconds, one.cpu_seconds, one.printed) == (250e-6, 125e-6, {"turns": 1, "items_per_second": 4000.0})


def test_refuses_a_google_benchmark_that_failed_or_is_not_there():
    failed = {"name": "Read/bare", "error_occurred": True, "error_message": "no disk"}
    with pytest.raises(BenchError, match="contender=a ran=Read/bare error=no disk"):
        run_once(google(failed), 30)
    with pytest.raises(BenchError, match="contender=a ran=none"):
        run_once(google(), 30)


def test_asks_a_google_benchmark_for_one_of_its_names_only():
    command = benchmark("ours", "subject", pathlib.Path("json_bench"), "Build/1").command
    pattern = command[1].removeprefix("--benchmark_filter=")
    names = ("Build/1", "Build/1/process_time/real_time", "Build/12", "Build/1/2", "ReBuild/1")
    assert [name for name in names if re.search(pattern, name)] == ["Build/1", "Build/1/process_time/real_time"]


def test_times_of_nanoseconds_have_digits_in_the_table():
    run = {"name": "Read/bare", "real_time": 512.0, "cpu_time": 512.0, "time_unit": "ns"}
    text = table(run_case(Case("small", (google(run),), same_answer=False, rounds=1)))
    assert "0.000512..0.000512" in text


def test_every_program_is_in_a_case():
    cases = "".join(path.read_text() for path in (BENCH / "cases").glob("*.py"))
    programs = [path.stem for path in BENCH.glob("*_bench.cc")]
    assert len(programs) >= 4 and [name for name in programs if f'"{name}"' not in cases] == []


def test_a_case_refuses_a_limit_on_nobody():
    with pytest.raises(ValueError, match="limit names 'ghost'"):
        Case("sum", (says("{}"),), limits=(Limit("seconds", "ghost"),))


def test_prints_a_table_and_json():
    case = Case(
        "sum",
        (says('{"answer": 1, "seconds": 0.002}', "ours"), says('{"answer": 1, "seconds": 0.001}', "bare", "floor")),
        limits=(Limit("seconds", "ours", "bare", at_most=1.5),),
        rounds=2,
    )
    outcome = run_case(case)
    text = table(outcome)
    assert "seconds of ours / bare = 2.000 (<= 1.5)" in text
    assert "BROKEN: seconds of ours / bare = 2.000, allowed at most 1.5." in text
    document = as_json(outcome)
    assert document["limits"][0]["median"] == 2.0
    assert [len(one["rounds"]) for one in document["contenders"]] == [2, 2]


def test_the_command_names_the_nearest_benchmark(tmp_path):
    done = subprocess.run(
        [sys.executable, str(BENCH / "run.py"), "strat"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "No such benchmark: name=strat" in done.stderr
    assert "Did you mean start?" in done.stderr
