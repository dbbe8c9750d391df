"""Carrel as its users have it: real processes, a real Redis, real files."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import httpx

CARREL = os.environ.get("CARREL") or str(
    pathlib.Path(__file__).parents[2] / ".build" / "debug" / "carrel"
)
# Should the tests themselves be killed, what they started dies with them.
LEASH = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
SECRET = "an-end-to-end-secret-of-more-than-32-bytes-0123456789"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_until(condition, seconds: float, what: str):
    """Asks again and again, for a process that says nothing when it is ready."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


class Redis:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.process = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self):
        self.process = subprocess.Popen(
            [*LEASH, "redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "yes",
             "--maxmemory-policy", "noeviction", "--enable-debug-command", "local", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: self.cli("PING") == "PONG", 10, "redis-server")

    def cli(self, *words: str) -> str:
        done = subprocess.run(
            ["redis-cli", "-s", str(self.socket), *words], capture_output=True, text=True, timeout=10
        )
        return done.stdout.strip()

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class Worker:
    def __init__(self, cluster: "Cluster", name: str, settings: dict[str, str]):
        self.cluster = cluster
        self.port = free_port()
        self.log = cluster.folder / f"{name}.log"
        self.settings = settings
        self.process = None

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
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*LEASH, *wrapper, CARREL, "serve"], env=self.environment, stdout=log, stderr=log, cwd=self.cluster.folder
            )
        wait_until(self.is_live, 20, f"worker ({self.log.read_text()[-2000:]})")

    def is_live(self) -> bool:
        assert self.process.poll() is None, f"the worker ended: {self.log.read_text()[-2000:]}"
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.base}/health/live", timeout=1).status_code == 200
        return False

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    def events(self, name: str) -> list[dict]:
        """The audit events of a name so far; the log follows within moments."""
        return [line for line in self.lines() if line.get("event") == name]

    def count(self, name: str, **fields) -> int:
        return len([e for e in self.events(name) if all(e.get(k) == v for k, v in fields.items())])

    def lines(self) -> list[dict]:
        # What follows the last line feed is still being written.
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def await_event(self, name: str, **fields) -> dict:
        self.await_count(1, name, **fields)
        return [e for e in self.events(name) if all(e.get(k) == v for k, v in fields.items())][-1]

    def await_count(self, least: int, name: str, **fields):
        wait_until(lambda: self.count(name, **fields) >= least, 5, f"{least} events {name} {fields}")


class Cluster:
    """Some workers over one folder and one Redis."""

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
                worker.start()
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
        return subprocess.run(
            [CARREL, *words], env={**self.environment, **environment}, capture_output=True, text=True, timeout=60,
            input=input, cwd=self.folder,
        )

    def token(self, user: str, *more: str, **environment: str) -> str:
        done = self.run("token", "create", "--user", user, *more, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def vault(self, user: str) -> pathlib.Path:
        return self.folder / "vaults" / user


class Client:
    """Requests as the deployment guide's own scripts send them."""

    def __init__(self, worker: Worker, token: str, session: str | None = None):
        self.worker = worker
        self.token = token
        self.session = session
        self.http = httpx.Client(timeout=30)

    def post(self, body, worker: Worker | None = None, **headers: str) -> httpx.Response:
        all_headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if self.session:
            all_headers["Mcp-Session-Id"] = self.session
        all_headers.update(headers)
        content = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self.http.post((worker or self.worker).url, content=content, headers=all_headers)

    def rpc(self, method: str, params: dict | None = None, worker: Worker | None = None) -> httpx.Response:
        body = {"jsonrpc": "2.0", "id": 1, "method": method}
        if params is not None:
            body["params"] = params
        return self.post(body, worker)

    def initialize(self, version: str = "2025-11-25", worker: Worker | None = None) -> httpx.Response:
        response = self.rpc(
            "initialize",
            {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1.0"}},
            worker,
        )
        if response.status_code == 200:
            self.session = response.headers["Mcp-Session-Id"]
        return response

    def tool(self, name: str, arguments: dict | None = None, worker: Worker | None = None) -> dict:
        """The structured content of a call that succeeds."""
        response = self.rpc("tools/call", {"name": name, "arguments": arguments or {}}, worker)
        assert response.status_code == 200, (response.status_code, response.text)
        result = response.json()["result"]
        assert not result.get("isError"), result
        return result["structuredContent"]

    def tool_error(self, name: str, arguments: dict, worker: Worker | None = None) -> dict:
        response = self.rpc("tools/call", {"name": name, "arguments": arguments}, worker)
        assert response.status_code == 200, (response.status_code, response.text)
        result = response.json()["result"]
        assert result["isError"] is True, result
        return result["structuredContent"]

    def paths(self, worker: Worker | None = None) -> list[str]:
        found, cursor = [], None
        while True:
            page = self.tool("list_notes", {"limit": 1000, **({"cursor": cursor} if cursor else {})}, worker)
            found += [note["path"] for note in page["notes"]]
            cursor = page.get("next_cursor")
            if not cursor:
                return found
