"""Runs commands in an image's files as a container engine would.

A command is process 1 of its own process namespace, runs as the image's user without capabilities, and sees the volume
as a folder of this machine; the network is this machine's too. `/tmp` is in memory, and the root can be read only.
"""
import contextlib
import json
import os
import pathlib
import shlex
import signal
import subprocess

from .processes import HarnessError, children, kill, wait_until


class Container:
    def __init__(self, root: pathlib.Path, config: pathlib.Path, volume: pathlib.Path, mounted: str, **settings: str):
        """`config` is what buildah says of the image; `settings` are added to its environment."""
        self.root = root
        self.config = json.loads(config.read_text())["Docker"]["config"]
        self.volume = volume
        self.mounted = mounted
        self.environment = dict(pair.split("=", 1) for pair in self.config["Env"]) | settings
        self.is_read_only = True
        volume.mkdir()
        os.chown(volume, 1000, 1000)

    def words(self, *command: str) -> list[str]:
        """The command line that runs a command in the image."""
        users = dict(line.split(":", 1) for line in (self.root / "etc/passwd").read_text().splitlines())
        uid, gid = users[self.config["User"]].split(":")[1:3]
        assert uid == "1000"
        settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.environment.items())
        (self.root / self.mounted.lstrip("/")).mkdir(exist_ok=True)
        script = f"""
            mount --make-rprivate /
            mount --bind {self.root} {self.root}
            cd {self.root}
            mount --bind {self.volume} .{self.mounted}
            mount -t proc proc proc
            mount -t tmpfs tmpfs tmp
            mount --bind /dev dev
            {"mount -o remount,ro,bind ." if self.is_read_only else ":"}
            exec chroot . setpriv --reuid {uid} --regid {gid} --clear-groups --bounding-set=-all --no-new-privs \\
              env -i -C {self.config["WorkingDir"]} {settings} {shlex.join(command)}
        """
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", script]

    def run(self, *command: str, status: int = 0) -> subprocess.CompletedProcess:
        done = subprocess.run(self.words(*command), capture_output=True, text=True, timeout=60)
        assert done.returncode == status, (command, done.returncode, done.stdout, done.stderr)
        return done

    @property
    def is_healthy(self) -> bool:
        """What the image's own health check says."""
        return subprocess.run(self.words(*self.config["Healthcheck"]["Test"][1:]), capture_output=True).returncode == 0

    @contextlib.contextmanager
    def started(self, log: pathlib.Path):
        """The image's own command, once it is healthy: the number of its process 1, and what waits for it."""
        with open(log, "wb") as output:
            started = subprocess.Popen(self.words(*self.config["Cmd"]), stdout=output, stderr=output)
        try:
            def healthy() -> bool:
                if started.poll() is not None:
                    raise HarnessError(log.read_text())
                return self.is_healthy
            wait_until(healthy, log.read_text, pause=0.1)
            (process,) = children(started.pid)
            yield process, started
        finally:
            # Changing the user has cleared the signal that --kill-child sets: process 1 is killed by its number.
            for pid in children(started.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            kill(started)
