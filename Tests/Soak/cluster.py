"""The cluster that is soaked: scripts/cluster as operators have it, and what is done to it."""
import asyncio
import json
import os
import pathlib
import signal
import time

from Harness.cluster_script import ClusterScript
from Harness.processes import wait_until

# Set and counted, but too high to be met.
LIMITS = {"RATE_LIMIT": "100000/s", "RATE_LIMIT_WRITES": "100000/s", "RATE_LIMIT_BYTES": "100GiB/s"}


async def until(condition, what: str):
    await asyncio.to_thread(wait_until, condition, what)


class Cluster(ClusterScript):
    """Workers behind nginx, over a folder of their own."""

    def __init__(self, folder: pathlib.Path, workers: int, **settings: str):
        super().__init__(folder, folder.parent / "cluster.out", workers, **(settings or LIMITS))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    @property
    def names(self) -> list[str]:
        return list(self.state["workers"])

    def checked(self, *words: str) -> str:
        """Runs scripts/cluster; what it prints."""
        done = self.run(*words)
        if done.returncode != 0:
            raise SystemExit(f"scripts/cluster {' '.join(words)}: {done.stderr}")
        return done.stdout.strip()

    def token(self, user: str) -> str:
        return self.checked("carrel", "token", "create", "--user", user)

    def pid(self, name: str) -> int:
        return int((self.data / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> tuple[float, float]:
        """Kills a part, which is started again at once. Gives the moments between which it died."""
        pid = self.pid(name)
        before = time.time()
        os.kill(pid, signal.SIGKILL)
        after = time.time()
        wait_until(lambda: self.pid(name) != pid, f"{name} is started again", pause=0.01)
        return before, after

    def scale(self, count: int) -> str:
        done = self.checked("scale", str(count))
        self.read_state()
        return done

    def await_ready(self, name: str) -> float:
        """The moment at which a worker is ready."""
        wait_until(lambda: self.is_ready(name), f"{name} is ready; see {self.data}/logs/{name}.log")
        return time.time()

    def await_all_ready(self) -> float:
        """The moment at which all workers are ready."""
        return max(self.await_ready(name) for name in self.names)

    @property
    def logs(self) -> dict[str, str]:
        """What all workers have written, those too that were taken out."""
        return {file.stem: self.log(file.stem) for file in sorted((self.data / "logs").glob("worker*.log"))}

    def unfinished(self) -> list[str]:
        """Workers that did not stop by themselves."""
        return [name for name, log in self.logs.items() if '"message":"Stopped"' not in log[-3000:]]

    def audit(self, event: str) -> list[dict]:
        """The events of a kind in the logs of all workers."""
        found = []
        for log in self.logs.values():
            for line in log.splitlines():
                # The last line of a worker that was killed may be a part of one.
                if f'"event":"{event}"' in line and line.startswith("{") and line.endswith("}"):
                    found.append(json.loads(line))
        return found

    def access(self) -> list[dict]:
        """nginx's line of every request."""
        return [json.loads(line) for line in self.log("access").splitlines()]
