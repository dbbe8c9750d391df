"""Redis away: nothing unchecked is answered, nothing hangs, and it passes by itself."""
import time

import httpx
from carrel import Client, Cluster, wait_until


def test_without_redis_every_request_is_unavailable_until_it_is_back():
    with Cluster(workers=1) as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("alice"))
        client.tool("write_note", {"path": "a.md", "body": "x"})
        client.initialize()
        cluster.redis.kill()
        answered = []
        for request in (
            lambda: client.rpc("ping"), lambda: client.rpc("tools/call", {"name": "list_notes", "arguments": {}}),
            lambda: client.rpc("initialize", {"protocolVersion": "2025-11-25"}),
        ):
            start = time.monotonic()
            answered.append(request())
            assert time.monotonic() - start < 4
        for response in answered:
            assert response.status_code == 503
            assert response.headers["Retry-After"]
        # A token that is not good is refused whatever Redis does.
        assert Client(worker, "x.y.z").rpc("ping").status_code == 401
        assert httpx.get(f"{worker.base}/health/live").status_code == 200
        wait_until(lambda: httpx.get(f"{worker.base}/health/ready").status_code == 503, 5, "not ready")
        cluster.redis.start()
        wait_until(lambda: httpx.get(f"{worker.base}/health/ready").status_code == 200, 5, "ready")
        # The session was kept by Redis' append-only file.
        assert client.rpc("ping").status_code == 200
        assert client.paths() == ["a.md"]


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
        wait_until(lambda: cluster.redis.cli("EXISTS", key) == "0", 5, "expiry")
        assert client.rpc("ping").status_code == 404


def test_one_worker_needs_no_redis():
    with Cluster(workers=1, redis=False) as cluster:
        client = Client(cluster.workers[0], cluster.token("alice"))
        client.initialize()
        client.tool("write_note", {"path": "a.md", "body": "x"})
        assert client.paths() == ["a.md"]
        refused = cluster.run("sessions", "list", "--user", "alice")
        assert refused.returncode == 78 and "REDIS_URL" in refused.stderr
