"""Two workers, each on a machine of its own, over one volume: what one has acknowledged, the other sees and never destroys.

    scripts/volume-test [--volume nfs|gluster|sshfs]… [--check NAME]… [--write] [--keep]

NFS 4.1 with its default options between three machines under qemu, GlusterFS and sshfs mounted twice on this one. The
environment makes a run shorter or longer: VOLUME_PAIRS (2000), VOLUME_CONDITIONS (200), VOLUME_INCREMENTS (100, in the calm
before the first disturbance), VOLUME_SECONDS (10, of writing after an import).

  pairs        a write or delete on one side, acknowledged; then read, list and search on the other
  conditions   if_match on one side right after the other has changed the note
  transfers    import --replace and user delete on one side while both write
  pauses       a worker is held inside a write until the other has taken over and written
  counters     increments by if_match from both sides; kill -9, machines cut off for 5 and 20 s, the server restarted
  agreement    files, lists, reads and searches of both sides at the end
  refusal      sshfs: the second worker must not become ready

The exit status says whether all is as it must be. `--write` puts the table into docs/volumes.md, `--keep` keeps all logs.
"""
import argparse
import functools
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

from Harness.processes import CARREL, HarnessError

from . import agreement, conditions, counters, pairs, pauses, sshfs, transfers
from .gluster import Gluster
from .lab import Lab
from .nfs import NFS
from .report import Results
from .sshfs import SSHFS

VOLUMES = {"nfs": NFS, "gluster": Gluster, "sshfs": SSHFS}


def number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


CHECKS = {
    "pairs": functools.partial(pairs.check, count=number("VOLUME_PAIRS", 2000)),
    "conditions": functools.partial(conditions.check, count=number("VOLUME_CONDITIONS", 200)),
    "transfers": functools.partial(transfers.check, after=number("VOLUME_SECONDS", 10)),
    "pauses": pauses.check,
    "counters": functools.partial(counters.check, calm=number("VOLUME_INCREMENTS", 100)),
    "agreement": agreement.check,
}


def run_checks(lab: Lab, checks: dict, results: Results):
    for name, check in checks.items():
        print(f"{lab.name}: {name} ...", flush=True)
        began = time.monotonic()
        try:
            figures = check(lab)
        except (HarnessError, OSError) as error:
            results.fail(lab.name, name, f"{type(error).__name__}: {error}")
        else:
            results.add(lab.name, name, figures, time.monotonic() - began)


def run(volume: type[Lab], folder: pathlib.Path, wanted: list[str], results: Results):
    folder.mkdir()
    checks = {"refusal": sshfs.check} if volume is SSHFS else CHECKS
    checks = {name: check for name, check in checks.items() if not wanted or name in wanted}
    if not checks:
        return
    try:
        with volume(folder) as lab:
            results.options[lab.name] = lab.options
            if volume is not SSHFS:
                lab.start_workers()
            run_checks(lab, checks, results)
            for side in lab.sides:
                (folder / f"{side.name}.worker.log").write_text(side.log())
    except HarnessError as error:
        results.fail(volume.name, "set-up", str(error))


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/volume-test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--volume", action="append", choices=VOLUMES, help="only this volume")
    parser.add_argument("--check", action="append", default=[], choices=[*CHECKS, "refusal"], help="only this check")
    parser.add_argument("--write", action="store_true", help="put the table into docs/volumes.md")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-volume-", dir="/tmp"))
    results = Results()
    began = time.monotonic()
    print(f"The workers run {CARREL}")
    try:
        for name in arguments.volume or VOLUMES:
            run(VOLUMES[name], folder / name, arguments.check, results)
    except KeyboardInterrupt:
        return 130
    finally:
        if arguments.keep or not results.is_good:
            print(f"Everything is kept in {folder}")
        else:
            shutil.rmtree(folder)
    print(results.table())
    if arguments.write:
        results.write()
    print(f"{'OK' if results.is_good else 'FAILED'} after {time.monotonic() - began:.0f} s", flush=True)
    return 0 if results.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
