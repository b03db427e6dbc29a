import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from fault_proxy import FaultProxy  # noqa: E402
from gateway import Driver, Gateway  # noqa: E402


@pytest.fixture(scope="session")
def gateway(tmp_path_factory):
    server = Gateway(tmp_path_factory.mktemp("s3"))
    server.make_bucket("data")
    yield server
    server.close()


@pytest.fixture(scope="module")
def driver(gateway):
    program = Driver(gateway.url)
    yield program
    program.close()


@pytest.fixture
def folder(gateway, request):
    """A prefix of this test alone."""
    return f"s3://data/{request.node.name.replace('[', '-').replace(']', '')}"


@pytest.fixture(scope="module")
def proxy(gateway):
    server = FaultProxy(("127.0.0.1", gateway.port))
    yield server
    server.close()


@pytest.fixture(scope="module")
def through_proxy(proxy):
    program = Driver(proxy.url, idle_ms=1000)
    yield program
    program.close()
