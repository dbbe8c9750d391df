"""A cluster under many clients while workers are killed, restarted, added and taken out, and Redis is killed.

    scripts/soak [--seconds 180] [--keep]

Three workers behind nginx, a hundred clients: plain ones, the official Python SDK, and wrk at a bounded pace. Then:

  steady            nothing is done; no request fails
  kills             a worker is killed every 10 seconds; only what it was at fails, with 502
  rolling restart   every worker is drained and started again, one after another; no request fails
  scaling           to 5 workers, to 2, and to 3 again (in short: to 4 and to 3); no request fails
  Redis killed      with SIGKILL, down for 2 seconds, back with its append-only file; only 503 meanwhile
  steady again      nothing is done; no request fails

At the end every note is read back, through nginx and from the disk, and compared with the responses of its writer. The exit
status says whether all is as it must be, and whether enough was done to say so.
"""
import argparse
import asyncio
import collections
import json
import logging
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time

import httpx
from clients import PlainClient, SDKClient
from cluster import Cluster, until
from Harness.processes import LEASH
from Harness.redis import answers_ping
from ledger import Ledger, Outage, Service
from notes import body, strangers, token_in
from report import report
from visitor import Visitor

USERS, READERS = [f"user{number:02}" for number in range(10)], ["user90", "user91"]
PLAIN, SDK, WRK = 50, 30, 10
HERE = pathlib.Path(__file__).parent
BUILT = 3600  # seconds, for a release may have to be built before the cluster starts


class Soak:
    def __init__(self, seconds: float, folder: pathlib.Path):
        self.folder = folder
        self.cluster = Cluster(folder / "cluster", workers=3)
        self.ledger = Ledger()
        self.visitors: list[Visitor] = []
        self.tokens: dict[str, str] = {}
        self.done = asyncio.Event()
        # Acknowledged writes that the workers' logs tell of; the last lines of a killed worker are lost.
        self.logged = 0
        # Restarts and scaling take what they take: 5 seconds of draining for each worker or step, and a start.
        self.scales = [5, 2, 3] if seconds >= 90 else [4, 3]
        rest = max(16.0, seconds - 22 - 7 * (len(self.scales) - 1))
        self.steady, self.kills, self.redis = max(2.0, 0.1 * rest), max(6.0, 0.6 * rest), max(6.0, 0.2 * rest)
        self.every = min(10.0, self.kills / 2)
        self.ledger.kills_planned = int(self.kills / self.every)

    async def run(self):
        began = time.monotonic()
        # Here and not in another thread: what is on a leash ends with the thread that started it.
        self.cluster.start(seconds=BUILT)
        for user in USERS + READERS:
            self.tokens[user] = await asyncio.to_thread(self.cluster.token, user)
        await self.prepare_reads()
        self.make_visitors()
        async with asyncio.TaskGroup() as group:
            for visitor in self.visitors:
                group.create_task(visitor.run(self.done))
            try:
                await until(lambda: all(visitor.sessions for visitor in self.visitors), "every client has a session")
                await self.phases()
            finally:
                self.done.set()
        print(f"verifying {sum(len(visitor.notes) for visitor in self.visitors)} notes ...", flush=True)
        await self.verify()
        print(f"took {time.monotonic() - began:.0f} s", flush=True)

    async def phases(self):
        await self.phase("steady", self.steady, asyncio.sleep(self.steady))
        await self.phase("kills", self.kills, self.kill_workers())
        await self.phase("rolling restart", 7 * 3, self.restart_workers())
        await self.phase("scaling", 7 * len(self.scales), self.scale_workers(), keeps_connections=False)
        await self.phase("Redis killed", self.redis, self.kill_redis())
        await self.phase("steady again", self.steady, asyncio.sleep(self.steady))

    async def phase(self, name: str, planned: float, work, keeps_connections: bool = True):
        with self.ledger.phase(name, planned) as phase:
            readers = [await self.start_wrk(user, keeps_connections) for user in READERS]
            try:
                await work
                await until(lambda: self.ledger.is_answered(phase), f"answers in '{name}'")
            finally:
                for reader in readers:
                    reader.send_signal(signal.SIGINT)
                for reader in readers:
                    output = (await reader.communicate())[0].decode()
                    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", output)
                    if not found:
                        self.ledger.problem(f"wrk said: {output}")
                        continue
                    for what, count in zip(("200", "wrong", "502", "503", "other", "broken"), map(int, found.groups())):
                        phase.wrk[what] += count
            if phase.wrk["wrong"]:
                self.ledger.stranger(f"wrk was given {phase.wrk['wrong']} wrong answers in '{name}'")
            if phase.wrk["other"] or phase.wrk["broken"]:
                self.ledger.problem(f"wrk in '{name}': {dict(phase.wrk)}")

    # What is done to the cluster.

    async def kill_workers(self):
        end = time.time() + self.kills
        for turn in range(self.ledger.kills_planned):
            next_turn = time.time() + self.every
            await asyncio.sleep(self.every / 2)
            name = self.cluster.names[turn % len(self.cluster.names)]
            killed, dead = await asyncio.to_thread(self.cluster.kill, name)
            outage = Outage(name, self.cluster.address(name), killed, dead)
            self.ledger.kills.append(outage)
            outage.ready = await asyncio.to_thread(self.cluster.await_ready, name)
            await asyncio.sleep(max(0.0, next_turn - time.time()))
        # What follows must not be blamed on the last one.
        await asyncio.sleep(max(2.0, end - time.time()))

    async def restart_workers(self):
        for line in (await asyncio.to_thread(self.cluster.checked, "restart")).splitlines():
            print(f"  {line}", flush=True)

    async def scale_workers(self):
        services = {name: Service(name, self.cluster.address(name)) for name in self.cluster.names}
        for count in self.scales:
            before = set(self.cluster.names)
            for line in (await asyncio.to_thread(self.cluster.scale, count)).splitlines():
                print(f"  {line}", flush=True)
            after = set(self.cluster.names)
            for name in after - before:
                services[name] = Service(name, self.cluster.address(name), added=time.time())
            for name in before - after:
                services[name].left = time.time()
            self.ledger.services += [services[name] for name in sorted(before ^ after)
                                     if services[name] not in self.ledger.services]
            await asyncio.sleep(2)

    async def kill_redis(self):
        end = time.time() + self.redis
        await asyncio.sleep(1)
        self.ledger.redis = Outage("redis", "", time.time())
        await asyncio.to_thread(self.cluster.checked, "kill", "redis", "--down", "2")
        await until(lambda: answers_ping(self.cluster.state["socket"]), "Redis is back")
        self.ledger.redis.ready = time.time()
        self.ledger.redis.workers_ready = await asyncio.to_thread(self.cluster.await_all_ready)
        await asyncio.sleep(max(3.0, end - time.time()))

    # Clients.

    def make_visitors(self):
        for number in range(PLAIN + SDK):
            user = USERS[number % len(USERS)]
            if number < PLAIN:
                client, pause = PlainClient(self.cluster.url, self.tokens[user]), (0.1, 0.4)
            else:
                # The SDK needs ten times the processor of a plain client: on two cores it must not be the load.
                client, pause = SDKClient(self.cluster.url, self.tokens[user]), (1.0, 3.0)
            self.visitors.append(Visitor(number, user, client, self.ledger, pause, keeps_session=number % 2 == 0))

    async def prepare_reads(self):
        """Notes for wrk, and the requests that read them."""
        async with httpx.AsyncClient(timeout=30) as http:
            for user in READERS:
                calls = [("list_notes", {"limit": 20}), ("search_notes", {"query": "meadow", "limit": 10}),
                         ("get_tags", {})]
                for number in range(20):
                    path = f"{user}/r{number}.md"
                    await self.call(http, user, "write_note", {"path": path, "body": body(user, f"r{number}")})
                    calls.append(("read_note", {"path": path}))
                lines = [json.dumps(self.message(*call)) + "\n" for call in calls]
                (self.folder / f"{user}.jsonl").write_text("".join(lines))

    async def start_wrk(self, user: str, keeps_connections: bool):
        """A reload of nginx ends connections after an answer; wrk would call each a failure, so it makes new ones."""
        environment = {**os.environ, "TOKEN": self.tokens[user], "OWNER": user,
                       "CONNECTION": "keep-alive" if keeps_connections else "close",
                       "BODIES": str(self.folder / f"{user}.jsonl")}
        return await asyncio.create_subprocess_exec(
            *LEASH, "wrk", "-t", "1", "-c", str(WRK), "-d", "900s", "--timeout", "40s", "-s", str(HERE / "reads.lua"),
            self.cluster.url, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)

    @staticmethod
    def message(tool: str, arguments: dict) -> dict:
        return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}

    async def call(self, http: httpx.AsyncClient, user: str, tool: str, arguments: dict) -> dict:
        headers = {"Authorization": f"Bearer {self.tokens[user]}"}
        answer = await http.post(self.cluster.url, json=self.message(tool, arguments), headers=headers)
        if answer.status_code != 200:
            self.ledger.problem(f"{tool} of {user} was answered {answer.status_code}: {answer.text[:200]}")
            return {}
        others = strangers(answer.text, user)
        if others:
            self.ledger.stranger(f"{tool} of {user} was answered with {others}")
        return answer.json()["result"].get("structuredContent", {})

    # Was everything kept?

    async def verify(self):
        limit = asyncio.Semaphore(8)
        async with httpx.AsyncClient(timeout=30) as http:
            for user in USERS:
                await self.verify_user(http, user, limit)
        written: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
        for event in self.cluster.audit("note_written"):
            written[event["path"]][event["revision"]] += 1
        for visitor in self.visitors:
            for note in visitor.notes.values():
                seen = written[note.path]
                known = sum(1 for revision in note.acknowledged if seen[revision])
                unknown = sum(seen.values()) - known
                self.logged += known
                if sum(seen.values()) > note.sent or unknown > note.sent - len(note.acknowledged):
                    self.ledger.problem(f"{note.path} was written {sum(seen.values())} times by {note.sent} requests, "
                                        f"{len(note.acknowledged)} of them acknowledged")

    async def verify_user(self, http: httpx.AsyncClient, user: str, limit: asyncio.Semaphore):
        own = [visitor for visitor in self.visitors if visitor.user == user]
        notes = {note.path: note for visitor in own for note in visitor.notes.values()}
        vault = self.cluster.data / "vaults" / user
        # A write after all others lets the vault repair what a killed worker may have left.
        await self.call(http, user, "write_note", {"path": "last.md", "body": body(user, "last")})
        listed, cursor = {}, {}
        while True:
            page = await self.call(http, user, "list_notes", {"limit": 1000, **cursor})
            listed.update({note["path"]: note["revision"] for note in page.get("notes", [])})
            if not page.get("next_cursor"):
                break
            cursor = {"cursor": page["next_cursor"]}
        files = {str(file.relative_to(vault)) for file in vault.rglob("*.md") if ".carrel" not in file.parts}
        if files != set(listed):
            self.ledger.lost(f"{user}: files and list differ in {sorted(files ^ set(listed))[:10]}")
        left = [file.name for file in vault.rglob("*") if file.is_file() and not file.name.endswith(".md")
                and ".carrel" not in file.parts]
        if left:
            self.ledger.problem(f"{user}: left over: {left[:10]}")

        async def verify_note(note):
            async with limit:
                read = await self.call(http, user, "read_note", {"path": note.path})
            found = read["note"] if "note" in read else None
            token = token_in(found["body"]) if found else None
            if token not in note.possible():
                self.ledger.lost(f"{note.path} holds {token}, not one of {note.possible()}")
            elif found and found["revision"] != listed.get(note.path):
                self.ledger.lost(f"{note.path}: the index has another revision")
            elif note.is_settled and found and found["revision"] != note.revision:
                self.ledger.lost(f"{note.path}: {found['revision']} instead of {note.revision}, which was acknowledged")
            on_disk = token_in((vault / note.path).read_text()) if (vault / note.path).exists() else None
            if on_disk != token:
                self.ledger.lost(f"{note.path} holds {on_disk} on the disk, but was read as {token}")
        await asyncio.gather(*(verify_note(note) for note in notes.values()))


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=180, help="how long, about; at least 40 (180)")
    parser.add_argument("--keep", action="store_true", help="keep the cluster's folder, with all logs")
    arguments = parser.parse_args()
    # The SDK says itself what the summary counts.
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carrel-soak-", dir="/tmp"))
    soak = Soak(arguments.seconds, folder)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    good = keep = False
    try:
        try:
            asyncio.run(soak.run())
        finally:
            code = soak.cluster.stop()
        good = report(soak, code)
        keep = arguments.keep or not good
    except KeyboardInterrupt:
        return 130
    except BaseException:
        keep = True
        raise
    finally:
        if keep:
            print(f"Everything is kept in {folder}")
        else:
            shutil.rmtree(folder)
    print("OK" if good else "FAILED", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
