"""The Kubernetes manifests give Carrel settings that it takes."""
import functools
import ipaddress
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from Harness.kubernetes_objects import (
    POD, SECRETS, TREE, WHOLE, container, containers, environment, generated, named, settings_of, worker)
from Harness.processes import CARREL

def config(settings: dict[str, str], folder: pathlib.Path) -> subprocess.CompletedProcess:
    """`carrel config` with these settings, and no file .env."""
    return subprocess.run([CARREL, "config"], env={"PATH": os.environ["PATH"], **settings}, cwd=folder,
                          capture_output=True, text=True, timeout=60)


@functools.cache
def known_settings() -> frozenset[str]:
    done = subprocess.run([CARREL, "config"], env={"PATH": os.environ["PATH"]}, cwd="/", capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    return frozenset(line.split()[0] for line in done.stdout.splitlines()[1:])


def test_every_variable_is_a_setting_or_part_of_one():
    for folder in ["base", *WHOLE]:
        description = container(folder, "Deployment", "carrel", "carrel")
        for source in description["envFrom"]:
            data = named(folder, "ConfigMap", source["configMapRef"]["name"])["data"]
            assert set(data) <= known_settings(), set(data) - known_settings()
        for variable in description["env"]:
            values = "".join(other.get("value", "") for other in description["env"])
            parts = set(re.findall(r"\$\((\w+)\)", values))
            assert variable["name"] in known_settings() | parts, variable["name"]


@pytest.mark.parametrize("folder", WHOLE)
def test_carrel_takes_the_settings(folder, tmp_path):
    settings = settings_of(folder)
    assert "$(" not in "".join(settings.values()), "a variable is used before it is set"
    done = config(settings, tmp_path)
    assert done.returncode == 0, done.stderr
    shown = {line.split()[0]: line.split() for line in done.stdout.splitlines()[1:]}
    assert shown["MODE"][1:3] == ["space", "environment"] and shown["REDIS_URL"][1] == "(set)"
    assert shown["PUBLIC_URL"][1] == settings["PUBLIC_URL"]


def test_base_alone_lacks_redis_and_nothing_else(tmp_path):
    done = config(settings_of("base"), tmp_path)
    assert done.returncode == 78 and "A setting is not usable" in done.stderr and "REDIS_URL" in done.stderr


def test_redis_urls_name_the_pods_and_their_ports():
    password = SECRETS["carrel-redis"]["password"]
    for folder, port, start, end in [
        ("overlays/redis-sentinel", 26379, f"redis+sentinel://:{password}@", f"/main?sentinel_password={password}"),
        ("overlays/redis-cluster", 6379, f"redis+cluster://:{password}@", ""),
    ]:
        url = settings_of(folder)["REDIS_URL"]
        assert url.startswith(start) and url.endswith(end)
        hosts = url.removeprefix(start).removesuffix(end).split(",")
        names = pod_names(folder)
        assert len(hosts) >= 3 and set(hosts) <= {f"{name}:{port}" for name in names}, hosts
        ports = {one["containerPort"] for _, pods, one in containers(folder) for one in one.get("ports", [])}
        assert port in ports


def pod_names(folder):
    redis = named(folder, "StatefulSet", "carrel-redis")["spec"]
    assert named(folder, "Service", redis["serviceName"])["spec"]["clusterIP"] == "None"
    return [f"carrel-redis-{number}.{redis['serviceName']}" for number in range(redis["replicas"])]


def test_peers_are_all_pods():
    for folder, kind, name, part in [
        ("overlays/redis-sentinel", "StatefulSet", "carrel-redis", "redis"),
        ("overlays/redis-sentinel", "StatefulSet", "carrel-redis", "sentinel"),
        ("overlays/redis-cluster", "Job", "carrel-redis-setup", "setup"),
    ]:
        assert environment(folder, container(folder, kind, name, part), POD)["PEERS"].split() == pod_names(folder)


def test_trusted_proxies_is_a_network_of_pods():
    network = ipaddress.ip_network(generated("base", "carrel")["data"]["TRUSTED_PROXIES"])
    assert network.is_private


def test_a_private_authority_is_mounted_where_the_setting_says(tmp_path):
    shutil.copytree(TREE, tmp_path / "tree")
    folder = tmp_path / "tree" / "own"
    folder.mkdir()
    (folder / "kustomization.yaml").write_text(
        "resources: [../overlays/external-redis]\ncomponents: [../components/redis-ca]\n")
    file = pathlib.Path(settings_of(folder)["REDIS_CA_FILE"])
    mount = next(one for one in container(folder, "Deployment", "carrel", "carrel")["volumeMounts"]
                 if one["mountPath"] == str(file.parent))
    volumes = worker(folder)["spec"]["template"]["spec"]["volumes"]
    volume = next(one for one in volumes if one["name"] == mount["name"])
    assert mount["readOnly"] and file.name in [item["path"] for item in volume["secret"]["items"]]
    assert "REDIS_CA_FILE" in known_settings()
