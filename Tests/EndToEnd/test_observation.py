"""What operators see of a worker: metrics, logs, and which request is which."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

import httpx
import pytest

from Harness.client import Client
from Harness.ports import free_port
from Harness.processes import wait_until
from Harness.workers import Cluster

DOCUMENTED = re.compile(r"`((?:carrel|process)_[a-z_]+)`")
OPERATIONS = pathlib.Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture(scope="module")
def cluster():
    ports = [str(free_port()), str(free_port())]
    with Cluster(workers=2, TRUSTED_PROXIES="127.0.0.1 ::1", LOG_LEVEL="debug") as cluster:
        for worker, port in zip(cluster.workers, ports):
            worker.stop()
            worker.settings = {**worker.settings, "METRICS_PORT": port}
            worker.start()
        yield cluster


def metrics(worker) -> str:
    return httpx.get(f"http://127.0.0.1:{worker.settings['METRICS_PORT']}/metrics", timeout=60).text


def value(worker, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", metrics(worker), re.M)
    return float(found[1]) if found else 0


def test_the_metrics_and_the_documented_ones_are_the_same(cluster):
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("ann"))
    client.tool("write_note", {"path": "a.md", "body": "x"})
    client.tool("list_notes")
    shown = metrics(worker)
    typed = set(re.findall(r"^# TYPE (\S+)", shown, re.M))
    explained = set(re.findall(r"^# HELP (\S+) .", shown, re.M))
    table = OPERATIONS.read_text().split("## Metrics", 1)[1].split("\n## ")[0]
    assert typed == set(DOCUMENTED.findall(table))
    assert explained == typed


def test_prometheus_own_tool_finds_nothing_wrong(cluster):
    if not shutil.which("promtool"):
        assert not os.environ.get("CI"), "promtool is not installed: it comes with Debian's package prometheus"
        pytest.skip("promtool is not installed")
    checked = subprocess.run(["promtool", "check", "metrics"], input=metrics(cluster.workers[0]), text=True,
                             capture_output=True, timeout=30)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_answers_are_counted_by_part_and_status(cluster):
    worker = cluster.workers[0]
    series = 'carrel_http_responses_total{route="mcp",status="401"}'
    before = value(worker, series)
    Client(worker, "x.y.z").rpc("ping")
    assert value(worker, series) == before + 1
    httpx.get(f"{worker.base}/nothing/{time.time()}")
    assert value(worker, 'carrel_http_responses_total{route="other",status="404"}') >= 1


def test_a_client_that_breaks_off_is_no_failure_of_the_server(cluster):
    worker = cluster.workers[0]
    token = cluster.token("pat")
    before = sum(value(worker, f'carrel_http_responses_total{{route="{route}",status="500"}}') for route in ("mcp", "oauth"))
    broken = (b"Content-Length: 100\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{", b"Transfer-Encoding: chunked\r\n\r\n5\r\n{")
    for path in ("/mcp", "/oauth/token", "/oauth/register"):
        for rest in broken:
            with socket.create_connection(("127.0.0.1", worker.port), timeout=60) as connection:
                connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                                   f"Content-Type: application/json\r\n".encode() + rest)
                connection.shutdown(socket.SHUT_WR)
                connection.recv(4096)
    after = sum(value(worker, f'carrel_http_responses_total{{route="{route}",status="500"}}') for route in ("mcp", "oauth"))
    assert after == before
    assert not [line for line in worker.lines() if line["message"] == "Request failed"]
    assert Client(worker, token).rpc("ping").status_code == 200


def test_other_spellings_of_a_path_count_as_its_route(cluster):
    worker = cluster.workers[0]
    series = 'carrel_http_responses_total{route="mcp",status="401"}'
    before = value(worker, series)
    assert httpx.post(f"{worker.base}/mcp/", json={}).status_code == 401
    assert value(worker, series) == before + 1


@pytest.mark.parametrize("path,status", [("/health/live", 200), ("/nothing", 404), ("/.well-known/oauth-authorization-server", 200)])
def test_head_is_answered_without_a_body(cluster, path, status):
    with socket.create_connection(("127.0.0.1", cluster.workers[0].port), timeout=60) as connection:
        connection.sendall(f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status}".encode()) and b"content-length" in head.lower() and body == b""


def test_latencies_of_redis_and_of_the_index_are_counted(cluster):
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("ben"))
    redis, index = "carrel_redis_command_duration_seconds_count", 'carrel_index_duration_seconds_count{operation="list"}'
    before = value(worker, redis), value(worker, index)
    for _ in range(5):
        client.tool("list_notes")
    assert value(worker, redis) >= before[0] + 5
    assert value(worker, index) == before[1] + 5
    assert value(worker, "carrel_redis_connections") >= 1


def test_a_vaults_size_is_seen_when_it_is_written_to(cluster):
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("cid"))
    before = value(worker, "carrel_vault_size_bytes_count"), value(worker, "carrel_vault_size_bytes_sum")
    client.tool("write_note", {"path": "a.md", "body": "x" * 5000})
    client.tool("write_note", {"path": "b.md", "body": "x" * 5000})
    assert value(worker, "carrel_vault_size_bytes_count") == before[0] + 1
    assert 5000 < value(worker, "carrel_vault_size_bytes_sum") - before[1] < 6000


def test_users_active_today_are_those_of_all_workers(cluster):
    for number, worker in enumerate(cluster.workers):
        Client(worker, cluster.token(f"active{number}")).tool("list_notes")

    def shown() -> set[float]:
        return {value(worker, "carrel_active_users") for worker in cluster.workers}
    # Each worker asks Redis now and then, at moments of its own.
    wait_until(lambda: len(shown()) == 1 and min(shown()) >= 2, "the same number on both")


def test_what_a_token_does_not_allow_is_counted_and_written_down(cluster):
    worker = cluster.workers[0]
    narrow = Client(worker, cluster.token("dan", "--folder", "work"))
    before = value(worker, "carrel_unauthorized_attempts_total")
    asked = httpx.get(f"{worker.base}/api/audit", headers={"Authorization": f"Bearer {narrow.token}"})
    assert asked.status_code == 403
    narrow.tool_error("read_note", {"path": "home/a.md"})
    assert value(worker, "carrel_unauthorized_attempts_total") == before + 2
    event = worker.await_event("forbidden", path="/api/audit", user_id="dan")
    assert event["error"] == "permission_denied" and event["message"] == "Unauthorized access attempt"


def test_a_trace_goes_through_to_the_logs(cluster):
    worker = cluster.workers[0]
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    client = Client(worker, cluster.token("eve"))
    client.post({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                 "params": {"name": "write_note", "arguments": {"path": "t.md", "body": "x"}}},
                traceparent=f"00-{trace}-{span}-01", **{"X-Request-Id": "from-the-proxy-1"})
    event = worker.await_event("note_written", user_id="eve")
    assert event["trace_id"] == trace and event["request_id"] == "from-the-proxy-1"

    def answered():
        return [line for line in worker.lines() if line.get("message") == "Answered" and line.get("trace_id") == trace]
    wait_until(answered, "the line of the answer")
    line = answered()[0]
    assert line["request_id"] == "from-the-proxy-1" and line["parent_id"] == span and line["http.status"] == "200"

    def recorded():
        found = httpx.get(f"{worker.base}/api/audit", headers={"Authorization": f"Bearer {client.token}"}).json()
        return [record for record in found["records"] if record.get("trace_id") == trace]
    wait_until(recorded, "the audit record")


@pytest.mark.parametrize("name,text", [("traceparent", "00-zz-yy-01"), ("X-Request-Id", "a b\tc"), ("X-Request-Id", "x" * 65)])
def test_ids_that_are_none_are_not_taken(cluster, name, text):
    worker = cluster.workers[0]
    answer = Client(worker, "x.y.z").post({"jsonrpc": "2.0", "id": 1, "method": "ping"}, **{name: text})
    assert answer.status_code == 401
    assert re.fullmatch(r"[0-9a-f]+", answer.headers["X-Request-Id"])
    event = worker.await_event("authentication_failed", request_id=answer.headers["X-Request-Id"])
    assert "trace_id" not in event


def test_only_a_trusted_proxy_names_requests():
    with Cluster(workers=1, redis=False) as cluster:
        answer = Client(cluster.workers[0], "x.y.z").post("{}", **{"X-Request-Id": "forged"})
        assert answer.headers["X-Request-Id"] != "forged"


def test_a_worker_that_drains_asks_for_other_connections():
    with Cluster(workers=1, redis=False, DRAIN_DELAY="10min") as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("ann"))
        assert "connection" not in client.rpc("ping").headers
        worker.process.send_signal(signal.SIGTERM)
        worker.await_ready(503)
        answer = client.rpc("ping")
        assert answer.status_code == 200 and answer.headers["connection"] == "close"


def test_metrics_show_that_redis_is_unavailable():
    port = str(free_port())
    with Cluster(workers=1, METRICS_PORT=port) as cluster:
        worker = cluster.workers[0]
        worker.settings["METRICS_PORT"] = port
        client = Client(worker, cluster.token("ann"))
        client.tool("list_notes")
        assert value(worker, "carrel_ready") == 1
        cluster.redis.kill()
        assert client.rpc("ping").status_code == 503
        wait_until(lambda: "\ncarrel_ready 0" in metrics(worker), "not ready")
        shown = metrics(worker)
        assert "\ncarrel_active_users " not in shown
        assert sum(float(n) for n in re.findall(r"^carrel_redis_errors_total\{.*\} (\S+)$", shown, re.M)) >= 1
        assert value(worker, 'carrel_http_responses_total{route="mcp",status="503"}') >= 1
