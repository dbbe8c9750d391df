"""A process of a local cluster that is started again whenever it ends. Standard library only."""
import contextlib
import os
import signal
import subprocess
import time

from .local_folder import Folder
from .processes import HarnessError, leash, wait_until

# Should scripts/cluster be killed, what it started stops too.
LEASH = leash("TERM")


def say(text: str):
    # The terminal or pipe that read this may be gone; everything is still stopped.
    with contextlib.suppress(OSError):
        print(text, flush=True)


class Part:
    def __init__(self, folder: Folder, name: str, command: list[str], environment: dict[str, str],
                 is_ready, stop_signal: int = signal.SIGTERM, keeps: tuple[int, ...] = ()):
        self.folder, self.name, self.command, self.environment = folder, name, command, environment
        self.is_ready, self.stop_signal, self.keeps = is_ready, stop_signal, keeps
        self.log = folder.logs / f"{name}.log"
        self.process: subprocess.Popen | None = None
        self.started = 0.0
        self.ended: float | None = None
        self.pause = 0.0
        # Asked to stop, and not to be started again.
        self.leaves = False

    def start(self):
        with open(self.log, "ab") as log:
            # A session of its own keeps Ctrl-C from reaching it before its turn.
            self.process = subprocess.Popen([*LEASH, *self.command], env=self.environment, cwd=self.folder.path,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, pass_fds=self.keeps)
        self.started = time.monotonic()
        self.folder.note(f"{self.name}.pid", str(self.process.pid))

    def await_ready(self):
        def ready() -> bool:
            if self.process.poll() is not None:
                end = self.log.read_text(errors="replace")[-2000:]
                raise HarnessError(f"{self.name} did not start; the end of {self.log}:\n{end}")
            return self.is_ready()
        wait_until(ready, f"{self.name} is not ready; see {self.log}")

    def restart_if_ended(self):
        """Starts it again where it has ended, with a longer pause each time that it ends at once."""
        if self.process.poll() is None or self.leaves:
            return
        now = time.monotonic()
        if self.ended is None:
            self.clear()
            self.pause = 0.05 if now - self.started > 2 else min(2 * self.pause + 0.05, 5.0)
            self.ended = now
            say(f"{self.name} ended with status {self.process.returncode}; it is started again.")
        if now - self.ended >= self.pause and not self.is_held():
            self.ended = None
            self.start()

    def clear(self):
        """Kills what it has left: nginx's processes go on without their master, and keep its port."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def is_held(self) -> bool:
        """Whether `kill --down` holds it down."""
        file = self.folder.run / f"{self.name}.down"
        try:
            if time.time() < float(file.read_text()):
                return True
            file.unlink()
        except (OSError, ValueError):
            pass
        return False

    def leave(self):
        self.leaves = True
        self.signal(self.stop_signal)

    def is_gone(self) -> bool:
        """Whether it has left; the file with its process id goes with it."""
        if not self.leaves or self.process.poll() is None:
            return False
        self.clear()
        (self.folder.run / f"{self.name}.pid").unlink(missing_ok=True)
        return True

    def signal(self, number: int):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def await_end(self, seconds: float):
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            say(f"{self.name} does not stop; it is killed.")
            self.signal(signal.SIGKILL)
            self.process.wait()
        self.clear()
