"""The pods of the Sentinel overlay as they are rendered, run: real Redis, real workers, fail-overs, a night without
power."""
import os
import time

import pytest
from Harness.kubernetes_pods import Node
from Harness.kubernetes_steps import Asker, all_down_and_up, redis, start_workers, wait_for_words
from Harness.processes import wait_until

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="pods are run in namespaces, which only root may make")


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
    asker.figure(f"a worker ended within {time.monotonic() - began:.1f} s")


class Sentinels:
    """The pods of the StatefulSet, each with a Redis and a Sentinel."""

    def __init__(self, node):
        self.pods = [node.pod("StatefulSet", "carrel-redis", str(number)) for number in range(3)]
        for pod in self.pods:
            pod.start()
        for pod in self.pods:
            wait_until(lambda: pod.containers["sentinel"].passes("livenessProbe"), "a Sentinel starts")
            # They ask a master for its replicas every ten seconds.
            assert redis(pod, "SENTINEL", "DEBUG", "INFO-PERIOD", "500", port=26379) == "OK"

    def master(self):
        """The pod that the Sentinels of all living pods call the master."""
        names = {redis(pod, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main", port=26379).split()[0]
                 for pod in self.pods if pod.containers}
        return next(pod for pod in self.pods if {f"{pod.name}.carrel-redis"} == names) if len(names) == 1 else None

    def await_whole(self):
        for pod in self.pods:
            pod.await_ready()
        wait_until(lambda: (one := self.master()) and "connected_slaves:2" in redis(one, "INFO", "replication"),
                   "two replicas follow the master", pause=0.2)


def lose_the_master(sentinels, asker):
    """The master's machine is lost, its name too."""
    lost, killed = sentinels.master(), time.monotonic()
    lost.kill()
    wait_until(lambda: sentinels.master() not in (None, lost), "another master")
    asker.await_calm(killed, "a lost master")
    lost.start()
    assert "follows" in wait_for_words(lost, "redis", "as Sentinels say")
    sentinels.await_whole()


def end_the_master(sentinels, asker):
    """The master is asked to end: another one takes over first."""
    old, before = sentinels.master(), time.monotonic()
    assert "is the master now" in old.stop()
    asker.await_calm(before, "a master that was asked to end")
    old.start()
    sentinels.await_whole()
    assert sentinels.master() is not old


def lose_all(sentinels, asker):
    """All are lost at once: the one that was the master is it again, and has what it had."""
    old, before = sentinels.master(), time.monotonic()
    all_down_and_up(sentinels.pods)
    sentinels.await_whole()
    assert sentinels.master() is old
    asker.await_calm(before, "a night without power")


def test_sentinels_follow_names_and_lose_nothing(figure):
    with Node("overlays/redis-sentinel") as node:
        sentinels = Sentinels(node)
        for pod in sentinels.pods:
            pod.await_ready()
        workers = start_workers(node)
        asker = Asker(node, workers, figure)
        sentinels.await_whole()
        assert sentinels.master() is sentinels.pods[0]
        for step in (lose_the_master, end_the_master, lose_all):
            step(sentinels, asker)
        asker.finish()
        check_worker(node, asker, workers)
