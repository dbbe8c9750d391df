"""What all laboratories have: a Redis, two sides over one volume, and users."""
import pathlib
import subprocess

from Harness.ports import free_port
from Harness.processes import CARREL, LEASH, HarnessError, wait_until
from Harness.redis import Redis, answers_ping, redis_command
from Harness.workers import SECRET

from .notes import Notes
from .sides import Side


class PortRedis(Redis):
    """A Redis with a port on loopback, which machines under qemu reach by an address of their own."""

    def __init__(self, folder: pathlib.Path):
        super().__init__(folder)
        self.port = free_port()

    def start(self):
        command = redis_command(self.socket, self.folder)
        # The last option of a name counts.
        self.process = subprocess.Popen([*LEASH, *command, "--bind", "127.0.0.1", "--port", str(self.port)],
                                        stdout=subprocess.DEVNULL)
        wait_until(lambda: answers_ping(self.socket), "redis-server")


class Lab:
    """Two sides over one volume, from `with` to the end of it."""

    name: str
    # Of the volume, as docs/volumes.md names them.
    options: str
    sides: list[Side]

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.redis = PortRedis(folder)
        self.users: list[str] = []

    def settings(self, host: str, **more: str) -> dict[str, str]:
        """Those of a worker that reaches this machine's loopback as `host`."""
        return {
            "MODE": "space",
            "JWT_SECRET_KEY": SECRET,
            "REDIS_URL": f"redis://{host}:{self.redis.port}",
            "PUBLIC_URL": "http://localhost:7860",
            "RATE_LIMIT": "0",
            "RATE_LIMIT_WRITES": "0",
            "RATE_LIMIT_BYTES": "0",
            "AUTH_FAILURE_LIMIT": "0",
            "METRICS_PORT": "off",
            "DRAIN_DELAY": "0",
            # A machine that qemu translates may need longer than the default of a second.
            "REDIS_CONNECT_TIMEOUT": "10s",
            "LOG_FORMAT": "json",
            **more,
        }

    def __enter__(self):
        try:
            self.redis.start()
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end()
        self.redis.kill()

    def build(self):
        """Mounts the volume for both sides; starts no worker."""
        raise NotImplementedError

    def end(self):
        raise NotImplementedError

    def restart_server(self):
        """Kills the server of the volume, and starts it again."""
        raise NotImplementedError

    def files(self, user: str) -> dict[str, str]:
        """The notes of a user as they lie on the server's own disk, with their revisions."""
        found = self.on_server(f"cd '{self.vaults}/{user}' && "
                               "find . -name '*.md' ! -path './.carrel/*' -exec sha256sum {} +; true")
        lines = (line.split("  ", 1) for line in found.splitlines())
        return {path.removeprefix("./"): digest[:16] for digest, path in lines}

    def text(self, user: str, path: str) -> str:
        """The body of a note as it lies on the server's own disk."""
        return self.on_server(f"cat '{self.vaults}/{user}/{path}'").split("---\n", 2)[-1].strip()

    # Where the server itself has the vaults.
    vaults: str

    def on_server(self, command: str) -> str:
        raise NotImplementedError

    def start_workers(self):
        for side in self.sides:
            side.start()

    def token(self, user: str) -> str:
        nowhere = self.folder / "nowhere"
        environment = {"PATH": "/usr/bin:/bin", "VAULT_BASE_PATH": f"{nowhere}/vaults", "DATABASE_PATH": f"{nowhere}/index",
                       **self.settings("127.0.0.1")}
        done = subprocess.run([CARREL, "token", "create", "--user", user], env=environment, capture_output=True, text=True,
                              cwd=self.folder, timeout=60)
        if done.returncode != 0:
            raise HarnessError(done.stderr)
        return done.stdout.strip()

    def open(self, user: str) -> list[Notes]:
        """A user's notes as both sides have them."""
        if user not in self.users:
            self.users.append(user)
        token = self.token(user)
        return [Notes(side, user, token) for side in self.sides]
