"""A Redis of one's own on a Unix socket. Standard library only."""
import contextlib
import os
import pathlib
import socket
import subprocess

from .processes import LEASH, kill, tool, wait_until


def answers_ping(path: str | os.PathLike) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(2)
        sock.connect(str(path))
        sock.sendall(b"PING\r\n")
        return sock.recv(64).startswith(b"+PONG")
    return False


def redis_command(path: str | os.PathLike, folder: pathlib.Path, *more: str) -> list[str]:
    """A Redis with an append-only file in a folder, as deploy/ sets it up."""
    return [tool("redis-server") or "redis-server", "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700",
            "--dir", str(folder), "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction",
            "--daemonize", "no", *more]


class Redis:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self):
        self.process = subprocess.Popen(
            [*LEASH, *redis_command(self.socket, self.folder, "--enable-debug-command", "local")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: answers_ping(self.socket), "redis-server")

    def cli(self, *words: str) -> str:
        done = subprocess.run(["redis-cli", "-s", str(self.socket), *words], capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def kill(self):
        kill(self.process)
        self.process = None

    def kill_synced(self):
        """Kills it once its file has all that it acknowledged: everysec puts off writes while an fsync takes its time."""
        assert self.cli("CONFIG", "SET", "appendfsync", "always") == "OK"
        self.kill()
