"""Workers over the kinds of Redis there are: the same promises on each."""
import collections
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
from figures import figures_are_shown


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


REQUESTS = 1200  # of each fail-over, by all who ask; and as many with tokens that were revoked


class Asker(threading.Thread):
    """A user who asks both workers in turn, in a session, evenly over a time; and who tries a token that was revoked."""

    def __init__(self, cluster, user, seconds: float):
        super().__init__()
        self.cluster, self.seconds, self.share = cluster, seconds, 0
        self.client = Client(cluster.workers[0], cluster.token(user))
        assert self.client.initialize().status_code == 200
        revoked = cluster.token(user)
        assert cluster.run("token", "revoke", revoked).returncode == 0
        self.revoked = Client(cluster.workers[0], revoked)
        self.answers, self.refusals = [], []

    def run(self):
        begin = time.monotonic()
        for number in range(self.share):
            time.sleep(max(0.0, begin + number * self.seconds / self.share - time.monotonic()))
            worker = self.cluster.workers[number % 2]
            start = time.monotonic()
            status = self.client.rpc("ping", worker=worker).status_code
            self.answers.append((start, time.monotonic(), status))
            self.refusals.append(self.revoked.rpc("ping", worker=worker).status_code)


class Report:
    """What all who asked have seen; `over` is when the fault was."""

    def __init__(self, askers):
        self.askers, self.over = askers, 0.0

    def check(self, name: str, recovered: float, longest: float, after: int = REQUESTS // 2) -> collections.Counter:
        answers = [answer for asker in self.askers for answer in asker.answers]
        refusals = [status for asker in self.askers for status in asker.refusals]
        counts = collections.Counter(status for _, _, status in answers)
        slowest = max(end - start for start, end, _ in answers)
        well = max((end for _, end, status in answers if status != 200 and end > self.over), default=self.over) - self.over
        print(f"{name}: {len(answers)} requests, {dict(counts)}, longest {slowest:.2f} s, well again {well:.2f} s after the "
              f"fault; {len(refusals)} with revoked tokens, {dict(collections.Counter(refusals))}")
        assert len(answers) == len(refusals) == REQUESTS
        assert set(counts) <= {200, 503} and set(refusals) <= {401, 503}
        assert sum(start > self.over for start, _, _ in answers) > after
        assert well < recovered and slowest < longest
        return counts


@contextlib.contextmanager
def asking(askers):
    """Lends what they see, once a tenth of all requests is answered; they have asked them all at the end."""
    for asker in askers:
        asker.share = REQUESTS // len(askers)
        asker.start()
    wait_until(lambda: sum(len(asker.answers) for asker in askers) >= REQUESTS // 10, 30, "the first tenth")
    yield Report(askers)
    for asker in askers:
        asker.join(timeout=60)
        assert not asker.is_alive(), "a request hangs"


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
            askers = [Asker(cluster, f"user{number}", seconds=8) for number in range(4)]
            with asking(askers) as report:
                old = sentinels.master()
                sentinels.processes[old].kill()
                report.over = time.monotonic()
            # The session lives on, on both workers, and nothing else was ever answered. A request waits a second for Redis,
            # so that a quick fail-over is not even noticed.
            report.check("Sentinel, master killed", recovered=6, longest=4)
            assert client.rpc("ping").status_code == 200 and Client(cluster.workers[1], revoked).rpc("ping").status_code == 401
            assert sentinels.master() != old
    finally:
        shutil.rmtree(folder)


def test_a_killed_master_of_a_cluster_is_replaced_and_nothing_is_forgotten():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    try:
        with redis_cluster(folder, replicas=1) as settings:
            cluster = Cluster(workers=2, redis=False, RATE_LIMIT="100000/s", **settings)
            cluster.environment.update(settings)
            with cluster:
                seed = settings["REDIS_URL"].rpartition(":")[2]
                # Any master but the one that is asked here.
                nodes = [line.split() for line in cli(seed, "CLUSTER", "NODES").splitlines()]
                port = next(int(words[1].split("@")[0].rpartition(":")[2]) for words in nodes if words[2] == "master")
                pid = cli(port, "INFO", "server").split("process_id:")[1].split()[0]
                # Users of all three masters, as their ids and sessions fall.
                askers = [Asker(cluster, f"user{number}", seconds=8) for number in range(6)]
                with asking(askers) as report:
                    os.kill(int(pid), signal.SIGKILL)
                    report.over = time.monotonic()
                report.check("Cluster, master killed", recovered=6, longest=4)
                for asker in askers:
                    for worker in cluster.workers:
                        assert asker.client.rpc("ping", worker=worker).status_code == 200
                        assert asker.revoked.rpc("ping", worker=worker).status_code == 401
                # It was replaced: it is still down, and the Cluster is whole.
                assert "fail" in next(line for line in cli(seed, "CLUSTER", "NODES").splitlines() if f":{port}@" in line)
                assert "cluster_state:ok" in cli(seed, "CLUSTER", "INFO")
    finally:
        shutil.rmtree(folder)


MOVED = 2000  # slots, of the 5461 that a master of three has


def own(port, *words):
    """What one node says, whoever has the slot."""
    return subprocess.run(["redis-cli", "-p", str(port), *words], check=True, capture_output=True, text=True,
                          timeout=10).stdout.strip()


def slot_of(port, user) -> int:
    return int(own(port, "CLUSTER", "KEYSLOT", f"{{{user}}}"))


def test_slots_that_move_are_followed_and_no_request_fails():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    try:
        with redis_cluster(folder) as settings:
            cluster = Cluster(workers=2, redis=False, RATE_LIMIT="100000/s", **settings)
            cluster.environment.update(settings)
            with cluster:
                source, target = (int(part.rpartition(":")[2]) for part in settings["REDIS_URL"].split(","))
                # The first ones of the source move: it begins with slot 0. Users are taken whose slots are among them.
                names = (f"user{number}" for number in itertools.count())
                users = list(itertools.islice((name for name in names if slot_of(source, name) < MOVED), 6))
                askers = [Asker(cluster, user, seconds=12) for user in users]
                kept = [int(own(source, "CLUSTER", "COUNTKEYSINSLOT", str(slot_of(source, user)))) for user in users]
                assert all(kept)
                with asking(askers) as report:
                    begin = time.monotonic()
                    subprocess.run(["redis-cli", "--cluster", "reshard", f"127.0.0.1:{source}", "--cluster-from",
                                    own(source, "CLUSTER", "MYID"), "--cluster-to", own(target, "CLUSTER", "MYID"),
                                    "--cluster-slots", str(MOVED), "--cluster-yes"],
                                   check=True, capture_output=True, timeout=60)
                    report.over = time.monotonic()
                    during = sum(start > begin for asker in askers for start, _, _ in asker.answers)
                print(f"{MOVED} slots were moved in {report.over - begin:.2f} s, {during} requests meanwhile")
                counts = report.check(f"Cluster, {MOVED} slots moved", recovered=0.1, longest=2, after=REQUESTS // 10)
                assert counts == {200: REQUESTS} and during > REQUESTS // 20
                assert all(asker.refusals == [401] * len(asker.refusals) for asker in askers)
                # What they asked for has moved under them, and nothing of it was lost.
                for user, before in zip(users, kept):
                    slot = str(slot_of(source, user))
                    assert own(source, "CLUSTER", "COUNTKEYSINSLOT", slot) == "0"
                    assert int(own(target, "CLUSTER", "COUNTKEYSINSLOT", slot)) >= before
                for asker in askers:
                    for worker in cluster.workers:
                        assert asker.client.rpc("ping", worker=worker).status_code == 200
                        assert asker.revoked.rpc("ping", worker=worker).status_code == 401
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
