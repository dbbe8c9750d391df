"""Twenty users with usual requests beside four attackers, whose requests are the most expensive ones that are allowed.

    scripts/soak --fairness [--seconds 60] [--keep]

Three workers behind nginx. The victims ask alone first, then while the attackers do all they can at once; no limit of
requests is in the attackers' way. The victims' p99 may be three times what it was alone, or 100 ms; none of their requests
may fail; no worker may take 300 MiB; every health check is answered within a second.
"""
import argparse
import asyncio
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import httpx
from attacks import RECENT, call, initialize, kinds, message
from cluster import Cluster
from Harness.processes import LEASH
from ledger import percentile

VICTIMS, ATTACKERS, NOTES = 20, 4, 30
HELD = 50  # connections of each attacker that are kept with a request that does not end
PAUSE = 0.5  # seconds between two requests of a kind, for each attacker
FACTOR, RESIDENT, HEALTH = 3, 300, 1  # times p99, MiB, seconds
# Milliseconds of p99. A write waits a dozen times for threads of the kernel, which have no turn of their own either.
FLOORS = {"ping": 100, "read": 100, "search": 100, "write": 300}
# A limit of requests or bytes would be in the attackers' way, and hide what one request costs.
OPEN = {"RATE_LIMIT": "100000/s", "RATE_LIMIT_WRITES": "100000/s", "AUTH_FAILURE_LIMIT": "100000/s",
        "REGISTRATION_LIMIT": "100000/s", "RATE_LIMIT_BYTES": "0"}
HERE = pathlib.Path(__file__).parent
# Where it is 1, the kernel gives each session the same share of the processors, and 'nice' no longer tells the
# attackers, who would be on machines of their own, from the workers.
AUTOGROUP = pathlib.Path("/proc/sys/kernel/sched_autogroup_enabled")
KINDS = tuple(FLOORS)


class Victim:
    def __init__(self, url: str, token: str):
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
                        "Accept": "application/json, text/event-stream"}
        self.http = httpx.AsyncClient(timeout=30)
        self.random = random.Random(token)
        self.writes = 0

    async def post(self, body: dict) -> httpx.Response:
        return await self.http.post(self.url, json=body, headers=self.headers)

    async def prepare(self):
        answer = await self.post(initialize(RECENT, "victim"))
        self.headers["Mcp-Session-Id"] = answer.headers["Mcp-Session-Id"]
        for number in range(NOTES):
            await self.post(call("write_note", path=f"n{number}.md", body=f"A meadow, number {number}. " * 40))

    def request(self, kind: str) -> dict:
        path = f"n{self.random.randrange(NOTES)}.md"
        if kind == "ping":
            return message("ping", {})
        if kind == "read":
            return call("read_note", path=path)
        if kind == "search":
            return call("search_notes", query="meadow", limit=10)
        self.writes += 1
        return call("write_note", path=path, body=f"A meadow, written {self.writes} times. " * 40)

    async def run(self, phase: "Phase"):
        while not phase.is_over:
            for kind in KINDS:
                await asyncio.sleep(self.random.uniform(0.1, 0.4))
                start = time.monotonic()
                try:
                    answer = await self.post(self.request(kind))
                    good = answer.status_code == 200 and not answer.json()["result"].get("isError")
                    told = answer.text[:200]
                except httpx.HTTPError as error:
                    good, told = False, repr(error)
                phase.times[kind].append(1000 * (time.monotonic() - start))
                if not good:
                    phase.failures.append(f"{kind}: {told}")


class Phase:
    def __init__(self):
        self.times: dict[str, list[float]] = collections.defaultdict(list)
        self.failures: list[str] = []
        self.health: list[float] = []
        self.is_over = False

    async def run(self, victims: list[Victim], ports: list[int], seconds: float):
        tasks = [asyncio.create_task(victim.run(self)) for victim in victims]
        tasks += [asyncio.create_task(self.ask_health(f"http://127.0.0.1:{port}{path}"))
                  for port in ports for path in ("/health/live", "/health/ready")]
        await asyncio.sleep(seconds)
        self.is_over = True
        await asyncio.gather(*tasks)

    async def ask_health(self, url: str):
        async with httpx.AsyncClient(timeout=30) as http:
            while not self.is_over:
                start = time.monotonic()
                try:
                    status = (await http.get(url)).status_code
                except httpx.HTTPError as error:
                    status = repr(error)
                self.health.append(time.monotonic() - start)
                if status != 200:
                    self.failures.append(f"{url}: {status}")
                await asyncio.sleep(0.5)


class Fairness:
    def __init__(self, seconds: float, folder: pathlib.Path):
        self.seconds = seconds
        self.cluster = Cluster(folder / "cluster", workers=3, **OPEN)
        self.alone, self.attacked = Phase(), Phase()
        self.attackers: list[subprocess.Popen] = []
        self.counts: list[dict] = []
        self.resident: dict[str, float] = {}

    async def run(self):
        self.cluster.start(seconds=3600)
        victims = [Victim(self.cluster.url, self.cluster.token(f"victim{number:02}")) for number in range(VICTIMS)]
        for victim in victims:
            await victim.prepare()
        try:
            self.prepare_attackers()
            ports = [worker["port"] for worker in self.cluster.state["workers"].values()]
            await Phase().run(victims, ports, 5)
            await self.alone.run(victims, ports, self.seconds)
            self.tell_attackers("begin")
            began = time.monotonic()
            await self.attacked.run(victims, ports, self.seconds)
            self.attacked_seconds = time.monotonic() - began
            for attacker in self.attackers:
                attacker.send_signal(signal.SIGTERM)
            self.counts = [json.loads(attacker.communicate(timeout=60)[0]) for attacker in self.attackers]
        finally:
            for attacker in self.attackers:
                attacker.kill()
        for name in self.cluster.names:
            status = pathlib.Path(f"/proc/{self.cluster.pid(name)}/status").read_text()
            self.resident[name] = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024

    def prepare_attackers(self):
        for number in range(ATTACKERS):
            user = f"attacker{number}"
            tokens = {"own": self.cluster.token(user), "searcher": self.cluster.token(f"{user}s"),
                      "changing": self.cluster.token(f"{user}c"), "revoked": self.cluster.token(user)}
            self.cluster.checked("carrel", "token", "revoke", tokens["revoked"])
            self.attackers.append(subprocess.Popen(
                [*LEASH, "nice", "-n", "19", sys.executable, str(HERE / "attacker.py")], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(HERE)}))
            task = {"url": self.cluster.url, "tokens": tokens, "held": HELD, "pause": PAUSE}
            self.attackers[-1].stdin.write(json.dumps(task) + "\n")
            self.attackers[-1].stdin.flush()
        for attacker in self.attackers:
            if attacker.stdout.readline() != "prepared\n":
                raise SystemExit("An attacker did not start.")

    def tell_attackers(self, word: str):
        for attacker in self.attackers:
            attacker.stdin.write(word + "\n")
            attacker.stdin.flush()

    # What it tells.

    def report(self) -> list[str]:
        """Prints the figures; what is not as it must be."""
        return self.victims() + self.attacks() + self.workers()

    def victims(self) -> list[str]:
        problems = []
        print(f"\n{'victims':<10} {'alone':>7} {'p50 ms':>8} {'p99 ms':>8} {'attacked':>9} {'p50 ms':>8} {'p99 ms':>8}")
        for kind in KINDS:
            alone, attacked = self.alone.times[kind], self.attacked.times[kind]
            before, after = percentile(alone, 0.99), percentile(attacked, 0.99)
            print(f"{kind:<10} {len(alone):>7} {percentile(alone, 0.5):>8.1f} {before:>8.1f} "
                  f"{len(attacked):>9} {percentile(attacked, 0.5):>8.1f} {after:>8.1f}")
            if after > max(FACTOR * before, FLOORS[kind]):
                problems.append(f"p99 of {kind} is {after:.0f} ms, {before:.0f} ms alone")
        for name, phase in (("alone", self.alone), ("attacked", self.attacked)):
            print(f"{name}: {len(phase.failures)} failures, health within {max(phase.health):.2f} s")
            problems += phase.failures[:10]
            if max(phase.health) > HEALTH:
                problems.append(f"a health check took {max(phase.health):.1f} s")
        return problems

    def attacks(self) -> list[str]:
        problems = []
        print(f"\n{'attacks':<28} {'answers/s':>9} {'MiB/s':>7}  statuses")
        for kind, least in ((kind.name, kind.least) for kind in kinds()):
            statuses = collections.Counter()
            for count in self.counts:
                statuses.update(count[kind]["statuses"])
            rate = sum(statuses.values()) / self.attacked_seconds
            size = sum(count[kind]["bytes"] for count in self.counts) / self.attacked_seconds / 1024 / 1024
            broken = sum(count[kind]["errors"] for count in self.counts)
            print(f"{kind:<28} {rate:>9.1f} {size:>7.1f}  {dict(statuses)}" + (f", {broken} cut" if broken else ""))
            if rate < least:
                problems.append(f"only {rate:.1f} answers a second to: {kind}")
        return problems

    def workers(self) -> list[str]:
        print("\nresident at most: " + ", ".join(f"{name} {size:.0f} MiB" for name, size in self.resident.items()))
        return [f"{name} took {size:.0f} MiB" for name, size in self.resident.items() if size > RESIDENT]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak --fairness", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long they ask alone, and attacked (60)")
    parser.add_argument("--keep", action="store_true", help="keep the cluster's folder, with all logs")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-fairness-", dir="/tmp"))
    fairness = Fairness(arguments.seconds, folder)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    problems = ["it did not end"]
    try:
        try:
            asyncio.run(fairness.run())
        finally:
            fairness.cluster.stop()
        problems = fairness.report()
        for text in problems:
            print(f"  {text}")
        if problems and AUTOGROUP.exists() and AUTOGROUP.read_text().strip() == "1":
            print("Not judged, for the attackers take processors from the workers on this machine: "
                  "run it after sysctl -w kernel.sched_autogroup_enabled=0")
            problems = []
    except KeyboardInterrupt:
        return 130
    finally:
        if arguments.keep or problems:
            print(f"Everything is kept in {folder}")
        else:
            shutil.rmtree(folder)
    print("FAILED" if problems else "OK", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
