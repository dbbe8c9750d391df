"""Limits, usage and revocations as clients and operators see them."""
import collections
import concurrent.futures
import re

import httpx
import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.workers import Cluster


@pytest.fixture(scope="module")
def cluster():
    with Cluster(workers=2, RATE_LIMIT="100/h", RATE_LIMIT_WRITES="3/h", AUTH_FAILURE_LIMIT="5/h",
                 TRUSTED_PROXIES="127.0.0.0/8 ::1") as cluster:
        yield cluster


def bad_token(worker, address):
    return httpx.post(worker.url, headers={"Authorization": "Bearer a.b.c", "Content-Type": "application/json",
                                           "X-Forwarded-For": address}, content="{}")


def test_every_answer_tells_what_is_left(cluster):
    client = Client(cluster.workers[0], cluster.token("ann"))
    opened = client.initialize()
    assert opened.headers["RateLimit-Policy"] == '"requests";q=100;w=3600, "writes";q=3;w=3600'
    assert opened.headers["RateLimit"] == '"requests";r=99;t=36, "writes";r=3;t=0'
    # The other worker counts on where the first one was.
    listed = client.rpc("tools/call", {"name": "list_notes", "arguments": {}}, worker=cluster.workers[1])
    left = re.match(r'"requests";r=98;t=(\d+), "writes";r=3;t=0$', listed.headers["RateLimit"])
    assert left and 36 < int(left[1]) <= 72
    limits = listed.json()["result"]["_meta"]["carrel/limits"]
    assert limits["requests"]["remaining"] == 98 and limits["writes"] == {"remaining": 3, "reset": 0}
    told = client.rpc("tools/call", {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}})
    assert told.json()["result"]["_meta"]["carrel/limits"]["writes"]["remaining"] == 2


def test_a_limit_that_is_passed_says_when_to_come_back(cluster):
    client = Client(cluster.workers[0], cluster.token("bea"))
    for number in range(3):
        client.tool("write_note", {"path": f"n{number}.md", "body": "x"}, worker=cluster.workers[number % 2])
    refused = client.rpc("tools/call", {"name": "write_note", "arguments": {"path": "n3.md", "body": "x"}})
    assert refused.status_code == 429
    wait = int(refused.headers["Retry-After"])
    assert 1000 <= wait <= 1200
    assert refused.headers["RateLimit"] == f'"writes";r=0;t={wait}'
    assert refused.json()["error"]["data"] == {"retry_after": wait, "limit": "writes"}
    assert client.paths() == ["n0.md", "n1.md", "n2.md"]


@pytest.mark.parametrize("is_batch", [False, True])
def test_bytes_of_all_workers_are_limited_together(is_batch):
    with Cluster(workers=2, RATE_LIMIT_BYTES="1MiB/h") as cluster:
        client = Client(cluster.workers[0], cluster.token("ann"))
        client.initialize("2025-03-26")
        client.tool("write_note", {"path": "a.md", "body": "x" * 25_000})
        read = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": {"name": "read_note", "arguments": {"path": "a.md"}}}
        got, number = 0, 0
        while (answer := client.post([read] * 3 if is_batch else read, worker=cluster.workers[number % 2])).status_code == 200:
            got, number = got + len(answer.content), number + 1
        # What a worker has not charged yet: less than 64 KiB, and one answer.
        assert answer.status_code == 429 and 1 << 20 <= got <= (1 << 20) + 2 * ((64 << 10) + len(answer.content) + 200_000)
        wait = int(answer.headers["Retry-After"])
        assert 0 < wait <= 3600 and answer.headers["RateLimit"] == f'"bytes";r=0;t={wait}'
        assert answer.headers["RateLimit-Policy"] == f'"bytes";q={1 << 20};w=3600'
        assert answer.json()["error"]["data"] == {"retry_after": wait, "limit": "bytes"}
        assert cluster.workers[(number) % 2].await_event("rate_limited", user_id="ann")["limit"] == "bytes"
        other = cluster.token("bob")
        assert Client(cluster.workers[0], other).rpc("ping").status_code == 200
        usage = httpx.get(f"{cluster.workers[0].base}/api/usage", headers={"Authorization": f"Bearer {other}"}).json()
        assert (1 << 20) - 2000 < usage["limits"]["bytes"]["remaining"] <= 1 << 20


def test_of_three_times_the_limit_exactly_the_limit_passes():
    with Cluster(workers=4, RATE_LIMIT="40/h") as cluster:
        client = Client(cluster.workers[0], cluster.token("ann"))
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            asked = [pool.submit(client.rpc, "ping", worker=cluster.workers[number % 4]) for number in range(120)]
            statuses = collections.Counter(one.result(timeout=60).status_code for one in asked)
        assert statuses == {200: 40, 429: 80}


def test_an_address_that_keeps_failing_is_limited(cluster):
    address = "203.0.113.9"
    statuses = [bad_token(cluster.workers[number % 2], address).status_code for number in range(8)]
    assert statuses == [401] * 5 + [429] * 3
    limited = bad_token(cluster.workers[0], address)
    assert int(limited.headers["Retry-After"]) > 600 and limited.json()["error"] == "rate_limited"
    assert cluster.workers[0].await_event("rate_limited", address=address)["limit"] == "authentication_failures"
    # Another address, a forged left part of the header, and no token at all.
    assert bad_token(cluster.workers[0], "203.0.113.10").status_code == 401
    assert bad_token(cluster.workers[0], f"198.51.100.1, {address}").status_code == 429
    client = Client(cluster.workers[0], cluster.token("cid"))
    assert client.http.post(cluster.workers[0].url, headers={"X-Forwarded-For": address}).status_code == 401
    body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
    assert client.post(body, **{"X-Forwarded-For": address}).status_code == 200


def test_usage_is_shown_to_the_user_and_to_the_operator(cluster):
    token = cluster.token("dan")
    client = Client(cluster.workers[0], token)
    client.tool("write_note", {"path": "a.md", "body": "four"})
    client.tool("read_note", {"path": "a.md"}, worker=cluster.workers[1])
    headers = {"Authorization": f"Bearer {token}"}

    def usage(**query):
        answer = httpx.get(f"{cluster.workers[0].base}/api/usage", headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()
    wait_until(lambda: usage()["writes"] == 1 and usage()["reads"] == 1, "usage")
    shown = usage()
    size = (cluster.vault("dan") / "a.md").stat().st_size
    vault = shown["vault"]
    assert shown["user_id"] == "dan" and (vault["notes"], vault["size_bytes"]) == (1, size)
    assert vault["index_bytes"] > 0 and (vault["max_notes"], vault["max_size_bytes"]) == (50_000, 1 << 30)
    assert shown["requests"] >= 2 and shown["bytes_in"] > 0 and shown["errors"] == 0
    assert usage(day="2020-01-01")["requests"] == 0
    assert httpx.get(f"{cluster.workers[0].base}/api/usage?day=x", headers=headers).status_code == 400
    assert httpx.get(f"{cluster.workers[0].base}/api/usage").status_code == 401

    one = cluster.run("usage", "--user", "dan").stdout.splitlines()
    assert one[1].split()[0] == "dan" and one[1].split()[-2:] == ["1", str(size)]
    all_users = cluster.run("usage").stdout
    assert {"ann", "bea", "dan"} <= {line.split()[0] for line in all_users.splitlines() if line}
    assert re.search(r"About \d+ users on", all_users)
    assert cluster.run("usage", "--day", "yesterday").returncode == 64


def test_a_redis_that_came_back_empty_forgets_no_revocation(cluster):
    revoked, good = cluster.token("eva"), cluster.token("eva")
    assert cluster.run("token", "revoke", revoked).returncode == 0
    assert Client(cluster.workers[0], revoked).rpc("ping").status_code == 401
    # Emptied under way, by hand.
    assert cluster.redis.cli("FLUSHALL") == "OK"
    assert Client(cluster.workers[0], revoked).rpc("ping").status_code == 401
    assert Client(cluster.workers[1], good).rpc("ping").status_code == 200
    # Started again without its file.
    cluster.redis.kill()
    for file in (cluster.redis.folder / "appendonlydir").iterdir():
        file.unlink()
    cluster.redis.start()
    wait_until(lambda: Client(cluster.workers[1], good).rpc("ping").status_code == 200, "workers")
    for worker in cluster.workers:
        assert Client(worker, revoked).rpc("ping").status_code == 401
    # Emptied, and some key put back that is not Carrel's.
    cluster.redis.cli("FLUSHALL")
    cluster.redis.cli("SET", "other", "1")
    assert Client(cluster.workers[0], revoked).rpc("ping").status_code == 401


def test_a_redis_with_another_memory_policy_is_warned_about():
    with Cluster(workers=1) as cluster:
        cluster.redis.cli("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        cluster.workers[0].kill()
        cluster.workers[0].start()

        def warned():
            return [line for line in cluster.workers[0].lines() if "allkeys-lru" in line.get("reason", "")]
        wait_until(warned, "a warning")
        assert "noeviction" in warned()[0]["reason"]


def test_connections_of_each_worker_bear_a_name_in_redis(cluster):
    names = re.findall(r"name=(\S+)", cluster.redis.cli("CLIENT", "LIST"))
    assert len({name for name in names if name.startswith("carrel-")}) == 2


def test_past_a_hundred_sessions_the_longest_unused_one_ends():
    with Cluster(workers=2) as cluster:
        token = cluster.token("ann")

        def opened(number):
            client = Client(cluster.workers[number % 2], token)
            assert client.initialize().status_code == 200
            return client

        def live():
            return set(re.findall(r"^(\S+)  \d{4}-", cluster.run("sessions", "list", "--user", "ann").stdout, re.M))

        def age(client, seconds):
            """As if a session had been used last so long ago; that is written down once a minute."""
            cluster.redis.cli("HINCRBY", f"carrel:session:{client.session}", "last_seen", f"-{seconds}")
            lists = [key for key in cluster.redis.cli("KEYS", "carrel:*").split() if "{ann}" in key
                     and cluster.redis.cli("TYPE", key) == "zset" and cluster.redis.cli("ZSCORE", key, client.session)]
            assert len(lists) == 1
            cluster.redis.cli("ZINCRBY", lists[0], f"-{seconds}", client.session)
        oldest, forgotten, *others = [opened(number) for number in range(100)]
        age(oldest, 600)
        age(forgotten, 300)
        # The oldest one is used again, on the other worker than it was opened on.
        assert oldest.rpc("ping", worker=cluster.workers[1]).status_code == 200
        assert live() == {client.session for client in (oldest, forgotten, *others)}
        newest = opened(1)
        assert live() == {client.session for client in (oldest, newest, *others)}
        assert [forgotten.rpc("ping", worker=worker).status_code for worker in cluster.workers] == [404, 404]
        for number, client in enumerate((oldest, newest, *others)):
            assert client.rpc("ping", worker=cluster.workers[number % 2]).status_code == 200
        # It is the user's own that ends, never another's.
        assert Client(cluster.workers[0], cluster.token("bob")).initialize().status_code == 200 and len(live()) == 100


def test_a_batch_names_the_scope_that_an_element_lacks(cluster):
    """Refused by itself, audited, and not charged as a write; the batch stays 200."""
    worker = cluster.workers[0]
    client = Client(worker, cluster.token("bea", "--scope", "notes:read"))
    client.initialize("2025-03-26")
    write = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
             "params": {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}}}
    ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    answered = client.post([write, ping])
    assert answered.status_code == 200
    refused, pong = answered.json()
    assert refused["error"]["code"] == 403 and "notes:write" in refused["error"]["message"]
    assert pong["result"] == {}
    event = worker.await_event("forbidden", user_id="bea")
    assert event["scope"] == "notes:write" and event["error"] == "permission_denied"
    assert answered.headers["RateLimit"].endswith('"writes";r=3;t=0')
    usage = cluster.run("usage", "--user", "bea")
    assert usage.returncode == 0, usage.stderr
