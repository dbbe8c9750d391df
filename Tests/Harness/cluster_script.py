"""scripts/cluster as a process, for the tests that treat it as operators do. Standard library only."""
import json
import os
import pathlib
import subprocess

from .ports import free_port
from .processes import LEASH, ROOT, HarnessError, is_ready, wait_until

SCRIPT = str(ROOT / "scripts" / "cluster")


class ClusterScript:
    """A cluster in a folder of its own, in the foreground of a process."""

    def __init__(self, data: pathlib.Path, output: pathlib.Path, workers: int, **environment: str):
        self.data, self.output, self.workers = data, output, workers
        self.environment = {**os.environ, **environment}
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        self.state: dict = {}

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/mcp"

    def start(self, *words: str, seconds: float = 60):
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                [*LEASH, SCRIPT, "--data", str(self.data), "--port", str(self.port), "--workers", str(self.workers),
                 *words], env=self.environment, stdout=output, stderr=output, start_new_session=True)

        def runs() -> bool:
            if self.process.poll() is not None:
                raise HarnessError(f"The cluster did not start:\n{self.output.read_text()[-3000:]}")
            return "Ctrl-C stops everything" in self.output.read_text()
        wait_until(runs, "the cluster", seconds)
        self.read_state()

    def read_state(self) -> dict:
        self.state = json.loads((self.data / "run" / "cluster.json").read_text())
        return self.state

    def command(self, *words: str) -> list[str]:
        return [SCRIPT, "--data", str(self.data), *words]

    def run(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, timeout=300)

    def begin(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen([*LEASH, *self.command(*words)], env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def pids(self) -> dict[str, int]:
        return {file.stem: int(file.read_text()) for file in (self.data / "run").glob("*.pid")}

    def address(self, name: str) -> str:
        return f"127.0.0.1:{self.state['workers'][name]['port']}"

    def is_ready(self, name: str) -> bool:
        return is_ready(self.state["workers"][name]["port"])

    def log(self, name: str) -> str:
        return (self.data / "logs" / f"{name}.log").read_text(errors="replace")

    def stop(self) -> int | None:
        """Gives the status; None where it did not run."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.terminate()
        try:
            return self.process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            # The second signal kills everything.
            self.process.terminate()
            return self.process.wait(timeout=60)
