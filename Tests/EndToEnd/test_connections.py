"""Connections: a bound for each address, and health checks while clients hold all of them."""
import contextlib
import socket

import httpx
from Harness.ports import free_port
from Harness.processes import get_status, wait_until
from Harness.workers import Cluster


def connect(stack: contextlib.ExitStack, worker, address: str) -> socket.socket:
    return stack.enter_context(socket.create_connection(("127.0.0.1", worker.port), 30, (address, 0)))


def is_answered(connection: socket.socket) -> bool:
    with contextlib.suppress(ConnectionError):
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return connection.recv(4096).startswith(b"HTTP/1.1 200")
    return False


def test_one_address_cannot_hold_all_connections():
    metrics = free_port()
    with Cluster(redis=False, MAX_CONNECTIONS_PER_ADDRESS="5", METRICS_PORT=str(metrics)) as cluster, contextlib.ExitStack() as stack:
        worker = cluster.workers[0]
        held = [connect(stack, worker, "127.0.0.2") for _ in range(5)]
        assert [is_answered(one) for one in held] == [True] * 5
        assert not any(is_answered(connect(stack, worker, "127.0.0.2")) for _ in range(20))
        assert is_answered(connect(stack, worker, "127.0.0.3"))
        line = worker.await_line(lambda line: line["message"] == "Connections of an address are refused", "the line of the log")
        assert line["address"] == "127.0.0.2" and line["connections.limit"] == "5"
        shown = httpx.get(f"http://127.0.0.1:{metrics}/metrics").text
        assert "carrel_connections_refused_total 20" in shown
        held.pop().close()
        wait_until(lambda: is_answered(connect(stack, worker, "127.0.0.2")), "a connection in place of the one that is closed")


def test_proxies_and_local_workers_have_no_such_bound():
    with Cluster(redis=False, MAX_CONNECTIONS_PER_ADDRESS="5", TRUSTED_PROXIES="127.0.0.2") as cluster, contextlib.ExitStack() as stack:
        assert all([is_answered(connect(stack, cluster.workers[0], "127.0.0.2")) for _ in range(50)])
    with Cluster(redis=False) as cluster, contextlib.ExitStack() as stack:
        assert all([is_answered(connect(stack, cluster.workers[0], "127.0.0.2")) for _ in range(150)])


def test_health_is_answered_while_clients_hold_all_connections():
    metrics = free_port()
    with Cluster(redis=False, MAX_CONNECTIONS="5", METRICS_PORT=str(metrics)) as cluster, contextlib.ExitStack() as stack:
        worker = cluster.workers[0]

        def is_full() -> bool:
            """Whether one more connection is not taken up."""
            one = connect(stack, worker, "127.0.0.1")
            one.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            one.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                return not one.recv(4096)
            return True
        wait_until(is_full, "all connections are held")
        assert get_status(metrics, "/health/live") == get_status(metrics, "/health/ready") == 200
        assert "carrel_ready 1" in httpx.get(f"http://127.0.0.1:{metrics}/metrics").text
        asked = cluster.run("health", METRICS_PORT=str(metrics), MCP_PORT=str(worker.port))
        assert asked.returncode == 0 and asked.stdout == "ready\n", asked.stderr
