"""Workers over the kinds of Redis there are: the same promises on each."""
import contextlib
import pathlib
import random
import shutil
import subprocess
import tempfile

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
def redis_cluster(folder: pathlib.Path):
    """Three masters."""
    # Below those that the system gives to clients, and so are the second ones, ten thousand higher.
    ports = random.sample(range(12_000, 22_000), 3)
    commands = []
    for port in ports:
        (folder / str(port)).mkdir()
        commands.append(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--save", "",
                         "--dir", str(folder / str(port))])
    with servers(*commands):
        for port in ports:
            wait_until(lambda: cli(port, "PING") == "PONG", 10, "redis-server")
        subprocess.run(["redis-cli", "--cluster", "create", *[f"127.0.0.1:{port}" for port in ports], "--cluster-yes"],
                       check=True, capture_output=True, timeout=30)
        for port in ports:
            wait_until(lambda: "cluster_state:ok" in cli(port, "CLUSTER", "INFO"), 20, "the Cluster")
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
