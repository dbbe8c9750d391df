"""Programs, their leash, and waiting for them. Standard library only."""
import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CARREL = str(pathlib.Path(os.environ.get("CARREL") or ROOT / ".build" / "debug" / "carrel").resolve())
# Reached only by what hangs: no test waits so long on a machine that is merely slow.
PATIENCE = 60


class HarnessError(Exception):
    """A server does not start, or a condition does not come true; the message is for the person at the terminal."""


def leash(name: str = "KILL") -> list[str]:
    """A prefix for a command: it is sent this signal when the thread that starts it ends, in whatever way."""
    return ["setpriv", "--pdeathsig", name] if shutil.which("setpriv") else []


LEASH = leash()


def tool(name: str) -> str | None:
    """The path of a program: of an environment variable of its name, or of PATH and the folders of administrators."""
    return os.environ.get(name.upper()) or shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")


def wait_until(condition, what, seconds: float = PATIENCE, pause: float = 0.02):
    """Polls for what sends no event of its own. `what` names it in the error: a text, or a function that gives one."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise HarnessError(f"{what() if callable(what) else what}: not within {seconds:.0f} seconds.")
        time.sleep(pause)


def get_status(port: int, path: str) -> int | None:
    """The status that a server on loopback answers a GET with, or None where it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", path)
        return connection.getresponse().status
    return None


def is_ready(port: int) -> bool:
    return get_status(port, "/health/ready") == 200


def is_alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def children(pid: int) -> set[int]:
    """The processes that a process has started; empty where there is no /proc."""
    with contextlib.suppress(OSError):
        return {int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return set()


def kill(process: subprocess.Popen | None):
    if process and process.poll() is None:
        process.kill()
        process.wait()


def stop(process: subprocess.Popen, number: int = signal.SIGTERM, seconds: float = PATIENCE) -> int:
    """Asks a process to end; gives its status."""
    process.send_signal(number)
    return process.wait(timeout=seconds)
