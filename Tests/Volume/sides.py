"""A worker on a machine of its own, as the checks see it: whatever the machine and its volume are."""
import os
import pathlib
import re
import shlex
import signal
import subprocess

import httpx
from Harness.ports import free_port
from Harness.processes import CARREL, LEASH, HarnessError, get_status, kill, wait_until

from .machines import Machine

# A line of strace begins so, with the thread's number.
CALL = re.compile(r"\d+ +(\w+)\(")
# What changes names in a folder: a decision of a worker takes effect by one of these.
CALLS = "rename,renameat,renameat2,linkat,unlinkat"
# Long enough to be noticed and frozen, short enough not to be waited for afterwards.
DELAY = 5
SLOW = 120


class Side:
    """One of the two."""

    name: str
    port: int
    # Where the volume is mounted there.
    volume: str
    settings: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/mcp"

    def run(self, command: str, seconds: float = 60) -> str:
        """What a shell command on the machine prints."""
        raise NotImplementedError

    def carrel(self, *words: str, seconds: float = 60) -> str:
        """Runs carrel on the machine, with the worker's settings."""
        try:
            return self.run(f"{self.assignments} {self.program} {shlex.join(words)}", seconds)
        except HarnessError as error:
            # Without the settings.
            raise HarnessError(f"carrel {shlex.join(words)} on {self.name}: {str(error).splitlines()[-1][-200:]}") from None

    program: str

    @property
    def assignments(self) -> str:
        return " ".join(f"{name}={shlex.quote(value)}" for name, value in self.settings.items())

    def launch(self):
        raise NotImplementedError

    def kill(self):
        """Kills the worker, with SIGKILL."""
        raise NotImplementedError

    def pid(self) -> int:
        raise NotImplementedError

    def start(self):
        self.launch()
        self.await_status("/health/ready")

    def status(self, path: str) -> int | None:
        return get_status(self.port, path)

    def reason(self) -> str:
        """What /health/ready says."""
        return httpx.get(f"http://localhost:{self.port}/health/ready", timeout=10).text.strip()

    def await_status(self, path: str, status: int = 200):
        wait_until(lambda: self.status(path) == status, lambda: f"{status} of {path} ({self.log()[-1500:]})", SLOW, 0.1)

    def log(self) -> str:
        raise NotImplementedError

    # What is done to the machine.

    def cut(self):
        """Cuts the machine off its volume: what asks for it hangs."""
        raise NotImplementedError

    def mend(self):
        raise NotImplementedError

    def freeze(self):
        """Stops the worker, or all of its machine, wherever it is."""
        raise NotImplementedError

    def thaw(self):
        raise NotImplementedError

    # A system call at which the worker is held.

    def trace(self, call: str = "", number: int = 1):
        """Writes down each call that changes names in a folder, until `untrace`; where one is given, each thread waits for
        some seconds before its call of this name and number."""
        trace = f"/tmp/trace-{self.name}"
        inject = f"-e inject={call}:delay_enter={DELAY * 1_000_000}:when={number}" if call else ""
        self.run(f"rm -f {trace}; strace -f -qq -o {trace} -e trace={CALLS} {inject} -p {self.pid()} "
                 f"</dev/null >{trace}.out 2>&1 & echo $! >{trace}.pid; sleep 1; kill -0 $(cat {trace}.pid)")

    def is_held(self) -> bool:
        """Whether a thread waits: it stays stopped by its tracer from one look to the next."""
        look = f"grep -l 't (tracing stop)' /proc/{self.pid()}/task/*/status"
        return bool(self.run(f"one=$({look}); sleep 0.2; two=$({look}); "
                             "for it in $one; do case $two in *$it*) echo $it;; esac; done; true").strip())

    def untrace(self) -> list[str]:
        """The names of the calls, in their order."""
        trace = f"/tmp/trace-{self.name}"
        lines = self.run(f"kill $(cat {trace}.pid) 2>/dev/null; sleep 0.3; cat {trace}; true").splitlines()
        return [found[1] for line in lines if (found := CALL.match(line))]


class MachineSide(Side):
    """A worker in a machine under qemu."""

    volume = "/vol"
    program = "/bin/carrel"

    def __init__(self, machine: Machine, settings: dict[str, str]):
        self.machine = machine
        self.name = machine.name
        self.port = free_port()
        self.settings = {**settings, "MCP_HOST": "0.0.0.0", "MCP_PORT": "8001"}

    def run(self, command: str, seconds: float = 60) -> str:
        return self.machine.run(command, seconds)

    def launch(self):
        self.run(f"{self.assignments} setsid {self.program} serve </dev/null >>/tmp/worker.log 2>&1 & "
                 "echo $! >/tmp/worker.pid")

    def pid(self) -> int:
        return int(self.run("cat /tmp/worker.pid"))

    def kill(self):
        self.run("kill -9 $(cat /tmp/worker.pid); sleep 0.2")

    def log(self) -> str:
        return self.run("tail -c 20000 /tmp/worker.log")

    def cut(self):
        self.machine.cut("n1")

    def mend(self):
        self.machine.mend("n1")

    def freeze(self):
        self.machine.freeze()

    def thaw(self):
        self.machine.thaw()


class LocalSide(Side):
    """A worker on this machine, over a mount of its own that a process of its own serves."""

    program = CARREL

    def __init__(self, folder: pathlib.Path, name: str, volume: pathlib.Path, settings: dict[str, str]):
        self.folder = folder
        self.name = name
        self.volume = str(volume)
        self.port = free_port()
        self.settings = {**settings, "MCP_HOST": "127.0.0.1", "MCP_PORT": str(self.port)}
        self.process: subprocess.Popen | None = None
        # Serves the mount.
        self.mount: subprocess.Popen | None = None

    def run(self, command: str, seconds: float = 60) -> str:
        done = subprocess.run(["sh", "-c", command], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=seconds)
        if done.returncode != 0:
            raise HarnessError(f"{command} for {self.name}: {done.stdout.strip()[-500:]}")
        return done.stdout

    def launch(self):
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen([*LEASH, CARREL, "serve"], env={"PATH": os.environ["PATH"], **self.settings},
                                            stdout=log, stderr=log, cwd=self.folder)

    def pid(self) -> int:
        return self.process.pid

    def kill(self):
        kill(self.process)

    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()

    def cut(self):
        self.mount.send_signal(signal.SIGSTOP)

    def mend(self):
        self.mount.send_signal(signal.SIGCONT)

    def freeze(self):
        # The tracer after the worker, or threads that have not stopped yet would run on.
        self.process.send_signal(signal.SIGSTOP)
        self.run(f"sleep 0.3; kill -STOP $(cat /tmp/trace-{self.name}.pid)")

    def thaw(self):
        self.run(f"kill -CONT $(cat /tmp/trace-{self.name}.pid)")
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.kill()
        kill(self.mount)
        subprocess.run(["umount", "-l", self.volume], stderr=subprocess.DEVNULL)
