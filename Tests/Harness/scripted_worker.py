"""Workers that answer as a test says, to stand behind a proxy. Standard library only."""
import contextlib
import socket
import threading
import time


class Request:
    def __init__(self, head: str, body: bytes):
        lines = head.split("\r\n")
        self.method, self.path, _ = lines[0].split(" ")
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if line)}
        self.body = body


class ScriptedWorker:
    """Listens on loopback; `answer` is given each request and its connection, and writes the response."""

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
        ScriptedWorker.send(connection, "503 Service Unavailable", b'{"status":"draining"}', "Retry-After: 1")

    def close(self):
        # Closing alone would leave the thread that accepts with it.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
