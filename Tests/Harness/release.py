"""The release build that scripts/cluster, scripts/run and the benchmarks run. Standard library only."""
import subprocess
import sys

from .processes import ROOT

COMMAND = ["swift", "build", "-c", "release", "--static-swift-stdlib"]


def build(product: str) -> str:
    """Builds a product as a release; gives its path."""
    print("Building a release (the first time takes some minutes) ...", flush=True)
    command = [*COMMAND, "--product", product]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    shown = subprocess.run([*command, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    return f"{shown.stdout.strip()}/{product}"
