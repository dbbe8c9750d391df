"""The folder of a local cluster: what scripts/cluster keeps there, and what a second call of it finds. Standard library
only."""
import contextlib
import fcntl
import json
import os
import pathlib
import secrets
import subprocess

from .nginx import upstream
from .processes import HarnessError


class Folder:
    def __init__(self, path: pathlib.Path):
        self.path = path.resolve()
        self.run = self.path / "run"
        self.logs = self.path / "logs"

    def state(self) -> dict:
        """What cluster.json says of the cluster that runs."""
        with contextlib.suppress(OSError, ValueError):
            state = json.loads((self.run / "cluster.json").read_text())
            # The process ids that a killed cluster has left may be those of other processes by now: one that runs has the
            # lock.
            free = self.lock()
            if free is None:
                return state
            os.close(free)
        raise HarnessError(f"No cluster runs over {self.path}; start one with scripts/cluster.")

    def note(self, name: str, text: str):
        """Replaces a file that other processes read."""
        fresh = self.run / f"{name}.new"
        fresh.write_text(text)
        fresh.rename(self.run / name)

    def note_workers(self, workers: dict):
        """The workers of nginx, from its next start or reload on."""
        self.note("carrel/workers.conf", upstream(*(f"127.0.0.1:{its['port']}" for its in workers.values())))

    def pid(self, name: str) -> int | None:
        try:
            pid = int((self.run / f"{name}.pid").read_text())
            os.kill(pid, 0)
            return pid
        except (OSError, ValueError):
            return None

    def lock(self) -> int | None:
        """Acquires the lock of the folder; gives its descriptor, or None where another process holds it."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return descriptor

    def secret(self) -> str:
        """The secret that tokens are signed with, made once."""
        file = self.path / "secret.key"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w") as made:
                made.write(secrets.token_urlsafe(48))
        return file.read_text()

    def environment(self, state: dict) -> dict[str, str]:
        """The settings of all workers, and of commands beside them."""
        return {
            **os.environ,
            "MODE": "space",
            "JWT_SECRET_KEY": self.secret(),
            "REDIS_URL": f"unix://{state['socket']}",
            "PUBLIC_URL": state["url"],
            "VAULT_BASE_PATH": str(self.path / "vaults"),
            "DATABASE_PATH": str(self.path / "index"),
            "MCP_TRANSPORT": "http",
            "MCP_HOST": "127.0.0.1",
            "MCP_PORT": str(state["port"]),
            "METRICS_HOST": "127.0.0.1",
            "TRUSTED_PROXIES": "127.0.0.1",
            "LOG_FORMAT": os.environ.get("LOG_FORMAT", "json"),
        }

    def run_carrel(self, state: dict, *words: str) -> str:
        done = subprocess.run([state["carrel"], *words], env=self.environment(state), cwd=self.path, text=True,
                              capture_output=True)
        if done.returncode != 0:
            raise HarnessError(f"carrel {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()
