"""Text whose one character is megabytes long costs Redis and the log no more than a name does."""
import json

import httpx
import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.workers import Cluster

# One character of 3.8 MB, as JSON of 3.8 MB.
LONG = "a" + "\u0301" * 1_900_000
# The same of 0.6 MB, where JSON escapes it.
SHORTER = LONG[:300_000]
# Of a session, of an event in one stream, and of a line of the log.
MOST_BYTES = 2048


@pytest.fixture(scope="module")
def cluster():
    with Cluster(LOG_LEVEL="debug") as cluster:
        yield cluster


def redis_bytes(cluster) -> int:
    return sum(int(cluster.redis.cli("MEMORY", "USAGE", key, "SAMPLES", "0")) for key in cluster.redis.cli("KEYS", "*").split())


def assert_bounded(cluster):
    """Neither a line of the log nor an event in Redis is larger than any other."""
    for line in cluster.workers[0].log.read_text().splitlines():
        assert len(line.encode()) <= MOST_BYTES, line[:200]
    for key in cluster.redis.cli("KEYS", "carrel:audit*").split():
        for event in json.loads(cluster.redis.cli("--json", "XRANGE", key, "-", "+") or "[]"):
            assert len(json.dumps(event, ensure_ascii=False).encode()) <= MOST_BYTES


def test_a_name_of_one_endless_character(cluster):
    client = Client(cluster.workers[0], cluster.token("namer"))
    before = redis_bytes(cluster)
    for number in range(12):
        name, version, capabilities = [(LONG, "1", {}), ("n", LONG, {}), ("n", "1", {"experimental": {"x": {"y": LONG}}})][number % 3]
        body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": {"name": name, "version": version}}}
        answer = client.post(json.dumps(body, ensure_ascii=False).encode())
        assert answer.status_code == 200 and len(answer.content) < 3 * MOST_BYTES
        session = cluster.redis.cli("--json", "HGETALL", f"carrel:session:{answer.headers['Mcp-Session-Id']}")
        assert len(json.dumps(json.loads(session), ensure_ascii=False).encode()) <= MOST_BYTES
    cluster.workers[0].await_count(12, "session_created", user_id="namer")
    wait_until(lambda: int(cluster.redis.cli("XLEN", "carrel:audit-sessions:{namer}")) >= 2, "the events in Redis")
    assert redis_bytes(cluster) - before < 12 * 4 * MOST_BYTES
    assert_bounded(cluster)


def test_paths_and_names_that_are_refused(cluster):
    worker = cluster.workers[0]
    reader = Client(worker, cluster.token("reader", "--folder", "work"))
    for path in (SHORTER, f"home/{SHORTER}.md", "../" + "x" * 500_000):
        reader.tool_error("read_note", {"path": path})
        reader.tool_error("write_note", {"path": path, "body": "x"})
    for refused in (reader.rpc("tools/call", {"name": SHORTER, "arguments": {}}), reader.rpc(SHORTER)):
        assert "error" in refused.json() and len(refused.content) < MOST_BYTES
    for headers in ({"X-Request-Id": "x" * 8000}, {"User-Agent": "x" * 8000}, {"Mcp-Session-Id": "x" * 8000}):
        reader.post({"jsonrpc": "2.0", "id": 1, "method": "ping"}, **headers)
    assert httpx.get(f"{worker.base}/{'x' * 8_000}").status_code == 404
    worker.await_line(lambda line: line.get("http.status") == "404", "the line of the last answer")
    wait_until(lambda: int(cluster.redis.cli("XLEN", "carrel:audit-sessions:{reader}")) >= 1, "the events in Redis")
    assert_bounded(cluster)


def test_clients_that_register_with_long_names(cluster):
    worker = cluster.workers[0]
    for name, redirect in ((SHORTER, "https://app.example/cb"), ("x" * 15_000, "https://app.example/cb"), (None, "a" * 2000 + ":/cb")):
        body = {"redirect_uris": [redirect], **({"client_name": name} if name else {})}
        answer = httpx.post(f"{worker.base}/oauth/register", json=body)
        assert answer.status_code in (201, 400, 413) and len(answer.content) < 3 * MOST_BYTES
        if answer.status_code == 201:
            assert len(answer.json()["client_name"].encode()) <= 400
    assert_bounded(cluster)
