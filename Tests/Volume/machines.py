"""Small Linux machines under qemu: booted, frozen, restarted, and cut off a network."""
import os
import pathlib
import socket
import subprocess
import time

from Harness.ports import free_port
from Harness.processes import LEASH, HarnessError, kill, wait_until

BOOT = 120
TRANSLATION = "tcg,tb-size=256"


def accelerator(folder: pathlib.Path, kernel: pathlib.Path, image: pathlib.Path) -> str:
    """KVM where a machine boots with it, else qemu's own translation, which is some ten times slower."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return TRANSLATION
    probe = Machine(folder, "probe")
    try:
        probe.boot("kvm", kernel, image, memory=300)
        probe.await_ready(seconds=20)
        return "kvm"
    except HarnessError:
        # There may be a /dev/kvm that no machine runs with, within a virtual machine for one.
        return TRANSLATION
    finally:
        probe.end()


class Machine:
    """One machine with two networks: n0 for its clients and Redis, n1 for the volume.

    On both the host's loopback is the second address: 10.0.2.2 and 10.0.3.2.
    """

    def __init__(self, folder: pathlib.Path, name: str):
        self.name = name
        self.console = folder / f"{name}.log"
        self.monitor = folder / f"{name}.sock"
        self.shell = free_port()
        self.process: subprocess.Popen | None = None

    def boot(self, accel: str, kernel: pathlib.Path, image: pathlib.Path, memory: int, forwards: dict[int, int] = {},
             words: str = "", more: list[str] = []):
        ports = {self.shell: 2300, **forwards}
        forwarded = "".join(f",hostfwd=tcp:127.0.0.1:{port}-:{inside}" for port, inside in ports.items())
        self.process = subprocess.Popen(
            [*LEASH, "qemu-system-x86_64", "-accel", accel, "-cpu", "max", "-M", "q35",
             "-m", str(memory), "-smp", "1", "-nodefaults", "-display", "none", "-kernel", str(kernel), "-initrd", str(image),
             "-append", f"console=ttyS0 loglevel=4 panic=-1 mitigations=off host={self.name} {words}", "-serial", f"file:{self.console}",
             "-monitor", f"unix:{self.monitor},server,nowait",
             "-netdev", f"user,id=n0{forwarded}", "-device", "virtio-net-pci,netdev=n0",
             "-netdev", "user,id=n1,net=10.0.3.0/24", "-device", "virtio-net-pci,netdev=n1", *more],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.console.with_suffix(".err").open("wb"))

    def await_ready(self, times: int = 1, seconds: float = BOOT):
        """Waits until the machine has booted so many times."""
        def is_ready() -> bool:
            if self.process.poll() is not None:
                raise HarnessError(f"{self.name} ended: {self.console.with_suffix('.err').read_text()[-500:]}")
            return self.console.exists() and self.console.read_text(errors="replace").count("READY") >= times
        wait_until(is_ready, lambda: f"{self.name} boots ({self.console.read_text(errors='replace')[-500:]})", seconds, 0.1)

    def control(self, command: str):
        """A command to qemu."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(10)
            monitor.connect(str(self.monitor))
            self._prompt(monitor)
            monitor.sendall(command.encode() + b"\n")
            self._prompt(monitor)

    @staticmethod
    def _prompt(monitor: socket.socket):
        said = b""
        while not said.endswith(b"(qemu) "):
            said += monitor.recv(4096)

    def run(self, command: str, seconds: float = 60) -> str:
        """What a shell command in the machine prints. Raises where its status is not 0."""
        end = time.monotonic() + seconds
        with socket.create_connection(("127.0.0.1", self.shell), timeout=seconds) as shell:
            shell.sendall(f"cd /; ( {command}\n) 2>&1; echo \"status $?\"; exit\n".encode())
            said = b""
            while data := shell.recv(65536):
                said += data
                shell.settimeout(max(0.1, end - time.monotonic()))
        text, _, status = said.decode(errors="replace").rpartition("status ")
        if status.strip() != "0":
            raise HarnessError(f"{command} on {self.name}: {text.strip()[-500:] or said!r}")
        return text

    def cut(self, network: str):
        self.control(f"set_link {network} off")

    def mend(self, network: str):
        self.control(f"set_link {network} on")

    def freeze(self):
        """Stops the machine between two instructions; its own clock stands still too."""
        self.control("stop")

    def thaw(self):
        self.control("cont")

    def reset(self):
        """As its reset button would."""
        self.control("system_reset")

    def end(self):
        kill(self.process)
