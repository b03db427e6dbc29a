"""Fixtures to test Glue code with pytest: a GlueContext over its own state, frames from records, their comparison.

pytest loads this module in every session of an environment that has tenon-etl. Loading it costs nothing and changes
nothing but the end of sys.path, where awsglue and the pyspark shim are then found; the native module is loaded by the
first test that uses a fixture. docs/testing-a-job.md shows all of it.
"""

import os
import sys

import pytest

GLUE_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "glue")


def pytest_addoption(parser):
    parser.addini("tenon_glue_first", "Find tenon's awsglue and pyspark before those that are installed", type="bool",
                  default=False)
    parser.addini("glue_version", "The AWS Glue version that tests follow; else $GLUE_VERSION, else the newest")


def pytest_configure(config):
    if GLUE_FOLDER in sys.path:
        return
    if config.getini("tenon_glue_first"):
        sys.path.insert(0, GLUE_FOLDER)
    else:
        sys.path.append(GLUE_FOLDER)


@pytest.fixture
def glue_state(tmp_path_factory, monkeypatch):
    """The folder that is $TENON_HOME during this test; the home of the user is not touched."""
    folder = tmp_path_factory.mktemp("glue_state")
    monkeypatch.setenv("TENON_HOME", str(folder))
    return folder


@pytest.fixture
def glue_context(glue_state, pytestconfig):
    """A GlueContext whose run begins and ends with the test; every GlueContext made meanwhile belongs to that run."""
    from tenon import runtime
    named = pytestconfig.getini("glue_version")
    version = runtime.checked_glue_version(named, "glue_version") if named else runtime.default_glue_version()
    own = runtime.Runtime(runtime.RunSettings(state_folder=str(glue_state), glue_version=version))
    before = runtime.install(own)
    try:
        from awsglue.context import GlueContext
        yield GlueContext()
    finally:
        try:
            own.end(clean=False)
        finally:
            runtime.install(before)


@pytest.fixture
def dynamic_frame(glue_context):
    """dynamic_frame(records, schema=None, name="frame"): a DynamicFrame of dicts."""
    from tenon.testing import make_frame

    def make(records, schema=None, name="frame"):
        return make_frame(glue_context, records, schema, name)
    return make


@pytest.fixture
def assert_frames_equal():
    """tenon.testing.assert_frames_equal."""
    from tenon.testing import assert_frames_equal
    return assert_frames_equal


@pytest.fixture
def glue_job_args(monkeypatch):
    """glue_job_args(JOB_NAME="test", **arguments): sys.argv as a Glue run has it, so that getResolvedOptions works."""
    from tenon.testing import command_line

    def put(script="job.py", **arguments):
        monkeypatch.setattr(sys, "argv", command_line(str(script), arguments))
        return sys.argv
    return put


@pytest.fixture
def run_glue_script(glue_context, glue_job_args, monkeypatch):
    """run_glue_script(path, **arguments): runs a script whole, in this process; gives its variables."""
    from tenon.testing import run_script

    def run(path, **arguments):
        glue_job_args(path, **arguments)
        monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        monkeypatch.syspath_prepend(os.path.dirname(os.path.abspath(path)))
        return run_script(str(path))
    return run
