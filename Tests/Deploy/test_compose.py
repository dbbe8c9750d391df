"""docker-compose.yml, without Docker: its form by the Compose specification's schema, its sense by its neighbours."""
import ipaddress
import os
import pathlib
import re
import socket
import subprocess
import sys

import pytest
import yaml
from Harness.compose import FILE, LASTING, SERVICES, Image, compose, mounts, seconds
from Harness.nginx import CONFIGURATION
from Harness.ports import free_port
from Harness.processes import CARREL, LEASH, ROOT, stop, wait_until

def nginx_directive(file: str, name: str) -> str:
    lines = (CONFIGURATION / "carrel" / file).read_text().splitlines()
    return next(line for line in lines if line.startswith(f"{name} ")).removeprefix(f"{name} ").rstrip(";")


@pytest.fixture
def secrets(tmp_path) -> pathlib.Path:
    """The volume that the service of that name has filled."""
    return make_secrets(tmp_path)


def make_secrets(folder: pathlib.Path) -> pathlib.Path:
    # The owners are users of the images: here it is only written down to whom what would be given.
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "chown").write_text(f'#!/bin/sh\necho "$1 $2" >>{folder}/owners\n')
    (tools / "chown").chmod(0o755)
    volume = folder / "secrets"
    volume.mkdir(exist_ok=True)
    service = SERVICES["secrets"]
    done = subprocess.run([*service["entrypoint"], *service["command"]], cwd=volume, capture_output=True, text=True,
                          env={"PATH": f"{tools}:{os.environ['PATH']}"}, timeout=60)
    assert done.returncode == 0 and done.stdout == done.stderr == "", done.stderr
    return volume


def settings(folder: pathlib.Path, **environment: str) -> dict[str, tuple[str, str]]:
    """By setting: value and source, as a worker in its container would have them."""
    worker = compose(**environment)["services"]["worker"]
    done = subprocess.run([CARREL, "config"], cwd=folder, env={**Image.environment, **worker["environment"]},
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    sources = ("environment", ".env", "default")
    found = {}
    for name, *words in rows:
        at = next(index for index, word in enumerate(words) if word in sources)
        found[name] = " ".join(words[:at]), words[at]
    return found


def test_the_form_is_that_of_the_compose_specification():
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", FILE],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_workers_understand_every_setting(secrets):
    found = settings(secrets)
    assert set(SERVICES["worker"]["environment"]) <= set(found)
    assert found["MODE"] == ("space", "environment")
    assert found["MCP_PORT"] == (str(Image.port), "environment")
    assert found["JWT_SECRET_KEY"] == ("(set)", ".env") and found["REDIS_URL"][1] == ".env"
    assert found["METRICS_HOST"][0] == "0.0.0.0"
    assert found["PUBLIC_URL"][0] == "http://localhost:7860"
    for name in ("VAULT_BASE_PATH", "DATABASE_PATH"):
        assert found[name][0].startswith(Image.volume + "/"), name
    # The networks that Docker takes its own from.
    trusted = [ipaddress.ip_network(text) for text in found["TRUSTED_PROXIES"][0].split()]
    for address in ("172.17.0.5", "172.31.0.5", "192.168.16.2", "10.0.3.9"):
        assert any(ipaddress.ip_address(address) in network for network in trusted)


def test_what_is_set_outside_counts(secrets):
    secret = "a-secret-of-their-own-of-more-than-32-bytes-0123456789"
    found = settings(secrets, JWT_SECRET_KEY=secret, PUBLIC_URL="https://notes.example.com",
                     OPENID_PROVIDER_URL="https://id.example.com", OAUTH_CLIENT_ID="notes", OAUTH_CLIENT_SECRET="x")
    assert found["JWT_SECRET_KEY"] == ("(set)", "environment")
    assert found["PUBLIC_URL"] == ("https://notes.example.com", "environment")
    assert found["OAUTH_CLIENT_ID"] == ("notes", "environment")


def test_secrets_are_made_once_for_their_users_alone(tmp_path):
    volume = make_secrets(tmp_path)
    first = {file.name: file.read_text() for file in volume.iterdir()}
    assert set(first) == {".env", "redis.conf", "grafana-password"}
    for file in volume.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    owners = dict(reversed(line.split()) for line in (tmp_path / "owners").read_text().splitlines())
    assert owners == {"redis.new": "redis:redis", "grafana.new": "472", "env.new": f"{Image.uid}:{Image.uid}"}
    password = first["redis.conf"].split()[1]
    assert re.fullmatch("[0-9a-f]{64}", password) and f":{password}@redis:6379" in first[".env"]
    assert len({*re.findall("[0-9a-f]{64}", "".join(first.values()))}) == 3
    make_secrets(tmp_path)
    assert {file.name: file.read_text() for file in volume.iterdir()} == first
    # One that was interrupted before its last step makes all of them anew, so that they fit.
    (volume / ".env").unlink()
    make_secrets(tmp_path)
    again = (volume / "redis.conf").read_text().split()[1]
    assert again != password and f":{again}@" in (volume / ".env").read_text()


@pytest.fixture
def redis(secrets, tmp_path):
    """The Redis of the composition on a port of its own, and its health check."""
    port = free_port()
    data = tmp_path / "data"
    data.mkdir()
    command = [word.replace("/secrets/", f"{secrets}/") for word in SERVICES["redis"]["command"]]
    with open(tmp_path / "redis.log", "w") as log:
        redis = subprocess.Popen([*LEASH, *command, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(data)],
                                 stdout=log, stderr=log)
    try:
        test = SERVICES["redis"]["healthcheck"]["test"]
        assert test[0] == "CMD-SHELL"
        check = test[1].replace("/secrets/", f"{secrets}/").replace("redis-cli ", f"redis-cli -p {port} ")

        def is_healthy() -> bool:
            assert redis.poll() is None, (tmp_path / "redis.log").read_text()
            return subprocess.run(["sh", "-c", check], timeout=60).returncode == 0
        wait_until(is_healthy, "healthy")
        yield port, check
    finally:
        stop(redis)


def test_redis_starts_with_its_secret_and_accepts_workers(redis, secrets, tmp_path):
    (port, check), data = redis, tmp_path / "data"
    with socket.create_connection(("127.0.0.1", port), 5) as stranger:
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(100).startswith(b"-NOAUTH")
    password = (secrets / "redis.conf").read_text().split()[1]

    def redis_cli(*words: str) -> str:
        done = subprocess.run(["redis-cli", "-p", str(port), *words], env={**os.environ, "REDISCLI_AUTH": password},
                              capture_output=True, text=True, timeout=60)
        return done.stdout.strip()
    assert redis_cli("CONFIG", "GET", "appendonly").split() == ["appendonly", "yes"]
    assert redis_cli("CONFIG", "GET", "maxmemory-policy").split() == ["maxmemory-policy", "noeviction"]

    file = secrets / ".env"
    file.write_text(file.read_text().replace("@redis:6379", f"@127.0.0.1:{port}"))
    environment = {**Image.environment, **SERVICES["worker"]["environment"],
                   "VAULT_BASE_PATH": f"{data}/vaults", "DATABASE_PATH": f"{data}/index"}
    done = subprocess.run([CARREL, "sessions", "list", "--user", "alice"], cwd=secrets, env=environment,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    # A check that never fails says nothing.
    (secrets / "redis.conf").write_text("requirepass another\n")
    assert subprocess.run(["sh", "-c", check], capture_output=True, timeout=60).returncode != 0


def test_no_secret_is_written_down_here():
    raw = yaml.safe_load(FILE.read_text())
    for name, service in raw["services"].items():
        for setting, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN", setting):
                assert value == f"${{{setting}:-}}" or setting.endswith("__FILE"), (name, setting)
        assert "--requirepass" not in str(service.get("command"))


def test_what_is_mounted_is_there():
    declared = compose()["volumes"]
    used = set()
    for name in SERVICES:
        for target, (source, is_read_only) in mounts(name).items():
            if source.startswith("."):
                assert (ROOT / source).exists(), source
                assert is_read_only, f"{name} could change {source}"
            else:
                used.add(source)
    assert used == set(declared)
    assert mounts("worker")[Image.volume] == ("data", False)
    # Only what makes secrets writes them.
    writers = {name for name in SERVICES for source, is_read_only in mounts(name).values()
               if source == "secrets" and not is_read_only}
    assert writers == {"secrets"}
    # Carrel reads .env where it runs.
    assert mounts("worker")[SERVICES["worker"]["working_dir"]] == ("secrets", True)


def test_only_nginx_is_to_be_had_and_that_by_this_machine_alone():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"proxy", "prometheus", "grafana"}
    for ports in published.values():
        assert all(port.startswith("127.0.0.1:") for port in ports)
    public = re.search(r"localhost:(\d+)", SERVICES["worker"]["environment"]["PUBLIC_URL"])[1]
    assert published["proxy"] == [f"127.0.0.1:{public}:{nginx_directive('listen.conf', 'listen')}"]
    for name in ("prometheus", "grafana"):
        assert SERVICES[name]["profiles"] == ["monitoring"]


def test_nginx_knows_the_workers():
    server = nginx_directive("workers.conf", "server").split()
    name, port = server[0].split(":")
    assert name in SERVICES and name == "worker" and int(port) == Image.port == int(Image.environment["MCP_PORT"])
    assert "resolve" in server and nginx_directive("workers.conf", "resolver").startswith("127.0.0.11 ")
    version = re.fullmatch(r"nginx:(\d+)\.(\d+)-bookworm", SERVICES["proxy"]["image"])
    # 'resolve' came with 1.27.3.
    assert (int(version[1]), int(version[2])) >= (1, 28)
    assert mounts("proxy") == {
        "/etc/nginx/conf.d/default.conf": ("./deploy/nginx/carrel.conf", True),
        "/etc/nginx/carrel": ("./deploy/nginx/carrel", True),
    }
    health = SERVICES["proxy"]["healthcheck"]["test"][-1]
    assert health == f"http://127.0.0.1:{nginx_directive('listen.conf', 'listen')}/health/ready"


def test_prometheus_and_grafana_find_what_they_show(secrets):
    config = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    found = [one for job in config["scrape_configs"] for one in job["dns_sd_configs"]]
    assert [(one["names"], one["port"]) for one in found] == [(["worker"], int(settings(secrets)["METRICS_PORT"][0]))]
    assert mounts("prometheus")["/etc/prometheus"] == ("./deploy/prometheus", True)
    for file in config["rule_files"]:
        assert (ROOT / "deploy" / "prometheus" / file).exists()
    provisioning = ROOT / "deploy" / "grafana" / "provisioning"
    assert mounts("grafana")["/etc/grafana/provisioning"] == ("./deploy/grafana/provisioning", True)
    for file in (provisioning / "datasources").glob("*.yml"):
        for source in yaml.safe_load(file.read_text())["datasources"]:
            host, port = re.fullmatch(r"http://(\w+):(\d+)", source["url"]).groups()
            assert f"127.0.0.1:{port}:{port}" in SERVICES[host]["ports"]
    for file in (provisioning / "dashboards").glob("*.yml"):
        for provider in yaml.safe_load(file.read_text())["providers"]:
            assert mounts("grafana")[provider["options"]["path"]] == ("./deploy/grafana/dashboards", True)
    assert SERVICES["grafana"]["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] == "/secrets/grafana-password"


def test_who_reaches_whom():
    def meet(one: str, other: str) -> bool:
        return bool(set(SERVICES[one]["networks"]) & set(SERVICES[other]["networks"]))
    networks = compose()["networks"]
    assert {name for service in SERVICES.values() for name in service.get("networks", [])} == set(networks)
    assert meet("proxy", "worker") and meet("worker", "redis") and meet("prometheus", "worker")
    assert meet("grafana", "prometheus")
    for name in ("proxy", "grafana"):
        assert not meet(name, "redis"), name
    assert all(networks[name] == {"internal": True} for name in SERVICES["redis"]["networks"])
    assert SERVICES["secrets"]["network_mode"] == "none"


def test_all_are_watched_restarted_and_kept_small():
    for name, service in SERVICES.items():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        # Docker's default keeps every line for ever.
        assert service["logging"] == {"driver": "local"}, name
    for name in LASTING:
        assert SERVICES[name]["restart"] == "unless-stopped"
        assert "healthcheck" in SERVICES[name] or (name == "worker" and "HEALTHCHECK" in Image.text), name
    assert {name for name in SERVICES if "cap_add" in SERVICES[name]} == {"secrets", "proxy"}


def test_one_waits_for_the_other():
    waits = {name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
             for name, service in SERVICES.items()}
    assert waits["redis"] == {"secrets": "service_completed_successfully"}
    assert waits["worker"] == {"redis": "service_healthy"}
    assert waits["proxy"] == {"worker": "service_healthy"}
    assert waits["grafana"] == {"secrets": "service_completed_successfully", "prometheus": "service_healthy"}


def test_a_worker_is_given_the_time_to_finish(secrets):
    delay = seconds(settings(secrets)["DRAIN_DELAY"][0])
    assert seconds(SERVICES["worker"]["stop_grace_period"]) >= delay + 30
    # nginx leaves it before it stops listening.
    kept = re.search(r"keepalive_timeout (\d+)s;", (CONFIGURATION / "carrel.conf").read_text())[1]
    assert float(kept) < delay
    assert SERVICES["worker"]["deploy"]["replicas"] == 3
