"""The rules and alerts for Prometheus: valid, tested by promtool, explained, and of metrics that exist."""
import pathlib
import re
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[2]
HERE = ROOT / "deploy" / "prometheus"
TESTS = sorted((HERE / "tests").glob("*.yml"))
RULES = [
    rule
    for name in ("rules.yml", "alerts.yml")
    for group in yaml.safe_load((HERE / name).read_text())["groups"]
    for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
# What Prometheus itself makes.
ITS_OWN = {"up", "ALERTS"}
RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text()


def promtool(*words: str | pathlib.Path) -> subprocess.CompletedProcess:
    return subprocess.run(["promtool", *words], capture_output=True, text=True, timeout=60)


def metrics_of(expression: str) -> set[str]:
    """The metrics that an expression asks for; a histogram by its own name."""
    text = re.sub(r'"[^"]*"', "", expression)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    names = set(re.findall(r"[a-zA-Z_:][\w:]*(?!\w)(?!\s*\()", text)) - {"and", "or", "unless", "bool", "offset"}
    return {re.sub(r"_(bucket|sum|count)$", "", name) if ":" not in name else name for name in names}


def listed_metrics() -> set[str]:
    """The names in the table of docs/operations.md."""
    section = (ROOT / "docs" / "operations.md").read_text().split("\n## Metrics\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.S), flags=re.M)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_configuration_is_valid():
    done = promtool("check", "config", HERE / "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 rule files found" in done.stdout


def test_workers_are_found_by_the_name_of_their_service():
    configuration = yaml.safe_load((HERE / "prometheus.yml").read_text())
    (job,) = configuration["scrape_configs"]
    (found_by,) = job["dns_sd_configs"]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert set(found_by["names"]) <= set(compose["services"]) and found_by["type"] == "A"
    # Alerts ask for the job by name.
    assert {name for rule in RULES for name in re.findall(r'job="([^"]*)"', rule["expr"])} == {job["job_name"]}


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_promtool_agrees(path):
    done = promtool("test", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_shown_to_fire_and_to_be_silent():
    fires, silent = set(), set()
    for path in TESTS:
        for test in yaml.safe_load(path.read_text())["tests"]:
            for question in test["promql_expr_test"]:
                if name := re.search(r'alertname="(\w+)",alertstate="firing"', question["expr"]):
                    (fires if question["exp_samples"] else silent).add(name[1])
    assert fires == ALERTS.keys() and silent == ALERTS.keys()


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_what_is_needed(name):
    alert = ALERTS[name]
    assert name.startswith("Carrel") and alert["labels"]["severity"] in ("critical", "warning")
    notes = alert["annotations"]
    assert notes.keys() == {"summary", "description", "runbook"}
    assert len(notes["summary"]) <= 80 and notes["description"].endswith(".")
    assert notes["runbook"] == f"docs/runbooks.md#{anchor(name)}"


def test_every_alert_has_its_runbook_and_every_runbook_its_alert():
    assert [heading for heading in headings(RUNBOOKS) if heading.startswith("Carrel")] == list(ALERTS)
    for name, text in re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", RUNBOOKS, flags=re.S | re.M):
        for part in ("**Means.**", "**Look.**", "**Do.**"):
            assert text.count(part) == 1, (name, part)


def test_links_of_the_runbooks_lead_somewhere():
    links = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", RUNBOOKS)
    assert links
    for file, fragment in links:
        path = ROOT / "docs" / (file or "runbooks.md")
        assert path.exists(), file
        if fragment:
            assert fragment in {anchor(heading) for heading in headings(path.read_text())}, (file, fragment)


def test_runbooks_name_metrics_that_exist():
    named = set(re.findall(r"\bcarrel_\w+", RUNBOOKS))
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in named} <= listed_metrics()


def test_rules_ask_for_metrics_that_exist():
    for rule in RULES:
        unknown = metrics_of(rule["expr"]) - listed_metrics() - RECORDED - ITS_OWN
        assert not unknown, (rule.get("alert") or rule["record"], unknown)
    assert RECORDED <= {name for rule in ALERTS.values() for name in metrics_of(rule["expr"])}, "recorded, but in no alert"
