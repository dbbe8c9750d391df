"""NFS 4.1 with a real server and two real clients, each a machine under qemu."""
import subprocess

from Harness.ports import free_port
from Harness.processes import CARREL

from . import image
from .lab import Lab
from .machines import Machine, accelerator
from .sides import MachineSide


class NFS(Lab):
    name = "NFS 4.1"
    vaults = "/vol/export/vaults"

    def build(self):
        kernel, modules = image.kernel()
        server, client = image.server(modules), image.client(modules, CARREL)
        self.accel = accelerator(self.folder, kernel, server)
        disk = self.folder / "disk.img"
        subprocess.run(["truncate", "-s", "2G", disk], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-F", disk], check=True)
        port = free_port()
        settings = self.settings("10.0.2.2", VAULT_BASE_PATH="/vol/vaults", DATABASE_PATH="/vol/index")
        self.server = Machine(self.folder, "server")
        self.sides = [MachineSide(Machine(self.folder, name), settings) for name in ("one", "two")]
        self.server.boot(self.accel, kernel, server, memory=300, forwards={port: 2049}, more=[
            "-drive", f"file={disk},if=virtio,format=raw,cache=writethrough"])
        self.boots = 1
        for side in self.sides:
            side.machine.boot(self.accel, kernel, client, memory=1000, forwards={side.port: 8001}, words=f"nfsport={port}")
        self.server.await_ready()
        for side in self.sides:
            side.machine.await_ready()
        mounted = self.sides[0].run("grep ' /vol ' /proc/mounts").split()[3].split(",")
        self.options = ",".join(option for option in mounted if not option.startswith(("port=", "addr=", "clientaddr=")))

    def end(self):
        for machine in [getattr(self, "server", None), *(side.machine for side in getattr(self, "sides", []))]:
            if machine:
                machine.end()

    def restart_server(self):
        self.boots += 1
        self.server.reset()
        self.server.await_ready(self.boots)

    def on_server(self, command: str) -> str:
        return self.server.run(command)
