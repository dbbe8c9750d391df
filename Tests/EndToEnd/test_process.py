"""The program itself: starting, stopping, settings, errors."""
import os
import shutil
import socket
import stat
import subprocess
import threading

import httpx
import pytest
from Harness.client import Client
from Harness.ports import free_port
from Harness.workers import Cluster, Worker


@pytest.fixture(scope="module")
def cluster():
    with Cluster(workers=1, redis=False) as cluster:
        yield cluster


def test_version_and_help(cluster):
    assert cluster.run("--version").stdout.strip() == "0.1.0"
    shown = cluster.run("--help").stdout
    for command in ("serve", "config", "token", "sessions", "user", "backup", "health", "welcome"):
        assert command in shown


def test_every_problem_with_the_settings_is_listed(cluster):
    done = cluster.run("serve", MCP_PORT="x", JWT_TTL="soon", PUBLIC_URL="http://example.com", REDIS_URL="mysql://u:hunter2@h")
    assert done.returncode == 78
    for name in ("MCP_PORT", "JWT_TTL", "PUBLIC_URL", "REDIS_URL"):
        assert name in done.stderr
    assert "hunter2" not in done.stderr


def test_a_space_does_not_start_without_what_it_needs(cluster):
    done = cluster.run("serve", MODE="space", JWT_SECRET_KEY="<your-production-secret-key>", REDIS_URL="")
    assert done.returncode == 78
    assert "JWT_SECRET_KEY" in done.stderr and "REDIS_URL" in done.stderr and "openssl rand" in done.stderr


def test_config_shows_all_settings_and_no_secret(cluster):
    done = cluster.run("config", REDIS_URL="redis://:hunter2@localhost")
    assert done.returncode == 0
    for name in ("MODE", "JWT_SECRET_KEY", "VAULT_BASE_PATH", "REDIS_URL", "DRAIN_DELAY"):
        assert name in done.stdout
    assert "hunter2" not in done.stdout and cluster.environment["JWT_SECRET_KEY"] not in done.stdout


def test_a_file_holds_settings_too(cluster):
    (cluster.folder / ".env").write_text("RATE_LIMIT=7/min\nMCP_PORT=1234\n")
    try:
        environment = {name: "" for name in ("RATE_LIMIT", "MCP_PORT")}
        shown = cluster.run("config", **environment).stdout.splitlines()
        line = next(line for line in shown if line.startswith("RATE_LIMIT "))
        assert "7/min" in line and ".env" in line
    finally:
        (cluster.folder / ".env").unlink()


def test_a_worker_takes_its_secret_from_a_file():
    with Cluster(workers=1, redis=False, JWT_SECRET_KEY="") as cluster:
        # The worker above made a secret of its own; the next one finds another in the file.
        own = cluster.run("token", "create", "--user", "alice", JWT_SECRET_KEY="").stdout.strip()
        worker = cluster.workers[0]
        assert Client(worker, own).rpc("ping").status_code == 200
        worker.stop()
        (cluster.folder / ".env").write_text("JWT_SECRET_KEY=a-secret-in-a-file-of-more-than-32-bytes-0123456789\n")
        worker.start()
        assert Client(worker, own).rpc("ping").status_code == 401
        other = cluster.run("token", "create", "--user", "alice", JWT_SECRET_KEY="").stdout.strip()
        assert Client(worker, other).rpc("ping").status_code == 200


def test_a_laptop_needs_no_secret(cluster, tmp_path):
    environment = {"JWT_SECRET_KEY": "", "VAULT_BASE_PATH": str(tmp_path / "data" / "vaults"), "DATABASE_PATH": str(tmp_path / "data" / "index")}
    token = cluster.run("token", "create", "--user", "alice", **environment).stdout.strip()
    assert cluster.run("token", "verify", token, **environment).returncode == 0
    mode = stat.S_IMODE(os.stat(tmp_path / "data" / "secret.key").st_mode)
    assert mode == 0o600
    secret = (tmp_path / "data" / "secret.key").read_text()
    refused = cluster.run("config", **{**environment, "MODE": "space", "JWT_SECRET_KEY": secret, "REDIS_URL": "redis://h"})
    assert refused.returncode == 78 and secret not in refused.stderr


def test_tokens_that_cannot_be_made(cluster):
    assert cluster.run("token", "create", "--user", "../bob").returncode == 1
    assert cluster.run("token", "create", "--user", "bob", "--ttl", "soon").returncode == 64
    assert cluster.run("token", "create", "--user", "bob", "--scope", "admin").returncode == 64
    refused = cluster.run("token", "verify", "nonsense")
    assert refused.returncode == 1 and refused.stderr.startswith("carrel: ")


def test_welcome_fills_only_an_empty_vault(cluster):
    assert "Wrote 3 notes" in cluster.run("welcome", "--user", "newcomer").stdout
    assert "already" in cluster.run("welcome", "--user", "newcomer").stdout
    client = Client(cluster.workers[0], cluster.token("newcomer"))
    assert client.paths() == ["guide/working-with-agents.md", "guide/writing-notes.md", "welcome.md"]
    assert client.tool("search_notes", {"query": "frontmatter"})["results"][0]["path"] == "guide/writing-notes.md"
    backlinks = client.tool("get_backlinks", {"path": "guide/writing-notes.md"})["backlinks"]
    assert {link["path"] for link in backlinks} == {"welcome.md", "guide/working-with-agents.md"}


def test_a_worker_stops_after_it_has_answered():
    with Cluster(workers=1, redis=False, DRAIN_DELAY="1s") as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("alice"))
        failed = []
        stopping = threading.Event()

        def write():
            for number in range(1000):
                if stopping.is_set():
                    return
                try:
                    client.tool("write_note", {"path": f"n{number}.md", "body": "x"})
                except Exception as error:
                    failed.append(error)
                    return
        writer = threading.Thread(target=write)
        writer.start()
        worker.process.terminate()
        worker.await_line(lambda line: line["message"] == "Draining", "draining")
        stopping.set()
        writer.join()
        assert failed == []
        assert worker.process.wait(timeout=60) == 0
        assert any(line["message"] == "Stopped" for line in worker.lines())


def test_a_stopping_worker_answers_connections_that_were_made():
    """The kernel takes connections that the worker has not accepted yet: a listener that closes must not reset them."""
    with Cluster(workers=4, redis=False, DRAIN_DELAY="500ms") as cluster:
        lost, answered = [], []

        def ask(worker):
            request = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
            while True:
                try:
                    connection = socket.create_connection(("127.0.0.1", worker.port), timeout=60)
                except (ConnectionRefusedError, TimeoutError):
                    return
                with connection:
                    try:
                        connection.sendall(request)
                        answer = b""
                        while piece := connection.recv(4096):
                            answer += piece
                    except ConnectionResetError:
                        answer = b""
                    (answered if answer.startswith(b"HTTP/1.1 200") else lost).append(worker.port)
        for worker in cluster.workers:
            clients = [threading.Thread(target=ask, args=(worker,)) for _ in range(16)]
            for client in clients:
                client.start()
            assert worker.stop() == 0
            for client in clients:
                client.join()
        assert lost == [] and len(answered) > 400


def test_metrics_are_on_a_listener_of_their_own():
    port = free_port()
    with Cluster(workers=1, redis=False, METRICS_PORT=str(port)) as cluster:
        Client(cluster.workers[0], "x.y.z").rpc("ping")
        client = Client(cluster.workers[0], cluster.token("alice"))
        client.tool("list_notes")
        client.tool_error("read_note", {"path": "../x.md"})
        shown = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert 'carrel_authentication_failures_total{reason="malformed"} 1' in shown
        assert 'carrel_requests_total{method="list_notes",outcome="success"} 1' in shown
        assert 'carrel_requests_total{method="read_note",outcome="tool_error"} 1' in shown
        assert "carrel_path_traversal_attempts_total 1" in shown
        assert 'carrel_audit_events_total{event="path_rejected"} 1' in shown
        assert 'carrel_audit_events_total{event="forbidden"} 0' in shown
        assert "alice" not in shown
        assert httpx.get(f"{cluster.workers[0].base}/metrics").status_code == 404


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a worker as another user")
def test_a_worker_that_is_not_root_reaches_redis_over_tcp():
    """As in an image: options of sockets that only root may set must not be asked for."""
    with Cluster(workers=0) as cluster:
        port = free_port()
        redis = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                                  "--dir", str(cluster.folder), "--appendonly", "no"], stdout=subprocess.DEVNULL)
        worker = Worker(cluster, "worker0", {"REDIS_URL": f"redis://127.0.0.1:{port}"})
        cluster.workers.append(worker)
        for folder in ("vaults", "index"):
            (cluster.folder / folder).mkdir()
            shutil.chown(cluster.folder / folder, 1000, 1000)
        shutil.chown(cluster.folder, 1000, 1000)
        try:
            worker.start(["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"])
            client = Client(worker, cluster.token("ann", REDIS_URL=worker.settings["REDIS_URL"]))
            client.initialize()
            client.tool("write_note", {"path": "a.md", "body": "x"})
            assert client.paths() == ["a.md"]
        finally:
            redis.terminate()
            redis.wait()


def test_a_command_without_redis_ends_with_a_sentence():
    with Cluster(workers=1) as cluster:
        token = cluster.token("ann")
        cluster.redis.kill()
        for words in (
            ["token", "revoke", token], ["sessions", "list", "--user", "ann"], ["usage", "--user", "ann"], ["audit"],
            ["user", "delete", "--user", "ann"],
        ):
            done = cluster.run(*words)
            # Before it stands what the client of Redis reports.
            last = done.stderr.strip().splitlines()[-1]
            assert done.returncode == 1 and last.startswith("carrel: unavailable"), (words, done.stderr)
            assert token not in done.stderr and not done.stdout.startswith("Revoked")
