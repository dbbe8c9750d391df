"""The release build that scripts/cluster, scripts/run and the benchmarks run. Standard library only."""
import subprocess
import sys

from .processes import ROOT

COMMAND = ["swift", "build", "-c", "release", "--static-swift-stdlib"]


def build(product: str) -> str:
    """Builds a product as a release; gives its path."""
    subprocess.run([*COMMAND, "--product", product], cwd=ROOT, check=True, stdout=sys.stderr)
    return f"{binaries()}/{product}"


def binaries() -> str:
    """The folder of what was built."""
    shown = subprocess.run([*COMMAND, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    return shown.stdout.strip()
