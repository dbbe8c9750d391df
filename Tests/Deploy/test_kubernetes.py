"""The Kubernetes manifests: they render, are valid and fit together."""
import functools
import pathlib
import re
import shutil
import subprocess

import kubernetes_validate
import pytest
from Harness.kubernetes_objects import (
    KUBECTL, SECRETS, TREE, WHOLE, container, containers, generated, named, of_kind, rendered, seconds, selects,
    settings_of, size, worker, workloads)

# The oldest version whose fields these are, and the newest whose schemas are here.
VERSIONS = ["1.31", "1.37"]


# Rendering


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_it_renders_to_objects_of_which_none_is_twice(folder):
    names = [(one["kind"], one["metadata"]["name"]) for one in rendered(folder)]
    assert len(names) > 9 and len(set(names)) == len(names)


def test_nothing_is_fetched_and_nothing_unknown_lies_about():
    for file in TREE.rglob("kustomization.yaml"):
        for line in file.read_text().splitlines():
            if line.lstrip().startswith("#"):
                continue
            assert not re.search(r"https?://(?!notes\.example\.com)|github\.com|git@", line), f"{file}: {line}"
    used = "".join(file.read_text() for file in TREE.rglob("kustomization.yaml"))
    for file in TREE.rglob("*"):
        if file.is_file() and file.name != "kustomization.yaml":
            assert file.name in used, f"no kustomization uses {file}"


def test_operators_set_image_and_host_in_one_place():
    images = {one["image"] for _, _, one in containers("example") if one["name"] == "carrel"}
    assert images == {"registry.example.com/carrel:0.1.0"}
    settings = generated("example", "carrel")["data"]
    host = settings["PUBLIC_URL"].removeprefix("https://")
    ingress = named("example", "Ingress", "carrel")["spec"]
    assert host == "notes.example.com" and ingress["rules"][0]["host"] == host and ingress["tls"][0]["hosts"] == [host]
    # And what base sets is still there.
    assert set(settings) == set(generated("base", "carrel")["data"])
    assert {one["metadata"].get("namespace") for one in rendered("example")} == {"carrel"}


@pytest.mark.parametrize("folder", WHOLE)
def test_images_are_pinned_and_no_secret_is_in_the_tree(folder):
    for _, _, one in containers(folder):
        tag = one["image"].rpartition("/")[2].partition(":")[2]
        assert tag and tag != "latest", one["image"]
    assert not of_kind(folder, "Secret")


# Validity


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_every_object_is_valid(folder, version, schemas_once):
    for one in rendered(folder):
        try:
            kubernetes_validate.validate(one, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            path = ".".join(str(step) for step in error.path)
            raise AssertionError(f"{one['kind']} {one['metadata']['name']}: {path}: {error.message}") from None


def test_the_validator_finds_what_is_wrong(schemas_once):
    broken = {**worker("base"), "spec": {**worker("base")["spec"], "replica": 3}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, VERSIONS[-1], strict=True)


@pytest.fixture(scope="module")
def schemas_once():
    """Reads each file of schemas once, and not for every object."""
    utils = kubernetes_validate.utils
    original = utils.schema_contents
    utils.schema_contents = functools.cache(original)
    yield
    utils.schema_contents = original


# What belongs together


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_selectors_find_their_pods(folder):
    templates = {one["metadata"]["name"]: one["spec"]["template"] for one in workloads(folder)}
    for one in workloads(folder):
        if one["kind"] != "Job":
            assert selects(one["spec"]["selector"], one["spec"]["template"]["metadata"]["labels"])
        spread = one["spec"]["template"]["spec"].get("topologySpreadConstraints", [])
        for constraint in spread:
            assert selects(constraint["labelSelector"], one["spec"]["template"]["metadata"]["labels"])
        assert len(spread) == (0 if one["kind"] == "Job" else 2)
    for kind, name, selector in [
        *(("Service", one["metadata"]["name"], {"matchLabels": one["spec"]["selector"]})
          for one in of_kind(folder, "Service")),
        *(("PodDisruptionBudget", one["metadata"]["name"], one["spec"]["selector"])
          for one in of_kind(folder, "PodDisruptionBudget")),
    ]:
        found = [pods for pods, template in templates.items() if selects(selector, template["metadata"]["labels"])]
        assert found == [name.removesuffix("-metrics")], f"{kind} {name} selects {found}"


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_ports_match(folder):
    settings = settings_of(folder) if folder != "base" else generated("base", "carrel")["data"]
    ports = {one["name"]: one["containerPort"] for one in container(folder, "Deployment", "carrel", "carrel")["ports"]}
    assert ports == {"http": int(settings["MCP_PORT"]), "metrics": int(settings["METRICS_PORT"])}
    assert settings["MCP_HOST"] == settings["METRICS_HOST"] == "0.0.0.0"
    annotations = worker(folder)["spec"]["template"]["metadata"]["annotations"]
    assert int(annotations["prometheus.io/port"]) == ports["metrics"]
    for service in of_kind(folder, "Service"):
        names = {port["name"]: port["containerPort"] for _, pods, one in containers(folder)
                 for port in one.get("ports", [])
                 if selects({"matchLabels": service["spec"]["selector"]}, labels_of(folder, pods))}
        for port in service["spec"]["ports"]:
            assert port["targetPort"] in names, port
    # What the world reaches has no metrics.
    assert [port["targetPort"] for port in named(folder, "Service", "carrel")["spec"]["ports"]] == ["http"]
    backend = named(folder, "Ingress", "carrel")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    port = named(folder, "Service", "carrel")["spec"]["ports"][0]
    assert backend == {"name": "carrel", "port": {"name": port["name"]}}


def labels_of(folder, pods):
    return next(one["spec"]["template"]["metadata"]["labels"] for one in workloads(folder)
                if one["spec"]["template"]["spec"] is pods)


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_what_is_referred_to_is_there(folder):
    accounts = {one["metadata"]["name"]: one for one in of_kind(folder, "ServiceAccount")}
    for one in workloads(folder):
        pods = one["spec"]["template"]["spec"]
        assert accounts[pods["serviceAccountName"]]["automountServiceAccountToken"] is False
        claims = {claim["metadata"]["name"] for claim in one["spec"].get("volumeClaimTemplates", [])}
        volumes = {volume["name"]: volume for volume in pods["volumes"]}
        for volume in volumes.values():
            if "configMap" in volume:
                named(folder, "ConfigMap", volume["configMap"]["name"])
            if "persistentVolumeClaim" in volume:
                claim = named(folder, "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
                assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
        for description in pods["containers"]:
            for mount in description["volumeMounts"]:
                assert mount["name"] in volumes or mount["name"] in claims
            for source in description.get("env", []):
                reference = source.get("valueFrom", {}).get("secretKeyRef")
                if reference and not reference.get("optional"):
                    assert reference["key"] in SECRETS[reference["name"]]
            for script in re.findall(r"/files/(\S+?)[',\]]", str(description)):
                name = volumes["files"]["configMap"]["name"]
                assert script in named(folder, "ConfigMap", name)["data"], script


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_at_least_three_workers_and_slowly_fewer(folder):
    scaler = named(folder, "HorizontalPodAutoscaler", "carrel")["spec"]
    name = worker(folder)["metadata"]["name"]
    assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 10)
    down = scaler["behavior"]["scaleDown"]
    assert down["stabilizationWindowSeconds"] >= 300 and [one["value"] for one in down["policies"]] == [1]
    # A number of replicas would be set back at every apply.
    assert "replicas" not in worker(folder)["spec"]
    assert container(folder, "Deployment", "carrel", "carrel")["resources"]["requests"]["cpu"]
    assert worker(folder)["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    # An eviction is possible with the fewest that there are.
    for budget in of_kind(folder, "PodDisruptionBudget"):
        assert budget["spec"]["maxUnavailable"] == 1


# The life of a pod


@pytest.mark.parametrize("folder", WHOLE)
def test_a_worker_has_the_time_that_it_takes_to_stop(folder):
    grace = worker(folder)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > seconds(settings_of(folder)["DRAIN_DELAY"]) + 30
    one = container(folder, "Deployment", "carrel", "carrel")
    assert one["command"] == ["carrel", "serve"]
    paths = {probe: one[probe]["httpGet"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert paths["startupProbe"] == paths["readinessProbe"] == {"path": "/health/ready", "port": "metrics"}
    assert paths["livenessProbe"] == {"path": "/health/live", "port": "metrics"}


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_pods_are_restricted(folder):
    """The level "restricted" of the Pod Security Standards, and a root that cannot be written to."""
    for one, pods, description in containers(folder):
        assert pods["securityContext"]["runAsNonRoot"] and pods["securityContext"]["runAsUser"] >= 999
        assert pods["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pods["automountServiceAccountToken"] is False and pods["enableServiceLinks"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pods)
        assert description["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        for volume in pods["volumes"]:
            assert set(volume) - {"name"} <= {"configMap", "emptyDir", "persistentVolumeClaim", "secret"}
        resources = description["resources"]
        assert size(resources["requests"]["memory"]) <= size(resources["limits"]["memory"])
        assert resources["requests"]["cpu"] and resources["limits"]["cpu"]
    context = worker(folder)["spec"]["template"]["spec"]["securityContext"]
    assert context["runAsUser"] == context["runAsGroup"] == context["fsGroup"] == 1000
    assert context["fsGroupChangePolicy"] == "OnRootMismatch"
    # Measured: 120 MB with 10,000 requests under way.
    resources = container(folder, "Deployment", "carrel", "carrel")["resources"]
    assert size(resources["requests"]["memory"]) > 120e6 and size(resources["limits"]["memory"]) > 3 * 120e6


@pytest.mark.parametrize("folder", WHOLE)
def test_what_is_written_to_is_mounted(folder):
    settings = settings_of(folder)
    mounts = {mount["mountPath"] for mount in container(folder, "Deployment", "carrel", "carrel")["volumeMounts"]
              if not mount.get("readOnly")}
    vaults, index = (pathlib.Path(settings[name]) for name in ("VAULT_BASE_PATH", "DATABASE_PATH"))
    # The journal of revocations is beside the vaults.
    for path in (vaults, index, vaults.parent / "revocations", pathlib.Path("/tmp/sorting")):
        assert any(path.is_relative_to(mount) for mount in mounts), path
    for _, pods, one in containers(folder):
        text = "".join("".join(named(folder, "ConfigMap", volume["configMap"]["name"])["data"].values())
                       for volume in pods["volumes"] if "configMap" in volume)
        places = {mount["mountPath"] for mount in one["volumeMounts"] if not mount.get("readOnly")}
        for path in re.findall(r"(?:^dir |^conf=|mkdir -p )(/\S+)", text, re.M):
            assert any(pathlib.Path(path).is_relative_to(place) for place in places), path


# Redis


@pytest.mark.parametrize("folder", ["overlays/redis-sentinel", "overlays/redis-cluster"])
def test_redis_keeps_what_it_has(folder):
    data = generated(folder, "carrel-redis")["data"]
    words = dict(line.split(" ", 1) for line in data["redis.conf"].splitlines() if line and not line.startswith("#"))
    assert words["appendonly"] == "yes" and words["maxmemory-policy"] == "noeviction"
    limit = size(container(folder, "StatefulSet", "carrel-redis", "redis")["resources"]["limits"]["memory"])
    assert int(words["maxmemory"].removesuffix("mb")) << 20 <= limit / 2


def test_sentinels_are_told_names():
    data = generated("overlays/redis-sentinel", "carrel-redis")["data"]
    assert "sentinel resolve-hostnames yes" in data["sentinel.conf"]
    assert "sentinel announce-hostnames yes" in data["sentinel.conf"]
    assert 'replica-announce-ip $self' in data["redis.sh"] and "sentinel announce-ip $self" in data["sentinel.sh"]


def test_scripts_pass_shellcheck():
    shellcheck = shutil.which("shellcheck")
    assert shellcheck, "shellcheck is missing: apt-get install shellcheck"
    scripts = sorted(TREE.rglob("*.sh"))
    assert len(scripts) >= 11
    for script in scripts:
        done = subprocess.run([shellcheck, "--external-sources", script.name], cwd=script.parent, capture_output=True,
                              text=True)
        assert done.returncode == 0, done.stdout


def test_kubectl_is_the_one_that_is_pinned():
    assert KUBECTL != "kubectl", "kubectl is missing: pip install -r Tests/requirements.txt"
