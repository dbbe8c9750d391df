"""The cluster that is soaked: scripts/cluster as operators have it, and what is done to it."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEASH = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Cluster:
    """Workers behind nginx, over a folder of their own."""

    def __init__(self, folder: pathlib.Path, workers: int):
        self.folder = folder
        self.output = folder.parent / "cluster.out"
        self.command = [ROOT / "scripts" / "cluster", "--data", str(folder)]
        self.port = free_port()
        self.workers = workers
        self.process = None
        self.state = {}

    def start(self):
        """Starts it; limits are set and counted, but too high to be met."""
        limits = {"RATE_LIMIT": "100000/s", "RATE_LIMIT_WRITES": "100000/s"}
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                [*LEASH, *self.command, "--port", str(self.port), "--workers", str(self.workers)],
                env={**os.environ, **limits}, stdout=output, stderr=output, start_new_session=True)
        # A release may have to be built first.
        end = time.monotonic() + 1800
        while not (self.folder / "run" / "cluster.json").exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"The cluster did not start:\n{self.output.read_text()[-3000:]}")
            time.sleep(0.1)
        self.look()

    def look(self):
        self.state = json.loads((self.folder / "run" / "cluster.json").read_text())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    @property
    def names(self) -> list[str]:
        return list(self.state["workers"])

    def address(self, name: str) -> str:
        return f"127.0.0.1:{self.state['workers'][name]['port']}"

    def run(self, *words: str) -> str:
        done = subprocess.run([*self.command, *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"scripts/cluster {' '.join(words)}: {done.stderr}")
        return done.stdout.strip()

    def token(self, user: str) -> str:
        return self.run("carrel", "token", "create", "--user", user)

    def pid(self, name: str) -> int:
        return int((self.folder / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> tuple[float, float]:
        """Kills a part, which is started again at once. Gives the moments between which it died."""
        pid = self.pid(name)
        before = time.time()
        os.kill(pid, signal.SIGKILL)
        after = time.time()
        while self.pid(name) == pid:
            time.sleep(0.01)
        return before, after

    def scale(self, count: int) -> str:
        done = self.run("scale", str(count))
        self.look()
        return done

    def is_ready(self, name: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.address(name)}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def await_ready(self, name: str) -> float:
        end = time.monotonic() + 30
        while not self.is_ready(name):
            if time.monotonic() > end:
                raise SystemExit(f"{name} did not come back; see {self.folder}/logs/{name}.log")
            time.sleep(0.02)
        return time.time()

    def stop(self) -> int:
        if self.process is None or self.process.poll() is not None:
            return -1
        self.process.terminate()
        try:
            return self.process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            # The second signal kills everything.
            self.process.terminate()
            return self.process.wait(timeout=30)

    @property
    def logs(self) -> dict[str, str]:
        """What all workers have written, those too that were taken out."""
        files = sorted((self.folder / "logs").glob("worker*.log"))
        return {file.stem: file.read_text(errors="replace") for file in files}

    def unfinished(self) -> list[str]:
        """Workers that did not come to the end of what they do when they are told to stop."""
        return [name for name, log in self.logs.items() if '"message":"Stopped"' not in log[-3000:]]

    def audit(self, event: str) -> list[dict]:
        """The events of a kind in the logs of all workers."""
        found = []
        for log in self.logs.values():
            for line in log.splitlines():
                # The last line of a worker that was killed may be a part of one.
                if f'"event":"{event}"' in line and line.startswith("{") and line.endswith("}"):
                    found.append(json.loads(line))
        return found

    def access(self) -> list[dict]:
        """What nginx wrote down of every request."""
        return [json.loads(line) for line in (self.folder / "logs" / "access.log").read_text().splitlines()]
