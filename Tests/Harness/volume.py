"""A volume whose server can stop answering or die: sshfs over a local sftp-server, without ssh and without a network."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from .processes import LEASH, kill, wait_until

SFTP = "/usr/lib/openssh/sftp-server"


def missing() -> str | None:
    """Why there can be no such volume here, or None."""
    if os.getuid() != 0:
        return "mounting needs root"
    if not os.path.exists("/dev/fuse"):
        return "there is no /dev/fuse"
    return None if shutil.which("sshfs") and os.path.exists(SFTP) else "sshfs or sftp-server is not installed"


class Volume:
    """A folder on a server, mounted at `path` from `with` to the end of it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="volume-", dir="/tmp"))
        self.path, self.stored = self.folder / "volume", self.folder / "stored"
        self.script = self.folder / "sftp"
        self.path.mkdir()
        self.stored.mkdir()
        # sshfs runs it in place of ssh, and not as its own child.
        self.script.write_text(f"#!/bin/sh\necho $$ > {self.folder}/pid\nexec {SFTP}\n")
        self.script.chmod(0o755)
        self.process = None

    def __enter__(self):
        self.mount()
        return self

    def __exit__(self, *_):
        self.thaw()
        self.die()
        self.unmount()
        shutil.rmtree(self.folder)

    def mount(self):
        self.process = subprocess.Popen(
            [*LEASH, "sshfs", "-f", f"server:{self.stored}", str(self.path), "-o",
             f"ssh_command={self.script},dir_cache=no,attr_timeout=0,entry_timeout=0,negative_timeout=0"])
        wait_until(lambda: os.path.ismount(self.path), "the mount")

    def signal(self, number: int):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int((self.folder / "pid").read_text()), number)

    def freeze(self):
        """Every call on the volume hangs from now on."""
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def die(self):
        """Every call on the volume fails from now on, with ENOTCONN."""
        kill(self.process)

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.path], check=True)
