"""What Redis may do to workers under traffic: each answer is right or 503, nothing hangs, and all is well afterwards."""
import pytest
from Harness.client import Client
from Harness.traffic import Traffic
from Harness.workers import Cluster

# With limits, so that every request writes to Redis.
LIMITS = {"RATE_LIMIT": "100000/s", "RATE_LIMIT_WRITES": "100000/s", "RATE_LIMIT_BYTES": "100GiB/s"}


@pytest.fixture(scope="module")
def patient():
    """Workers that wait longer for Redis than it is held up here, on any machine."""
    with Cluster(workers=2, REDIS_CONNECT_TIMEOUT="30s", REDIS_COMMAND_TIMEOUT="30s", **LIMITS) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def hasty():
    """Workers that wait for less than a second."""
    with Cluster(workers=2, REDIS_CONNECT_TIMEOUT="500ms", REDIS_COMMAND_TIMEOUT="500ms", **LIMITS) as cluster:
        yield cluster


def reading(cluster, user: str):
    """Requests of a user who reads a note of their own, over all workers in turn."""
    client = Client(cluster.workers[0], cluster.token(user))
    client.initialize()
    client.tool("write_note", {"path": "own.md", "body": f"the note of {user}"})

    def ask(number: int) -> int:
        answer = client.rpc("tools/call", {"name": "read_note", "arguments": {"path": "own.md"}},
                            worker=cluster.workers[number % len(cluster.workers)])
        if answer.status_code == 200:
            assert f"the note of {user}" in answer.text, answer.text
        else:
            assert answer.status_code == 503 and "Retry-After" in answer.headers, (answer.status_code, answer.text)
        return answer.status_code
    return ask


@pytest.fixture
def run(figure):
    """Does something to Redis under the traffic of four users; gives how many answers were 503."""
    def run(cluster, name: str, fault) -> int:
        with Traffic([reading(cluster, f"user{number}") for number in range(4)]) as traffic:
            fault(traffic)
            traffic.await_calm()
        figure(traffic.judged(name))
        return traffic.counts()[503]
    return run


def test_scripts_are_forgotten(patient, run):
    def fault(traffic):
        for _ in range(10):
            assert patient.redis.cli("SCRIPT", "FLUSH") == "OK"
            traffic.await_more(2)
    assert run(patient, "SCRIPT FLUSH", fault) == 0


def test_connections_are_killed(patient, run):
    def fault(traffic):
        for _ in range(5):
            patient.redis.cli("CLIENT", "KILL", "TYPE", "normal")
            traffic.await_more(2)
    # At most what was in flight each time.
    assert run(patient, "CLIENT KILL", fault) <= 5 * 4


def test_a_pause_is_waited_for(patient, run):
    def fault(traffic):
        assert patient.redis.cli("CLIENT", "PAUSE", "1000", "ALL") == "OK"
        # Is answered when the pause is over.
        assert patient.redis.cli("PING") == "PONG"
    assert run(patient, "CLIENT PAUSE", fault) == 0


def test_a_stall_shorter_than_the_time_out_is_waited_for(patient, run):
    assert run(patient, "DEBUG SLEEP 1", lambda traffic: patient.redis.cli("DEBUG", "SLEEP", "1")) == 0


def test_a_longer_stall_is_503(hasty, run):
    assert run(hasty, "DEBUG SLEEP 2", lambda traffic: hasty.redis.cli("DEBUG", "SLEEP", "2")) > 0


def test_a_redis_without_memory(hasty, run):
    def fault(traffic):
        hasty.redis.cli("CONFIG", "SET", "maxmemory", "1")
        traffic.await_status(503)
        hasty.redis.cli("CONFIG", "SET", "maxmemory", "0")
    assert run(hasty, "out of memory", fault) > 0


def test_a_redis_that_is_a_replica_for_a_while(hasty, run):
    def fault(traffic):
        hasty.redis.cli("CONFIG", "SET", "replica-serve-stale-data", "yes")
        hasty.redis.cli("REPLICAOF", "127.0.0.1", "1")
        traffic.await_status(503)
        hasty.redis.cli("REPLICAOF", "NO", "ONE")
    assert run(hasty, "read-only replica", fault) > 0


def test_a_redis_that_is_killed_and_started_again(hasty, run):
    def fault(traffic):
        hasty.redis.kill_synced()
        traffic.await_status(503)
        hasty.redis.start()
    assert run(hasty, "killed, append-only file kept", fault) > 0
