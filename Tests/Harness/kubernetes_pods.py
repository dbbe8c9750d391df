"""Runs rendered pods on this machine, as a node of Kubernetes would: each with a network, a name and an address of its
own.

All of it is in namespaces that end with the tests. Only root may make them.
"""
import concurrent.futures
import ctypes
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import httpx

from . import kubernetes_objects as objects
from .kubernetes_containers import Container
from .processes import LEASH, wait_until

CLONE_NEWNET = 0x40000000


def namespace(process: subprocess.Popen, kind: str) -> str:
    return os.readlink(f"/proc/{process.pid}/ns/{kind}")


class Pod:
    """A pod that can be started, killed and started again, with the same volume and another address."""

    def __init__(self, node: "Node", name: str, workload: dict):
        self.node = node
        self.name = name
        self.service = workload["spec"].get("serviceName")
        self.description = workload["spec"]["template"]["spec"]
        self.claims = [one["metadata"]["name"] for one in workload["spec"].get("volumeClaimTemplates", [])]
        self.folder = node.folder / name
        self.folder.mkdir()
        self.containers: dict[str, Container] = {}
        self.anchor = None
        self.address = ""

    def start(self):
        self.address = self.node.next_address()
        link = f"v{self.address.replace('.', '')[-8:]}"
        self.anchor = self.node.spawn("unshare", "--net", "--uts", "sleep", "infinity")
        ours = namespace(self.node.anchor, "net")
        wait_until(lambda: namespace(self.anchor, "net") != ours and namespace(self.anchor, "uts")
                   != os.readlink("/proc/self/ns/uts"), "a network")
        self.node.run("bash", "-euc", f"""
            ip link add {link} type veth peer name eth0 netns {self.anchor.pid}
            ip link set {link} master pods up
            nsenter --target {self.anchor.pid} --net --uts bash -euc 'hostname {self.name}; ip link set lo up
              ip addr add {self.address}/16 dev eth0; ip link set eth0 up'""")
        if self.service:
            self.node.name(f"{self.name}.{self.service}", self.address)
        self.containers = {one["name"]: Container(self, one) for one in self.description["containers"]}
        for container in self.containers.values():
            container.await_root()
        return self

    def hook(self, name: str):
        """Runs a hook of the containers' life, where they have one."""
        done = []
        for container in self.containers.values():
            if hook := container.description.get("lifecycle", {}).get(name):
                done.append(container.run(*hook["exec"]["command"], timeout=90))
                assert done[-1].returncode == 0, done[-1].stderr
        return "".join(one.stdout + one.stderr for one in done)

    def is_ready(self) -> bool:
        return all(container.passes("readinessProbe") for container in self.containers.values())

    def await_ready(self, seconds: float = 120):
        def check():
            for container in self.containers.values():
                assert container.process.poll() is None, f"{self.name} ended: {container.words()[-3000:]}"
            return self.is_ready()
        wait_until(check, f"{self.name} is ready", seconds, pause=0.2)
        for container in self.containers.values():
            wait_until(lambda: container.passes("livenessProbe"), f"{self.name} is ready, but not alive")

    def kill(self):
        """As if its machine had lost its power."""
        for container in self.containers.values():
            container.process.kill()
        for container in self.containers.values():
            container.process.wait()
        self.vanish()

    def stop(self) -> str:
        """As Kubernetes ends a pod: SIGTERM to all, to those with a hook after it, and no SIGKILL may be needed.

        Gives what the hooks said.
        """
        hooked = {name for name, one in self.containers.items() if "preStop" in one.description.get("lifecycle", {})}
        for name in self.containers.keys() - hooked:
            self.containers[name].process.send_signal(signal.SIGTERM)
        words = self.hook("preStop")
        for name in hooked:
            self.containers[name].process.send_signal(signal.SIGTERM)
        for container in self.containers.values():
            status = container.process.wait(timeout=self.description["terminationGracePeriodSeconds"])
            assert status == 0, f"{self.name} ended with {status}: {container.words()[-3000:]}"
        self.vanish()
        return words

    def vanish(self):
        if self.service:
            self.node.name(f"{self.name}.{self.service}", None)
        self.containers = {}
        if self.anchor:
            self.anchor.kill()
            self.anchor.wait()
            self.anchor = None

    def volume(self, name: str) -> pathlib.Path:
        """The folder that stands for a volume."""
        group = self.description["securityContext"].get("fsGroup")
        volume = next((one for one in self.description["volumes"] if one["name"] == name), None)
        if volume is None:
            assert name in self.claims, f"{self.name} has no volume {name}"
            return self.node.claim(f"{name}-{self.name}", group)
        if "persistentVolumeClaim" in volume:
            return self.node.claim(volume["persistentVolumeClaim"]["claimName"], group)
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        if "configMap" in volume:
            data = objects.named(self.node.tree, "ConfigMap", volume["configMap"]["name"])["data"]
            for file, text in data.items():
                (folder / file).write_text(text)
                (folder / file).chmod(volume["configMap"].get("defaultMode", 0o644))
        else:
            assert "emptyDir" in volume, volume
            folder.chmod(0o777)
        return folder


class Node:
    """A network that pods share, and names for them."""

    def __init__(self, tree: str, secrets: dict = objects.SECRETS):
        self.tree = tree
        self.secrets = secrets
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-pods-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.hosts = self.folder / "hosts"
        self.names: dict[str, str] = {}
        self.pods: list[Pod] = []
        self.numbers = itertools.count(2)
        self.http = None

    def __enter__(self):
        self.write_names()
        self.anchor = subprocess.Popen([*LEASH, "unshare", "--net", "sleep", "infinity"])
        try:
            wait_until(lambda: namespace(self.anchor, "net") != os.readlink("/proc/self/ns/net"), "a network")
            # With an address of its own for good; otherwise it takes another one whenever a pod comes or goes.
            self.run("bash", "-euc", """
                ip link set lo up
                ip link add pods address 02:00:0a:f4:00:01 type bridge forward_delay 0
                ip addr add 10.244.0.1/16 dev pods
                ip link set pods up""")
            # A thread that lives in that network: what it connects to is there.
            self.thread = concurrent.futures.ThreadPoolExecutor(1, initializer=self.enter)
            self.http = self.thread.submit(lambda: httpx.Client(timeout=30, trust_env=False)).result()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for pod in self.pods:
            pod.kill()
        if self.http:
            self.thread.shutdown()
        self.anchor.kill()
        self.anchor.wait()
        shutil.rmtree(self.folder)

    def enter(self):
        libc = ctypes.CDLL(None, use_errno=True)
        descriptor = os.open(f"/proc/{self.anchor.pid}/ns/net", os.O_RDONLY)
        if libc.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "the network cannot be entered")
        os.close(descriptor)

    def spawn(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen([*LEASH, "nsenter", f"--net=/proc/{self.anchor.pid}/ns/net", *command])

    def run(self, *command: str):
        done = subprocess.run(["nsenter", f"--net=/proc/{self.anchor.pid}/ns/net", *command],
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr

    def next_address(self) -> str:
        number = next(self.numbers)
        return f"10.244.{number // 250 + 1}.{number % 250 + 1}"

    def name(self, name: str, address: str | None):
        """Lets a name stand for an address, or for none."""
        self.names.pop(name, None)
        if address:
            self.names[name] = address
        self.write_names()

    def write_names(self):
        # In place, for the file is mounted into containers, and at once, for it is being read.
        lines = ["127.0.0.1 localhost", *(f"{address} {name}" for name, address in self.names.items())]
        descriptor = os.open(self.hosts, os.O_WRONLY | os.O_CREAT, 0o644)
        os.pwrite(descriptor, "\n".join(lines).encode().ljust(4096, b"\n"), 0)
        os.close(descriptor)

    def claim(self, name: str, group: int) -> pathlib.Path:
        """The folder of a claim, the group's as Kubernetes makes it; there until it is deleted."""
        folder = self.folder / "claims" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            os.chown(folder, 0, group)
            folder.chmod(0o2775)
        return folder

    def pod(self, kind: str, workload: str, suffix: str) -> Pod:
        pod = Pod(self, f"{workload}-{suffix}", objects.named(self.tree, kind, workload))
        self.pods.append(pod)
        return pod

    def get(self, url: str, **more) -> httpx.Response:
        return self.thread.submit(lambda: self.http.get(url, **more)).result()

    def post(self, url: str, **more) -> httpx.Response:
        return self.thread.submit(lambda: self.http.post(url, **more)).result()
