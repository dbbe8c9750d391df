"""scripts/cluster as its users have it: started, looked at, broken, scaled, restarted and stopped."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import httpx
import pytest
from Harness.cluster_script import SCRIPT, ClusterScript
from Harness.nginx import recent
from Harness.ports import free_port
from Harness.processes import CARREL, LEASH, is_alive, wait_until

SETTINGS = {"CARREL": CARREL, "NGINX": recent(), "DRAIN_DELAY": "1s"}
ENVIRONMENT = {**os.environ, **SETTINGS}


class Cluster(ClusterScript):
    """Two workers."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-cluster-test-", dir="/tmp"))
        super().__init__(self.folder / "data", self.folder / "output", workers=2, **SETTINGS)

    def call(self, token: str, tool: str, arguments: dict) -> httpx.Response:
        return httpx.post(self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60,
                          json={"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                                "params": {"name": tool, "arguments": arguments}})


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    try:
        cluster.start("--user", "ann")
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder)


def test_what_it_prints_works(cluster):
    told = cluster.output.read_text()
    assert f"http://localhost:{cluster.port}/mcp" in told
    token = told.split("TOKEN=")[1].split()[0]
    answers = [cluster.call(token, "list_notes", {}) for _ in range(4)]
    assert all(answer.status_code == 200 and "welcome.md" in answer.text for answer in answers)
    log = [json.loads(line) for line in (cluster.folder / "data" / "logs" / "access.log").read_text().splitlines()]
    asked = {line["worker"] for line in log if line["path"] == "/mcp"}
    assert asked == {f"127.0.0.1:{its['port']}" for its in cluster.state["workers"].values()}


def test_it_is_set_up_as_in_production(cluster):
    shown = cluster.run("carrel", "config").stdout
    assert [line for line in shown.splitlines() if line.split()[:2] == ["MODE", "space"]]
    redis = subprocess.run(["redis-cli", "-s", cluster.state["socket"], "CONFIG", "GET", "appendonly"],
                           capture_output=True, text=True, timeout=60).stdout.split()
    assert redis == ["appendonly", "yes"]
    assert os.stat(cluster.state["socket"]).st_mode & 0o077 == 0
    assert os.stat(cluster.folder / "data").st_mode & 0o077 == 0
    for its in cluster.state["workers"].values():
        assert "carrel_requests_total" in httpx.get(f"http://127.0.0.1:{its['metrics']}/metrics").text
    assert httpx.get(f"http://localhost:{cluster.port}/metrics").status_code == 404


def test_what_is_killed_comes_back(cluster):
    before = cluster.pids()
    assert cluster.run("status").returncode == 0
    for words in (["kill", "worker1", "--down", "1"], ["kill", "2"], ["kill", "nginx"], ["kill", "redis", "--down", "3600"]):
        done = cluster.run(*words)
        assert done.returncode == 0 and "was killed" in done.stdout, done.stderr
    down = cluster.run("status")
    assert down.returncode == 1 and [line for line in down.stdout.splitlines() if line.split()[:2] == ["redis", "-"]]
    # As if the hour were over.
    (cluster.data / "run" / "redis.down").unlink()
    wait_until(lambda: cluster.run("status").returncode == 0, "well again")
    after = cluster.pids()
    assert set(after) == set(before) and not set(after.values()) & set(before.values())
    token = cluster.run("carrel", "token", "create", "--user", "bob").stdout.strip()
    assert cluster.call(token, "list_notes", {}).json()["result"]["structuredContent"] == {"notes": []}
    refused = cluster.run("kill", "worker3")
    assert refused.returncode == 1 and "worker1, worker2, redis, nginx" in refused.stderr


class Asking:
    """Clients of a user: one that keeps its connection, and others that make new ones."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.token = cluster.run("carrel", "token", "create", "--user", "dora").stdout.strip()
        self.kept = http.client.HTTPConnection("localhost", cluster.port, timeout=60)
        self.announced_ends = 0

    def ping(self) -> int:
        open_before = self.kept.sock
        self.kept.request("POST", "/mcp", '{"jsonrpc":"2.0","id":1,"method":"ping"}', {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        # The client opens a connection where the last answer announced the end of the one before, and not otherwise.
        assert open_before in (None, self.kept.sock), "an idle connection was closed"
        answer = self.kept.getresponse()
        answer.read()
        self.announced_ends += self.kept.sock is None
        return answer.status

    def asked(self) -> set[str]:
        """The workers that nginx asks. No request fails, nor a kept connection that is idle for a moment."""
        log = self.cluster.data / "logs" / "access.log"
        start = log.stat().st_size
        for _ in range(8):
            assert self.cluster.call(self.token, "list_notes", {}).status_code == self.ping() == 200
        wait_until(lambda: log.read_text()[start:].count("\n") >= 16, "16 lines in the log")
        return {json.loads(line)["worker"] for line in log.read_text()[start:].splitlines()}

    def addresses(self) -> set[str]:
        return {f"127.0.0.1:{its['port']}" for its in self.cluster.read_state()["workers"].values()}


def test_more_workers_and_fewer(cluster):
    before, asking = cluster.pids(), Asking(cluster)
    assert asking.ping() == 200
    scaling = cluster.begin("scale", "4")
    wait_until(lambda: len(asking.addresses()) == 4, "workers are started")
    wait_until(lambda: asking.asked() == asking.addresses(), "all are asked")
    # A reload closes a kept connection only with an answer that says so.
    assert asking.announced_ends > 0
    told = scaling.communicate(timeout=60)[0]
    assert scaling.returncode == 0, told
    assert told.splitlines() == [f"{name} is ready and was put in" for name in ("worker3", "worker4")]
    grown = cluster.pids()
    assert set(grown) - set(before) == {"worker3", "worker4"} and before.items() <= grown.items()
    assert cluster.run("scale", "4").stdout == ""

    shrunk = cluster.run("scale", "2")
    assert shrunk.returncode == 0, shrunk.stderr
    assert shrunk.stdout.splitlines() == [f"{name} was taken out and has ended" for name in ("worker3", "worker4")]
    assert cluster.pids() == before and not any(is_alive(grown[name]) for name in ("worker3", "worker4"))
    assert len(asking.addresses()) == 2
    asking.kept.close()
    assert asking.asked() == asking.addresses()
    for name in ("worker3", "worker4"):
        assert '"message":"Stopped"' in cluster.log(name)
    assert cluster.run("status").returncode == 0
    refused = cluster.run("scale", "0")
    assert refused.returncode == 2 and "at least 1 worker" in refused.stderr


def test_two_clusters_do_not_meet(cluster):
    taken = subprocess.run([SCRIPT, "--data", str(cluster.folder / "other"), "--port", str(cluster.port)],
                           env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert taken.returncode == 1 and "--port" in taken.stderr
    same = subprocess.run([SCRIPT, "--data", str(cluster.folder / "data"), "--port", str(free_port())],
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert same.returncode == 1 and "--data" in same.stderr
    assert cluster.run("status").returncode == 0
    nothing = subprocess.run([SCRIPT, "--data", str(cluster.folder / "none"), "status"], env=ENVIRONMENT,
                             capture_output=True, text=True, timeout=60)
    assert nothing.returncode == 1 and "No cluster runs" in nothing.stderr


def test_a_restart_loses_no_note_and_a_stop_leaves_nothing(cluster):
    token = cluster.run("carrel", "token", "create", "--user", "cleo").stdout.strip()
    assert cluster.call(token, "write_note", {"path": "a.md", "body": "kept"}).status_code == 200
    before = cluster.pids()
    done = cluster.run("restart", "worker2")
    assert done.returncode == 0 and "worker2 is ready again" in done.stdout, done.stderr
    after = cluster.pids()
    assert {name for name in before if before[name] != after[name]} == {"worker2"}
    assert "kept" in cluster.call(token, "read_note", {"path": "a.md"}).text

    # Ctrl-C.
    cluster.process.send_signal(signal.SIGINT)
    assert cluster.process.wait(timeout=60) == 0
    assert cluster.output.read_text().endswith("Stopped.\n")
    assert not [pid for pid in after.values() if is_alive(pid)]
    assert not pathlib.Path(cluster.state["socket"]).parent.exists()
    logs = cluster.folder / "data" / "logs"
    for name in cluster.state["workers"]:
        assert '"message":"Stopped"' in (logs / f"{name}.log").read_text()
    assert "bye bye" in (logs / "redis.log").read_text()
    assert cluster.run("status").returncode == 1


@pytest.mark.parametrize("words", [["status"], ["stop"], ["kill", "worker1"], ["restart"], ["scale", "3"]])
def test_what_a_killed_cluster_has_left_harms_no_other_process(tmp_path, words):
    """Process ids are reused: those in the files may be those of other processes by now."""
    run = tmp_path / "data" / "run"
    run.mkdir(parents=True)
    stranger = subprocess.Popen([*LEASH, "sleep", "60"])
    try:
        (run / "cluster.json").write_text(json.dumps(
            {"pid": stranger.pid, "port": 1, "socket": "x", "workers": {"worker1": {"port": 1, "metrics": 2}}}))
        for name in ("worker1", "redis", "nginx"):
            (run / f"{name}.pid").write_text(str(stranger.pid))
        asked = subprocess.run([SCRIPT, "--data", str(tmp_path / "data"), *words], env=ENVIRONMENT,
                               capture_output=True, text=True, timeout=60)
        assert asked.returncode != 0 and "No cluster runs" in asked.stderr, asked
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
