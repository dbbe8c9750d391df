"""The Kubernetes objects that kubectl makes of the files in deploy/kubernetes, and what Kubernetes reads into them."""
import functools
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

from .processes import ROOT

TREE = ROOT / "deploy" / "kubernetes"
# The one that requirements.txt brings; another one only where that is not installed.
KUBECTL = shutil.which("kubectl", path=str(pathlib.Path(sys.executable).parent)) or "kubectl"
OVERLAYS = ["overlays/external-redis", "overlays/redis-sentinel", "overlays/redis-cluster"]
WHOLE = [*OVERLAYS, "example"]
POD = {"metadata.name": "carrel-redis-0", "status.podIP": "10.244.1.2"}
PASSWORD = "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3"
SECRETS = {
    "carrel": {"JWT_SECRET_KEY": "Zm9yIHRlc3RzIG9mIHRoZSBtYW5pZmVzdHMgb25seSwgNDggYnl0ZXM="},
    "carrel-redis": {"password": PASSWORD, "url": f"rediss://:{PASSWORD}@redis.example.com:6380"},
}


@functools.cache
def rendered(folder: str | pathlib.Path) -> tuple[dict, ...]:
    """The objects of a kustomization; what kubectl warns of is an error here."""
    done = subprocess.run([KUBECTL, "kustomize", str(TREE / folder)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


def of_kind(folder, kind: str) -> list[dict]:
    return [one for one in rendered(folder) if one["kind"] == kind]


def named(folder, kind: str, name: str) -> dict:
    found = [one for one in of_kind(folder, kind) if one["metadata"]["name"] == name]
    assert len(found) == 1, f"{folder} has {len(found)} {kind} {name}"
    return found[0]


def generated(folder, name: str) -> dict:
    """A ConfigMap by the name that it has without its hash."""
    found = [one for one in of_kind(folder, "ConfigMap")
             if re.fullmatch(re.escape(name) + r"-[a-z0-9]{10}", one["metadata"]["name"])]
    assert len(found) == 1, f"{folder} has {len(found)} ConfigMaps {name}-<hash>"
    return found[0]


def workloads(folder) -> list[dict]:
    return [one for one in rendered(folder) if one["kind"] in ("Deployment", "StatefulSet", "Job")]


def containers(folder) -> list[tuple[dict, dict, dict]]:
    """Every workload, the description of its pods, and each container of it."""
    return [(workload, workload["spec"]["template"]["spec"], container) for workload in workloads(folder)
            for container in workload["spec"]["template"]["spec"]["containers"]]


def container(folder, kind: str, name: str, container: str) -> dict:
    pods = named(folder, kind, name)["spec"]["template"]["spec"]
    return next(one for one in pods["containers"] if one["name"] == container)


def selects(selector: dict, labels: dict) -> bool:
    """Whether a label selector chooses a pod with these labels."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for one in selector.get("matchExpressions", []):
        assert one["operator"] == "In", one
        if labels.get(one["key"]) not in one["values"]:
            return False
    return True


def environment(folder, container: dict, pod: dict[str, str], secrets: dict = SECRETS) -> dict[str, str]:
    """The environment that a container gets, by the rules of Kubernetes.

    `pod` has what the pod tells of itself, by path: `metadata.name`, `status.podIP`.
    """
    values: dict[str, str] = {}
    for source in container.get("envFrom", []):
        values.update(named(folder, "ConfigMap", source["configMapRef"]["name"])["data"])
    # What $(NAME) may stand for: the variables of this list that stand further up, and nothing else.
    known: dict[str, str] = {}
    for variable in container.get("env", []):
        if (source := variable.get("valueFrom")) is None:
            value = re.sub(r"\$\(([A-Za-z0-9_]+)\)", lambda name: known.get(name[1], name[0]), variable["value"])
        elif "fieldRef" in source:
            value = pod[source["fieldRef"]["fieldPath"]]
        else:
            reference = source["secretKeyRef"]
            value = secrets.get(reference["name"], {}).get(reference["key"])
            if value is None:
                assert reference.get("optional"), f"there is no {reference}"
                continue
        known[variable["name"]] = values[variable["name"]] = value
    return values


def worker(folder) -> dict:
    return named(folder, "Deployment", "carrel")


def settings_of(folder) -> dict[str, str]:
    """The environment of a worker."""
    return environment(folder, container(folder, "Deployment", "carrel", "carrel"), POD)


def seconds(text: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(ms|s|m)", text).groups()
    return int(number) * {"ms": 0.001, "s": 1, "m": 60}[unit]


def size(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([KMG]i)", text).groups()
    return int(number) << {"Ki": 10, "Mi": 20, "Gi": 30}[unit]
