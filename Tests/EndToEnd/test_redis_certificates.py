"""A Redis that demands certificates of its clients, as managed ones do: with one all is well, and without it is said why."""
import pathlib
import shutil
import subprocess
import tempfile

import httpx
import pytest
from Harness.client import Client
from Harness.ports import free_port
from Harness.processes import LEASH, wait_until
from Harness.workers import Cluster, Worker

NAME = "redis.internal"


def openssl(folder: pathlib.Path, *words: str):
    subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)


def certify(folder: pathlib.Path):
    """Makes two authorities, and certificates of the first for the server and a client, and one of the second."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for authority in ("ca", "other-ca"):
        openssl(folder, "req", "-x509", *key, "-days", "2", "-subj", f"/CN={authority}", "-keyout", f"{authority}.key",
                "-out", f"{authority}.pem")
    for name, authority in (("server", "ca"), ("client", "ca"), ("stranger", "other-ca")):
        (folder / f"{name}.ext").write_text(f"subjectAltName=DNS:{NAME if name == 'server' else name}\n")
        openssl(folder, "req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
                "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


@pytest.fixture(scope="module")
def cluster():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-redis-", dir="/tmp"))
    process = None
    try:
        certify(folder)
        port = free_port()
        process = subprocess.Popen(
            [*LEASH, "redis-server", "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir",
             str(folder), "--tls-cert-file", str(folder / "server.pem"), "--tls-key-file", str(folder / "server.key"),
             "--tls-ca-cert-file", str(folder / "ca.pem"), "--tls-auth-clients", "yes", "--requirepass", "hunter2",
             "--maxmemory-policy", "noeviction"], stdout=subprocess.DEVNULL)
        cluster = Cluster(workers=2, redis=False)
        cluster.certificates = folder
        cluster.environment |= {
            "REDIS_URL": f"rediss://:hunter2@localhost:{port}", "REDIS_CA_FILE": str(folder / "ca.pem"),
            "REDIS_CERT_FILE": str(folder / "client.pem"), "REDIS_KEY_FILE": str(folder / "client.key"),
            "REDIS_SERVER_NAME": NAME}
        with cluster:
            yield cluster
    finally:
        if process:
            process.kill()
            process.wait()
        shutil.rmtree(folder)


def test_a_worker_with_a_certificate_is_accepted(cluster):
    client = Client(cluster.workers[0], cluster.token("ann"))
    assert client.initialize().status_code == 200
    assert client.rpc("ping", worker=cluster.workers[1]).status_code == 200
    assert client.session in cluster.run("sessions", "list", "--user", "ann").stdout
    token = cluster.token("ann")
    assert cluster.run("token", "revoke", token).returncode == 0
    assert [Client(worker, token).rpc("ping").status_code for worker in cluster.workers] == [401, 401]


# What is wrong, and what must be said of it.
WRONG = {
    "no certificate": ({"REDIS_CERT_FILE": "", "REDIS_KEY_FILE": ""}, "requires a client certificate"),
    "another client's certificate": (
        {"REDIS_CERT_FILE": "stranger.pem", "REDIS_KEY_FILE": "stranger.key"}, "rejected the client certificate"),
    "another authority": ({"REDIS_CA_FILE": "other-ca.pem"}, "certificate of Redis"),
    "no authority": ({"REDIS_CA_FILE": ""}, "certificate of Redis"),
    "another name": ({"REDIS_SERVER_NAME": ""}, "certificate of Redis"),
}


@pytest.mark.parametrize("settings, said", WRONG.values(), ids=WRONG)
def test_certificate_faults_are_in_errors_and_the_log(cluster, settings, said):
    settings = {key: str(cluster.certificates / value) if value.endswith((".pem", ".key")) else value
                for key, value in settings.items()}
    done = cluster.run("sessions", "list", "--user", "ann", **settings)
    assert done.returncode == 1 and said in done.stderr, done.stderr
    worker = Worker(cluster, "wrong", settings)
    try:
        worker.start()
        assert httpx.get(f"{worker.base}/health/ready").status_code == 503
        assert Client(worker, cluster.token("ann")).rpc("ping").status_code == 503
        wait_until(lambda: any(line["level"] == "error" and said in str(line) for line in worker.lines()), said)
        assert "hunter2" not in worker.log.read_text()
    finally:
        worker.kill()
        worker.log.unlink()


@pytest.mark.parametrize("settings, said", [
    ({"REDIS_KEY_FILE": ""}, "key"), ({"REDIS_CERT_FILE": ""}, "certificate"),
    ({"REDIS_KEY_FILE": "stranger.key"}, "does not match"), ({"REDIS_CERT_FILE": "/nowhere.pem"}, "/nowhere.pem"),
], ids=["no key", "no certificate", "the key of another", "no file"])
def test_half_a_certificate_is_found_at_start(cluster, settings, said):
    settings = {key: str(cluster.certificates / value) if value else value for key, value in settings.items()}
    done = cluster.run("serve", **settings)
    assert done.returncode == 78 and "REDIS_KEY_FILE" in done.stderr and said in done.stderr, done.stderr
