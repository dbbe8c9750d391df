"""Small servers on loopback that the tests play others with: a proxy in front of workers, and hosts of documents."""
import contextlib
import datetime
import http.server
import ipaddress
import itertools
import pathlib
import re
import socket
import socketserver
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Clients hang up on purpose."""


class Server:
    """Runs in a thread from `with` to the end of it."""

    def __init__(self, handler):
        self.server = _Threads(("127.0.0.1", 0), handler)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class RoundRobin(Server):
    """Passes each request on to the next worker, so that no two of a flow need go to the same one.

    It adds nothing to a request but `Connection: close`: the next one comes over a connection of its own.
    """

    def __init__(self, ports: list[int]):
        self.ports = itertools.cycle(ports)
        self.lock = threading.Lock()
        self.served: list[tuple[int, str]] = []
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                head = proxy.head(self.request)
                if head:
                    port, worker = proxy.connect(len(ports))
                    with worker:
                        proxy.served.append((port, head.split(b" ")[1].split(b"?")[0].decode()))
                        worker.sendall(proxy.closing(head))
                        threading.Thread(target=proxy.pump, args=(self.request, worker), daemon=True).start()
                        self.request.sendall(proxy.closing(proxy.head(worker)))
                        proxy.pump(worker, self.request)
        super().__init__(Handler)

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.base}/mcp"

    def connect(self, tries: int) -> tuple[int, socket.socket]:
        for attempt in range(tries):
            with self.lock:
                port = next(self.ports)
            with contextlib.suppress(ConnectionRefusedError):
                return port, socket.create_connection(("127.0.0.1", port))
        raise ConnectionRefusedError("no worker listens")

    def workers_for(self, path: str) -> set[int]:
        """The ports of the workers that have answered at a path."""
        return {port for port, asked in self.served if asked == path}

    @staticmethod
    def head(source: socket.socket) -> bytes:
        """The head of a message, and what has come with it."""
        read = b""
        while b"\r\n\r\n" not in read:
            some = source.recv(65536)
            if not some:
                return b""
            read += some
        return read

    @staticmethod
    def closing(message: bytes) -> bytes:
        head, _, body = message.partition(b"\r\n\r\n")
        head = re.sub(rb"\r\n(?i:connection|keep-alive):[^\r\n]*", b"", head)
        return head + b"\r\nConnection: close\r\n\r\n" + body

    @staticmethod
    def pump(source: socket.socket, target: socket.socket):
        with contextlib.suppress(OSError):
            while some := source.recv(65536):
                target.sendall(some)
            target.shutdown(socket.SHUT_WR)


class Host(Server):
    """Answers `GET` with what `pages` has at the path: a body, or a function that writes an answer by itself.

    With `https` it has a certificate of a private authority, whose own is in the file `authority`.
    """

    def __init__(self, https: pathlib.Path | None = None):
        self.pages: dict[str, object] = {}
        self.asked: list[str] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if https else None
        if https:
            self.authority = certify(https)
            self.context.load_cert_chain(https / "host.pem")
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def setup(self):
                if host.context:
                    self.request = host.context.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self):
                with contextlib.suppress(OSError):
                    super().finish()
                self.request.close()

            def do_GET(self):
                host.asked.append(self.path)
                page = host.pages.get(self.path.split("?")[0])
                if callable(page):
                    return page(self)
                self.answer(200 if page is not None else 404, page or b"")

            def answer(self, status, body=b"", **headers):
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), "Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_): pass
        super().__init__(Handler)

    @property
    def origin(self) -> str:
        return f"{'https' if self.context else 'http'}://localhost:{self.port}"


def certify(folder: pathlib.Path) -> pathlib.Path:
    """Makes an authority and, in `host.pem`, a certificate of it for this machine, once; returns the authority's."""
    authority, own = folder / "authority.pem", folder / "host.pem"
    if own.exists():
        return authority
    now, issuer = datetime.datetime.now(datetime.timezone.utc), "An authority of the tests"

    def certificate(name, key, signer, *extensions):
        builder = x509.CertificateBuilder(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key(), x509.random_serial_number(),
            now - datetime.timedelta(hours=1), now + datetime.timedelta(days=1))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    authority.write_bytes(certificate(issuer, root, root, (x509.BasicConstraints(True, None), True)))
    own.write_bytes(
        certificate("localhost", key, root, (names, False), (x509.BasicConstraints(False, None), True))
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return authority
