"""The pods of the Redis Cluster overlay as they are rendered, run: real Redis, real workers, fail-overs, a night without
power."""
import os
import shutil
import time

import pytest
from Harness.kubernetes_objects import named
from Harness.kubernetes_pods import Node
from Harness.kubernetes_steps import Asker, all_down_and_up, hooks, redis, start_workers
from Harness.processes import wait_until

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="pods are run in namespaces, which only root may make")


class RedisCluster:
    """The pods of the StatefulSet, each with a node of the Cluster."""

    def __init__(self, node):
        self.node = node
        self.count = named("overlays/redis-cluster", "StatefulSet", "carrel-redis")["spec"]["replicas"]
        self.pods = [node.pod("StatefulSet", "carrel-redis", str(number)) for number in range(self.count)]
        for pod in self.pods:
            pod.start()
        hooks(self.pods)
        for pod in self.pods:
            await_redis(pod)

    def run_setup(self, number: int, expected: int = 0) -> str:
        """Runs the Job; gives its log."""
        pod = self.node.pod("Job", "carrel-redis-setup", str(number)).start()
        container = pod.containers["setup"]
        status = container.process.wait(timeout=240)
        pod.kill()
        assert status == expected, container.words()
        return container.words()

    def make(self):
        """Where a node has keys already, nothing is touched; where none has, an interrupted setup is begun anew."""
        first = self.pods[0]
        assert not first.is_ready()
        redis(first, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        wait_until(lambda: redis(first, "SET", "key", "value") == "OK", "a node takes a key")
        assert "carrel-redis-0.carrel-redis has keys" in self.run_setup(0, expected=1)
        assert redis(first, "DEL", "key") == "1"
        assert "beginning anew" in self.run_setup(1)
        for pod in self.pods:
            pod.await_ready()
        # Once more changes nothing.
        nodes = redis(first, "CLUSTER", "MYID")
        assert "There is a Cluster" in self.run_setup(2)
        assert redis(first, "CLUSTER", "MYID") == nodes

    def master_of_user(self):
        """The node without which the user who asks cannot be served; the others say where else the key is."""
        return next(pod for pod in self.pods if role(pod) == "master"
                    and redis(pod, "EXISTS", "carrel:sessions:{ann}") == "1")


def role(pod) -> str:
    return redis(pod, "ROLE").split()[0]


def await_redis(pod):
    wait_until(lambda: pod.containers["redis"].passes("startupProbe"), "Redis starts")


def lose_a_master(cluster, asker):
    """A master's machine is lost, its name too. It comes back without its volume: the Job gives it a place."""
    lost, killed = cluster.master_of_user(), time.monotonic()
    lost.kill()
    others = [pod for pod in cluster.pods if pod is not lost]
    wait_until(lambda: sum(role(pod) == "master" for pod in others) == 3, "a replica takes over")
    asker.await_calm(killed, "a lost master")
    shutil.rmtree(cluster.node.folder / "claims" / f"data-{lost.name}")
    lost.start().hook("postStart")
    await_redis(lost)
    assert "is new: adding it" in cluster.run_setup(3)
    lost.await_ready()
    assert role(lost) == "slave"
    for pod in cluster.pods:
        assert len(redis(pod, "CLUSTER", "NODES").splitlines()) == cluster.count, redis(pod, "CLUSTER", "NODES")


def end_a_master(cluster, asker):
    """A master is asked to end: its replica takes over first, though gossip may not have reached all nodes yet."""
    old, before = cluster.master_of_user(), time.monotonic()
    assert "is the master now" in old.stop()
    asker.await_calm(before, "a master that was asked to end")
    old.start().hook("postStart")
    old.await_ready()
    assert role(old) == "slave"


def lose_all(cluster, asker):
    """All are lost at once, and come back at addresses that none of them knows."""
    before = time.monotonic()
    all_down_and_up(cluster.pods)
    hooks(cluster.pods)
    for pod in cluster.pods:
        pod.await_ready()
    asker.await_calm(before, "a night without power")


def test_a_cluster_is_made_and_finds_itself_again(figure):
    with Node("overlays/redis-cluster") as node:
        cluster = RedisCluster(node)
        cluster.make()
        asker = Asker(node, start_workers(node), figure)
        for step in (lose_a_master, end_a_master, lose_all):
            step(cluster, asker)
        asker.tool(0, "write_note", {"path": "a.md", "body": "words"})
        asker.finish()
