"""Ports on loopback for servers that are started later. Standard library only."""
import random
import socket

from .processes import HarnessError

# Below those that the system gives to outgoing connections, which may take theirs while a server is down.
RANGE = range(20_000, 30_000)
_reservations: list[socket.socket] = []


def is_free(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def _reserve(port: int) -> bool:
    """Holds the UDP port of the same number until this process ends, so that tests in parallel choose another one."""
    reservation = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        reservation.bind(("127.0.0.1", port))
    except OSError:
        reservation.close()
        return False
    _reservations.append(reservation)
    return True


def free_ports(count: int, above: int = 0) -> list[int]:
    """Ports that are free, and no other process of the harness is given. With `above`, the ports that much higher are
    free too, as a node of Redis Cluster needs."""
    candidates = random.SystemRandom().sample(RANGE, 40 * count + 60)
    found = []
    for port in candidates:
        if len(found) < count and is_free(port) and (not above or is_free(port + above)) and _reserve(port):
            found.append(port)
    if len(found) < count:
        raise HarnessError(f"There are not enough free ports between {RANGE.start} and {RANGE.stop} on 127.0.0.1.")
    return found


def free_port() -> int:
    return free_ports(1)[0]
