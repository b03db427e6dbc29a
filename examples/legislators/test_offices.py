"""Unit tests of a Glue script, by the fixtures of Tenon's pytest plugin: docs/testing-a-job.md."""

from offices import first_office, first_offices, one_type

MEMBERS = [
    {"id": {"bioguide": "A000001"}, "offices": [{"state": "OH", "city": "Aurora", "suite": 12}]},
    {"id": {"bioguide": "B000002"}, "offices": [{"state": "TX", "city": "Boerne", "suite": "B-1"}, {"state": "TX", "city": "Waco"}]},
]


def test_suites_become_texts(dynamic_frame, assert_frames_equal):
    suites = one_type(dynamic_frame(MEMBERS)).map(lambda member: {"suite": member["offices"][0]["suite"]})
    assert_frames_equal(suites, [{"suite": "12"}, {"suite": "B-1"}])


def test_the_first_office_counts(dynamic_frame, assert_frames_equal):
    assert_frames_equal(first_offices(dynamic_frame(MEMBERS)), [
        {"member": "A000001", "state": "OH", "city": "Aurora", "suite": "12"},
        {"member": "B000002", "state": "TX", "city": "Boerne", "suite": "B-1"}])


def test_an_office_without_a_suite_is_an_error_record(dynamic_frame):
    offices = first_offices(dynamic_frame([*MEMBERS, {"id": {"bioguide": "C000003"}, "offices": [{"state": "IA", "city": "Ames"}]}]))
    assert (offices.count(), offices.errorsCount()) == (2, 1)


def test_a_function_needs_no_frame():
    assert first_office(MEMBERS[0])["city"] == "Aurora"
