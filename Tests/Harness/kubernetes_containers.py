"""Runs one container of a pod on this machine: its user, environment, volumes, and a root that cannot be written to."""
import contextlib
import os
import subprocess

import httpx

from . import kubernetes_objects as objects
from .processes import CARREL, LEASH, wait_until

PATH = "/image:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Builds a container's root out of this machine's system folders and the container's volumes, and enters it.
#   $1 folder for the root, $2 file for /etc/hosts, $3 carrel, $4 user, $5 group, $6 folder to work in, then volumes as
#   "rw|ro SOURCE PLACE", then --, then the command.
ROOT_SCRIPT = r"""
set -eu
root=$1 hosts=$2 carrel=$3 user=$4 group=$5 folder=$6
shift 6
mount -t tmpfs -o size=1m,mode=755 image "$root"
for top in /*; do
  case $top in
    /tmp|/run|/var|/root|/home|/srv|/mnt|/media|/boot|/work) ;;
    *) if [ -h "$top" ]; then cp -P "$top" "$root$top"
       elif [ -d "$top" ]; then mkdir "$root$top"; mount --rbind "$top" "$root$top"; fi ;;
  esac
done
mount --bind "$hosts" "$root/etc/hosts"
mkdir "$root/image"; : >"$root/image/carrel"; mount --bind "$carrel" "$root/image/carrel"
while [ "$1" != -- ]; do
  read -r mode source place <<EOF
$1
EOF
  mkdir -p "$root$place"; mount --bind "$source" "$root$place"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$place"
  shift
done
shift
for system in /usr /etc /opt; do [ ! -d "$root$system" ] || mount -o remount,bind,ro "$root$system"; done
mount -o remount,ro "$root"
exec chroot --userspec="$user:$group" --groups="$group" "$root" \
  setpriv --pdeathsig KILL --no-new-privs env --chdir="$folder" "$@"
"""


class Container:
    """A container of a pod that runs."""

    def __init__(self, pod, description: dict):
        self.pod = pod
        self.description = description
        self.log = pod.folder / f"{description['name']}.log"
        facts = {"metadata.name": pod.name, "status.podIP": pod.address}
        self.environment = {"PATH": PATH, **objects.environment(pod.node.tree, description, facts, pod.node.secrets)}
        security = pod.description["securityContext"]
        assert description["securityContext"]["readOnlyRootFilesystem"] and security["runAsNonRoot"]
        self.user, self.group = str(security["runAsUser"]), str(security["runAsGroup"])
        self.folder = description.get("workingDir", "/")
        root = pod.folder / f"{description['name']}-root"
        root.mkdir(exist_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*LEASH, "nsenter", f"--net=/proc/{pod.anchor.pid}/ns/net", f"--uts=/proc/{pod.anchor.pid}/ns/uts",
                 "unshare", "--mount", "--propagation", "private", "bash", "-c", ROOT_SCRIPT, "container", root,
                 pod.node.hosts, CARREL, self.user, self.group, self.folder,
                 *self.volumes(), "--", *description["command"]],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def await_root(self):
        """Waits until it is in its root, where commands can be run; one that has ended already has been there."""
        def entered():
            with contextlib.suppress(OSError):
                return os.readlink(f"/proc/{self.process.pid}/root") != "/"
            return self.process.poll() is not None
        wait_until(entered, "a container starts", pause=0.02)

    def volumes(self) -> list[str]:
        found = []
        for mount in self.description["volumeMounts"]:
            source = self.pod.volume(mount["name"])
            found.append(f"{'ro' if mount.get('readOnly') else 'rw'} {source} {mount['mountPath']}")
        return found

    def run(self, *command: str, timeout: float = 60, **environment: str) -> subprocess.CompletedProcess:
        """Runs a command in the container, as `kubectl exec` does."""
        target = f"/proc/{self.process.pid}"
        return subprocess.run(
            [*LEASH, "nsenter", f"--mount={target}/ns/mnt", f"--net={target}/ns/net", f"--uts={target}/ns/uts",
             f"--root={target}/root", "setpriv", f"--reuid={self.user}", f"--regid={self.group}", "--clear-groups",
             "--no-new-privs", "env", f"--chdir={self.folder}", *command],
            env={**self.environment, **environment}, capture_output=True, text=True, timeout=timeout,
            stdin=subprocess.DEVNULL)

    def passes(self, probe: str) -> bool:
        """Whether one of its probes succeeds now."""
        description = self.description[probe]
        if "exec" in description:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.run(*description["exec"]["command"], timeout=description["timeoutSeconds"]).returncode == 0
            return False
        port = next(one["containerPort"] for one in self.description["ports"]
                    if one["name"] == description["httpGet"]["port"])
        with contextlib.suppress(httpx.HTTPError):
            url = f"http://{self.pod.address}:{port}{description['httpGet']['path']}"
            return 200 <= self.pod.node.get(url, timeout=description["timeoutSeconds"]).status_code < 400
        return False

    def words(self) -> str:
        return self.log.read_text(errors="replace")
