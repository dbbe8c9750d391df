"""The table of docs/configuration.md against what `carrel config` shows."""
import pathlib
import re
import subprocess

import pytest

from Harness.processes import CARREL
from Harness.workers import SECRET

CONFIGURATION = pathlib.Path(__file__).parents[2] / "docs" / "configuration.md"
NEEDED = {"JWT_SECRET_KEY": SECRET, "REDIS_URL": "redis://localhost"}
ENVIRONMENTS = {
    "local": {"MODE": "local"},
    "space": {"MODE": "space", "PUBLIC_URL": "https://notes.example", **NEEDED},
    "Space": {"SPACE_ID": "ann/notes", "SPACE_HOST": "ann-notes.hf.space", **NEEDED},
}
# In which of them another default holds, as the table says it; none of them has a terminal.
CONDITIONS = {"in `space`": {"space", "Space"}, "in a Space": {"Space"}, "where `SPACE_ID` is set": {"Space"},
              "on a terminal": set()}
# What the table says of defaults that are none.
NONE = ["–", "made and kept in `local`", "the system's", "the URL's host"]


def documented(environment: str) -> dict[str, str]:
    """The default of each name in an environment, as the table has it."""
    found = {}
    for names, cell in re.findall(r"^\| (`[A-Z].*?) \| (.*?) \|", CONFIGURATION.read_text(), re.M):
        names = re.findall(r"`([A-Z_]+)`", names)
        # One for all of them, or one for each.
        parts = cell.split(", ") if ", " in cell else [cell] * len(names)
        assert len(parts) == len(names), (names, cell)
        for name, part in zip(names, parts):
            assert name not in found, f"{name} is there twice"
            found[name] = default(part, environment)
    return found


def default(part: str, environment: str) -> str:
    """Reads "`a`", "`a` (`b` in `space`)" and "`a`; `b` in a Space"."""
    if part in NONE:
        return "-"
    first, *others = [re.fullmatch(r"`([^`]*)`(?: (.+))?", one) for one in re.split(r"; | \(", part.rstrip(")"))]
    assert first and not first[2] and all(one and one[2] in CONDITIONS for one in others), f"what does {part} mean?"
    return next((one[1] for one in others if environment in CONDITIONS[one[2]]), first[1])


def shown(folder: pathlib.Path, settings: dict[str, str]) -> dict[str, dict[str, str]]:
    """What `carrel config` prints of each setting, with no environment but this."""
    done = subprocess.run([CARREL, "config"], env=settings, cwd=folder, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    columns = [(match[0], match.start()) for match in re.finditer(r"\S+", head)]
    assert [name for name, _ in columns] == ["SETTING", "VALUE", "SOURCE", "DEFAULT"]
    ends = [start for _, start in columns[1:]] + [None]
    table = [{name: line[start:end].strip() for (name, start), end in zip(columns, ends)} for line in lines]
    return {line["SETTING"]: line for line in table}


def test_the_settings_and_the_table_of_the_docs_are_the_same(tmp_path):
    settings, table = set(shown(tmp_path, ENVIRONMENTS["local"])), set(documented("local"))
    assert len(table) > 40 and table - settings == set()
    # Those are not for people to set: defaults follow from them, and the table says which.
    injected = settings - table
    assert injected == {"SPACE_ID", "SPACE_HOST"}
    assert all(re.search(rf"\b{name}\b", CONFIGURATION.read_text()) for name in injected)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_defaults_are_those_of_the_table(tmp_path, environment):
    set_here = ENVIRONMENTS[environment]
    settings, table = shown(tmp_path, set_here), documented(environment)
    table["PUBLIC_URL"] = table["PUBLIC_URL"].replace("<port>", table["MCP_PORT"]).replace(
        "$SPACE_HOST", set_here.get("SPACE_HOST", ""))
    assert {name: settings[name]["DEFAULT"] for name in table} == table
    # And the defaults hold where nothing is set.
    for name, line in settings.items():
        assert line["SOURCE"] == ("environment" if name in set_here else "default"), name
        assert name in set_here or line["VALUE"] == line["DEFAULT"], name
