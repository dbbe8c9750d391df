"""The kinds of Redis there are: a Cluster, one with TLS, one under Sentinels. Each on ports of its own on loopback."""
import contextlib
import pathlib
import subprocess

from .ports import free_port, free_ports
from .processes import LEASH, kill, wait_until

# A node of a Cluster talks to the others on the port that is so much higher.
BUS = 10_000


@contextlib.contextmanager
def servers(*commands):
    processes = [subprocess.Popen([*LEASH, *command], stdout=subprocess.DEVNULL) for command in commands]
    try:
        yield
    finally:
        for process in processes:
            kill(process)


def cli(port, *words) -> str:
    """What a node answers, or the one that it redirects to."""
    return own(port, "-c", *words)


def own(port, *words) -> str:
    """What one node answers itself."""
    return subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, timeout=60).stdout.strip()


@contextlib.contextmanager
def redis_cluster(folder: pathlib.Path, replicas: int = 0):
    """Three masters, each with so many replicas."""
    ports = free_ports(3 * (1 + replicas), above=BUS)
    commands = []
    for port in ports:
        (folder / str(port)).mkdir()
        commands.append(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes",
                         "--save", "", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0",
                         "--dir", str(folder / str(port))])
    with servers(*commands):
        for port in ports:
            wait_until(lambda: own(port, "PING") == "PONG", "redis-server")
        subprocess.run(["redis-cli", "--cluster", "create", *[f"127.0.0.1:{port}" for port in ports],
                        "--cluster-replicas", str(replicas), "--cluster-yes"], check=True, capture_output=True, timeout=60)
        for port in ports:
            wait_until(lambda: "cluster_state:ok" in own(port, "CLUSTER", "INFO"), "the Cluster")
        for port in ports if replicas else []:
            wait_until(lambda: any(sign in own(port, "INFO", "replication") for sign in
                                   (f"connected_slaves:{replicas}", "master_link_status:up")), "the replicas")
            # Gossip brings to each node what the others are.
            wait_until(lambda: own(port, "CLUSTER", "NODES").count("slave") == 3 * replicas, "the roles")
        yield {"REDIS_URL": f"redis+cluster://127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}"}


@contextlib.contextmanager
def redis_with_tls(folder: pathlib.Path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    str(folder / "key.pem"), "-out", str(folder / "cert.pem")], check=True, capture_output=True)
    port = free_port()
    with servers(["redis-server", "--port", "0", "--tls-port", str(port), "--tls-cert-file", str(folder / "cert.pem"),
                  "--tls-key-file", str(folder / "key.pem"), "--tls-auth-clients", "no", "--requirepass", "hunter2",
                  "--save", "", "--bind", "127.0.0.1", "--dir", str(folder)]):
        yield {"REDIS_URL": f"rediss://:hunter2@localhost:{port}", "REDIS_CA_FILE": str(folder / "cert.pem")}


class Sentinels:
    """A master, two replicas and three Sentinels."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.ports = free_ports(6)
        self.processes = {}

    def start(self, port, *arguments):
        (self.folder / str(port)).mkdir()
        self.processes[port] = subprocess.Popen(
            [*LEASH, "redis-server", *arguments], stdout=subprocess.DEVNULL, cwd=self.folder / str(port))

    def __enter__(self):
        master, *replicas = self.ports[:3]
        for port in self.ports[:3]:
            following = [] if port == master else ["--replicaof", "127.0.0.1", str(master)]
            self.start(port, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay",
                       "0", *following)
        for port in self.ports[3:]:
            file = self.folder / f"sentinel-{port}.conf"
            file.write_text(f"port {port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 {master} 2\n"
                            "sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n")
            self.start(port, str(file), "--sentinel")
        for port in self.ports[3:]:
            wait_until(lambda: "slaves=2,sentinels=3" in own(port, "INFO", "sentinel"), "Sentinels")
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            kill(process)

    def master(self) -> int:
        return int(own(self.ports[3], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main").split()[1])

    @property
    def settings(self) -> dict[str, str]:
        return {"REDIS_URL": "redis+sentinel://" + ",".join(f"127.0.0.1:{port}" for port in self.ports[3:]) + "/main"}
