"""The dashboard: well formed, every panel can be asked, and of metrics that a worker has."""
import contextlib
import itertools
import json
import pathlib
import re
import subprocess

import httpx
import pytest
import yaml
from test_prometheus import ITS_OWN, RECORDED, ROOT, RULES, listed_metrics, metrics_of, promtool
from Harness.client import Client
from Harness.ports import free_port
from Harness.processes import LEASH, wait_until
from Harness.workers import Cluster

HERE = ROOT / "deploy" / "grafana"
BOARD = json.loads((HERE / "dashboards" / "carrel.json").read_text())
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
TARGETS = [(panel["title"], target) for panel in PANELS for target in panel["targets"]]
# Nothing to show while nothing goes wrong.
MAY_BE_EMPTY = {"Errors by method or tool"}


def plain(expression: str) -> str:
    """An expression with Grafana's variables filled in."""
    text = expression.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*")
    assert "$" not in text, expression
    return text


@pytest.fixture(scope="module")
def worker():
    """A worker that has been asked a little of everything, and where its metrics are."""
    port = free_port()
    with Cluster(workers=1, METRICS_PORT=str(port)) as cluster:
        client = Client(cluster.workers[0], cluster.token("ann"))
        client.initialize()
        for number in range(3):
            client.tool("write_note", {"path": f"n{number}.md", "body": "[[n0]] #tag"})
        for tool in ("list_notes", "get_tags"):
            client.tool(tool)
        client.tool("search_notes", {"query": "tag"})
        client.tool("get_backlinks", {"path": "n0.md"})
        client.tool_error("read_note", {"path": "../x.md"})
        Client(cluster.workers[0], "x.y.z").rpc("ping")
        yield client, f"127.0.0.1:{port}"


def configure(folder: pathlib.Path, target: str):
    """The project's configuration with one target, which is asked every second."""
    source = ROOT / "deploy" / "prometheus"
    configuration = yaml.safe_load((source / "prometheus.yml").read_text())
    configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    for name in configuration["rule_files"]:
        rules = yaml.safe_load((source / name).read_text())
        for group in rules["groups"]:
            group.pop("interval", None)
        (folder / name).write_text(yaml.safe_dump(rules))
    (job,) = configuration["scrape_configs"]
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": [target]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))


@pytest.fixture(scope="module")
def prometheus(worker, tmp_path_factory):
    """A Prometheus with the project's rules that has looked at the worker for some seconds."""
    client, target = worker
    folder = tmp_path_factory.mktemp("prometheus")
    configure(folder, target)
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [*LEASH, "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
         f"--web.listen-address={address}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    http = httpx.Client(base_url=f"http://{address}/api/v1", timeout=60)

    def ask(path: str, **parameters: str):
        answer = http.get(path, params=parameters)
        assert answer.status_code in (200, 503), (parameters, answer.text)
        return answer.raise_for_status().json()["data"]

    def has_seen_enough() -> bool:
        # Rates need something that grows.
        client.tool("write_note", {"path": f"more-{next(numbers)}.md", "body": "x"})
        with contextlib.suppress(httpx.HTTPError):
            seen = ask("/query", query="count_over_time(up[1m])")["result"]
            rules = ask("/query", query="job:carrel_http_errors:ratio_rate3d")["result"]
            return bool(seen and rules) and int(seen[0]["value"][1]) >= 4
        return False
    numbers = itertools.count()
    try:
        wait_until(has_seen_enough, "Prometheus")
        yield ask
    finally:
        process.kill()
        process.wait()


def test_panels_are_well_formed():
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids)) and BOARD["uid"] == "carrel" and "id" not in BOARD
    for panel in PANELS:
        assert panel["title"] and panel["description"], panel["id"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["type"] in ("timeseries", "stat", "heatmap", "state-timeline")
        assert [target["refId"] for target in panel["targets"]] == list("ABCDEF"[:len(panel["targets"])])


def test_panels_do_not_overlap():
    taken = {}
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        columns, rows = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        for cell in itertools.product(columns, rows):
            assert cell[0] < 24 and cell not in taken, (panel["title"], taken.get(cell))
            taken[cell] = panel["title"]


def test_variables_are_those_that_panels_use():
    defined = {variable["name"] for variable in BOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(BOARD["panels"]))) - {"__rate_interval"}
    assert defined == used


def test_provisioning_finds_dashboard_and_data_source():
    (source,) = yaml.safe_load((HERE / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"]
    default = next(variable for variable in BOARD["templating"]["list"] if variable["type"] == "datasource")
    assert source["type"] == default["query"] == "prometheus" and source["uid"] == default["current"]["value"]
    (provider,) = yaml.safe_load((HERE / "provisioning" / "dashboards" / "carrel.yml").read_text())["providers"]
    assert provider["type"] == "file" and provider["options"]["path"]


def test_every_expression_parses(tmp_path):
    rules = [{"record": f"panel:{number}", "expr": plain(target["expr"])} for number, (_, target) in enumerate(TARGETS)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", tmp_path / "rules.yml")
    assert done.returncode == 0 and f"{len(TARGETS)} rules found" in done.stdout, done.stdout + done.stderr


def test_panels_ask_for_metrics_that_exist():
    for title, target in TARGETS:
        unknown = metrics_of(plain(target["expr"])) - listed_metrics() - RECORDED - ITS_OWN
        assert not unknown, (title, unknown)


def test_every_metric_that_is_listed_is_shown():
    shown = {name for _, target in TARGETS for name in metrics_of(plain(target["expr"]))}
    for rule in RULES:
        if rule.get("record") in shown:
            shown |= metrics_of(rule["expr"])
    assert listed_metrics() <= shown, listed_metrics() - shown


def test_a_worker_has_the_metrics_that_are_listed(worker):
    text = httpx.get(f"http://{worker[1]}/metrics").text
    assert set(re.findall(r"^# TYPE (\w+) ", text, flags=re.M)) == listed_metrics()


def test_no_rule_fails_and_no_alert_fires_for_a_healthy_worker(prometheus):
    rules = [rule for group in prometheus("/rules")["groups"] for rule in group["rules"]]
    assert len(rules) == len(RULES)
    assert {rule["name"]: rule.get("lastError") for rule in rules if rule["health"] != "ok"} == {}
    assert prometheus("/alerts")["alerts"] == []


def test_every_panel_can_be_asked_and_answers(prometheus):
    for title, target in TARGETS:
        result = prometheus("/query", query=plain(target["expr"]))["result"]
        assert result or title in MAY_BE_EMPTY, (title, target["expr"])
