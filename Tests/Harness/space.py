"""A Hugging Face Space: its entrypoint as it runs in the container, but without one."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import httpx

from .client import Client
from .ports import free_port
from .processes import CARREL, LEASH, PATIENCE, ROOT, children, wait_until
from .workers import SECRET

HERE = ROOT / "deploy" / "huggingface"
HOST = "ann-notes.hf.space"
# Spaces run as this user; a test that runs as root becomes it.
USER = 1000
BECOME = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.getuid() == 0 else []


class Space:
    """The container of a Space: the working directory stands for /app, the storage for /data."""

    def __init__(self, storage: bool = True, **settings: str):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="space-", dir="/tmp"))
        self.app, self.storage, self.log = self.folder / "app", self.folder / "storage", self.folder / "log"
        for folder in [self.app] + [self.storage] * storage:
            folder.mkdir()
            if BECOME:
                os.chown(folder, USER, USER)
        self.folder.chmod(0o755)
        self.port = free_port()
        self.settings = settings
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder)

    def kill(self):
        """Ends everything at once, as when the machine of a container dies."""
        if self.process and self.process.poll() is None:
            for pid in [self.process.pid, *self.children()]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()

    @property
    def environment(self) -> dict[str, str]:
        """What the platform sets, what the Dockerfile sets, and what keeps tests apart."""
        return {
            "PATH": os.environ["PATH"], "CARREL": CARREL, "STORAGE_PATH": str(self.storage),
            "SPACE_ID": "ann/notes", "SPACE_HOST": HOST, "OAUTH_SCOPES": "openid profile",
            "OPENID_PROVIDER_URL": "https://huggingface.co", "OAUTH_CLIENT_ID": "id", "OAUTH_CLIENT_SECRET": "secret",
            "JWT_SECRET_KEY": SECRET,
            "VAULT_BASE_PATH": str(self.app / "data" / "vaults"), "DATABASE_PATH": str(self.app / "index"),
            "REDIS_URL": f"unix://{self.app}/redis.sock",
            "MCP_HOST": "127.0.0.1", "MCP_PORT": str(self.port), "METRICS_PORT": "off", "DRAIN_DELAY": "0",
            **self.settings,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*BECOME, *LEASH, "bash", str(HERE / "entrypoint")], env=self.environment, cwd=self.app, stdout=log,
                stderr=log,
            )

    def start_and_wait(self):
        self.start()
        wait_until(self.is_ready, "a Space that is ready")

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.output()
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.port}/health/ready", headers={"Host": HOST}).status_code == 200
        return False

    def end(self) -> int:
        """Waits for an entrypoint that ends by itself."""
        return self.process.wait(timeout=PATIENCE)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def children(self) -> list[int]:
        """All that the entrypoint has started, directly or not."""
        found = [self.process.pid]
        for pid in found:
            found += children(pid)
        return found[1:]

    def find(self, name: str) -> int | None:
        """The process of a name that the entrypoint has started."""
        for pid in self.children():
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == name:
                    return pid
        return None

    @property
    def redis(self) -> int | None:
        return self.find("redis-server")

    @property
    def worker(self) -> int | None:
        return self.find(pathlib.Path(CARREL).name[:15])

    def output(self) -> str:
        return self.log.read_text()

    def client(self, user: str) -> Client:
        """A client with a token that was made by the command."""
        made = subprocess.run(
            [*BECOME, CARREL, "token", "create", "--user", user], env=self.environment, cwd=self.app,
            capture_output=True, text=True, timeout=PATIENCE,
        )
        assert made.returncode == 0, made.stderr
        client = Client(self, made.stdout.strip())
        client.http.headers["Host"] = HOST
        return client
