"""Workers over the kinds of Redis there are: the same promises on each."""
import collections
import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.redis_topologies import Sentinels, cli, own, redis_cluster, redis_with_tls
from Harness.traffic import REQUESTS, Traffic
from Harness.workers import SECRET, Cluster


class User:
    """Asks both workers in turn, in a session; and tries a token that was revoked."""

    def __init__(self, cluster, name: str):
        self.cluster = cluster
        self.client = Client(cluster.workers[0], cluster.token(name))
        assert self.client.initialize().status_code == 200
        revoked = cluster.token(name)
        assert cluster.run("token", "revoke", revoked).returncode == 0
        self.revoked = Client(cluster.workers[0], revoked)
        self.refusals = collections.Counter()

    def ask(self, number: int) -> int:
        worker = self.cluster.workers[number % 2]
        refused = self.revoked.rpc("ping", worker=worker).status_code
        assert refused in (401, 503)
        self.refusals[refused] += 1
        status = self.client.rpc("ping", worker=worker).status_code
        assert status in (200, 503)
        return status

    def check(self):
        """The session lives on, and the revoked token is refused, on both workers."""
        for worker in self.cluster.workers:
            assert self.client.rpc("ping", worker=worker).status_code == 200
            assert self.revoked.rpc("ping", worker=worker).status_code == 401


def traffic_of(users: list[User]) -> Traffic:
    return Traffic([user.ask for user in users])


@contextlib.contextmanager
def redis_folder():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def workers_over(settings: dict[str, str], **more: str):
    cluster = Cluster(workers=2, redis=False, **settings, **more)
    cluster.environment.update(settings)
    with cluster:
        yield cluster


def test_a_fail_over_of_sentinels_forgets_nothing(figure):
    with redis_folder() as folder, Sentinels(folder) as sentinels, \
            workers_over(sentinels.settings, RATE_LIMIT="100000/s") as cluster:
        users = [User(cluster, f"user{number}") for number in range(4)]
        with traffic_of(users) as traffic:
            old = sentinels.master()
            sentinels.processes[old].kill()
            wait_until(lambda: sentinels.master() != old, "another master")
            traffic.await_calm()
        figure(traffic.judged("Sentinel, master killed"))
        for user in users:
            user.check()


def test_a_fail_over_of_a_cluster_forgets_nothing(figure):
    with redis_folder() as folder, redis_cluster(folder, replicas=1) as settings, \
            workers_over(settings, RATE_LIMIT="100000/s") as cluster:
        seed = settings["REDIS_URL"].rpartition(":")[2]
        # Any master but the one that is asked here.
        nodes = [line.split() for line in cli(seed, "CLUSTER", "NODES").splitlines()]
        port = next(int(words[1].split("@")[0].rpartition(":")[2]) for words in nodes if words[2] == "master")
        pid = cli(port, "INFO", "server").split("process_id:")[1].split()[0]
        # Users of all three masters, as their ids and sessions fall.
        users = [User(cluster, f"user{number}") for number in range(6)]
        with traffic_of(users) as traffic:
            os.kill(int(pid), signal.SIGKILL)
            wait_until(lambda: "fail" in line_of(seed, port) and "slave" not in line_of(seed, port)
                       and "cluster_state:ok" in own(seed, "CLUSTER", "INFO"), "another master")
            traffic.await_calm()
        figure(traffic.judged("Cluster, master killed"))
        for user in users:
            user.check()


def line_of(seed, port) -> str:
    """What a node of a Cluster says of another one."""
    return next(line for line in own(seed, "CLUSTER", "NODES").splitlines() if f":{port}@" in line)


MOVED = 2000  # slots, of the 5461 that a master of three has


def slot_of(port, user) -> int:
    return int(own(port, "CLUSTER", "KEYSLOT", f"{{{user}}}"))


def move_slots(source, target):
    subprocess.run(["redis-cli", "--cluster", "reshard", f"127.0.0.1:{source}", "--cluster-from",
                    own(source, "CLUSTER", "MYID"), "--cluster-to", own(target, "CLUSTER", "MYID"),
                    "--cluster-slots", str(MOVED), "--cluster-yes"], check=True, capture_output=True, timeout=240)


def test_slots_that_move_are_followed_and_no_request_fails(figure):
    # Workers that wait longer for Redis than anything takes here.
    patience = {"REDIS_CONNECT_TIMEOUT": "30s", "REDIS_COMMAND_TIMEOUT": "30s", "RATE_LIMIT": "100000/s"}
    with redis_folder() as folder, redis_cluster(folder) as settings, workers_over(settings, **patience) as cluster:
        source, target = (int(part.rpartition(":")[2]) for part in settings["REDIS_URL"].split(","))
        # The first ones of the source move: it begins with slot 0. Users are taken whose slots are among them.
        names = (f"user{number}" for number in itertools.count())
        chosen = list(itertools.islice((name for name in names if slot_of(source, name) < MOVED), 6))
        users = [User(cluster, name) for name in chosen]
        kept = [int(own(source, "CLUSTER", "COUNTKEYSINSLOT", str(slot_of(source, name)))) for name in chosen]
        assert all(kept)
        with traffic_of(users) as traffic:
            before = len(traffic.answers)
            move_slots(source, target)
            during = len(traffic.answers) - before
            traffic.await_calm()
        figure(traffic.judged(f"Cluster, {MOVED} slots moved, {during} requests meanwhile"))
        assert set(traffic.counts()) == {200} and during > REQUESTS // 20
        assert all(set(user.refusals) == {401} for user in users)
        # What they asked for has moved under them, and nothing of it was lost.
        for name, count in zip(chosen, kept):
            slot = str(slot_of(source, name))
            assert own(source, "CLUSTER", "COUNTKEYSINSLOT", slot) == "0"
            assert int(own(target, "CLUSTER", "COUNTKEYSINSLOT", slot)) >= count
        for user in users:
            user.check()


@pytest.fixture(scope="module", params=[redis_cluster, redis_with_tls], ids=["cluster", "tls"])
def cluster(request):
    with redis_folder() as folder, request.param(folder) as settings, workers_over(settings, RATE_LIMIT="50/h") as cluster:
        yield cluster


def test_a_session_of_one_worker_lives_on_the_other(cluster):
    client = Client(cluster.workers[0], cluster.token("ann"))
    assert client.initialize().status_code == 200
    client.tool("write_note", {"path": "a.md", "body": "words"}, worker=cluster.workers[1])
    assert client.paths(worker=cluster.workers[0]) == ["a.md"]
    shown = cluster.run("sessions", "show", client.session)
    assert shown.returncode == 0 and "ann" in shown.stdout, shown.stderr
    assert client.session in cluster.run("sessions", "list", "--user", "ann").stdout
    # Another user's request with it is refused as if there were none.
    thief = Client(cluster.workers[1], cluster.token("bea"), client.session)
    assert thief.rpc("ping").status_code == 404
    assert cluster.workers[1].await_event("session_hijack_attempt", user_id="bea")
    assert cluster.run("sessions", "end", client.session).returncode == 0
    assert client.rpc("ping", worker=cluster.workers[1]).status_code == 404


def test_revocations_and_limits_hold_on_every_worker(cluster):
    token = cluster.token("cid")
    client = Client(cluster.workers[0], token)
    statuses = [client.rpc("ping", worker=cluster.workers[number % 2]).status_code for number in range(60)]
    assert statuses == [200] * 50 + [429] * 10
    other = cluster.token("dan")
    assert cluster.run("token", "revoke", other).returncode == 0
    for worker in cluster.workers:
        assert Client(worker, other).rpc("ping").status_code == 401


def test_usage_and_health(cluster):
    client = Client(cluster.workers[0], cluster.token("eva"))
    client.tool("list_notes")
    wait_until(lambda: "eva" in cluster.run("usage").stdout, "usage")
    assert cluster.run("health", MCP_PORT=str(cluster.workers[0].port)).stdout.strip() == "ready"


def test_a_certificate_file_that_is_none_is_found_at_start(cluster):
    done = cluster.run("serve", REDIS_URL="rediss://localhost", REDIS_CA_FILE="/etc/hostname", JWT_SECRET_KEY=SECRET)
    assert done.returncode == 78 and "/etc/hostname" in done.stderr
    done = cluster.run("serve", REDIS_URL="redis://localhost", REDIS_CA_FILE="/etc/hostname", JWT_SECRET_KEY=SECRET)
    assert done.returncode == 78 and "rediss" in done.stderr
