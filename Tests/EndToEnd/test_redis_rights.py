"""A Redis user that may do what docs/operations.md says, and nothing else: all that Carrel does works with it."""
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import httpx
import pytest
from Harness.client import Client
from Harness.oidc_provider import Provider
from Harness.ports import free_port
from Harness.processes import LEASH, wait_until
from Harness.redis import Redis
from Harness.redis_topologies import Sentinels, cli, redis_cluster
from Harness.sign_in import App, Person, Site, error_of
from Harness.workers import Cluster

OPERATIONS = pathlib.Path(__file__).parents[2] / "docs" / "operations.md"
# For other kinds of Redis, see the last test; `asking` is for slots that move, `hello` for a hiredis that knows RESP3.
ELSEWHERE = {"hello", "role", "cluster|slots", "zscore", "asking"}


def documented() -> list[str]:
    """The words of the command in the documentation."""
    text = OPERATIONS.read_text().partition("redis-cli ACL SETUSER ")[2].partition("```")[0]
    words = shlex.split(text.replace("\\\n", " "))
    assert words[0] == "carrel" and "on" in words
    return words


class GuardedRedis(Redis):
    """A master with a replica, on ports; the workers are the user of the documentation."""

    PASSWORD = "a-long-password"

    def __init__(self, folder: pathlib.Path, ports: list[int]):
        super().__init__(folder)
        self.port, self.other = ports
        self.replica = None

    @property
    def url(self) -> str:
        return f"redis://carrel:{self.PASSWORD}@127.0.0.1:{self.port}"

    def start(self):
        (self.folder / "replica").mkdir()
        common = ["--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0"]
        self.process = subprocess.Popen(
            [*LEASH, "redis-server", "--port", str(self.port), "--maxmemory-policy", "noeviction", "--dir", str(self.folder),
             *common], stdout=subprocess.DEVNULL)
        self.replica = subprocess.Popen(
            [*LEASH, "redis-server", "--port", str(self.other), "--replicaof", "127.0.0.1", str(self.port), "--dir",
             str(self.folder / "replica"), *common], stdout=subprocess.DEVNULL)
        wait_until(lambda: "state=online" in self.cli("INFO", "replication"), "the replica")
        assert self.cli("ACL", "SETUSER", *documented()) == "OK"

    def cli(self, *words: str) -> str:
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True,
                              timeout=10).stdout.strip()

    def kill(self):
        for process in (self.process, self.replica):
            if process:
                process.kill()
                process.wait()

    def called(self) -> set[str]:
        """The commands that were called since it started, by any user."""
        lines = self.cli("INFO", "commandstats").splitlines()
        return {line.partition(":")[0].removeprefix("cmdstat_") for line in lines if line.startswith("cmdstat_")}


@pytest.fixture(scope="module")
def site():
    limits = {"RATE_LIMIT": "1000/h", "RATE_LIMIT_WRITES": "10/h", "RATE_LIMIT_BYTES": "1GiB/h", "AUTH_FAILURE_LIMIT": "5/h"}
    with Provider() as provider:
        site = Site(provider, workers=2, **limits)
        site.redis = GuardedRedis(site.folder, [free_port(), free_port()])
        site.environment["REDIS_URL"] = site.redis.url
        # Leases of vaults need rights too.
        site.environment["VOLUME"] = "shared"
        with site:
            yield site


def run(site, *words: str, **more) -> str:
    done = site.run(*words, **more)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def counted(site, user: str) -> int:
    """The requests of a user that Redis knows of."""
    keys = site.redis.cli("KEYS", f"carrel:usage:{{{user}}}:*").split()
    return sum(int(site.redis.cli("HGET", key, "requests") or 0) for key in keys)


def use_sessions(site):
    client = site.notes(site.token("ann"))
    assert client.initialize().status_code == 200
    assert [client.rpc("ping", worker=worker).status_code for worker in site.workers] == [200, 200]
    thief = Client(site.workers[1], site.token("bea"), client.session)
    assert thief.rpc("ping").status_code == 404
    # Past a hundred one is ended for the next.
    for _ in range(100):
        assert client.initialize().status_code == 200
    assert site.redis.cli("ZCARD", "carrel:sessions:{ann}") == "100"
    last = client.session
    assert "ann" in run(site, "sessions", "show", last) and last in run(site, "sessions", "list", "--user", "ann")
    run(site, "sessions", "end", last)
    assert client.rpc("ping").status_code == 404


def use_notes_up_to_the_limits(site):
    client = site.notes(site.token("cid"))
    client.tool("write_note", {"path": "a.md", "body": "words"})
    assert client.paths() == ["a.md"] and client.tool("search_notes", {"query": "words"})["results"]
    write = {"name": "write_note", "arguments": {"path": "b.md", "body": "x"}}
    statuses = [client.rpc("tools/call", write).status_code for _ in range(12)]
    assert statuses == [200] * 9 + [429] * 3
    bad = [httpx.post(site.url, json={}, headers={"Authorization": "Bearer x.y.z", "X-Forwarded-For": "192.0.2.1"}).status_code
           for _ in range(8)]
    assert bad == [401] * 5 + [429] * 3


def use_tokens(site):
    token = site.token("dan")
    bearer = {"Authorization": f"Bearer {token}"}
    made = httpx.post(f"{site.base}/api/tokens", json={"name": "own"}, headers=bearer)
    assert made.status_code == 201, made.text
    assert site.statuses(made.json()["token"]) == [200, 200]
    assert len(httpx.get(f"{site.base}/api/tokens", headers=bearer).json()["tokens"]) == 2
    assert httpx.delete(f"{site.base}/api/tokens/{made.json()['jti']}", headers=bearer).status_code == 204
    assert site.statuses(made.json()["token"]) == [401, 401]
    other = site.token("dan")
    run(site, "token", "revoke", "-", input=other)
    assert site.statuses(other) == [401, 401] and site.statuses(token) == [200, 200]
    assert httpx.post(f"{site.base}/api/auth/logout?everywhere=true", headers=bearer).status_code == 204
    assert site.statuses(token) == [401, 401]


def use_sign_in(site):
    person, app = Person(site, "eva"), App(site)
    given = app.connect(person)
    assert site.statuses(given["access_token"]) == [200, 200]
    again = app.refresh(given["refresh_token"])
    assert again.status_code == 200, again.text
    code = person.allow(app.ask())["code"]
    assert app.exchange(code).status_code == 200 and error_of(app.exchange(code)) == (400, "invalid_grant")
    own = person.make_token()
    assert site.statuses(own) == [200, 200]
    assert app.revoke(own).status_code == 200 and site.statuses(own) == [401, 401]
    other = App(site)
    assert app.client_id != other.client_id
    other.connect(person)
    fields = person.page().form("/account/grants/revoke")
    assert person.post("/account/grants/revoke", fields).status_code == 303
    assert person.post("/auth/logout", {"csrf": person.csrf()}).status_code == 303 and not person.is_signed_in()
    # The response to another login is refused.
    person.begin()
    assert person.get("/auth/callback?code=x&state=y").status_code == 400


def read_usage_and_audit(site):
    token = site.token("eva")
    wait_until(lambda: "ann" in run(site, "usage"), "usage")
    assert "session_hijack_attempt" in run(site, "audit", "--limit", "1000")
    wait_until(lambda: "login" in run(site, "audit", "--user", "eva"), "the audit trail")
    shown = httpx.get(f"{site.base}/api/audit", headers={"Authorization": f"Bearer {token}"})
    assert shown.status_code == 200 and shown.json()


def remove_a_user(site):
    assert "Nothing was changed" in run(site, "user", "delete", "--user", "eva")
    run(site, "user", "delete", "--user", "eva", "--yes")


def test_the_documented_rights_suffice_and_each_is_needed(site):
    for step in (use_sessions, use_notes_up_to_the_limits, use_tokens, use_sign_in, read_usage_and_audit, remove_a_user):
        step(site)
        assert site.redis.cli("ACL", "LOG") == "", step.__name__
    # Workers hand on what they have counted once a second; a Redis that has forgotten its scripts is given them again.
    assert site.redis.cli("SCRIPT", "FLUSH") == "OK"
    before = counted(site, "ann")
    use_sessions(site)
    wait_until(lambda: counted(site, "ann") > before, "usage")
    assert site.redis.cli("ACL", "LOG") == ""
    granted = {word[1:] for word in documented() if word.startswith("+")}
    assert granted - site.redis.called() <= ELSEWHERE
    for worker in site.workers:
        lines = [line for line in worker.lines() if line["level"] in ("warning", "error") and "event" not in line]
        assert lines == []


def test_other_keys_and_commands_are_refused(site):
    def as_carrel(*words):
        return site.redis.cli("--no-auth-warning", "--user", "carrel", "--pass", GuardedRedis.PASSWORD, *words)
    assert as_carrel("SET", "carrel:test", "1") == "OK" and as_carrel("DEL", "carrel:test") == "1"
    for words in (["GET", "other"], ["EVAL", "return redis.call('GET', 'other')", "0"], ["FLUSHALL"], ["KEYS", "*"],
                  ["CONFIG", "SET", "dir", "/"], ["ACL", "LIST"], ["SUBSCRIBE", "x"], ["PUBLISH", "x", "y"]):
        assert re.search("NOPERM|permission|can't access", as_carrel(*words)), words


@pytest.mark.parametrize("kind", ["Cluster", "Sentinel"])
def test_they_are_enough_for_many_servers_too(kind):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    try:
        with (redis_cluster(folder, replicas=1) if kind == "Cluster" else Sentinels(folder)) as servers:
            settings = servers if kind == "Cluster" else servers.settings
            scheme, _, rest = settings["REDIS_URL"].partition("://")
            ports = servers.ports[:3] if kind == "Sentinel" else [
                int(line.split()[1].split("@")[0].rpartition(":")[2])
                for line in cli(rest.rpartition(":")[2], "CLUSTER", "NODES").splitlines()]
            for port in ports:
                assert cli(port, "ACL", "SETUSER", *documented()) == "OK"
            cluster = Cluster(workers=2, redis=False, RATE_LIMIT="1000/h")
            cluster.environment["REDIS_URL"] = f"{scheme}://carrel:{GuardedRedis.PASSWORD}@{rest}"
            with cluster:
                for user in [f"user{number}" for number in range(12)]:
                    client = Client(cluster.workers[0], cluster.token(user))
                    assert client.initialize().status_code == 200
                    client.tool("write_note", {"path": "a.md", "body": "words"}, worker=cluster.workers[1])
                    assert client.paths() == ["a.md"]
                    assert client.session in run(cluster, "sessions", "list", "--user", user)
                revoked = cluster.token("user1")
                run(cluster, "token", "revoke", revoked)
                assert [Client(worker, revoked).rpc("ping").status_code for worker in cluster.workers] == [401, 401]
                wait_until(lambda: "user11" in run(cluster, "usage"), "usage")
                assert "session_created" in run(cluster, "audit")
                run(cluster, "user", "delete", "--user", "user0", "--yes")
                for port in ports:
                    assert cli(port, "ACL", "LOG") == ""
                used = "".join(cli(port, "INFO", "commandstats") for port in ports)
                for command in {"Cluster": ["cluster|slots", "zscore"], "Sentinel": ["role"]}[kind]:
                    assert f"cmdstat_{command}:" in used
    finally:
        shutil.rmtree(folder)
