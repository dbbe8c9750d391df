"""A body over 64 KiB is read only once token, session and limits have been asked."""
import json
import re
import socket

import pytest
from Harness.client import Client
from Harness.processes import PATIENCE
from Harness.workers import Cluster

FRAMINGS = {"length": ("Content-Length: 8388608", b""),
            "chunked": ("Transfer-Encoding: chunked", b"%x\r\n" % (80 << 10) + b" " * (80 << 10) + b"\r\n")}


@pytest.fixture(scope="module")
def cluster():
    with Cluster(RATE_LIMIT="40/h") as cluster:
        yield cluster


def begin(client: Client, framing: str, session: str | None = None) -> int:
    """The status that is answered while most of the body has not been sent."""
    header, first = FRAMINGS[framing]
    with socket.create_connection(("127.0.0.1", client.worker.port), PATIENCE) as sock:
        lines = ["POST /mcp HTTP/1.1", "Host: localhost", "Content-Type: application/json",
                 f"Authorization: Bearer {client.token}", header, *([f"Mcp-Session-Id: {session}"] if session else [])]
        sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + first)
        answer = sock.recv(65536)
        assert b"connection: close" in answer.lower()
        return int(answer.split()[1])


@pytest.mark.parametrize("framing", FRAMINGS)
def test_the_body_of_a_revoked_token_is_not_awaited(cluster, framing):
    token = cluster.token("rex")
    assert cluster.run("token", "revoke", token).returncode == 0
    assert begin(Client(cluster.workers[0], token), framing) == 401


@pytest.mark.parametrize("framing", FRAMINGS)
def test_the_body_of_a_user_over_the_limit_is_not_awaited(cluster, framing):
    client = Client(cluster.workers[0], cluster.token(f"over-{framing}"))
    while client.rpc("ping").status_code == 200:
        pass
    assert begin(client, framing) == 429


@pytest.mark.parametrize("framing", FRAMINGS)
def test_the_body_for_a_session_that_is_none_is_not_awaited(cluster, framing):
    client = Client(cluster.workers[0], cluster.token(f"lost-{framing}"))
    assert begin(client, framing, "A" * 22) == 404


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_long_body_counts_once(cluster, is_chunked):
    client = Client(cluster.workers[0], cluster.token(f"writer-{is_chunked}"))
    client.initialize()
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "write_note", "arguments": {"path": "a.md", "body": "x" * 500_000}}}).encode()
    pieces = (body[at:at + 10_000] for at in range(0, len(body), 10_000))
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json", "Mcp-Session-Id": client.session}
    answer = client.http.post(client.worker.url, content=pieces if is_chunked else body, headers=headers)
    assert answer.status_code == 200 and not answer.json()["result"].get("isError"), answer.text[:500]
    # Opening the session was the first of 40.
    assert re.match(r'"requests";r=38;', answer.headers["RateLimit"]), answer.headers["RateLimit"]
    assert len(client.tool("read_note", {"path": "a.md"})["note"]["body"]) >= 500_000


@pytest.mark.parametrize("body", ["{", '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', '{"id":1}'])
def test_long_bodies_that_are_refused_count_too(cluster, body):
    client = Client(cluster.workers[0], cluster.token(f"junk-{len(body)}"))
    # Past the limit of 40 an hour; short ones cost nothing.
    headers = {"MCP-Protocol-Version": "1999-01-01"} if "method" in body else {}
    assert {client.post(body, **headers).status_code for _ in range(45)} == {400}
    statuses = [client.post(body + " " * 65_536, **headers).status_code for _ in range(45)]
    assert statuses == [400] * 40 + [429] * 5
