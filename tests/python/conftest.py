"""The package of the build is on the path already; awsglue and the shim are put there as `tenon run` does."""

import os
import sys

import pytest
import tenon

GLUE = os.path.join(os.path.dirname(os.path.abspath(tenon.__file__)), "glue")
if GLUE not in sys.path:
    sys.path.insert(0, GLUE)


@pytest.fixture
def settings():
    """The run's settings, put back afterwards."""
    from tenon import runtime
    before = runtime.install(runtime.Runtime(runtime.RunSettings(name="test")))
    yield runtime.current().settings
    runtime.install(before)
