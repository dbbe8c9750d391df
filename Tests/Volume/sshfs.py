"""sshfs, mounted twice, with an SFTP server at the other end of a socket instead of ssh: no locks between its mounts."""
import contextlib
import pathlib
import socket
import subprocess
import time

from Harness.processes import LEASH, kill, wait_until

from . import conditions, pairs
from .judge import Figure
from .lab import Lab
from .sides import LocalSide

SERVER = "/usr/lib/openssh/sftp-server"
# So long a second worker has for finding out what the volume cannot do.
DECISION = 15
PAIRS = 100


class SSHFS(Lab):
    name = "sshfs"
    options = "defaults"

    def build(self):
        self.servers: list[subprocess.Popen] = []
        self.export = self.folder / "export"
        self.vaults = f"{self.export}/vaults"
        self.export.mkdir()
        self.sides = [self.mount(name) for name in ("one", "two")]

    def mount(self, name: str) -> LocalSide:
        volume = self.folder / name
        volume.mkdir()
        side = LocalSide(self.folder, name, volume, self.settings(
            "127.0.0.1", VAULT_BASE_PATH=f"{volume}/vaults", DATABASE_PATH=f"{volume}/index"))
        ours, theirs = socket.socketpair()
        with contextlib.closing(ours), contextlib.closing(theirs):
            self.servers.append(subprocess.Popen([*LEASH, SERVER], stdin=theirs, stdout=theirs))
            side.mount = subprocess.Popen([*LEASH, "sshfs", "-f", "-o", "passive", f":{self.export}", volume],
                                          stdin=ours, stdout=ours)
        wait_until(lambda: pathlib.Path(volume).is_mount(), f"the mount {volume}", pause=0.1)
        return side

    def end(self):
        for side in getattr(self, "sides", []):
            side.end()
        for server in getattr(self, "servers", []):
            kill(server)

    def on_server(self, command: str) -> str:
        return self.sides[0].run(command)


def check(lab: Lab) -> list[Figure]:
    """With indexes on the volume, which has no locks, the second worker must not become ready, and must say why. With indexes
    of its own it must not either, or all must be as on other volumes."""
    are_ready, reason = both_ready(lab)
    figures = [Figure("second workers ready with indexes on a volume without locks", int(are_ready), 1, reason)]
    for side in lab.sides:
        side.kill()
        side.settings["DATABASE_PATH"] = str(lab.folder / f"index-{side.name}")
    # A worker that was killed counts as one of the others for some seconds.
    time.sleep(10)
    are_ready, reason = both_ready(lab)
    figures.append(Figure("second workers ready with indexes of its own", int(are_ready), 1, reason, must_be_0=False))
    return [*figures, *(pairs.check(lab, PAIRS) + conditions.check(lab, PAIRS) if are_ready else [])]


def both_ready(lab: Lab) -> tuple[bool, str]:
    """Starts both workers; whether both become ready, and what the one says that does not."""
    one, two = lab.sides
    one.start()
    two.launch()
    two.await_status("/health/live")
    # Long enough that a refusal would be there, and that one is not taken for it that passes.
    time.sleep(DECISION)
    ready = [side.status("/health/ready") for side in lab.sides]
    return ready == [200, 200], lab.sides[ready.index(503)].reason() if 503 in ready else "both are ready"
