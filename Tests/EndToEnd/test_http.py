"""What stands at the border: headers, shapes and sizes."""
import json
import socket
import time

import httpx
import pytest
from Harness.client import Client
from Harness.workers import Cluster

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize("headers, error", [
    ({}, "unauthorized"), ({"Authorization": ""}, "invalid_token"), ({"Authorization": "Bearer"}, "invalid_token"),
    ({"Authorization": "Basic YTpi"}, "invalid_token"), ({"Authorization": "Bearer a b"}, "invalid_token"),
    ({"Authorization": "Bearer x.y.z"}, "invalid_token"), ({"Authorization": "Bearer " + "a" * 9000}, "invalid_token"),
])
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_without_a_good_token(cluster, headers, error, method):
    response = httpx.request(method, cluster.workers[0].url, headers=headers)
    assert response.status_code == 401
    assert response.json()["error"] == error
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_token_in_the_address_is_no_token(cluster, client):
    response = httpx.post(f"{client.worker.url}?access_token={client.token}&token={client.token}", json=PING)
    assert response.status_code == 401


@pytest.mark.parametrize("body, status, code", [
    ("", 400, -32700), ("{", 400, -32700), ("nonsense", 400, -32700), ('{"a":1,"a":2}', 400, -32700),
    (b'{"jsonrpc":"2.0","id":1,"method":"p\xff"}', 400, -32700), ("[" * 1000, 400, -32700), ("1", 400, -32600),
    ("null", 400, -32600), ("{}", 400, -32600), ("[]", 400, -32600), ('{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, -32600),
    ('{"jsonrpc":"2.0","id":null,"method":"ping"}', 400, -32600), ('{"jsonrpc":"2.0","id":1,"method":7}', 400, -32600),
    ('{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 400, -32600),
])
def test_bodies_that_are_no_message(client, body, status, code):
    response = client.post(body)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code


def test_other_content_types(client):
    for content_type in ("text/plain", "", "application/jsonx", "application/x-www-form-urlencoded"):
        assert client.post(PING, **{"Content-Type": content_type}).status_code == 415, content_type
    for content_type in ("application/json", "application/json; charset=utf-8", "Application/JSON"):
        assert client.post(PING, **{"Content-Type": content_type}).status_code == 200, content_type


def test_a_body_that_is_too_large(client):
    response = client.post(b'"' + b"x" * (9 << 20) + b'"')
    assert response.status_code == 413
    assert client.rpc("ping").status_code == 200


def test_a_note_that_is_too_large(client):
    assert client.tool_error("write_note", {"path": "a.md", "body": "x" * ((1 << 20) + 1)})["error"] == "note_too_large"
    client.tool("write_note", {"path": "a.md", "body": "é" * 500_000})
    assert client.text("a.md") == "é" * 500_000


@pytest.mark.parametrize("headers, status", [
    ({"Host": "evil.com"}, 421), ({"Host": "localhost.evil.com"}, 421), ({"Origin": "https://evil.com"}, 403),
    ({"Origin": "null"}, 403), ({"Host": "127.0.0.1"}, 200), ({"Origin": "http://localhost:3000"}, 200),
])
def test_hosts_and_origins(client, headers, status):
    assert client.post(PING, **headers).status_code == status


def test_health_is_for_any_host(cluster):
    for path in ("live", "ready"):
        response = httpx.get(f"{cluster.workers[0].base}/health/{path}", headers={"Host": "10.1.2.3"})
        assert response.status_code == 200, response.text


def test_other_methods_and_addresses(client):
    headers = {"Authorization": f"Bearer {client.token}"}
    stream = client.http.get(client.worker.url, headers={**headers, "Accept": "text/event-stream"})
    assert stream.status_code == 405 and "POST" in stream.headers["Allow"]
    assert client.http.put(client.worker.url, headers=headers).status_code in (404, 405)
    nothing = client.http.get(f"{client.worker.base}/nothing")
    assert nothing.status_code == 404 and nothing.json()["error"] == "not_found"
    assert client.http.delete(client.worker.url, headers=headers).status_code == 400


def test_without_a_session(client):
    for method in ("ping", "tools/list"):
        assert client.rpc(method).status_code == 200
    for method in ("resources/list", "prompts/list", "logging/setLevel", "no/such/method"):
        assert client.rpc(method).status_code == 400, method
    assert client.post({"jsonrpc": "2.0", "method": "notifications/initialized"}).status_code == 202
    assert client.post({"jsonrpc": "2.0", "method": "notifications/cancelled"}).status_code == 400


def test_within_a_session(client):
    client.initialize()
    assert client.post({"jsonrpc": "2.0", "method": "notifications/initialized"}).status_code == 202
    assert client.post({"jsonrpc": "2.0", "method": "notifications/cancelled"}).status_code == 202
    assert client.post({"jsonrpc": "2.0", "id": 1, "result": {}}).status_code == 202
    unknown = client.rpc("no/such/method")
    assert unknown.status_code == 200 and unknown.json()["error"]["code"] == -32601
    tool = client.rpc("tools/call", {"name": "no_such_tool"})
    assert tool.status_code == 200 and tool.json()["error"]["code"] == -32602
    bad = client.rpc("tools/call", {"name": "read_note", "arguments": {"path": 1}})
    assert bad.status_code == 200 and bad.json()["result"]["isError"] is True


@pytest.mark.parametrize("session", ["", "x", "A" * 22, "A" * 5000, "../../etc", "AAAAAAAAAAAAAAAAAAAAA\u00e9"])
def test_sessions_that_never_were(client, session):
    headers = [(b"Authorization", f"Bearer {client.token}".encode()), (b"Content-Type", b"application/json"),
               (b"Mcp-Session-Id", session.encode())]
    response = client.http.post(client.worker.url, content=json.dumps(PING), headers=headers)
    assert response.status_code == 404


def test_a_stale_session_does_not_keep_a_client_from_a_new_one(client):
    client.session = "A" * 22
    response = client.initialize()
    assert response.status_code == 200 and client.session != "A" * 22
    assert client.rpc("ping").status_code == 200


def test_every_id_comes_back_as_it_was(client):
    for identifier in (0, -1, 2**53, "a", "", "日本"):
        response = client.post({**PING, "id": identifier})
        assert response.json()["id"] == identifier


@pytest.mark.parametrize("version, status", [
    ("2024-11-05", 200), ("2025-03-26", 200), ("2025-06-18", 200), ("2025-11-25", 200), ("2025-11-25, 2025-11-25", 200),
    ("1999-01-01", 400), ("nonsense", 400), ("2026-07-28", 400),
])
def test_protocol_versions(client, version, status):
    response = client.post(PING, **{"MCP-Protocol-Version": version})
    assert response.status_code == status
    if status == 400:
        assert response.json()["error"]["code"] == -32022
        assert "2025-11-25" in response.json()["error"]["data"]["supported"]
    opened = client.initialize()
    assert client.post(PING, **{"MCP-Protocol-Version": "2025-03-26"}).status_code == 200
    assert opened.json()["result"]["protocolVersion"] == "2025-11-25"


def test_initialize_agrees_whatever_the_header_says(client):
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {"experimental": {"x": {"y": 1}}}, "clientInfo": {"name": "n", "version": "1"},
    }}
    response = client.post(body, **{"MCP-Protocol-Version": "2026-07-28"})
    assert response.status_code == 200
    assert response.json()["result"]["protocolVersion"] == "2025-06-18"


def test_batches_belong_to_one_revision(client):
    batch = [PING, {"jsonrpc": "2.0", "method": "notifications/cancelled"}, {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, 7]
    client.initialize(version="2025-03-26")
    answers = client.post(batch).json()
    assert [answer.get("id") for answer in answers] == [1, 2, None]
    assert answers[2]["error"]["code"] == -32600
    assert client.post([{"jsonrpc": "2.0", "method": "notifications/cancelled"}]).status_code == 202
    inner = client.post([{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}]).json()
    assert inner[0]["error"]["code"] == -32600
    client.initialize(version="2025-11-25")
    assert client.post(batch).status_code == 400
    client.initialize(version="2025-03-26")
    assert client.post([PING] * 51).status_code == 400


def test_many_requests_with_the_same_id_get_their_own_answers(cluster, client):
    import concurrent.futures
    for number in range(20):
        client.tool("write_note", {"path": f"n{number}.md", "body": f"body {number}"})

    def read(number: int) -> bool:
        own = Client(cluster.workers[number % 2], client.token)
        return own.tool("read_note", {"path": f"n{number % 20}.md"})["note"]["body"] == f"body {number % 20}"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(200)))


@pytest.mark.parametrize("bytes_sent", [b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nX: ", b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n"
                                        b"Authorization: Bearer TOKEN\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"])
def test_a_client_that_drips_is_dropped_and_an_idle_one_is_not(bytes_sent):
    with Cluster(REQUEST_TIMEOUT="2s") as cluster:
        token = cluster.token("drip")
        worker = cluster.workers[0]
        with socket.create_connection(("127.0.0.1", worker.port)) as slow, httpx.Client() as patient:
            patient.headers["Authorization"] = f"Bearer {token}"
            assert patient.post(worker.url, json=PING).status_code == 200
            slow.sendall(bytes_sent.replace(b"TOKEN", token.encode()))
            start = time.monotonic()
            slow.settimeout(0.1)
            while True:
                assert time.monotonic() - start < 60, "the connection is still there"
                try:
                    slow.sendall(b" ")
                    if slow.recv(1000) == b"":
                        break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            assert time.monotonic() - start > 1.8
            # Silent for longer than that, but between two requests.
            assert patient.post(worker.url, json=PING).status_code == 200


def test_pages_of_known_origins_may_call_and_no_others():
    with Cluster(ALLOWED_ORIGINS="https://app.example.com", PUBLIC_URL="https://notes.example.com",
                 ALLOWED_HOSTS="localhost") as cluster:
        worker = cluster.workers[0]
        asked = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization, content-type, mcp-session-id"}
        allowed = httpx.options(worker.url, headers=asked)
        assert allowed.status_code == 204
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
        assert "Mcp-Session-Id" in allowed.headers["Access-Control-Allow-Headers"]
        token = cluster.run("token", "create", "--user", "ann", PUBLIC_URL="https://notes.example.com").stdout.strip()
        called = httpx.post(worker.url, json=PING, headers={
            "Origin": "https://app.example.com", "Authorization": f"Bearer {token}"})
        assert called.status_code == 200 and "Mcp-Session-Id" in called.headers["Access-Control-Expose-Headers"]
        # A page must be able to read why it was refused.
        anonymous = httpx.post(worker.url, json=PING, headers={"Origin": "https://app.example.com"})
        assert anonymous.status_code == 401 and "WWW-Authenticate" in anonymous.headers["Access-Control-Expose-Headers"]
        assert anonymous.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
        missing = httpx.get(worker.base + "/api/nothing", headers={"Origin": "https://app.example.com"})
        assert missing.status_code == 404
        assert missing.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
        for origin in ("https://evil.example.com", "null", "https://app.example.com.evil.com"):
            refused = httpx.options(worker.url, headers={**asked, "Origin": origin})
            assert refused.status_code == 403 and "Access-Control-Allow-Origin" not in refused.headers
        # What needs no cookie may be asked from every page: browsers discover and register like other clients.
        for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server"):
            found = httpx.get(worker.base + path, headers={"Origin": "https://evil.example.com"})
            assert found.status_code == 200 and found.headers["Access-Control-Allow-Origin"] == "*"
