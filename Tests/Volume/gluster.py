"""GlusterFS: glusterd and one brick on loopback, mounted twice; each side keeps its indexes on a disk of its own."""
import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess

from Harness.ports import is_free
from Harness.processes import LEASH, HarnessError, stop, tool, wait_until

from .lab import Lab
from .sides import LocalSide

# Bricks look for glusterd at no other port.
PORT = 24007

# The kernel asks GlusterFS at each look, which remembers for a second itself; by default it would remember for one more.
OPTIONS = ["--attribute-timeout=0", "--entry-timeout=0"]


class Gluster(Lab):
    name = "GlusterFS"
    options = ",".join(OPTIONS).replace("--", "")

    def build(self):
        # It takes no brick at a loopback address, but at a name that has one.
        self.host = socket.gethostname()
        address = socket.gethostbyname(self.host)
        if not address.startswith("127."):
            raise HarnessError(f"GlusterFS needs this machine's name to be of a loopback address: "
                               f"write '127.0.1.1 {self.host}' into /etc/hosts.")
        if not is_free(PORT):
            raise HarnessError(f"Port {PORT} is taken: another glusterd runs on this machine.")
        self.socket = self.folder / "glusterd.sock"
        self.brick = self.folder / "brick"
        self.vaults = f"{self.brick}/vaults"
        for name in ("brick", "glusterd", "glusterd-run", "gluster-logs"):
            (self.folder / name).mkdir()
        settings = {"type": "mgmt/glusterd", "working-directory": self.folder / "glusterd",
                    "run-directory": self.folder / "glusterd-run", "glusterd-sockfile": self.socket,
                    "transport-type": "socket", "transport.socket.bind-address": address,
                    "transport.socket.listen-port": PORT, "ping-timeout": 0, "event-threads": 1, "max-port": 60999}
        lines = [f"    {'' if name == 'type' else 'option '}{name} {value}" for name, value in settings.items()]
        (self.folder / "glusterd.vol").write_text("\n".join(["volume management", *lines, "end-volume", ""]))
        self.daemon = subprocess.Popen(
            [*LEASH, tool("glusterd"), "-N", "-f", self.folder / "glusterd.vol", "-p", self.folder / "glusterd.pid",
             "-l", self.folder / "gluster-logs" / "glusterd.log"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: self.socket.exists(), "glusterd", pause=0.2)
        self.gluster("volume", "create", "carrel", f"{self.host}:{self.brick}", "force")
        self.gluster("volume", "start", "carrel")
        self.sides = [self.mount(name) for name in ("one", "two")]

    def gluster(self, *words: str) -> str:
        done = subprocess.run(["gluster", "--mode=script", f"--glusterd-sock={self.socket}",
                               f"--log-file={self.folder}/gluster-logs/cli.log", *words], capture_output=True, text=True,
                              timeout=120)
        if done.returncode != 0:
            raise HarnessError(f"gluster {' '.join(words)}: {done.stdout.strip()} {done.stderr.strip()}")
        return done.stdout

    def mount(self, name: str) -> LocalSide:
        volume = self.folder / name
        volume.mkdir()
        side = LocalSide(self.folder, name, volume, self.settings(
            "127.0.0.1", VAULT_BASE_PATH=f"{volume}/vaults", DATABASE_PATH=str(self.folder / f"index-{name}")))
        side.mount = subprocess.Popen(
            [*LEASH, tool("glusterfs"), "--no-daemon", f"--volfile-server={self.host}", f"--volfile-server-port={PORT}",
             "--volfile-id=carrel", *OPTIONS, f"--log-file={self.folder}/gluster-logs/{name}.log", volume],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: pathlib.Path(volume).is_mount(), f"the mount {volume}", pause=0.1)
        return side

    def brick_pid(self) -> int:
        # "Brick host:/path", then ports, whether it is online, and its process.
        shown = self.gluster("volume", "status", "carrel", "detail")
        found = re.search(r"^Pid\s*:\s*(\d+)", shown, re.M)
        return int(found[1]) if found else 0

    def restart_server(self):
        killed = self.brick_pid()
        subprocess.run(["kill", "-KILL", str(killed)], check=True)
        for file in (self.folder / "glusterd-run").rglob("*brick.pid"):
            # glusterd takes a process that has just died for one that runs.
            file.unlink()
        self.gluster("volume", "start", "carrel", "force")
        wait_until(lambda: self.brick_pid() not in (0, killed), "the brick", pause=0.2)

    def on_server(self, command: str) -> str:
        return self.sides[0].run(command)

    def end(self):
        for side in getattr(self, "sides", []):
            side.mend()
            side.end()
        # A brick outlives its glusterd.
        for file in (self.folder / "glusterd-run").rglob("*brick.pid"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(file.read_text()), signal.SIGKILL)
        if (daemon := getattr(self, "daemon", None)) and daemon.poll() is None:
            log = f"{str(self.brick).strip('/').replace('/', '-')}.log"
            pathlib.Path("/var/log/glusterfs/bricks", log).unlink(missing_ok=True)
            stop(daemon)
