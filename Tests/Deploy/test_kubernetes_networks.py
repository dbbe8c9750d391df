"""The Kubernetes manifests' network policies: which pod reaches which, and no other does."""
import ipaddress
import pathlib

import pytest
from Harness.kubernetes_objects import WHOLE, containers, named, of_kind, selects, worker

DEPLOY = pathlib.Path(__file__).parents[2] / "deploy"


def allowed(folder, direction: str, labels: dict, peer: dict | str, namespace: str | None = None) -> set[int]:
    """Ports that policies let pods with these labels receive at, or send to; the peer is labels or an address."""
    found = set()
    for policy in of_kind(folder, "NetworkPolicy"):
        if not selects(policy["spec"]["podSelector"], labels) or direction not in policy["spec"]["policyTypes"]:
            continue
        for rule in policy["spec"].get(direction.lower(), []):
            peers = rule["from" if direction == "Ingress" else "to"]
            if any(matches(one, peer, namespace) for one in peers):
                found |= {port["port"] for port in rule["ports"]}
    return found


def matches(rule: dict, peer: dict | str, namespace: str | None) -> bool:
    if "ipBlock" in rule:
        if not isinstance(peer, str):
            return False
        address, block = ipaddress.ip_address(peer), rule["ipBlock"]
        return address in ipaddress.ip_network(block["cidr"]) and not any(
            address in ipaddress.ip_network(other) for other in block.get("except", []))
    if isinstance(peer, str):
        return False
    if "namespaceSelector" in rule:
        return namespace is not None and selects(rule["namespaceSelector"], {"kubernetes.io/metadata.name": namespace})
    return namespace is None and selects(rule["podSelector"], peer)


WORKER = {"app.kubernetes.io/name": "carrel", "app.kubernetes.io/component": "worker"}
REDIS = {"app.kubernetes.io/name": "carrel", "app.kubernetes.io/component": "redis"}
SETUP = {"app.kubernetes.io/name": "carrel", "app.kubernetes.io/component": "redis-setup"}
STRANGER = {"app.kubernetes.io/name": "other"}


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_only_the_ingress_and_prometheus_reach_a_worker(folder):
    assert selects({"matchLabels": WORKER}, worker(folder)["spec"]["template"]["metadata"]["labels"])
    assert allowed(folder, "Ingress", WORKER, STRANGER, "ingress-nginx") == {7860}
    assert allowed(folder, "Ingress", WORKER, STRANGER, "monitoring") == {9090}
    for peer, namespace in [(STRANGER, "default"), (STRANGER, None), (REDIS, None), (WORKER, None), ("8.8.8.8", None)]:
        assert allowed(folder, "Ingress", WORKER, peer, namespace) == set()


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_a_worker_reaches_dns_https_and_redis_alone(folder):
    assert allowed(folder, "Egress", WORKER, STRANGER, "kube-system") == {53}
    redis = {6379, 6380, 26379} if folder == "overlays/external-redis" else set()
    assert allowed(folder, "Egress", WORKER, "93.184.216.34") == {443} | redis
    assert allowed(folder, "Egress", WORKER, "2606:2800:220:1::1") == {443} | redis
    # The addresses at which clouds tell machines their secrets, and the cluster's own network.
    assert allowed(folder, "Egress", WORKER, "169.254.169.254") == redis
    assert allowed(folder, "Egress", WORKER, "10.96.0.1") == redis
    assert allowed(folder, "Egress", WORKER, STRANGER, "default") == set()


@pytest.mark.parametrize("folder", ["overlays/redis-sentinel", "overlays/redis-cluster"])
def test_redis_is_reached_by_those_who_need_it(folder):
    labels = named(folder, "StatefulSet", "carrel-redis")["spec"]["template"]["metadata"]["labels"]
    assert selects({"matchLabels": REDIS}, labels)
    listening = {port["containerPort"] for workload, _, one in containers(folder) for port in one.get("ports", [])
                 if workload["kind"] == "StatefulSet"}
    # Both ends of a way must be open: out of the one, into the other.
    ways = [(WORKER, listening - {16379}), (REDIS, listening)]
    if folder == "overlays/redis-cluster":
        job = named(folder, "Job", "carrel-redis-setup")["spec"]["template"]["metadata"]["labels"]
        assert selects({"matchLabels": SETUP}, job)
        ways.append((SETUP, {6379}))
    for peer, ports in ways:
        assert ports <= allowed(folder, "Egress", peer, REDIS) & allowed(folder, "Ingress", REDIS, peer), peer
    for peer, namespace in [(STRANGER, None), (REDIS, "default"), (STRANGER, "ingress-nginx"), ("10.244.1.1", None)]:
        assert allowed(folder, "Ingress", REDIS, peer, namespace) == set()
    assert allowed(folder, "Egress", REDIS, STRANGER, "kube-system") == {53}
    assert allowed(folder, "Egress", REDIS, "93.184.216.34") == set()


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_the_ingress_holds_no_stream_and_sends_nothing_twice(folder):
    prefix = "nginx.ingress.kubernetes.io/"
    says = {name.removeprefix(prefix): value
            for name, value in named(folder, "Ingress", "carrel")["metadata"]["annotations"].items()}
    assert all(isinstance(value, str) for value in says.values())
    assert says["proxy-buffering"] == "off" and int(says["proxy-read-timeout"]) >= 300
    assert says["proxy-body-size"] == "8m"
    assert "non_idempotent" not in says["proxy-next-upstream"]
    assert not [name for name in says if "affinity" in name or "session" in name or "hash" in name]


@pytest.mark.parametrize("folder", ["base", *WHOLE])
def test_the_ingress_limits_an_address_as_nginx_does(folder):
    says = named(folder, "Ingress", "carrel")["metadata"]["annotations"]
    limits = {name: int(says[f"nginx.ingress.kubernetes.io/limit-{name}"])
              for name in ("connections", "rps", "burst-multiplier")}
    nginx = (DEPLOY / "nginx" / "carrel.conf").read_text()
    assert f"limit_conn carrel_connections {limits['connections']};" in nginx and f"rate={limits['rps']}r/s" in nginx
    assert f"burst={limits['rps'] * limits['burst-multiplier']} nodelay" in nginx
