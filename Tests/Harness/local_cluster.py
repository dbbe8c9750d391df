"""Redis, workers and nginx on this machine, from the first process to the last. Standard library only."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import tempfile
import time

from .local_folder import Folder
from .local_part import Part, say
from .nginx import Nginx, waits_for_idle_clients
from .ports import free_ports, is_free
from .processes import HarnessError, is_ready, tool
from .redis import answers_ping, redis_command

# A worker drains for 5 seconds and finishes what runs for 30 at most; nginx waits as long for what it has passed on.
FINISH = 30
LONGEST_STOP = 45


class LocalCluster:
    """What scripts/cluster runs in the foreground. `started` is called with the state and a token of the user."""

    def __init__(self, data: pathlib.Path, workers: int, port: int, user: str, started):
        self.folder = Folder(data)
        self.count, self.port, self.user, self.started = workers, port, user, started
        self.parts: list[Part] = []
        self.stops = 0
        self.is_starting = True
        self.sockets: pathlib.Path | None = None
        self.state: dict = {}

    def check_port(self):
        if not is_free(self.port):
            raise HarnessError(f"Port {self.port} is in use: stop what listens there, or choose another with --port.")

    def run(self, carrel: str):
        self.prepare()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            self.start(carrel)
            while not self.stops:
                self.follow()
                for part in self.parts:
                    part.restart_if_ended()
                time.sleep(0.05)
        except KeyboardInterrupt:
            pass
        finally:
            self.is_starting = False
            self.stop()

    def on_signal(self, _number, _frame):
        self.stops += 1
        if self.is_starting:
            raise KeyboardInterrupt
        if self.stops > 1:
            for part in self.parts:
                part.signal(signal.SIGKILL)

    def prepare(self):
        for path in (self.folder.run, self.folder.logs, self.folder.path / "redis"):
            path.mkdir(parents=True, exist_ok=True)
        self.folder.path.chmod(0o700)
        # Two Redis over one append-only file would spoil it. The lock goes with the last process that has it open.
        self.lock = self.folder.lock()
        if self.lock is None:
            raise HarnessError(f"Another cluster uses {self.folder.path}: stop that one first "
                               "(scripts/cluster stop), or choose another folder with --data.")
        # What one that was killed has left.
        with contextlib.suppress(OSError, ValueError, KeyError):
            shutil.rmtree(pathlib.Path(json.loads((self.folder.run / "cluster.json").read_text())["socket"]).parent)
        for old in self.folder.run.iterdir():
            old.unlink() if old.is_file() else shutil.rmtree(old)

    def start(self, carrel: str):
        # The path of a socket is limited to some hundred bytes, so it does not lie below a folder that may be deep; and
        # nginx's processes, which are another user's when root starts them, must reach their own folder.
        self.sockets = pathlib.Path(tempfile.mkdtemp(prefix="carrel-cluster.", dir="/tmp"))
        self.sockets.chmod(0o711)
        ports = free_ports(2 * self.count)
        self.state = {
            "pid": os.getpid(), "port": self.port, "socket": str(self.sockets / "redis.sock"), "carrel": carrel,
            "url": os.environ.get("PUBLIC_URL") or f"http://localhost:{self.port}",
            "workers": {f"worker{number + 1}": {"port": ports[2 * number], "metrics": ports[2 * number + 1]}
                        for number in range(self.count)},
        }
        self.begin(self.redis())
        for part in [self.worker(name, **its) for name, its in self.state["workers"].items()]:
            self.begin(part, wait=False)
        for part in self.parts[1:]:
            part.await_ready()
        self.begin(self.nginx())
        self.folder.run_carrel(self.state, "welcome", "--user", self.user)
        token = self.folder.run_carrel(self.state, "token", "create", "--user", self.user)
        self.is_starting = False
        self.folder.note("cluster.json", json.dumps(self.state))
        self.started(self.state, token)

    def follow(self):
        """Starts and stops workers as cluster.json names them, which 'scale' replaces; a removed one drains."""
        self.parts = [part for part in self.parts if not part.is_gone()]
        with contextlib.suppress(OSError):
            self.state = json.loads((self.folder.run / "cluster.json").read_text())
        running = {part.name: part for part in self.parts if part.name.startswith("worker")}
        for name, part in running.items():
            if name not in self.state["workers"] and not part.leaves:
                part.leave()
        for name, its in self.state["workers"].items():
            if name not in running:
                self.begin(self.worker(name, **its), wait=False)

    def begin(self, part: Part, wait: bool = True):
        self.parts.append(part)
        part.start()
        if wait:
            part.await_ready()

    def redis(self) -> Part:
        path = self.state["socket"]
        return Part(self.folder, "redis", redis_command(path, self.folder.path / "redis"), dict(os.environ),
                    lambda: answers_ping(path), keeps=(self.lock,))

    def worker(self, name: str, port: int, metrics: int) -> Part:
        environment = {**self.folder.environment(self.state), "MCP_PORT": str(port), "METRICS_PORT": str(metrics)}
        return Part(self.folder, name, [self.state["carrel"], "serve"], environment, lambda: is_ready(port))

    def nginx(self) -> Part:
        scratch, binary = self.sockets / "nginx", tool("nginx")
        scratch.mkdir()
        # Few clients keep a connection for longer: httpx, and with it the Python SDK, gives it up after 5 seconds.
        listen = "keepalive_min_timeout 6s;\n" if waits_for_idle_clients(binary) else ""
        nginx = Nginx(binary, self.folder.run, self.port, self.folder.logs / "access.log", scratch, listen=listen,
                      main=f"worker_shutdown_timeout {FINISH}s;\n", events="worker_connections 4096;\n")
        nginx.write("")
        self.folder.note_workers(self.state["workers"])
        tried = nginx.check()
        if tried.returncode != 0:
            raise HarnessError(f"nginx refuses its configuration:\n{tried.stderr}")
        return Part(self.folder, "nginx", nginx.command(), dict(os.environ), lambda: is_ready(self.port), signal.SIGQUIT)

    def stop(self):
        """nginx takes no more, then workers drain, then Redis keeps what they left."""
        self.parts = [part for part in self.parts if part.process]
        if self.parts:
            say("\nStopping nginx, then the workers (they drain first), then Redis ...")
        (self.folder.run / "cluster.json").unlink(missing_ok=True)
        turns = [[part for part in self.parts if part.name == "nginx"],
                 [part for part in self.parts if part.name.startswith("worker")],
                 [part for part in self.parts if part.name == "redis"]]
        for turn in turns:
            for part in turn:
                part.signal(part.stop_signal)
            for part in turn:
                part.await_end(LONGEST_STOP)
        if self.sockets:
            shutil.rmtree(self.sockets)
        if self.parts:
            say("Stopped.")
