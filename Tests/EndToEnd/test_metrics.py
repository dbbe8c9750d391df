"""Each counter moves by what happened, by no more, and no other one of its family with it."""
import contextlib
import functools
import re
import secrets
import socket
import time

import httpx
import jwt
import pytest

from Harness.client import Client
from Harness.oidc_provider import Provider
from Harness.ports import free_port
from Harness.processes import wait_until
from Harness.sign_in import App, Person, Site
from Harness.workers import SECRET, Cluster
from test_observation import metrics, value

REASONS = ["missing", "malformed", "invalid", "expired", "revoked"]
LIMITS = ["requests", "writes", "authentication_failures", "registrations", "logins", "authorizations", "exchanges",
          "revocations", "account_forms", "credentials"]


@pytest.fixture(scope="module")
def worker():
    with Cluster(workers=1, METRICS_PORT=str(free_port())) as cluster:
        cluster.workers[0].begun = time.time()
        yield cluster.workers[0]


@pytest.fixture(scope="module")
def client(worker):
    return Client(worker, worker.cluster.token("ann"))


def family(worker, name: str) -> dict[str, float]:
    """All series of a metric, each by its labels as they are written."""
    found = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", metrics(worker), re.M)
    assert found, f"there is no {name}"
    return {labels: float(number) for labels, number in found}


def moved(worker, name: str, act) -> dict[str, float]:
    """What an act changes in a family."""
    before = family(worker, name)
    act()
    after = family(worker, name)
    changes = {labels: number - before.get(labels, 0) for labels, number in after.items()}
    return {labels: change for labels, change in changes.items() if change}


def refused_token(worker, reason: str) -> str | None:
    now = int(time.time())
    match reason:
        case "missing": return None
        case "malformed": return "x.y.z"
        case "invalid": return jwt.encode({"sub": "ann", "iat": now, "exp": now + 60}, "another-" + SECRET, "HS256")
        case "expired": return jwt.encode({"sub": "ann", "iat": now - 60, "exp": now - 1}, SECRET, "HS256")
    token = worker.cluster.token("ann")
    assert worker.cluster.run("token", "revoke", token).returncode == 0
    return token


@pytest.mark.parametrize("path", ["/mcp", "/api/usage"])
@pytest.mark.parametrize("reason", REASONS)
def test_failed_authentications_are_counted_by_reason(worker, reason, path):
    token = refused_token(worker, reason)

    def ask():
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        body = '{"jsonrpc":"2.0","id":1,"method":"ping"}' if path == "/mcp" else None
        answer = httpx.request("POST" if body else "GET", worker.base + path, content=body, headers=headers, timeout=10)
        assert answer.status_code == 401
    assert moved(worker, "carrel_authentication_failures_total", ask) == {f'reason="{reason}"': 1}


@pytest.mark.parametrize("path,traversal", [
    ("../bob/a.md", 1), ("/etc/passwd.md", 1), ("a\\b.md", 1), ("%2e%2e/a.md", 1),
    ("a//b.md", 0), ("what?.md", 0), (".hidden.md", 0), ("x" * 257 + ".md", 0), ("a\n.md", 0),
])
def test_refused_paths_are_counted_and_traversals_once_more(worker, client, path, traversal):
    before = [value(worker, f"carrel_{name}_total") for name in ("paths_rejected", "path_traversal_attempts")]
    assert client.tool_error("read_note", {"path": path})["error"] == "invalid_path"
    after = [value(worker, f"carrel_{name}_total") for name in ("paths_rejected", "path_traversal_attempts")]
    assert [new - old for new, old in zip(after, before)] == [1, traversal]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("whose,counted", [("another user's", 1), ("unknown", 0), ("one's own", 0)])
def test_sessions_of_others_are_counted(worker, client, method, whose, counted):
    client.session = None
    assert client.initialize().status_code == 200
    user = "ann" if whose == "one's own" else "thief"
    session = secrets.token_urlsafe(len(client.session) * 3 // 4) if whose == "unknown" else client.session
    headers = {"Authorization": f"Bearer {worker.cluster.token(user)}", "Mcp-Session-Id": session,
               "Content-Type": "application/json"}
    before = value(worker, "carrel_session_hijack_attempts_total")
    body = '{"jsonrpc":"2.0","id":1,"method":"ping"}' if method == "POST" else None
    answer = httpx.request(method, worker.url, headers=headers, content=body, timeout=10)
    assert (answer.status_code < 300) == (whose == "one's own"), answer.text
    assert value(worker, "carrel_session_hijack_attempts_total") == before + counted
    client.session = None


@pytest.mark.parametrize("method,params,label,outcome", [
    ("ping", None, "ping", "success"),
    ("no/such/method", None, "other", "protocol_error"),
    ("tools/call", {"name": "no_such_tool", "arguments": {}}, "tools/call", "protocol_error"),
    ("tools/call", {"arguments": {}}, "tools/call", "protocol_error"),
    ("tools/list", {"cursor": "made-up"}, "tools/list", "protocol_error"),
    ("tools/call", {"name": "read_note", "arguments": {"path": "missing.md"}}, "read_note", "tool_error"),
    ("tools/call", {"name": "list_notes", "arguments": {}}, "list_notes", "success"),
])
def test_requests_are_counted_by_method_and_outcome(worker, client, method, params, label, outcome):
    # What a server does not know is looked at in a session only.
    client.session = None
    assert client.initialize().status_code == 200

    def ask():
        answer = client.rpc(method, params)
        assert ("error" in answer.json()) == (outcome == "protocol_error"), answer.text
    timed = f'carrel_request_duration_seconds_count{{method="{label}"}}'
    before = value(worker, timed)
    assert moved(worker, "carrel_requests_total", ask) == {f'method="{label}",outcome="{outcome}"': 1}
    assert value(worker, timed) == before + 1


def connections(worker, stack, number: int) -> list[socket.socket]:
    """So many connections, each of which has asked once and is kept."""
    made = []
    for _ in range(number):
        one = stack.enter_context(socket.create_connection(("127.0.0.1", worker.port), timeout=10))
        one.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert one.recv(4096).startswith(b"HTTP/1.1 200")
        made.append(one)
    return made


def test_open_connections_and_descriptors_are_counted(worker):
    # Those of tests before, should some be closing yet.
    wait_until(lambda: value(worker, "carrel_open_connections") <= 3, "connections that are gone")
    before = value(worker, "carrel_open_connections"), value(worker, "process_open_fds")
    with contextlib.ExitStack() as stack:
        made = connections(worker, stack, 20)
        assert value(worker, "carrel_open_connections") == before[0] + 20
        assert value(worker, "process_open_fds") >= before[1] + 20
        for one in made[:5]:
            one.close()
        wait_until(lambda: value(worker, "carrel_open_connections") == before[0] + 15, "five fewer")
    wait_until(lambda: value(worker, "carrel_open_connections") == before[0], "as many as before")
    wait_until(lambda: value(worker, "process_open_fds") <= before[1] + 3, "as many descriptors as before")


def test_the_numbers_of_the_process_are_its_own(worker, client):
    pid = worker.process.pid
    status = open(f"/proc/{pid}/status").read()
    resident = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
    assert value(worker, "process_resident_memory_bytes") > 10_000_000
    assert 0.5 < value(worker, "process_resident_memory_bytes") / resident < 2
    assert abs(value(worker, "process_start_time_seconds") - worker.begun) < 60
    limit = int(re.search(r"Max open files\s+(\d+)", open(f"/proc/{pid}/limits").read())[1])
    assert value(worker, "process_max_fds") == limit
    before = value(worker, "process_cpu_seconds_total")
    for _ in range(300):
        assert client.rpc("ping").status_code == 200
    used = value(worker, "process_cpu_seconds_total") - before
    assert 0 < used < 60
    words = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    assert abs(value(worker, "process_cpu_seconds_total") - (int(words[11]) + int(words[12])) / 100) < 1


@pytest.fixture(scope="module")
def limited():
    """A Carrel that people sign in to, with small limits where settings have them."""
    settings = {"RATE_LIMIT": "6/h", "RATE_LIMIT_WRITES": "2/h", "AUTH_FAILURE_LIMIT": "4/h",
                "REGISTRATION_LIMIT": "3/h", "METRICS_PORT": str(free_port())}
    with Provider() as provider, Site(provider, workers=1, **settings) as site:
        yield site


def beyond(site, limit: str):
    """An act that passes a limit sooner or later, and how often it may be done at most until then."""
    worker, person = site.workers[0], Person(site, limit)
    client = Client(worker, site.token(limit))
    write = {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}}
    app = App(site, client_id="x") if limit not in ("exchanges", "credentials") else App(site)
    form = functools.cache(lambda: person.consent(app.ask()).form("/oauth/authorize"))
    csrf = functools.cache(lambda: person.sign_in() and person.csrf())
    return {
        "requests": (lambda: client.rpc("ping"), 6),
        "writes": (lambda: client.rpc("tools/call", write), 2),
        "authentication_failures": (lambda: person.get("/api/usage", headers={"Authorization": "Bearer x.y.z"}), 4),
        "registrations": (lambda: app.register(redirect_uris=[app.redirect]), 3),
        "logins": (lambda: person.get("/auth/login"), 120),
        "authorizations": (lambda: person.get("/oauth/authorize?client_id=x"), 120),
        "exchanges": (lambda: app.exchange("made-up"), 4),
        "revocations": (lambda: app.revoke("made-up"), 300),
        "account_forms": (lambda: person.post("/account/tokens/revoke", {"csrf": csrf(), "id": "made-up"}), 60),
        "credentials": (lambda: person.decide(form()), 120),
    }[limit]


@pytest.mark.parametrize("limit", LIMITS)
def test_requests_over_a_limit_are_counted_by_limit(limited, limit):
    worker = limited.workers[0]
    assert set(family(worker, "carrel_rate_limited_total")) == {f'limit="{name}"' for name in [*LIMITS, "bodies", "bytes"]}
    act, allowed = beyond(limited, limit)
    statuses = []

    def pass_it():
        while statuses.count(429) < 3:
            statuses.append(act().status_code)
            assert len(statuses) < allowed * 2 + 10, (limit, set(statuses))
    assert moved(worker, "carrel_rate_limited_total", pass_it) == {f'limit="{limit}"': 3}
    # All that is allowed came before.
    assert 429 not in statuses[:allowed]
