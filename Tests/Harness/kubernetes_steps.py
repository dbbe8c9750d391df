"""What the tests of both Redis overlays do with their pods: asking workers all the time, and pods that go down and up."""
import concurrent.futures
import threading
import time

import httpx

from .processes import wait_until

WORKERS = 2


class Asker(threading.Thread):
    """A user who asks all workers in turn, in a session, and tries a token that was revoked, until told to stop."""

    def __init__(self, node, workers, figure):
        super().__init__(daemon=True)
        self.node = node
        self.figure = figure
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
        with httpx.Client(timeout=60, trust_env=False) as client:
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

    def await_calm(self, since: float, what: str, within: float = 60):
        """Waits until all workers have answered for a while; notes for how long they had not, which is in
        docs/kubernetes.md, and holds it to several times that."""
        def calm():
            later = [status for start, _, status in list(self.answers) if start > since]
            return len(later) >= 20 and set(later[-20:]) == {200}
        wait_until(calm, f"all is well after {what}", seconds=120)
        seen = [answer for answer in list(self.answers) if answer[1] > since]
        bad = [(start, end) for start, end, status in seen if status != 200]
        first, last = (bad[0][0] - since, bad[-1][1] - since) if bad else (0.0, 0.0)
        told = (f"{what}: {len(bad)} of {len(seen)} answers were 503, from {first:.1f} to {last:.1f} s after it; the "
                f"longest took {max(end - start for start, end, _ in seen):.1f} s")
        self.figure(told)
        assert last - first <= within, told

    def finish(self):
        self.stopped.set()
        self.join(timeout=120)
        assert not self.is_alive(), "a request hangs"
        # Never anything but an answer or "later"; and the revoked token was never accepted.
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
            wait_until(lambda: container.passes("startupProbe"),
                       lambda: f"{pod.name} starts: {container.words()[-3000:]}")


def start_workers(node):
    workers = [node.pod("Deployment", "carrel", f"5d8f7-{number}").start() for number in range(WORKERS)]
    for worker in workers:
        await_start(worker)
        worker.await_ready()
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


def wait_for_words(pod, container: str, words: str) -> str:
    wait_until(lambda: words in pod.containers[container].words(), f"{pod.name} says '{words}'")
    return pod.containers[container].words()
