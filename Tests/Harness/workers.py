"""Workers as processes over one folder and one Redis. Standard library only."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from .ports import free_port
from .processes import CARREL, LEASH, HarnessError, get_status, kill, stop, wait_until
from .redis import Redis

SECRET = "an-end-to-end-secret-of-more-than-32-bytes-0123456789"


class Worker:
    def __init__(self, cluster: "Cluster", name: str, settings: dict[str, str]):
        self.cluster = cluster
        self.port = free_port()
        self.log = cluster.folder / f"{name}.log"
        self.settings = settings
        self.process: subprocess.Popen | None = None

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.base}/mcp"

    @property
    def environment(self) -> dict[str, str]:
        return {**self.cluster.environment, "MCP_PORT": str(self.port), **self.settings}

    def start(self, wrapper: list[str] = []):
        self.launch(wrapper)
        self.await_live()

    def launch(self, wrapper: list[str] = []):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*LEASH, *wrapper, CARREL, "serve"], env=self.environment, stdout=log, stderr=log,
                cwd=self.cluster.folder)

    def await_live(self):
        wait_until(self.is_live, lambda: f"worker ({self.log.read_text()[-2000:]})")

    def is_live(self) -> bool:
        if self.process.poll() is not None:
            raise HarnessError(f"the worker ended: {self.log.read_text()[-2000:]}")
        return get_status(self.port, "/health/live") == 200

    def await_ready(self, status: int = 200):
        """Waits until /health/ready answers with a status."""
        wait_until(lambda: get_status(self.port, "/health/ready") == status, f"{status} of /health/ready")

    def kill(self):
        kill(self.process)

    def stop(self) -> int:
        return stop(self.process)

    def lines(self) -> list[dict]:
        """The log so far."""
        # What follows the last line feed is still being written.
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def events(self, name: str) -> list[dict]:
        """The audit events of a name so far; the log follows the answer within moments."""
        return [line for line in self.lines() if line.get("event") == name]

    def count(self, name: str, **fields) -> int:
        return len([e for e in self.events(name) if all(e.get(k) == v for k, v in fields.items())])

    def await_event(self, name: str, **fields) -> dict:
        self.await_count(1, name, **fields)
        return [e for e in self.events(name) if all(e.get(k) == v for k, v in fields.items())][-1]

    def await_count(self, least: int, name: str, **fields):
        wait_until(lambda: self.count(name, **fields) >= least, f"{least} events {name} {fields}")

    def await_line(self, condition, what: str) -> dict:
        """The first line of the log for which a condition holds, once there is one."""
        wait_until(lambda: any(condition(line) for line in self.lines()), what)
        return next(line for line in self.lines() if condition(line))


class Cluster:
    """Some workers over one folder and one Redis, from `with` to the end of it."""

    def __init__(self, workers: int = 1, redis: bool = True, **settings: str):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-", dir="/tmp"))
        self.redis = Redis(self.folder) if redis else None
        self.environment = {
            "PATH": os.environ["PATH"],
            "JWT_SECRET_KEY": SECRET,
            "VAULT_BASE_PATH": str(self.folder / "vaults"),
            "DATABASE_PATH": str(self.folder / "index"),
            "RATE_LIMIT": "0",
            "RATE_LIMIT_WRITES": "0",
            "RATE_LIMIT_BYTES": "0",
            "AUTH_FAILURE_LIMIT": "0",
            "LOG_FORMAT": "json",
            # One public URL for all workers: tokens are good on each.
            "PUBLIC_URL": "http://localhost:7860",
        }
        if self.redis:
            self.environment["REDIS_URL"] = self.redis.url
        self.workers = [Worker(self, f"worker{number}", settings) for number in range(workers)]

    def __enter__(self):
        try:
            if self.redis:
                self.redis.start()
            for worker in self.workers:
                worker.launch()
            for worker in self.workers:
                worker.await_live()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for worker in self.workers:
            worker.kill()
        if self.redis:
            self.redis.kill()
        shutil.rmtree(self.folder)

    def run(self, *words: str, input: str | None = None, **environment: str) -> subprocess.CompletedProcess:
        """Runs carrel with the settings of the cluster."""
        return subprocess.run(
            [CARREL, *words], env={**self.environment, **environment}, capture_output=True, text=True, timeout=60,
            input=input, cwd=self.folder)

    def token(self, user: str, *more: str, **environment: str) -> str:
        done = self.run("token", "create", "--user", user, *more, **environment)
        if done.returncode != 0:
            raise HarnessError(done.stderr)
        return done.stdout.strip()

    def vault(self, user: str) -> pathlib.Path:
        return self.folder / "vaults" / user
