"""A batch that asks for far more than it says: its answer, and the memory for it, have a bound."""
import json
import pathlib
import re
import socket

import pytest
from Harness.client import Client
from Harness.ports import free_port
from Harness.processes import PATIENCE, wait_until
from Harness.workers import Cluster
from test_observation import value

MIB = 1 << 20


@pytest.fixture(scope="module")
def cluster():
    with Cluster(redis=False) as cluster:
        yield cluster


def peak(worker) -> int:
    """The most memory that a worker has had so far, in bytes."""
    status = pathlib.Path(f"/proc/{worker.process.pid}/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.M)[1]) << 10


def call(number: int, tool: str, **arguments) -> dict:
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def message(client: Client, batch: list) -> bytes:
    """A request as it is sent."""
    body = json.dumps(batch).encode()
    return (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s" % (client.token.encode(), len(body), body))


def test_a_batch_of_large_notes_is_bounded_in_bytes_and_memory(cluster):
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("alice"))
    # Six bytes of JSON a byte.
    client.tool("write_note", {"path": "a.md", "body": "\x01" * (MIB - 1000)})
    client.initialize("2025-03-26")
    single = len(client.post(call(0, "read_note", path="a.md")).content)
    before = peak(worker)
    answer = client.post([call(number, "read_note", path="a.md") for number in range(25)])
    assert answer.status_code == 200
    assert [element["id"] for element in answer.json()] == list(range(25))
    assert len(answer.content) < MIB + single + 25 * 300
    assert peak(worker) - before < 64 * MIB
    codes = {element.get("error", {}).get("code") for element in answer.json()[1:]}
    assert codes <= {None, 413}


def test_writes_of_a_batch_go_on_without_their_client(cluster):
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("bob"))
    client.tool("write_note", {"path": "a.md", "body": "x" * 100_000})
    batch = [call(number, "read_note", path="a.md") for number in range(3)] + [call(9, "write_note", path="b.md", body="b")]
    with socket.create_connection(("127.0.0.1", worker.port), PATIENCE) as sock:
        sock.sendall(message(client, batch))
        sock.shutdown(socket.SHUT_RDWR)
    wait_until((cluster.vault("bob") / "b.md").exists, "the note that was to be written")


def test_a_client_that_takes_no_answer_is_closed():
    with Cluster(redis=False, REQUEST_TIMEOUT="2s", METRICS_PORT=str(free_port())) as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("carol"))
        client.tool("write_note", {"path": "a.md", "body": "x" * 30_000})
        client.http.close()
        wait_until(lambda: value(worker, "carrel_open_connections") == 0, "no connections")
        batch = message(client, [call(number, "read_note", path="a.md") for number in range(25)])
        before = peak(worker)
        with socket.create_connection(("127.0.0.1", worker.port), PATIENCE) as sock:
            # More than the kernel buffers of a connection.
            sock.sendall(batch * 30)
            wait_until(lambda: value(worker, "carrel_open_connections") == 1, "the connection")
            wait_until(lambda: value(worker, "carrel_open_connections") == 0, "its end")
        assert peak(worker) - before < 32 * MIB
