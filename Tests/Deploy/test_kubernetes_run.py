"""The pods of the overlays as they are rendered, run: real Redis, real workers, fail-overs, a night without power."""
import concurrent.futures
import os
import shutil
import threading
import time

import httpx
import pytest
from kubernetes_objects import named
from kubernetes_pods import Node, wait_until

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="pods are run in namespaces, which only root may make")

WORKERS = 2
# How long requests fail with 503 is in docs/kubernetes.md; a busy machine is given three times as much. A night without
# power includes that all pods are started again, so these are seconds that are more than enough.
NIGHT = 15


class Asker(threading.Thread):
    """A user who asks all workers in turn, in a session, and tries a token that was revoked, until told to stop."""

    def __init__(self, node, workers, figures: list[str]):
        super().__init__()
        self.node = node
        self.figures = figures
        self.workers = workers
        self.host = httpx.URL(workers[0].containers["carrel"].environment["PUBLIC_URL"]).host
        self.urls = [f"http://{worker.address}:7860/mcp" for worker in workers]
        self.token = self.carrel("token", "create", "--user", "ann")
        self.revoked = self.carrel("token", "create", "--user", "ann")
        self.carrel("token", "revoke", self.revoked)
        self.session = None
        answer = self.ask(node.post, 0, self.token, "initialize", {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}})
        assert answer.status_code == 200, answer.text
        self.session = answer.headers["Mcp-Session-Id"]
        self.stopped = threading.Event()
        self.answers: list[tuple[float, float, int]] = []
        self.refusals: set[int] = set()
        self.start()

    def carrel(self, *words: str) -> str:
        done = self.workers[0].containers["carrel"].run("carrel", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(self, post, number, token, method, params=None):
        headers = {"Authorization": f"Bearer {token}", "Host": self.host}
        if self.session:
            headers["Mcp-Session-Id"] = self.session
        body = {"jsonrpc": "2.0", "id": 1, "method": method, **({"params": params} if params else {})}
        return post(self.urls[number % len(self.urls)], json=body, headers=headers)

    def run(self):
        self.node.enter()
        number = 0
        with httpx.Client(timeout=10, trust_env=False) as client:
            while not self.stopped.is_set():
                number += 1
                start = time.monotonic()
                status = self.ask(client.post, number, self.token, "ping").status_code
                self.answers.append((start, time.monotonic(), status))
                self.refusals.add(self.ask(client.post, number, self.revoked, "ping").status_code)
                time.sleep(0.02)

    def tool(self, number, name, arguments):
        call = {"name": name, "arguments": arguments}
        answer = self.ask(self.node.post, number, self.token, "tools/call", call)
        assert answer.status_code == 200, answer.text
        result = answer.json()["result"]
        assert not result.get("isError"), result
        return result["structuredContent"]

    def await_calm(self, since: float, what: str, within: float):
        """Waits until all workers have answered for a while; says how long they had not, and holds it to `within`."""
        def calm():
            later = [status for start, _, status in list(self.answers) if start > since]
            return len(later) >= 20 and set(later[-20:]) == {200}
        wait_until(calm, 40, f"all is well after {what}")
        seen = [answer for answer in list(self.answers) if answer[1] > since]
        bad = [(start, end) for start, end, status in seen if status != 200]
        first, last = (bad[0][0] - since, bad[-1][1] - since) if bad else (0.0, 0.0)
        told = (f"{what}: {len(bad)} of {len(seen)} answers were 503, from {first:.1f} to {last:.1f} s after it; "
                f"the longest took {max(end - start for start, end, _ in seen):.1f} s")
        self.figures.append(told)
        assert last - first <= within, f"{told}; not for more than {within} s"

    def finish(self):
        self.stopped.set()
        self.join(timeout=30)
        assert not self.is_alive(), "a request hangs"
        # Never anything but an answer or "later"; and the revoked token was never let in.
        assert {status for _, _, status in self.answers} <= {200, 503}
        assert self.refusals <= {401, 503} and 401 in self.refusals


def redis(pod, *words: str, port: int = 6379, host: str = "127.0.0.1") -> str:
    container = pod.containers["redis"]
    done = container.run("redis-cli", "-h", host, "-p", str(port), *words,
                         REDISCLI_AUTH=container.environment["REDIS_PASSWORD"])
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def await_start(pod):
    for container in pod.containers.values():
        if "startupProbe" in container.description:
            wait_until(lambda: container.passes("startupProbe"), 30,
                       lambda: f"{pod.name} starts: {container.words()[-3000:]}")


def start_workers(node):
    workers = [node.pod("Deployment", "carrel", f"5d8f7-{number}").start() for number in range(WORKERS)]
    for worker in workers:
        await_start(worker)
        assert worker.is_ready() and worker.containers["carrel"].passes("livenessProbe")
    return workers


def all_down_and_up(pods):
    """As after a night without power: all at once, each at another address."""
    for pod in pods:
        pod.kill()
    for pod in pods:
        pod.start()


def hooks(pods):
    """What is run after the start, of all pods at the same time."""
    with concurrent.futures.ThreadPoolExecutor() as all_of_them:
        list(all_of_them.map(lambda pod: pod.hook("postStart"), pods))


def check_worker(node, asker, workers):
    """What is promised of a worker's pod."""
    asker.tool(0, "write_note", {"path": "a.md", "body": "words"})
    assert [note["path"] for note in asker.tool(1, "list_notes", {})["notes"]] == ["a.md"]
    metrics = node.get(f"http://{workers[0].address}:9090/metrics")
    assert metrics.status_code == 200 and "carrel_requests_total" in metrics.text
    container = workers[0].containers["carrel"]
    assert container.run("touch", "/app/data/probe", "/tmp/probe").returncode == 0
    for place in ("/probe", "/app/probe", "/usr/probe", "/etc/probe"):
        assert "Read-only file system" in container.run("touch", place).stderr, place
    assert container.run("id", "-u").stdout == "1000\n"
    # The deployment's own time is enough, and nothing had to be killed.
    began = time.monotonic()
    workers[1].stop()
    asker.figures.append(f"a worker ended within {time.monotonic() - began:.1f} s")


def run_sentinels(figures: list[str]):
    with Node("overlays/redis-sentinel") as node:
        pods = [node.pod("StatefulSet", "carrel-redis", str(number)) for number in range(3)]
        for pod in pods:
            pod.start()
        for pod in pods:
            wait_until(lambda: pod.containers["sentinel"].passes("livenessProbe"), 20, "a Sentinel starts")
            # They ask a master for its replicas every ten seconds.
            assert redis(pod, "SENTINEL", "DEBUG", "INFO-PERIOD", "500", port=26379) == "OK"
        for pod in pods:
            pod.await_ready()
        workers = start_workers(node)
        asker = Asker(node, workers, figures)

        def master():
            """The pod that the Sentinels of all living pods call the master."""
            names = {redis(pod, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main", port=26379).split()[0]
                     for pod in pods if pod.containers}
            return next(pod for pod in pods if {f"{pod.name}.carrel-redis"} == names) if len(names) == 1 else None

        def await_whole():
            for pod in pods:
                pod.await_ready()
            wait_until(lambda: (one := master()) and "connected_slaves:2" in redis(one, "INFO", "replication"), 30,
                       "two replicas follow the master", 0.2)

        await_whole()
        assert master() is pods[0]

        # The master's machine is lost, its name too.
        pods[0].kill()
        killed = time.monotonic()
        wait_until(lambda: master() not in (None, pods[0]), 30, "another master")
        asker.await_calm(killed, "a lost master", within=3 * 6)
        pods[0].start()
        assert "follows" in wait_for_words(pods[0], "redis", "as Sentinels say")
        await_whole()

        # The master is asked to end: another one takes over first.
        old, before = master(), time.monotonic()
        assert "is the master now" in old.stop()
        asker.await_calm(before, "a master that was asked to end", within=3 * 2)
        old.start()
        await_whole()
        assert master() is not old

        # All are lost at once: who was the master is it again, and has what it had.
        old, before = master(), time.monotonic()
        all_down_and_up(pods)
        await_whole()
        assert master() is old
        asker.await_calm(before, "a night without power", within=NIGHT)

        asker.finish()
        check_worker(node, asker, workers)


def wait_for_words(pod, container: str, words: str) -> str:
    wait_until(lambda: words in pod.containers[container].words(), 20, f"{pod.name} says '{words}'")
    return pod.containers[container].words()


def run_setup(node, number: int, expected: int = 0) -> str:
    pod = node.pod("Job", "carrel-redis-setup", str(number)).start()
    container = pod.containers["setup"]
    status = container.process.wait(timeout=90)
    pod.kill()
    assert status == expected, container.words()
    return container.words()


def run_cluster(figures: list[str]):
    with Node("overlays/redis-cluster") as node:
        count = named("overlays/redis-cluster", "StatefulSet", "carrel-redis")["spec"]["replicas"]
        pods = [node.pod("StatefulSet", "carrel-redis", str(number)) for number in range(count)]
        for pod in pods:
            pod.start()
        hooks(pods)
        wait_until(lambda: all(pod.containers["redis"].passes("startupProbe") for pod in pods), 20, "Redis starts")
        assert not pods[0].is_ready()

        # Where a node has keys already, nothing is touched; where none has, a setup that was interrupted is begun anew.
        redis(pods[0], "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        wait_until(lambda: redis(pods[0], "SET", "key", "value") == "OK", 10, "a node takes a key")
        assert "carrel-redis-0.carrel-redis has keys" in run_setup(node, 0, expected=1)
        assert redis(pods[0], "DEL", "key") == "1"
        assert "beginning anew" in run_setup(node, 1)
        for pod in pods:
            pod.await_ready()
        # Once more changes nothing.
        nodes = redis(pods[0], "CLUSTER", "MYID")
        assert "There is a Cluster" in run_setup(node, 2)
        assert redis(pods[0], "CLUSTER", "MYID") == nodes

        workers = start_workers(node)
        asker = Asker(node, workers, figures)

        def role(pod):
            return redis(pod, "ROLE").split()[0]

        def master_of_user():
            """The node without which the user who asks cannot be served; the others say where else the key is."""
            return next(pod for pod in pods if role(pod) == "master"
                        and redis(pod, "EXISTS", "carrel:sessions:{ann}") == "1")

        # A master's machine is lost, its name too.
        lost, killed = master_of_user(), time.monotonic()
        lost.kill()
        others = [pod for pod in pods if pod is not lost]
        wait_until(lambda: sum(role(pod) == "master" for pod in others) == 3, 30, "a replica takes over")
        asker.await_calm(killed, "a lost master", within=3 * 7)
        # It comes back without its volume: the Job gives it a place.
        shutil.rmtree(node.folder / "claims" / f"data-{lost.name}")
        lost.start().hook("postStart")
        wait_until(lambda: lost.containers["redis"].passes("startupProbe"), 20, "Redis starts")
        assert "is new: adding it" in run_setup(node, 3)
        lost.await_ready()
        assert role(lost) == "slave"
        for pod in pods:
            assert len(redis(pod, "CLUSTER", "NODES").splitlines()) == count, redis(pod, "CLUSTER", "NODES")

        # A master is asked to end: its replica takes over first.
        old, before = master_of_user(), time.monotonic()
        assert "is the master now" in old.stop()
        # A request waits a second for Redis, in which a hand-over is over; a busy machine is given more.
        asker.await_calm(before, "a master that was asked to end", within=3 * 2)
        old.start().hook("postStart")
        old.await_ready()
        assert role(old) == "slave"

        # All are lost at once, and come back at addresses that none of them knows.
        before = time.monotonic()
        all_down_and_up(pods)
        hooks(pods)
        for pod in pods:
            pod.await_ready()
        asker.await_calm(before, "a night without power", within=NIGHT)
        asker.tool(0, "write_note", {"path": "a.md", "body": "words"})
        asker.finish()


@pytest.fixture(scope="module")
def runs():
    """Both at the same time, for they wait more than they work; each with the figures that it measured."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        figures = {run_sentinels: [], run_cluster: []}
        yield {run: (pool.submit(run, measured), measured) for run, measured in figures.items()}


@pytest.fixture
def finish(runs, capsys):
    """Waits for a run, and tells what it measured whether it went well or not."""
    def finish(run):
        future, figures = runs[run]
        try:
            future.result()
        finally:
            with capsys.disabled():
                print("", *(f"  {figure}" for figure in figures), sep="\n", flush=True)
    return finish


def test_sentinels_follow_names_and_lose_nothing(finish):
    finish(run_sentinels)


def test_a_cluster_is_made_and_finds_itself_again(finish):
    finish(run_cluster)
