"""The kernel and the initramfs of a machine: Debian's cloud kernel, busybox, and programs with their libraries."""
import pathlib
import re
import shutil
import subprocess

from Harness.processes import ROOT, HarnessError

CACHE = ROOT / ".build" / "volume"
HERE = pathlib.Path(__file__).parent
PACKAGES = ["nfs-kernel-server", "nfs-common", "libtirpc3", "libevent-core-2.1-7", "libwrap0", "libnfsidmap1", "libmount1",
            "libblkid1", "libdevmapper1.02.1"]
FOLDERS = ["bin", "proc", "sys", "dev", "tmp", "etc", "modules", "run", "root", "sbin", "usr/bin", "usr/sbin", "vol",
           "var/lib/nfs"]
NETWORK = ["virtio_pci", "virtio_net"]
LINKED = re.compile(r"(/\S+) \(0x")


def output(*words: str, **more) -> str:
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise HarnessError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def fetch(packages: list[str], into: pathlib.Path) -> pathlib.Path:
    """Unpacks packages of Debian below a folder, once; they are not installed."""
    if not (into / "whole").exists():
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)
        output("apt-get", "-o", "APT::Sandbox::User=root", "download", "-qq", *packages, cwd=into)
        for package in into.glob("*.deb"):
            output("dpkg-deb", "-x", str(package), str(into))
            package.unlink()
        (into / "whole").touch()
    return into


def kernel() -> tuple[pathlib.Path, pathlib.Path]:
    """The kernel, and the folder of its modules."""
    found = re.search(r"Depends: (linux-image-\S+-cloud-amd64)$", output("apt-cache", "depends", "linux-image-cloud-amd64"),
                      re.M)
    if not found:
        raise HarnessError("apt-cache names no kernel of linux-image-cloud-amd64; run apt-get update.")
    folder = fetch([found[1]], CACHE / found[1])
    return next((folder / "boot").glob("vmlinuz-*")), next((folder / "lib" / "modules").iterdir())


class Image:
    """What a machine boots with."""

    def __init__(self, name: str, setup: str):
        self.path = CACHE / f"{name}.cpio"
        self.root = CACHE / f"{name}.root"
        shutil.rmtree(self.root, ignore_errors=True)
        for folder in FOLDERS:
            (self.root / folder).mkdir(parents=True)
        shutil.copy("/bin/busybox", self.root / "bin" / "busybox")
        shutil.copy(HERE / "machine" / "init", self.root / "init")
        shutil.copy(HERE / "machine" / setup, self.root / "setup")
        texts = {"passwd": "root:x:0:0:root:/root:/bin/sh\n", "group": "root:x:0:\n", "hosts": "127.0.0.1 localhost\n",
                 "nsswitch.conf": "".join(f"{what}: files\n" for what in
                                          ("passwd", "group", "hosts", "services", "protocols"))}
        for file in ("services", "protocols", "netconfig"):
            if (known := pathlib.Path("/etc", file)).exists():
                texts[file] = known.read_text()
        for file, text in texts.items():
            (self.root / "etc" / file).write_text(text)

    def add_modules(self, folder: pathlib.Path, wanted: list[str]):
        files = {file.stem.replace("-", "_"): file for file in folder.glob("kernel/**/*.ko")}
        order: list[str] = []

        def add(module: str):
            # What has no file is built into the kernel.
            if module in order or module not in files:
                return
            about = files[module].read_bytes()
            needed = [name for key in (rb"\0depends=([^\0]*)", rb"\0softdep=pre: ([^\0]*)")
                      for found in re.findall(key, about) for name in re.split(r"[ ,]", found.decode()) if name]
            for name in needed:
                add(name.replace("-", "_"))
            if module not in order:
                order.append(module)

        for module in wanted:
            add(module)
        for module in order:
            shutil.copy(files[module], self.root / "modules" / f"{module}.ko")
        (self.root / "modules" / "order").write_text("".join(f"{module}\n" for module in order))

    def add_program(self, source: str | pathlib.Path, target: str, libraries: list[pathlib.Path] = []):
        """A program and what it is linked with; `libraries` are folders to look for those in first."""
        place = self.root / target.lstrip("/")
        shutil.copy(source, place)
        place.chmod(0o755)
        search = ":".join(map(str, libraries))
        for library in LINKED.findall(output("ldd", str(source), env={"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": search})):
            # The loader is asked for by its path, all others are looked for by their names.
            name = library if library.startswith("/lib64/") else f"/lib/x86_64-linux-gnu/{pathlib.Path(library).name}"
            beside = self.root / name.lstrip("/")
            if not beside.exists():
                beside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(pathlib.Path(library).resolve(), beside)

    def pack(self) -> pathlib.Path:
        subprocess.run("find . | /bin/busybox cpio -o -H newc 2>/dev/null", shell=True, check=True, cwd=self.root,
                       stdout=self.path.open("wb"))
        shutil.rmtree(self.root)
        return self.path


def server(modules: pathlib.Path) -> pathlib.Path:
    packages = fetch(PACKAGES, CACHE / "nfs")
    folders = [packages / "lib" / "x86_64-linux-gnu", packages / "usr" / "lib" / "x86_64-linux-gnu"]
    image = Image("server", "server")
    image.add_modules(modules, [*NETWORK, "virtio_blk", "ext4", "nfsd"])
    for program in ("exportfs", "rpc.mountd", "rpc.nfsd"):
        image.add_program(packages / "usr" / "sbin" / program, f"/usr/sbin/{program}", folders)
    return image.pack()


def client(modules: pathlib.Path, carrel: str) -> pathlib.Path:
    """A machine for a worker, with strace to hold it at a system call."""
    image = Image("client", "client")
    image.add_modules(modules, [*NETWORK, "nfsv4"])
    image.add_program(carrel, "/bin/carrel")
    # Debug symbols would fill the machine's memory.
    subprocess.run(["strip", str(image.root / "bin" / "carrel")], check=True)
    image.add_program("/usr/bin/strace", "/usr/bin/strace")
    return image.pack()
