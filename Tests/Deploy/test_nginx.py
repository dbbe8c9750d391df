"""What deploy/nginx promises, with real nginx: Debian's, and one as recent as the image of docker-compose.yml."""
import gzip
import json
import re
import socket
import threading
import time

import httpx
import pytest
from Harness.name_server import Names
from Harness.nginx import CONFIGURATION, Proxy, debian, recent, upstream
from Harness.ports import free_port
from Harness.processes import wait_until
from Harness.scripted_worker import ScriptedWorker

# Seconds: many times what is configured, and half of the minute that nginx takes where nothing is.
SHORT = 30


def servers(*workers: ScriptedWorker) -> str:
    return upstream(*(worker.address for worker in workers))


@pytest.fixture(params=["debian", "recent"])
def binary(request):
    return debian() if request.param == "debian" else recent()


@pytest.fixture
def two():
    workers = ScriptedWorker(), ScriptedWorker()
    yield workers
    for worker in workers:
        worker.close()


@pytest.fixture
def client():
    with httpx.Client(timeout=60) as client:
        yield client


def test_the_configuration_is_accepted(binary):
    proxy = Proxy("server 127.0.0.1:7860 max_fails=3 fail_timeout=2s;", binary)
    done = proxy.test()
    assert done.returncode == 0 and "warn" not in done.stderr, done.stderr


def test_the_folder_is_accepted_as_it_is():
    proxy = Proxy((CONFIGURATION / "carrel" / "workers.conf").read_text(), recent())
    (proxy.folder / "carrel" / "listen.conf").write_text((CONFIGURATION / "carrel" / "listen.conf").read_text())
    done = proxy.test()
    assert done.returncode == 0 and "warn" not in done.stderr, done.stderr


def test_a_post_that_was_sent_is_never_sent_again(binary, two, client):
    one, other = two
    one.answer = other.answer = ScriptedWorker.hang_up
    with Proxy(servers(one, other), binary) as proxy:
        for path in ("/mcp", "/api/auth/refresh"):
            sent = len(one.requests) + len(other.requests)
            assert client.post(proxy.url + path, json={}).status_code == 502
            assert len(one.requests) + len(other.requests) == sent + 1


def test_nor_on_a_connection_that_was_kept(binary, two, client):
    one, other = two
    with Proxy(servers(one, other), binary) as proxy:
        for _ in range(4):
            assert client.post(proxy.url + "/mcp", json={}).status_code == 200
        assert len(one.opened) == len(other.opened) == 1
        # Now the worker that is asked ends, as one that is killed.
        one.answer = other.answer = ScriptedWorker.hang_up
        assert client.post(proxy.url + "/mcp", json={}).status_code == 502
        assert len(one.requests) + len(other.requests) == 5


def test_a_get_is_asked_of_the_next_worker(binary, two, client):
    one, other = two
    one.answer = ScriptedWorker.hang_up
    with Proxy(servers(one, other), binary) as proxy:
        for _ in range(4):
            assert client.get(proxy.url + "/account").json() == {"from": other.address}
        assert len(one.requests) >= 1


def test_a_worker_that_is_down_costs_no_request(binary, two, client):
    one, other = two
    one.close()
    with Proxy(servers(one, other), binary) as proxy:
        for _ in range(10):
            assert client.post(proxy.url + "/mcp", json={}).json() == {"from": other.address}
        # It is tried again: nothing was sent to it, so the POST went on.
        lines = proxy.log(10)
        assert any(one.address in line["worker"] for line in lines)
        assert all(line["status"] == 200 for line in lines)


def test_idle_connections_go_before_a_worker_that_drains(binary, two, client):
    one, other = two
    with Proxy(servers(one), binary) as proxy:
        for _ in range(3):
            client.post(proxy.url + "/mcp", json={})
        last = time.monotonic()
        assert len(one.opened) == 1
        wait_until(lambda: one.closed, "closed")
        # test_compose.py holds the time in the configuration against the workers' delay.
        assert 2 < one.closed[0] - last < SHORT


def test_a_worker_says_itself_that_a_connection_ends(two, client):
    one, _ = two
    one.answer = lambda request, connection: ScriptedWorker.send(connection, "200 OK", b"{}", "Connection: close") or False
    with Proxy(servers(one)) as proxy:
        for _ in range(5):
            assert client.post(proxy.url + "/mcp", json={}).status_code == 200
    assert len(one.opened) == 5


@pytest.mark.parametrize("is_chunked", [True, False], ids=["chunked", "until it ends"])
def test_events_pass_one_by_one_and_as_they_are(binary, two, client, is_chunked):
    one, _ = two
    more = threading.Event()

    def stream(request, connection):
        framing = "Transfer-Encoding: chunked" if is_chunked else "Connection: close"
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{framing}\r\n\r\n".encode())
        for event in (b"data: first\n\n", b"data: second\n\n"):
            connection.sendall(b"%x\r\n%s\r\n" % (len(event), event) if is_chunked else event)
            more.wait(60)
        connection.sendall(b"0\r\n\r\n" if is_chunked else b"")
        return is_chunked
    one.answer = stream
    # Some have this for all their servers.
    compressing = "gzip on;\ngzip_types text/event-stream application/json;\ngzip_min_length 1;\n"
    with Proxy(servers(one), binary, compressing) as proxy:
        headers = {"Accept-Encoding": "gzip", "Accept": "application/json, text/event-stream"}
        with client.stream("POST", proxy.url + "/mcp", json={}, headers=headers) as answer:
            assert "Content-Encoding" not in answer.headers
            events = answer.iter_raw()
            start = time.monotonic()
            # The second one is not sent before this has come.
            assert next(events) == b"data: first\n\n"
            assert time.monotonic() - start < SHORT
            more.set()
            assert b"".join(events) == b"data: second\n\n"


def test_pages_are_not_compressed_for_they_hold_secrets(two, client):
    one, _ = two
    page = b"<html>" + b"x" * 5000
    one.answer = lambda request, connection: connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
    with Proxy(servers(one), around="gzip on;") as proxy:
        answer = client.get(proxy.url + "/account", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers and answer.content == page
    assert len(gzip.compress(page)) < len(page)


def test_bodies_up_to_the_workers_own_limit(binary, two, client):
    one, _ = two
    with Proxy(servers(one), binary) as proxy:
        largest = b" " * (8 << 20)
        assert client.post(proxy.url + "/mcp", content=largest).status_code == 200
        assert one.requests[0].body == largest
        refused = client.post(proxy.url + "/mcp", content=largest + b" ")
        assert refused.status_code == 413
        assert refused.json()["error"]["code"] == -32600 and "8388608" in refused.json()["error"]["message"]
        assert client.post(proxy.url + "/api/x", content=largest + b" ").json()["error"] == "note_too_large"
        assert len(one.requests) == 1


def test_no_worker_at_all_is_told_in_json(binary, two, client):
    for worker in two:
        worker.close()
    with Proxy(servers(*two), binary) as proxy:
        for _ in range(2):
            answer = client.post(proxy.url + "/mcp", json={})
            assert answer.status_code == 502 and answer.headers["Retry-After"] == "1"
            assert answer.headers["Content-Type"] == "application/json"
            body = answer.json()
            assert body["jsonrpc"] == "2.0" and body["id"] is None and body["error"]["code"] == 502
            assert "try again" in body["error"]["message"]
        answer = client.get(proxy.url + "/api/usage")
        assert answer.status_code == 502 and answer.headers["Retry-After"] == "1"
        assert set(answer.json()) == {"error", "message", "detail"}
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-Id"])


def test_a_worker_that_accepts_no_connection_in_time_is_a_504(client):
    # Its queue is full: further connections are not even refused.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        deaf.setblocking(False)
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
            waiting.append(one)
        with Proxy(f"server 127.0.0.1:{deaf.getsockname()[1]};") as proxy:
            start = time.monotonic()
            answer = client.post(proxy.url + "/mcp", json={})
            assert 1.5 < time.monotonic() - start < SHORT
            assert answer.status_code == 504 and answer.headers["Retry-After"] == "1"
            assert answer.json()["error"]["code"] == 504
        for one in waiting:
            one.close()


# So that a header names the client, as behind another proxy.
REAL = "set_real_ip_from 127.0.0.1;\nreal_ip_header X-Forwarded-For;\n"


@pytest.mark.parametrize("address,other", [
    ("203.0.113.7", "203.0.113.8"), ("2001:db8:1:2::7", "2001:db8:1:3::7"), ("2001:db8::7", "2001:db9::7"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:1:3:4:5:6"),
])
def test_an_address_has_a_limit_of_requests(binary, two, client, address, other):
    with Proxy(servers(*two), binary, REAL) as proxy:
        def ask(path, address) -> httpx.Response:
            return client.post(proxy.url + path, json={}, headers={"X-Forwarded-For": address})
        # A burst of 500, and 100 a second after it.
        answers = [ask("/mcp", address) for _ in range(500)]
        while answers[-1].status_code == 200 and len(answers) < 20_000:
            answers.append(ask("/mcp", address))
        refused = answers[-1]
        assert refused.status_code == 429 and [one.status_code for one in answers[:500]] == [200] * 500
        assert refused.headers["Retry-After"] == "1" and refused.json()["error"]["code"] == 429
        assert re.fullmatch("[0-9a-f]{32}", refused.headers["X-Request-Id"])
        assert ask("/mcp", other).status_code == 200
        # Neither health checks nor programs on this machine.
        health = client.get(proxy.url + "/health/ready", headers={"X-Forwarded-For": address})
        assert health.status_code == 200 and ask("/mcp", "127.0.0.1").status_code == 200


def test_a_network_shares_its_limit(two, client):
    with Proxy(servers(*two), around=REAL) as proxy:
        addresses = (f"2001:db8:1:2::{number:x}" for number in range(1, 20_000))
        assert any(client.post(proxy.url + "/api/x", json={}, headers={"X-Forwarded-For": address}).status_code == 429
                   for address in addresses)


def test_an_address_has_a_limit_of_connections(binary, two):
    one, other = two
    more = threading.Event()

    def wait(request, connection):
        more.wait(60)
        return ScriptedWorker.send(connection, "200 OK", b"{}")
    one.answer = other.answer = wait
    with Proxy(servers(one, other), binary, REAL) as proxy:
        def ask(address: str) -> socket.socket:
            sock = socket.create_connection(("127.0.0.1", proxy.port), 60)
            sock.sendall(b"POST /api/x HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: %s\r\nContent-Length: 0\r\n\r\n" % address.encode())
            return sock
        held = [ask("203.0.113.7") for _ in range(100)]
        wait_until(lambda: len(one.requests) + len(other.requests) == 100, "all are with a worker")
        refused = ask("203.0.113.7")
        answer = refused.recv(4096)
        assert answer.startswith(b"HTTP/1.1 429 ") and b'"error":"rate_limited"' in answer
        elsewhere = ask("203.0.113.8")
        wait_until(lambda: len(one.requests) + len(other.requests) == 101, "another address is served")
        more.set()
        assert all(sock.recv(4096).startswith(b"HTTP/1.1 200 ") for sock in [*held, elsewhere])
        for sock in [*held, refused, elsewhere]:
            sock.close()


def test_a_limit_of_a_worker_passes_as_it_is(two, client):
    one, other = two
    one.answer = other.answer = lambda request, connection: ScriptedWorker.send(
        connection, "429 Too Many Requests", b'{"own":true}', "Retry-After: 7")
    with Proxy(servers(one, other)) as proxy:
        answer = client.post(proxy.url + "/mcp", json={})
        assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "7", {"own": True})


def test_what_a_worker_says_itself_passes_as_it_is(two, client):
    one, other = two
    one.answer = other.answer = lambda request, connection: ScriptedWorker.send(
        connection, "503 Service Unavailable", b'{"own":true}', "Retry-After: 7")
    with Proxy(servers(one, other)) as proxy:
        answer = client.post(proxy.url + "/mcp", json={})
        assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (503, "7", {"own": True})
        # A 503 does not count against a worker: an outage of Redis takes no worker out.
        for _ in range(10):
            assert client.get(proxy.url + "/account").status_code == 503
        assert one.requests and other.requests


def test_ready_is_who_has_one_ready_worker(two, client):
    one, other = two
    one.answer = ScriptedWorker.not_ready
    with Proxy(servers(one, other)) as proxy:
        assert [client.get(proxy.url + "/health/ready").status_code for _ in range(10)] == [200] * 10
        # Requests still go to both: a worker that drains finishes what it is sent.
        one.answer = one.plain
        told = {client.post(proxy.url + "/mcp", json={}).json()["from"] for _ in range(4)}
        assert told == {one.address, other.address}
        one.answer = other.answer = ScriptedWorker.not_ready
        answer = client.get(proxy.url + "/health/ready")
        # 502 where one of them has just been passed over.
        assert answer.status_code in (502, 503) and answer.headers["Retry-After"] == "1"


def test_a_request_has_one_name_in_all_logs(two, client):
    one, _ = two
    one.answer = lambda request, connection: ScriptedWorker.send(connection, "200 OK", b"{}", "X-Request-Id: the-workers-own")
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with Proxy(servers(one)) as proxy:
        answer = client.post(proxy.url + "/mcp?code=secret", json={}, headers={
            "X-Request-Id": "forged", "traceparent": trace, "tracestate": "a=b", "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil.example", "Host": "notes.example.com",
        })
        name = answer.headers.get_list("X-Request-Id")
        assert len(name) == 1 and re.fullmatch("[0-9a-f]{32}", name[0])
        seen = one.requests[0].headers
        assert seen["x-request-id"] == name[0]
        assert seen["traceparent"] == trace and seen["tracestate"] == "a=b"
        assert seen["x-forwarded-for"] == "127.0.0.1"
        assert seen["x-forwarded-proto"] == "http"
        assert seen["host"] == seen["x-forwarded-host"] == "notes.example.com"
        assert "connection" not in seen
        line = proxy.log(1)[0]
        assert line["request_id"] == name[0] and line["traceparent"] == trace
        assert (line["method"], line["path"], line["status"]) == ("POST", "/mcp", 200)
        assert line["worker"] == one.address and line["worker_status"] == "200"
        assert isinstance(line["duration"], float) and line["address"] == "127.0.0.1"
        # The query of a sign-in holds codes.
        assert "secret" not in json.dumps(line)


def test_metrics_are_not_to_be_had_from_outside(two, client):
    one, _ = two
    with Proxy(servers(one)) as proxy:
        for path in ("/metrics", "/metrics/", "/metrics?x", "//metrics", "/%6Detrics", "/x/../metrics"):
            request = httpx.Request("GET", proxy.url)
            request.url = httpx.URL(proxy.url).copy_with(raw_path=path.encode())
            assert client.send(request).status_code == 404, path
        assert one.requests == []


def test_containers_that_are_made_anew_are_found(client):
    names = Names()
    first = ScriptedWorker("127.0.0.2", free_port())
    second, third = ScriptedWorker("127.0.0.3", first.port), ScriptedWorker("127.0.0.4", first.port)
    names.addresses = ["127.0.0.2", "127.0.0.3"]
    workers = (CONFIGURATION / "carrel" / "workers.conf").read_text()
    assert "resolver 127.0.0.11 " in workers and "server worker:7860 " in workers
    workers = workers.replace("127.0.0.11", names.address).replace(":7860 ", f":{first.port} ")

    def told() -> set[str]:
        answers = [client.post(proxy.url + "/mcp", json={}) for _ in range(6)]
        return {answer.json()["from"] if answer.status_code == 200 else str(answer.status_code) for answer in answers}
    with Proxy(workers, recent()) as proxy:
        wait_until(lambda: told() == {first.address, second.address}, "both")
        names.addresses = ["127.0.0.4"]
        wait_until(lambda: told() == {third.address}, "the new one")
        # None at all for a while, and workers that come later than nginx.
        names.addresses = []
        wait_until(lambda: told() == {"502"}, "none")
        names.addresses = ["127.0.0.3", "127.0.0.4"]
        wait_until(lambda: told() == {second.address, third.address}, "one more")
    # That none is there costs nginx no start either.
    names.addresses = []
    with Proxy(workers, recent()) as proxy:
        wait_until(lambda: told() == {"502"}, "none")
        names.addresses = ["127.0.0.2"]
        wait_until(lambda: told() == {first.address}, "the first one")
    names.socket.close()
    for worker in (first, second, third):
        worker.close()
