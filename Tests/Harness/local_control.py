"""What is asked of a local cluster that runs: process ids are in files, and what ends is started again. Standard library
only."""
import fcntl
import itertools
import json
import os
import pathlib
import signal
import time

from .local_cluster import FINISH, LONGEST_STOP
from .local_folder import Folder
from .ports import free_ports
from .processes import HarnessError, children, is_ready, wait_until
from .redis import answers_ping


class Control:
    def __init__(self, data: pathlib.Path):
        self.folder = Folder(data)
        self.state = self.folder.state()
        self.names = [*self.state["workers"], "redis", "nginx"]

    def status(self) -> int:
        """Prints a line for each part; 0 if all are ready."""
        print(f"{'PART':<10} {'PID':>8} {'READY':<6} {'PORT':>6} {'METRICS':>8} {'SINCE'}")
        everything = True
        for name in self.names:
            pid = self.folder.pid(name)
            its = self.state["workers"].get(name, {})
            ready = pid is not None and self.is_ready(name)
            everything = everything and ready
            since = time.strftime("%H:%M:%S", time.localtime((self.folder.run / f"{name}.pid").stat().st_mtime))
            port = its.get("port") or (self.state["port"] if name == "nginx" else "-")
            print(f"{name:<10} {pid or '-':>8} {'yes' if ready else 'no':<6} {port:>6} {its.get('metrics', '-'):>8} "
                  f"{since}")
        return 0 if everything else 1

    def is_ready(self, name: str) -> bool:
        if name == "redis":
            return answers_ping(self.state["socket"])
        return is_ready(self.state["workers"][name]["port"] if name in self.state["workers"] else self.state["port"])

    def await_ready(self, name: str):
        wait_until(lambda: self.folder.pid(name) and self.is_ready(name),
                   f"{name} is not ready; see {self.folder.logs}/{name}.log")

    def named(self, names: list[str], default: list[str]) -> list[str]:
        found = [f"worker{name}" if name.isdigit() else name for name in names] or default
        for name in found:
            if name not in self.names:
                raise HarnessError(f"There is no '{name}' here; there are {', '.join(self.names)}.")
        return found

    def running(self, name: str) -> int:
        pid = self.folder.pid(name)
        if pid is None:
            raise HarnessError(f"{name} does not run at the moment.")
        return pid

    def kill(self, names: list[str], down: float):
        for name in self.named(names, []):
            if down:
                self.folder.note(f"{name}.down", str(time.time() + down))
            pid = self.running(name)
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: self.folder.pid(name) != pid, f"{name} ({pid}) does not end")
            print(f"{name} ({pid}) was killed", flush=True)

    def restart(self, names: list[str]):
        for name in self.named(names, list(self.state["workers"])):
            pid = self.running(name)
            began = time.monotonic()
            os.kill(pid, signal.SIGQUIT if name == "nginx" else signal.SIGTERM)
            wait_until(lambda: self.folder.pid(name) not in (pid, None), f"{name} ({pid}) does not end")
            self.await_ready(name)
            print(f"{name} is ready again after {time.monotonic() - began:.1f} s", flush=True)

    def scale(self, count: int):
        """More workers: nginx asks them once they are ready. Fewer: it asks them no more before they are stopped.

        Should this be interrupted, the same command goes on from there.
        """
        with open(self.folder.run / "scale.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.state = self.folder.state()
            workers = self.state["workers"]
            staying = self.staying(workers, count)
            leaving = [name for name in workers if name not in staying]
            if not leaving:
                self.want(staying)
            for name in staying:
                self.await_ready(name)
            self.folder.note_workers(staying)
            self.reload_nginx(to_the_end=bool(leaving))
            self.want(staying)
            for name in leaving:
                wait_until(lambda: not (self.folder.run / f"{name}.pid").exists(), f"{name} does not end")
                print(f"{name} was taken out and has ended", flush=True)
            for name in staying:
                if name not in workers:
                    print(f"{name} is ready and was put in", flush=True)

    @staticmethod
    def staying(workers: dict, count: int) -> dict:
        """The first workers, and new ones where there are too few."""
        staying = dict(list(workers.items())[:count])
        missing = count - len(staying)
        ports = iter(free_ports(2 * missing))
        names = (f"worker{number}" for number in itertools.count(1) if f"worker{number}" not in workers)
        for name in itertools.islice(names, missing):
            staying[name] = {"port": next(ports), "metrics": next(ports)}
        return staying

    def want(self, workers: dict):
        """Has the cluster start workers that are new here, and stop those that are no longer named."""
        self.state = {**self.state, "workers": workers}
        self.folder.note("cluster.json", json.dumps(self.state))

    def reload_nginx(self, to_the_end: bool):
        """Has nginx read its workers; to the end, until its processes that know the former ones are gone."""
        wait_until(lambda: self.is_ready("nginx"), "nginx is not ready")
        pid = self.folder.pid("nginx")
        before = children(pid)
        os.kill(pid, signal.SIGHUP)
        # Without /proc its processes are not known, and the drain that follows must do.
        taken = (lambda: not before & children(pid)) if to_the_end or not before else (lambda: children(pid) - before)
        wait_until(taken, f"nginx does not take its new configuration; see {self.folder.logs}/nginx.log",
                   seconds=2 * FINISH)
        if "keepalive_min_timeout" not in (self.folder.run / "carrel" / "listen.conf").read_text():
            print("nginx before 1.27.4: its reload may have cost requests on kept connections", flush=True)

    def stop(self):
        os.kill(self.state["pid"], signal.SIGTERM)
        # Redis is the last to release the lock, after the cluster itself.
        wait_until(lambda: self.folder.lock() is not None, "The cluster does not end", seconds=3 * LONGEST_STOP)
