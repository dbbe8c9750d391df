"""Redis unavailable: no unchecked request is answered, none hangs, and workers recover by themselves."""

import contextlib
import time

import httpx
import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.workers import Cluster


@contextlib.contextmanager
def within(seconds: float):
    """Bounds what requests take, generously: only one that hangs takes longer."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


def test_without_redis_every_request_is_unavailable():
    with Cluster(workers=1) as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("alice"))
        client.tool("write_note", {"path": "a.md", "body": "x"})
        client.initialize()
        cluster.redis.kill_synced()
        answered = []
        for request in (
            lambda: client.rpc("ping"), lambda: client.rpc("tools/call", {"name": "list_notes", "arguments": {}}),
            lambda: client.rpc("initialize", {"protocolVersion": "2025-11-25"}),
        ):
            with within(30):
                answered.append(request())
        for response in answered:
            assert response.status_code == 503
            assert response.headers["Retry-After"]
        # A token that is not good is refused whatever Redis does.
        assert Client(worker, "x.y.z").rpc("ping").status_code == 401
        assert httpx.get(f"{worker.base}/health/live").status_code == 200
        wait_until(lambda: httpx.get(f"{worker.base}/health/ready").status_code == 503, "not ready")
        cluster.redis.start()
        wait_until(lambda: httpx.get(f"{worker.base}/health/ready").status_code == 200, "ready")
        # The session was kept by Redis' append-only file.
        assert client.rpc("ping").status_code == 200
        assert client.paths() == ["a.md"]


# Whatever asks Redis whose token it is, and MCP's own end of a session.
ASKED = [
    ("GET", "/api/usage"), ("GET", "/api/audit"), ("GET", "/api/tokens"), ("POST", "/api/tokens"),
    ("DELETE", "/api/tokens/made-up"), ("POST", "/api/auth/refresh"), ("POST", "/api/auth/logout"),
    ("POST", "/api/auth/logout?everywhere=true"), ("DELETE", "/mcp"),
]


@pytest.fixture(scope="module")
def bereft():
    """A worker without its Redis, and a client with a session from before."""
    with Cluster(workers=1) as cluster:
        client = Client(cluster.workers[0], cluster.token("alice"))
        assert client.initialize().status_code == 200

        def ask(method, path, token=client.token):
            body = {"name": "a"} if (method, path) == ("POST", "/api/tokens") else None
            return httpx.request(
                method, cluster.workers[0].base + path, timeout=60, json=body,
                headers={"Authorization": f"Bearer {token}", "Mcp-Session-Id": client.session})
        # Each of them is something while Redis is there, but for what ends the session and the token.
        for method, path in ASKED[:6]:
            assert ask(method, path).status_code in ((404,) if "made-up" in path else (200, 201)), path
        cluster.redis.kill_synced()
        yield cluster, ask


@pytest.mark.parametrize("method,path", ASKED)
def test_without_redis_every_route_with_a_token_is_unavailable(bereft, method, path):
    cluster, ask = bereft
    with within(30):
        answer = ask(method, path)
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    # A malformed token is refused without Redis, by every route.
    with within(10):
        assert ask(method, path, token="x.y.z").status_code == 401


def test_what_was_unavailable_was_not_done():
    with Cluster(workers=1) as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("alice"))
        assert client.initialize().status_code == 200
        headers = {"Authorization": f"Bearer {client.token}", "Mcp-Session-Id": client.session}
        cluster.redis.kill_synced()
        assert httpx.delete(worker.url, headers=headers, timeout=60).status_code == 503
        assert httpx.post(f"{worker.base}/api/auth/refresh", headers=headers, timeout=60).status_code == 503
        cluster.redis.start()
        wait_until(lambda: httpx.get(f"{worker.base}/health/ready").status_code == 200, "ready")
        assert client.rpc("ping").status_code == 200
        assert httpx.delete(worker.url, headers=headers, timeout=60).status_code == 204
        assert client.rpc("ping").status_code == 404


def test_limits_hold_over_all_workers():
    with Cluster(workers=2, RATE_LIMIT="30/h", RATE_LIMIT_WRITES="5/h") as cluster:
        token = cluster.token("alice")
        clients = [Client(worker, token) for worker in cluster.workers]
        write = {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}}
        writes = [clients[number % 2].rpc("tools/call", write).status_code for number in range(8)]
        assert writes.count(200) == 5 and writes.count(429) == 3
        reads = [clients[number % 2].rpc("ping") for number in range(40)]
        assert [response.status_code for response in reads].count(200) == 25
        refused = reads[-1]
        assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
        assert refused.json()["error"]["data"]["limit"] == "requests"
        # Another user has limits of its own.
        assert Client(cluster.workers[0], cluster.token("bob")).rpc("ping").status_code == 200


def test_a_session_ends_after_silence():
    with Cluster(workers=1, SESSION_IDLE_TIMEOUT="1s") as cluster:
        client = Client(cluster.workers[0], cluster.token("alice"))
        client.initialize()
        assert client.rpc("ping").status_code == 200
        key = f"carrel:session:{client.session}"
        wait_until(lambda: cluster.redis.cli("EXISTS", key) == "0", "expiry")
        assert client.rpc("ping").status_code == 404


def test_one_worker_needs_no_redis():
    with Cluster(workers=1, redis=False) as cluster:
        client = Client(cluster.workers[0], cluster.token("alice"))
        client.initialize()
        client.tool("write_note", {"path": "a.md", "body": "x"})
        assert client.paths() == ["a.md"]
        refused = cluster.run("sessions", "list", "--user", "alice")
        assert refused.returncode == 78 and "REDIS_URL" in refused.stderr
