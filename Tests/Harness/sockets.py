"""What the kernel says of connections on loopback. Standard library only; Linux."""
import pathlib
import socket


def is_read(connection: socket.socket, port: int) -> bool:
    """Whether the server at a port has accepted a connection and read all that was sent over it."""
    own = connection.getsockname()[1]
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            local, remote = (int(address.rpartition(":")[2], 16) for address in words[1:3])
            # The inode is that of a file descriptor only once the connection is accepted.
            if (local, remote) == (port, own) and words[9] != "0":
                return int(words[4].partition(":")[2], 16) == 0
    return False
