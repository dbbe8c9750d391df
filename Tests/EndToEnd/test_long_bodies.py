"""A body over 64 KiB is read only once token, session and limits have been asked."""
import contextlib
import itertools
import json
import re
import select
import socket

import pytest
from Harness.client import Client
from Harness.processes import PATIENCE, wait_until
from Harness.workers import Cluster

FRAMINGS = {"length": ("Content-Length: 8388608", b""),
            "chunked": ("Transfer-Encoding: chunked", b"%x\r\n" % (80 << 10) + b" " * (80 << 10) + b"\r\n")}


@pytest.fixture(scope="module")
def cluster():
    with Cluster(RATE_LIMIT="40/h") as cluster:
        yield cluster


def hold(worker, token: str, length: int) -> socket.socket:
    """Sends the head of a request and some of its body."""
    sock = socket.create_connection(("127.0.0.1", worker.port), PATIENCE)
    lines = ["POST /mcp HTTP/1.1", "Host: localhost", "Content-Type: application/json",
             f"Authorization: Bearer {token}", f"Content-Length: {length}"]
    sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + b" " * min(length // 2, 100_000))
    return sock


def refused(held: list, seconds: float = 0) -> list:
    """Those that were answered with 429."""
    return [sock for sock in select.select(held, [], [], seconds)[0] if b" 429 " in sock.recv(99, socket.MSG_PEEK)[:20]]


def fill(worker, tokens: list, most: int) -> list:
    """Begins bodies of 8 MiB until only so many are awaited; those."""
    held = []
    for token in itertools.cycle(tokens):
        held.append(hold(worker, token, 8 << 20))
        awaited = [sock for sock in held if sock not in refused(held, 0.2)]
        if len(awaited) < len(held) and len(awaited) <= most:
            return awaited


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
    assert client.tool("read_note", {"path": "a.md"})["note"]["size_bytes"] >= 500_000


@pytest.mark.parametrize("body", ["{", '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', '{"id":1}'])
def test_long_bodies_that_are_refused_count_too(cluster, body):
    client = Client(cluster.workers[0], cluster.token(f"junk-{len(body)}"))
    # Past the limit of 40 an hour; short ones cost nothing.
    headers = {"MCP-Protocol-Version": "1999-01-01"} if "method" in body else {}
    assert {client.post(body, **headers).status_code for _ in range(45)} == {400}
    statuses = [client.post(body + " " * 65_536, **headers).status_code for _ in range(45)]
    assert statuses == [400] * 40 + [429] * 5


def test_a_user_has_few_long_bodies_read_at_a_time():
    """Given back when clients go, when they are answered, and when their time is up."""
    with Cluster(workers=1, REQUEST_TIMEOUT="5s") as cluster:
        worker, ann, bob = cluster.workers[0], cluster.token("ann"), cluster.token("bob")
        held = fill(worker, [ann], 2)
        assert worker.await_event("rate_limited", user_id="ann")["limit"] == "bodies"
        # Short ones pass, and other users.
        assert Client(worker, ann).rpc("ping").status_code == 200
        assert Client(worker, bob).post(" " * (7 << 20)).status_code == 400

        def is_read() -> bool:
            status = Client(worker, ann).post(" " * (7 << 20)).status_code
            assert status in (400, 429)
            return status == 400
        # Clients go; and what was read is given back.
        for sock in held:
            sock.close()
        wait_until(is_read, "the clients' bytes")
        assert is_read() and is_read() and is_read()
        # Clients take too long.
        for sock in fill(worker, [ann], 2):
            while sock.recv(65536):
                pass
        wait_until(is_read, "the bytes of slow clients")


def test_long_bodies_of_many_users_fill_no_worker():
    with Cluster(workers=1) as cluster:
        worker = cluster.workers[0]
        # An address has 32 MiB.
        held = fill(worker, [cluster.token(f"user-{number}") for number in range(12)], 4)
        assert held and Client(worker, cluster.token("zoe")).rpc("ping").status_code == 200


def test_bodies_without_a_token_are_bounded_by_address():
    def begin_form(worker, address: str) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", worker.port), PATIENCE)
        lines = ["POST /oauth/token HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded",
                 f"X-Forwarded-For: {address}", "Content-Length: 65536"]
        sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + b"a")
        return sock

    def answer(sock: socket.socket) -> bytes:
        sock.settimeout(0.3)
        try:
            return sock.recv(65536)
        except TimeoutError:
            return b""
    with Cluster(workers=1, TRUSTED_PROXIES="127.0.0.1") as cluster:
        worker = cluster.workers[0]
        with contextlib.ExitStack() as stack:
            # An address has 32 MiB.
            for _ in range(512):
                stack.enter_context(begin_form(worker, "2001:db8:1:2::3"))
            def next_answer():
                return answer(stack.enter_context(begin_form(worker, "2001:db8:1:2::4")))
            wait_until(next_answer, "a refusal")
            refused = next_answer()
            assert b" 429 " in refused and b"retry-after: 1" in refused.lower() and b"connection: close" in refused.lower()
            assert worker.await_event("rate_limited")["limit"] == "bodies"
            # Another network, and the proxy itself.
            assert answer(stack.enter_context(begin_form(worker, "2001:db8:1:3::3"))) == b""
            assert answer(stack.enter_context(begin_form(worker, "127.0.0.1"))) == b""
        wait_until(lambda: answer(begin_form(worker, "2001:db8:1:2::4")) == b"", "the bytes")
