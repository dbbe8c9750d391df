"""docker-compose.yml as Compose reads it, and what the Dockerfile says of its image."""
import re
import shlex

import yaml

from .processes import ROOT

FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?::-(?P<standard>[^}]*)|(?P<other>[^}]*))\})")


def interpolated(value, environment: dict[str, str]):
    """Values as Compose has them after it has put variables in."""
    if isinstance(value, dict):
        return {name: interpolated(one, environment) for name, one in value.items()}
    if isinstance(value, list):
        return [interpolated(one, environment) for one in value]
    if not isinstance(value, str):
        return value

    def replacement(found: re.Match) -> str:
        if found["escaped"]:
            return "$"
        assert not found["other"], f"{found[0]}: who starts this must set nothing"
        return environment.get(found["name"]) or found["standard"]
    return VARIABLE.sub(replacement, value)


def compose(**environment: str) -> dict:
    return interpolated(yaml.safe_load(FILE.read_text()), environment)


SERVICES = compose()["services"]
# What runs on, and what runs once.
LASTING = [name for name, service in SERVICES.items() if service["restart"] != "no"]


class Image:
    """What the Dockerfile says of the image."""

    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").rpartition("\nFROM ")[2]
    environment = dict(word.split("=", 1) for line in re.findall("^ENV (.*)", text, re.M) for word in shlex.split(line))
    port = int(re.search(r"^EXPOSE (\d+)", text, re.M)[1])
    uid = int(re.search(r"--uid (\d+)", text)[1])
    volume = re.search(r"^VOLUME (\S+)", text, re.M)[1]


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def mounts(service: str) -> dict[str, tuple[str, bool]]:
    """By path in the container: what is there, and whether it may only be read."""
    found = {}
    for volume in SERVICES[service].get("volumes", []):
        source, target, *mode = volume.split(":")
        found[target] = source, mode == ["ro"]
    return found
