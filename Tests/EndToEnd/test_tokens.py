"""Tokens that people manage by themselves, over two workers."""
import json
import pathlib
import socket
import sys
import time

import httpx
import jwt
import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.sockets import is_read
from Harness.workers import SECRET, Cluster


@pytest.fixture(scope="module", params=["redis", "memory"])
def cluster(request):
    with Cluster(workers=2 if request.param == "redis" else 1, redis=request.param == "redis") as cluster:
        yield cluster


class API:
    def __init__(self, cluster, token, worker=0):
        self.cluster, self.token = cluster, token
        self.base = cluster.workers[worker % len(cluster.workers)].base

    def __call__(self, method, path, body=None, **headers):
        return httpx.request(method, self.base + path, json=body, timeout=60,
                             headers={"Authorization": f"Bearer {self.token}", **headers})

    def make(self, **body):
        made = self("POST", "/api/tokens", body)
        assert made.status_code == 201, made.text
        return made.json()


def works(cluster, token, worker=0):
    return Client(cluster.workers[worker % len(cluster.workers)], token).rpc("ping").status_code


def test_a_token_is_made_listed_used_and_revoked(cluster):
    api, other = API(cluster, cluster.token("ann")), API(cluster, cluster.token("ann"), worker=1)
    made = api.make(name="laptop", scopes=["notes:read"], expires_in=3600)
    assert made["name"] == "laptop" and made["scopes"] == ["notes:read"]
    assert works(cluster, made["token"], 1) == 200
    reader = Client(cluster.workers[0], made["token"])
    assert reader.rpc("tools/call", {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}}).status_code in (200, 403)
    assert not (cluster.vault("ann") / "a.md").exists()

    def listed():
        return {token["jti"]: token for token in other("GET", "/api/tokens").json()["tokens"]}
    wait_until(lambda: listed()[made["jti"]]["last_used"], "last use")
    assert "token" not in listed()[made["jti"]]
    assert other("DELETE", f"/api/tokens/{made['jti']}").status_code == 204
    assert [works(cluster, made["token"], worker) for worker in (0, 1)] == [401, 401]
    assert made["jti"] not in listed()
    assert other("DELETE", f"/api/tokens/{made['jti']}").status_code == 404


def test_a_token_for_less_than_everything_manages_no_tokens(cluster):
    full = API(cluster, cluster.token("bea"))
    foreign = API(cluster, cluster.token("cid")).make(name="x")
    assert full("DELETE", f"/api/tokens/{foreign['jti']}").status_code == 404
    assert works(cluster, foreign["token"]) == 200
    other = full.make(name="secret-merger")
    for limits in ({"scopes": ["notes:read"]}, {"folders": ["work"]}):
        made = full.make(name="held", expires_in=30, **limits)
        held = API(cluster, made["token"], worker=1)
        for method, path, body in (
            ("GET", "/api/tokens", None), ("POST", "/api/tokens", {"name": "child"}),
            ("DELETE", f"/api/tokens/{other['jti']}", None), ("POST", "/api/auth/logout?everywhere=true", None),
        ):
            refused = held(method, path, body)
            assert refused.status_code == 403 and "secret-merger" not in refused.text, (method, path)
        assert works(cluster, other["token"]) == 200
        # It may refresh itself, for as long as it was good itself, and ends with the one it came from.
        fresh = held("POST", "/api/auth/refresh").json()
        assert fresh["scopes"] == made["scopes"] and fresh.get("folders") == made.get("folders")
        claims = jwt.decode(fresh["token"], options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == 30
        assert full("DELETE", f"/api/tokens/{made['jti']}").status_code == 204
        assert [works(cluster, token) for token in (made["token"], fresh["token"])] == [401, 401]
    assert full.make(name="all")["scopes"] == ["notes:read", "notes:write"]


def test_refreshing_does_not_fill_the_list(cluster):
    api = API(cluster, cluster.token("gus"))
    for _ in range(5):
        api.token = api("POST", "/api/auth/refresh").json()["token"]
    assert len(api("GET", "/api/tokens").json()["tokens"]) <= 1
    assert api("POST", "/api/auth/logout").status_code == 204
    assert works(cluster, api.token) == 401


def test_a_token_is_validated_again_when_the_body_is_whole(cluster):
    thief = cluster.token("hol")
    worker = cluster.workers[0]
    body = json.dumps({"name": "left behind"}).encode()
    with socket.create_connection(("127.0.0.1", worker.port)) as held:
        held.sendall(f"POST /api/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {thief}\r\n"
                     f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:5])
        wait_until(lambda: is_read(held, worker.port), "the worker has read the head")
        assert API(cluster, thief, worker=1)("POST", "/api/auth/logout?everywhere=true").status_code == 204
        held.sendall(body[5:])
        held.settimeout(60)
        assert held.recv(4096).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("body", [
    {}, {"name": ""}, {"name": "x" * 101}, {"name": "a\nb"}, {"name": 1}, {"name": "x", "scopes": []},
    {"name": "x", "scopes": "notes:read"}, {"name": "x", "scopes": [1]}, {"name": "x", "expires_in": 0},
    {"name": "x", "expires_in": 90 * 86400 + 1}, {"name": "x", "expires_in": "1h"}, {"name": "x", "other": 1}, [1],
    *({"name": "x", "folders": folders} for folders in ([], "a", [".."], [""], [1])),
])
def test_bad_input_changes_nothing(cluster, body):
    api = API(cluster, cluster.token("dan"))
    before = api("GET", "/api/tokens").json()
    refused = api("POST", "/api/tokens", body)
    assert refused.status_code == 400 and refused.json()["error"] == "validation_error"
    assert [t["jti"] for t in api("GET", "/api/tokens").json()["tokens"]] == [t["jti"] for t in before["tokens"]]


def test_a_token_for_a_folder_sees_and_gives_no_more(cluster):
    all_notes = Client(cluster.workers[0], cluster.token("fol"))
    all_notes.tool("write_note", {"path": "work/plan.md", "body": "lantern [[secret]]"})
    all_notes.tool("write_note", {"path": "secret.md", "body": "lantern [[plan]]"})
    made = API(cluster, cluster.token("fol")).make(name="work", folders=["work/"])
    assert made["folders"] == ["work"]
    held = Client(cluster.workers[-1], made["token"])
    assert held.paths() == ["work/plan.md"]
    assert [r["path"] for r in held.tool("search_notes", {"query": "lantern"})["results"]] == ["work/plan.md"]
    for arguments in ({"path": "secret.md"}, {"path": "missing.md"}, {"path": "workshop/a.md"}):
        assert held.tool_error("read_note", arguments)["error"] == "forbidden"
    assert held.tool_error("write_note", {"path": "b.md", "body": "x"})["error"] == "forbidden"
    assert not (cluster.vault("fol") / "b.md").exists()
    held.tool("write_note", {"path": "work/b.md", "body": "x"})
    held.worker.await_event("forbidden", user_id="fol", path="b.md", error="permission_denied")
    api = API(cluster, made["token"])
    assert api("POST", "/api/auth/refresh").json()["folders"] == ["work"]
    assert api("POST", "/api/tokens", {"name": "out", "folders": ["other"]}).status_code == 403
    assert api("GET", "/api/audit").status_code == 403
    by_hand = Client(cluster.workers[0], cluster.token("fol", "--folder", "work"))
    assert by_hand.paths() == ["work/b.md", "work/plan.md"]
    assert cluster.run("token", "create", "--user", "fol", "--folder", "../x").returncode != 0


def aged(token: str, left: int) -> str:
    """The token as it is when so many seconds of its life are left: issued and expiring earlier."""
    claims = jwt.decode(token, options={"verify_signature": False})
    issued = int(time.time()) + left - (claims["exp"] - claims["iat"])
    return jwt.encode({**claims, "iat": issued, "exp": int(time.time()) + left}, SECRET, "HS256",
                      headers=jwt.get_unverified_header(token))


def test_a_client_refreshes_before_its_token_expires(cluster):
    token = API(cluster, cluster.token("eva")).make(name="phone", expires_in=3600)["token"]
    fresh = API(cluster, aged(token, left=100), worker=1)("POST", "/api/auth/refresh").json()
    assert fresh["name"] == "phone" and fresh["token"] != token
    expired = aged(token, left=-1)
    assert works(cluster, expired) == 401
    assert works(cluster, fresh["token"]) == 200
    assert API(cluster, expired)("POST", "/api/auth/refresh").status_code == 401


def test_the_example_of_a_client_that_refreshes_does_so(cluster):
    sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "docs" / "examples"))
    from refreshing_client import Client as Refreshing
    first = API(cluster, cluster.token("ida")).make(name="example", expires_in=3600)["token"]
    client = Refreshing(cluster.workers[0].base, first)
    assert client.call("list_notes")["notes"] == [] and client.token == first
    # Less than a fifth of its life is left.
    client.token = late = aged(first, left=700)
    assert client.call("list_notes")["notes"] == [] and client.token not in (first, late)
    assert works(cluster, aged(first, left=-1)) == 401
    assert client.call("list_notes")["notes"] == []


def test_logout_ends_the_token_and_its_sessions(cluster):
    here, there = cluster.token("fay"), cluster.token("fay")
    one, two = Client(cluster.workers[0], here), Client(cluster.workers[0], there)
    one.initialize(), two.initialize()
    stolen = Client(cluster.workers[0], there, one.session)
    assert API(cluster, here)("POST", "/api/auth/logout").status_code == 204
    assert works(cluster, here, 1) == 401
    assert stolen.rpc("ping").status_code == 404
    assert two.rpc("ping").status_code == 200
    again = cluster.token("fay")
    assert API(cluster, again)("POST", "/api/auth/logout?everywhere=maybe").status_code == 400
    assert API(cluster, again)("POST", "/api/auth/logout?everywhere=true").status_code == 204
    assert [works(cluster, token, 1) for token in (here, there, again)] == [401] * 3
    wait_until(lambda: works(cluster, cluster.token("fay")) == 200, "a token of the next second")
    fresh = cluster.token("fay")
    assert Client(cluster.workers[0], fresh, two.session).rpc("ping").status_code == 404
    assert cluster.workers[0].await_event("logout", user_id="fay", everywhere="true")


def test_users_see_their_own_audit_events_and_operators_all(cluster):
    token = cluster.token("hal")
    client = Client(cluster.workers[0], token)
    client.initialize()
    client.tool("write_note", {"path": "a.md", "body": "x"})
    client.tool_error("read_note", {"path": "../other/a.md"})
    Client(cluster.workers[0], "a.b.c\nforged").http.post(cluster.workers[0].url, headers={"Authorization": "Bearer a.b.c"})
    api = API(cluster, token, worker=1)

    def events(**query):
        answer = httpx.get(f"{api.base}/api/audit", params=query, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()["records"]
    wait_until(lambda: {"note_written", "session_created", "path_rejected"} <= {e["event"] for e in events()}, "events")
    assert {e["user_id"] for e in events()} == {"hal"} and "worker" not in events()[0]
    assert len(events(limit=1)) == 1
    assert httpx.get(f"{api.base}/api/audit?limit=0", headers={"Authorization": f"Bearer {token}"}).status_code == 400
    if cluster.redis:
        shown = cluster.run("audit").stdout
        assert "authentication_failed" in shown and "note_written hal" in shown and token not in shown
        only = cluster.run("audit", "--user", "hal", "--event", "note_written").stdout.splitlines()
        assert len(only) == 1 and "path=a.md" in only[0]
        assert cluster.run("audit", "--user", "../x").returncode == 1
        assert int(cluster.redis.cli("XLEN", "carrel:audit")) > 3


def test_what_the_operator_makes_is_listed_too(cluster):
    if not cluster.redis:
        pytest.skip("commands do not see a worker's memory")
    token = cluster.token("gus", "--name", "for the robot")
    assert [t["name"] for t in API(cluster, token)("GET", "/api/tokens").json()["tokens"]] == ["for the robot"]


@pytest.fixture
def shared():
    with Cluster(workers=2) as cluster:
        yield cluster


def test_an_operator_revokes_by_id_what_a_user_has(shared):
    api = API(shared, shared.token("ann", "--name", "by hand"))
    made = api.make(name="laptop", scopes=["notes:read"])
    listed = shared.run("token", "list", "--user", "ann").stdout
    line = next(line for line in listed.splitlines() if line.endswith("laptop"))
    assert line.startswith(made["jti"]) and "[notes:read]" in line and "never used" in line
    assert made["token"] not in listed and "by hand" in listed
    done = shared.run("token", "revoke", "--user", "ann", "--id", made["jti"])
    assert done.returncode == 0 and "Revoked the token" in done.stdout, done.stderr
    assert [works(shared, made["token"], worker) for worker in (0, 1)] == [401, 401]
    assert works(shared, api.token) == 200
    assert made["jti"] not in shared.run("token", "list", "--user", "ann").stdout
    # It outlives a Redis that has lost everything.
    shared.redis.cli("FLUSHALL")
    assert works(shared, made["token"]) == 401 and works(shared, api.token) == 200


def test_the_audit_trail_names_what_revokes_a_refreshed_token(shared):
    first = API(shared, shared.token("dee"))
    second = first("POST", "/api/auth/refresh").json()["token"]
    assert Client(shared.workers[0], second).tool("write_note", {"path": "a.md", "body": "x"})
    event = shared.workers[0].await_event("note_written", user_id="dee")
    assert event["revocation_id"] != event["token_id"]
    # The token's own id is not what revokes it, and saying so is better than saying that it was done.
    refused = shared.run("token", "revoke", "--user", "dee", "--id", event["token_id"])
    assert refused.returncode == 1 and "Nothing was changed" in refused.stderr
    assert works(shared, second) == 200
    done = shared.run("token", "revoke", "--user", "dee", "--id", event["revocation_id"])
    assert done.returncode == 0, done.stderr
    assert [works(shared, second, worker) for worker in (0, 1)] == [401, 401]


def test_unknown_ids_revoke_nothing(shared):
    made = API(shared, shared.token("eve")).make(name="x")
    journal = shared.folder / "revocations"
    before = journal.read_text() if journal.exists() else ""
    for user, id in (("ann", "nonsense"), ("ann", made["jti"]), ("eve", made["jti"] + "x")):
        refused = shared.run("token", "revoke", "--user", user, "--id", id)
        assert refused.returncode == 1 and "Nothing was changed" in refused.stderr, refused
    for id in ("", "a b", "a\nb", "x" * 65, made["jti"] + " "):
        refused = shared.run("token", "revoke", "--user", "eve", "--id", id)
        assert refused.returncode == 64 and "--id is no id" in refused.stderr, (id, refused)
    assert (journal.read_text() if journal.exists() else "") == before and works(shared, made["token"]) == 200
    # A Redis that has lost its list still takes a revocation.
    shared.redis.cli("DEL", "carrel:tokens:{eve}")
    assert shared.run("token", "revoke", "--user", "eve", "--id", made["jti"], "--unlisted").returncode == 0
    assert works(shared, made["token"]) == 401


def test_an_operator_revokes_all_that_a_user_has(shared):
    client, other = Client(shared.workers[0], shared.token("bob")), shared.token("cid")
    client.initialize()
    done = shared.run("token", "revoke", "--user", "bob", "--all")
    assert done.returncode == 0, done.stderr
    assert [works(shared, client.token, worker) for worker in (0, 1)] == [401, 401] and works(shared, other) == 200
    assert shared.redis.cli("ZCARD", "carrel:sessions:{bob}") == "0"
    assert "no tokens" in shared.run("token", "list", "--user", "bob").stdout


def audited(cluster, user):
    """The audit events of a user's tokens, oldest first."""
    lines = cluster.run("audit", "--user", user).stdout.splitlines()
    events = [line.split(" ", 1)[1] for line in lines]
    return [event for event in events if event.startswith("token_")]


def test_commands_end_sessions_and_leave_audit_events(shared):
    by_id, by_token, kept = (Client(shared.workers[0], shared.token("fay", "--name", name)) for name in "abc")
    for client in (by_id, by_token, kept):
        client.initialize()
    listed = shared.run("token", "list", "--user", "fay").stdout.splitlines()
    revoked = next(line for line in listed if line.endswith("  a")).split(" ")[0]
    assert shared.run("token", "revoke", "--user", "fay", "--id", revoked).returncode == 0
    assert shared.run("token", "revoke", by_token.token).returncode == 0
    sessions = shared.run("sessions", "list", "--user", "fay").stdout.splitlines()[1:]
    assert [line.split(" ")[0] for line in sessions] == [kept.session]
    assert shared.run("token", "revoke", "--user", "fay", "--all").returncode == 0
    events = audited(shared, "fay")
    assert [event.split(" ")[0] for event in events] == ["token_issued"] * 3 + ["token_revoked"] * 3
    assert f"revoked_token_id={revoked}" in events[3] and "token_name=a" in events[0]
    assert all("reason=operator" in event and "worker=command line" in event for event in events[3:])


@pytest.mark.parametrize("words", [[], ["--user", "ann"], ["--id", "x"], ["--all"], ["--user", "ann", "--id", "x", "--all"],
                                   ["token", "--user", "ann", "--all"]])
def test_what_is_to_be_revoked_must_be_said_in_one_way(shared, words):
    refused = shared.run("token", "revoke", *words)
    assert refused.returncode == 64 and "either --id or --all" in refused.stderr
