"""Requests that are refused cost the audit trail one event a minute, and push nothing else out of it."""
import concurrent.futures
import json

import httpx
import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.workers import Cluster


@pytest.fixture(scope="module")
def cluster():
    with Cluster(RATE_LIMIT="100/h") as cluster:
        yield cluster


def length(cluster, key: str) -> int:
    return int(cluster.redis.cli("XLEN", key))


def written(cluster, user: str) -> set[str]:
    """The paths that the user's audit trail has writes of."""
    lines = cluster.run("audit", "--user", user, "--event", "note_written", "--limit", "1000").stdout.splitlines()
    return {word.removeprefix("path=") for line in lines for word in line.split() if word.startswith("path=")}


def test_requests_without_a_token_push_no_write_out(cluster):
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("ann"))
    paths = {f"n{number}.md" for number in range(60)}
    for path in paths:
        client.tool("write_note", {"path": path, "body": "x"})
    wait_until(lambda: written(cluster, "ann") == paths, "the writes")
    before = length(cluster, "carrel:audit")

    def knock(count: int):
        with httpx.Client(timeout=60) as http:
            for _ in range(count):
                assert http.post(worker.url, json={}).status_code == 401
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(knock, [1000, 1000]))
    worker.await_count(21, "authentication_failed", reason="missing")
    # Two minutes at most, each with one event of this address; in the log with the first 20 line by line.
    worker.stop()
    lines = [line for line in worker.events("authentication_failed") if line["reason"] == "missing"]
    assert sum(int(line.get("count", 1)) for line in lines) == 2000 and len(lines) <= 63
    assert 2 <= length(cluster, "carrel:audit-strangers") <= 4
    assert length(cluster, "carrel:audit") == before
    events = json.loads(cluster.redis.cli("--json", "XRANGE", "carrel:audit-strangers", "-", "+"))
    assert sum(int(dict(zip(fields[::2], fields[1::2]))["count"]) for _, fields in events) == 2000
    assert written(cluster, "ann") == paths
    worker.start()


def test_a_user_over_the_limit_pushes_no_own_write_out(cluster):
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("bea"))
    paths = {f"n{number}.md" for number in range(60)}
    for path in paths:
        client.tool("write_note", {"path": path, "body": "x"})
    statuses = [client.rpc("ping").status_code for _ in range(1300)]
    assert statuses.count(429) >= 1250
    wait_until(lambda: written(cluster, "bea") == paths, "the writes")
    assert length(cluster, "carrel:audit-refusals:{bea}") <= 3
    own = httpx.get(f"{worker.base}/api/audit", headers={"Authorization": f"Bearer {client.token}"})
    assert own.status_code == 429
    shown = cluster.run("audit", "--user", "bea").stdout
    assert "rate_limited" in shown and "limit=requests" in shown and "count=1" in shown


def test_sessions_push_no_own_write_out():
    with Cluster(workers=1) as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("cid"))
        paths = {f"n{number}.md" for number in range(60)}
        for path in paths:
            client.tool("write_note", {"path": path, "body": "x"})
        for _ in range(1100):
            assert client.initialize().status_code == 200
        wait_until(lambda: written(cluster, "cid") == paths, "the writes")
        assert length(cluster, "carrel:audit:{cid}") == 60 + 1
        # Two minutes at most, each with one event, and the token's first use.
        assert 2 <= length(cluster, "carrel:audit-sessions:{cid}") <= 4
        shown = cluster.run("audit", "--user", "cid").stdout
        assert "session_created" in shown and "note_written" in shown
