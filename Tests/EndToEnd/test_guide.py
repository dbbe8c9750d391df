"""The deployment guide's own tests, with the same requests and headers."""
import datetime
import time

import httpx
import jwt
import pytest
from Harness.client import Client
from Harness.workers import SECRET, Cluster

USERS = ["hf_user_123", "hf_user_456", "hf_user_789"]
INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "test", "version": "1.0"}},
}


@pytest.fixture(scope="module")
def cluster():
    with Cluster(workers=1) as cluster:
        yield cluster


def initialize(cluster, token: str) -> httpx.Response:
    return httpx.post(
        cluster.workers[0].url, json=INITIALIZE,
        headers={
            "Authorization": f"Bearer {token}", "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
        },
    )


def own_script_token(user: str, expires_in: int) -> str:
    """A token as the guide's own script makes it: PyJWT, three claims."""
    now = int(time.time())
    return jwt.encode({"sub": user, "iat": now, "exp": now + expires_in}, SECRET, algorithm="HS256")


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("make", ["command", "script"])
def test_many_users(cluster, user, make):
    token = cluster.token(user) if make == "command" else own_script_token(user, 604800)
    verified = cluster.run("token", "verify", token)
    assert verified.returncode == 0 and f'"user":"{user}"' in verified.stdout
    response = initialize(cluster, token)
    assert response.status_code == 200
    assert response.json()["result"]["protocolVersion"] == "2024-11-05"
    assert response.headers["Mcp-Session-Id"]
    assert response.headers["Content-Type"] == "application/json"


def test_isolation(cluster):
    """curl with only Authorization and Content-Type: no Accept, no session."""
    notes = {}
    for user in USERS[:2]:
        client = Client(cluster.workers[0], cluster.token(user))
        client.tool("write_note", {"path": f"of-{user}.md", "body": f"secret of {user}"})
    for user in USERS[:2]:
        response = httpx.post(
            cluster.workers[0].url,
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_notes", "arguments": {}}},
            headers={"Authorization": f"Bearer {cluster.token(user)}", "Content-Type": "application/json",
                     "Accept": ""},
        )
        assert response.status_code == 200
        notes[user] = [note["path"] for note in response.json()["result"]["structuredContent"]["notes"]]
    assert notes == {user: [f"of-{user}.md"] for user in USERS[:2]}


def test_token_validation(cluster):
    assert initialize(cluster, cluster.token("hf_user_123")).status_code == 200
    refused = initialize(cluster, "invalid_token")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer ")


def test_expired_token(cluster):
    response = initialize(cluster, own_script_token("hf_user_123", -1))
    assert response.status_code == 401
    assert response.json()["error"] == "token_expired"
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_logs_are_as_the_guide_has_them(cluster):
    token = cluster.token("hf_user_log")
    assert initialize(cluster, token).status_code == 200
    event = cluster.workers[0].await_event("user_authenticated", user_id="hf_user_log")
    assert event["message"] == "User authenticated" and event["level"] == "info"
    assert event["user_id"] == "hf_user_log"
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_aud": False})
    for field, claim in (("token_issued_at", "iat"), ("token_expires_at", "exp")):
        assert datetime.datetime.fromisoformat(event[field]).timestamp() == claims[claim]


def test_refused_access_is_in_the_logs_as_the_guide_has_it(cluster):
    worker = cluster.workers[0]
    reader = cluster.token("hf_user_narrow", "--scope", "notes:read")
    narrow = cluster.token("hf_user_narrow", "--folder", "work")
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}}}
    assert Client(worker, reader).post(body).status_code == 403
    assert httpx.get(f"{worker.base}/api/audit", headers={"Authorization": f"Bearer {narrow}"}).status_code == 403
    for path in ("/mcp", "/api/audit"):
        event = worker.await_event("forbidden", user_id="hf_user_narrow", path=path)
        assert event["message"] == "Unauthorized access attempt" and event["level"] == "warning"
        assert event["error"] == "permission_denied"


def test_create_token(cluster):
    """The guide's endpoint in its local form: for programs on this machine only."""
    url = f"{cluster.workers[0].base}/api/auth/create-token"
    created = httpx.post(url, json={"user_id": "hf_user_123"})
    assert created.status_code == 200 and created.json()["expires_at"]
    assert initialize(cluster, created.json()["token"]).status_code == 200
    for headers in (
        {"Origin": "http://localhost:3000"}, {"X-Forwarded-For": "1.2.3.4"}, {"Forwarded": "for=1.2.3.4"},
        {"X-Forwarded-Host": "localhost"},
    ):
        assert httpx.post(url, json={"user_id": "hf_user_123"}, headers=headers).status_code == 403, headers
    for body in (b"", b"{}", b'{"user_id": 1}', b'{"user_id": "../bob"}', b"[]"):
        typed = httpx.post(url, content=body, headers={"Content-Type": "application/json"})
        assert typed.status_code == 400, body
    # What a form of a foreign page could send.
    assert httpx.post(url, content=b'{"user_id": "hf_user_123"}').status_code == 415


def test_create_token_needs_proof_in_a_space(cluster):
    with Cluster(workers=1, MODE="space", MCP_HOST="127.0.0.1", METRICS_PORT="off", DRAIN_DELAY="0") as space:
        response = httpx.post(f"{space.workers[0].base}/api/auth/create-token", json={"user_id": "alice"})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"]
