"""Workers over the kinds of Redis there are: the same promises on each."""
import contextlib
import itertools
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import pytest
from carrel import LEASH, SECRET, Client, Cluster, free_port, wait_until


@contextlib.contextmanager
def servers(*commands):
    processes = [subprocess.Popen([*LEASH, *command], stdout=subprocess.DEVNULL) for command in commands]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@contextlib.contextmanager
def redis_cluster(folder: pathlib.Path, replicas: int = 0):
    """Three masters, each with so many replicas."""
    # Below those that the system gives to clients, and so are the second ones, ten thousand higher.
    ports = random.sample(range(12_000, 22_000), 3 * (1 + replicas))
    commands = []
    for port in ports:
        (folder / str(port)).mkdir()
        commands.append(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--save", "",
                         "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0", "--dir", str(folder / str(port))])
    with servers(*commands):
        for port in ports:
            wait_until(lambda: cli(port, "PING") == "PONG", 10, "redis-server")
        subprocess.run(["redis-cli", "--cluster", "create", *[f"127.0.0.1:{port}" for port in ports],
                        "--cluster-replicas", str(replicas), "--cluster-yes"], check=True, capture_output=True, timeout=30)
        for port in ports:
            wait_until(lambda: "cluster_state:ok" in cli(port, "CLUSTER", "INFO"), 20, "the Cluster")
        for port in ports if replicas else []:
            wait_until(lambda: any(sign in cli(port, "INFO", "replication") for sign in
                                   (f"connected_slaves:{replicas}", "master_link_status:up")), 20, "the replicas")
        yield {"REDIS_URL": f"redis+cluster://127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}"}


def cli(port, *words):
    return subprocess.run(["redis-cli", "-c", "-p", str(port), *words], capture_output=True, text=True, timeout=10).stdout.strip()


@contextlib.contextmanager
def redis_with_tls(folder: pathlib.Path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    str(folder / "key.pem"), "-out", str(folder / "cert.pem")], check=True, capture_output=True)
    port = free_port()
    with servers(["redis-server", "--port", "0", "--tls-port", str(port), "--tls-cert-file", str(folder / "cert.pem"),
                  "--tls-key-file", str(folder / "key.pem"), "--tls-auth-clients", "no", "--requirepass", "hunter2",
                  "--save", "", "--bind", "127.0.0.1", "--dir", str(folder)]):
        yield {"REDIS_URL": f"rediss://:hunter2@localhost:{port}", "REDIS_CA_FILE": str(folder / "cert.pem")}


class Sentinels:
    """A master, two replicas and three Sentinels."""

    def __init__(self, folder):
        self.folder = folder
        self.ports = random.sample(range(12_000, 22_000), 6)
        self.processes = {}

    def start(self, port, *arguments):
        (self.folder / str(port)).mkdir()
        self.processes[port] = subprocess.Popen(
            [*LEASH, "redis-server", *arguments], stdout=subprocess.DEVNULL, cwd=self.folder / str(port))

    def __enter__(self):
        master, *replicas = self.ports[:3]
        for port in self.ports[:3]:
            following = [] if port == master else ["--replicaof", "127.0.0.1", str(master)]
            self.start(port, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0",
                       *following)
        for port in self.ports[3:]:
            file = self.folder / f"sentinel-{port}.conf"
            file.write_text(f"port {port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 {master} 2\n"
                            "sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n")
            self.start(port, str(file), "--sentinel")
        for port in self.ports[3:]:
            wait_until(lambda: "slaves=2,sentinels=3" in cli(port, "INFO", "sentinel"), 30, "Sentinels")
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            process.kill()
            process.wait()

    def master(self):
        return int(cli(self.ports[3], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main").split()[1])

    @property
    def settings(self):
        return {"REDIS_URL": "redis+sentinel://" + ",".join(f"127.0.0.1:{port}" for port in self.ports[3:]) + "/main"}


def test_a_fail_over_is_503_for_a_moment_at_most_and_forgets_nothing():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    try:
        with Sentinels(folder) as sentinels, \
                Cluster(workers=2, redis=False, RATE_LIMIT="100000/s", **sentinels.settings) as cluster:
            cluster.environment.update(sentinels.settings)
            client = Client(cluster.workers[0], cluster.token("ann"))
            assert client.initialize().status_code == 200
            revoked = cluster.token("bea")
            assert cluster.run("token", "revoke", revoked).returncode == 0
            old = sentinels.master()
            sentinels.processes[old].kill()
            killed = time.monotonic()
            answers, number = [], 0
            while time.monotonic() < killed + 8:
                number += 1
                start = time.monotonic()
                status = client.rpc("ping", worker=cluster.workers[number % 2]).status_code
                answers.append((time.monotonic() - start, status))
                bad = Client(cluster.workers[number % 2], revoked).rpc("ping").status_code
                assert bad in (401, 503), bad
            statuses = [status for _, status in answers]
            print(f"{statuses.count(200)} answered, {statuses.count(503)} times 503, longest {max(answers)[0]:.2f} s")
            # The session lives on, on both workers, and nothing else was ever answered. A request waits a second for Redis,
            # so that a quick fail-over is not even noticed.
            assert set(statuses) <= {200, 503} and statuses[-50:] == [200] * 50
            assert max(answers)[0] < 4
            assert sentinels.master() != old
    finally:
        shutil.rmtree(folder)


class Asker(threading.Thread):
    """A user who asks both workers in turn, in a session, until told to stop; and who tries a token that was revoked."""

    def __init__(self, cluster, user):
        super().__init__()
        self.cluster = cluster
        self.client = Client(cluster.workers[0], cluster.token(user))
        assert self.client.initialize().status_code == 200
        revoked = cluster.token(user)
        assert cluster.run("token", "revoke", revoked).returncode == 0
        self.revoked = Client(cluster.workers[0], revoked)
        self.stopped = threading.Event()
        self.answers, self.refusals = [], []

    def run(self):
        for worker in itertools.cycle(self.cluster.workers):
            if self.stopped.is_set():
                return
            start = time.monotonic()
            status = self.client.rpc("ping", worker=worker).status_code
            self.answers.append((start, time.monotonic(), status))
            self.refusals.append(self.revoked.rpc("ping", worker=worker).status_code)
            time.sleep(0.005)


def test_a_killed_master_of_a_cluster_is_replaced_and_nothing_is_forgotten():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    try:
        with redis_cluster(folder, replicas=1) as settings:
            cluster = Cluster(workers=2, redis=False, RATE_LIMIT="100000/s", **settings)
            cluster.environment.update(settings)
            with cluster:
                # Users of all three masters, as their ids and sessions fall.
                askers = [Asker(cluster, f"user{number}") for number in range(6)]
                for asker in askers:
                    asker.start()
                time.sleep(1)
                seed = settings["REDIS_URL"].rpartition(":")[2]
                # Any master but the one that is asked here.
                nodes = [line.split() for line in cli(seed, "CLUSTER", "NODES").splitlines()]
                port = next(int(words[1].split("@")[0].rpartition(":")[2]) for words in nodes if words[2] == "master")
                pid = cli(port, "INFO", "server").split("process_id:")[1].split()[0]
                os.kill(int(pid), signal.SIGKILL)
                killed = time.monotonic()
                time.sleep(8)
                for asker in askers:
                    asker.stopped.set()
                for asker in askers:
                    asker.join(timeout=30)
                    assert not asker.is_alive(), "a request hangs"
                answers = [answer for asker in askers for answer in asker.answers]
                failures = [end for _, end, status in answers if status != 200]
                longest = max(end - start for start, end, _ in answers)
                recovered = max(failures, default=killed) - killed
                print(f"{len(answers)} answered, {len(failures)} times 503, longest {longest:.2f} s, "
                      f"well again after {recovered:.2f} s")
                assert {status for _, _, status in answers} <= {200, 503}
                assert {status for asker in askers for status in asker.refusals} <= {401, 503}
                assert recovered < 6 and longest < 4
                for asker in askers:
                    for worker in cluster.workers:
                        assert asker.client.rpc("ping", worker=worker).status_code == 200
                        assert asker.revoked.rpc("ping", worker=worker).status_code == 401
                # It was replaced: it is still down, and the Cluster is whole.
                assert "fail" in next(line for line in cli(seed, "CLUSTER", "NODES").splitlines() if f":{port}@" in line)
                assert "cluster_state:ok" in cli(seed, "CLUSTER", "INFO")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module", params=[redis_cluster, redis_with_tls], ids=["cluster", "tls"])
def cluster(request):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    try:
        with request.param(folder) as settings:
            cluster = Cluster(workers=2, redis=False, RATE_LIMIT="50/h", **settings)
            cluster.environment.update(settings)
            with cluster:
                yield cluster
    finally:
        shutil.rmtree(folder)


def test_a_session_of_one_worker_lives_on_the_other(cluster):
    client = Client(cluster.workers[0], cluster.token("ann"))
    assert client.initialize().status_code == 200
    client.tool("write_note", {"path": "a.md", "body": "words"}, worker=cluster.workers[1])
    assert client.paths(worker=cluster.workers[0]) == ["a.md"]
    shown = cluster.run("sessions", "show", client.session)
    assert shown.returncode == 0 and "ann" in shown.stdout, shown.stderr
    assert client.session in cluster.run("sessions", "list", "--user", "ann").stdout
    # Another user's request with it is turned away as if there were none.
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
    wait_until(lambda: "eva" in cluster.run("usage").stdout, 5, "usage")
    assert cluster.run("health", MCP_PORT=str(cluster.workers[0].port)).stdout.strip() == "ready"


def test_a_certificate_file_that_is_none_is_found_at_start(cluster):
    done = cluster.run("serve", REDIS_URL="rediss://localhost", REDIS_CA_FILE="/etc/hostname", JWT_SECRET_KEY=SECRET)
    assert done.returncode == 78 and "/etc/hostname" in done.stderr
    done = cluster.run("serve", REDIS_URL="redis://localhost", REDIS_CA_FILE="/etc/hostname", JWT_SECRET_KEY=SECRET)
    assert done.returncode == 78 and "rediss" in done.stderr
