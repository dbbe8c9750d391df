import pytest
from Harness.client import Client
from Harness.workers import Cluster


@pytest.fixture(scope="module")
def cluster():
    """Two workers over one Redis and one folder, for all tests of a file."""
    with Cluster(workers=2) as cluster:
        yield cluster


@pytest.fixture
def client(cluster, request):
    """A client of a user of the test's own."""
    user = request.node.name.split("[")[0].replace("test_", "")[:60].strip("_")
    return Client(cluster.workers[0], cluster.token(user))
