"""A search ends when its client hangs up, before its time is up."""
import contextlib
import json
import socket
import struct

import pytest
from Harness.client import Client
from Harness.nginx import Proxy, upstream
from Harness.ports import free_port
from Harness.processes import PATIENCE, wait_until
from Harness.workers import Cluster
from test_endless_searches import SEARCH, fill
from test_observation import value

# Closes with a reset instead of a FIN.
RESET = struct.pack("ii", 1, 0)


@pytest.fixture(scope="module")
def cluster():
    with Cluster(workers=1, redis=False, METRICS_PORT=str(free_port())) as cluster:
        fill(Client(cluster.workers[0], cluster.token("alice")))
        yield cluster


def stopped(worker, reason: str) -> float:
    return value(worker, f'carrel_queries_stopped_total{{reason="{reason}"}}')


@contextlib.contextmanager
def searching(cluster, name: str, port: int, searches: int = 1):
    """A connection whose batch has begun: a note is written, then searches that take long."""
    write = {"name": "write_note", "arguments": {"path": f"{name}.md", "body": "begun"}}
    batch = [{"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
             for number, params in enumerate([write] + [SEARCH] * searches)]
    body = json.dumps(batch).encode()
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                           % (cluster.token("alice").encode(), len(body), body))
        wait_until((cluster.vault("alice") / f"{name}.md").exists, "the batch's first note")
        yield connection


@contextlib.contextmanager
def ending(worker, searches: int):
    """What happens here ends so many searches, none by its time."""
    before, late = stopped(worker, "disconnect"), stopped(worker, "deadline")
    yield
    wait_until(lambda: stopped(worker, "disconnect") >= before + searches, "searches that end with their client")
    assert (stopped(worker, "disconnect"), stopped(worker, "deadline")) == (before + searches, late)


@pytest.mark.parametrize("way", ["closed", "reset"])
def test_searches_of_a_client_that_hangs_up_end(cluster, way):
    worker = cluster.workers[0]
    with ending(worker, 20), searching(cluster, way, worker.port, 20) as connection:
        if way == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def test_a_client_that_only_closes_its_side_learns_why(cluster):
    worker = cluster.workers[0]
    with ending(worker, 1), searching(cluster, "half", worker.port) as connection:
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    written, found = json.loads(body)
    assert "error" not in written["result"]["structuredContent"]
    assert found["result"]["structuredContent"]["message"] == "the caller has gone"


def test_nginx_hangs_up_for_its_client(cluster):
    worker = cluster.workers[0]
    with Proxy(upstream(f"127.0.0.1:{worker.port}")) as proxy, ending(worker, 3):
        with searching(cluster, "proxied", proxy.port, 3):
            pass
