"""Workers are killed at random moments while all of them write the same notes: what a write was answered holds."""
import concurrent.futures
import dataclasses
import itertools
import os
import pathlib
import random
import threading
import time

import httpx
import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.workers import Cluster

KILLS = int(os.environ.get("CARREL_TEST_KILLS", "12"))
WRITERS = 6
PATHS = [f"shared{number}.md" for number in range(8)]


@dataclasses.dataclass
class Write:
    """One request: it took effect, if at all, between start and end (a killed worker does nothing after its death)."""
    path: str
    text: str
    start: float
    end: float = float("inf")
    is_acknowledged: bool = False


def possible(writes: list[Write]) -> set[str]:
    """What a note may hold at last: a write that no acknowledged one came wholly after."""
    return {w.text for w in writes
            if not any(other.is_acknowledged and other.start > w.end for other in writes)}


def await_acknowledged(history: list[list[Write]], count: int):
    """Waits until so many more writes have been acknowledged."""
    def acknowledged() -> int:
        return sum(write.is_acknowledged for writes in history for write in list(writes))
    least = acknowledged() + count
    wait_until(lambda: acknowledged() >= least, "more writes", pause=0.001)


def test_the_judge_knows_what_is_lost():
    first, second = Write("a", "1", 0, 1, True), Write("a", "2", 2, 3, True)
    assert possible([first, second]) == {"2"}
    assert possible([first, Write("a", "3", 0.5, 4, True)]) == {"1", "3"}
    assert possible([first, Write("a", "4", 2, 3, False)]) == {"1", "4"}


def write_until(done: threading.Event, cluster, token: str, writer: int, own: list[Write]):
    """Writes notes that others write too, through workers that may be down."""
    choice = random.Random(writer)
    clients = [Client(worker, token) for worker in cluster.workers]
    for number in itertools.count(1):
        if done.is_set():
            return
        path = choice.choice(PATHS)
        text = f"words of {writer} number {number}"
        one = Write(path, text, time.monotonic())
        own.append(one)
        try:
            choice.choice(clients).tool("write_note", {"path": path, "body": text + "\n" + "x" * 3000})
            one.is_acknowledged = True
        except (httpx.HTTPError, AssertionError):
            time.sleep(0.01)
        one.end = time.monotonic()


def is_enough(history: list[list[Write]]) -> bool:
    """Whether there are enough writes to say anything, and a kill has met one."""
    ended = [one.is_acknowledged for writes in history for one in list(writes) if one.end < float("inf")]
    return sum(ended) > 20 * KILLS and not all(ended)


def kill_at_random(cluster, history: list[list[Write]]):
    """Kills workers at random moments while all write."""
    generator = random.Random(20261124)
    for kill in itertools.count():
        await_acknowledged(history, generator.randint(5, 40))
        if kill >= KILLS and is_enough(history):
            return
        worker = generator.choice(cluster.workers)
        worker.kill()
        worker.start()


@pytest.mark.parametrize("journal, volume", [("wal", "local"), ("rollback", "local"), ("rollback", "shared")])
def test_no_acknowledged_write_is_lost(journal, volume, figure):
    with Cluster(workers=3, JOURNAL_MODE=journal, VOLUME=volume) as cluster:
        token = cluster.token("alice")
        done = threading.Event()
        history: list[list[Write]] = [[] for _ in range(WRITERS)]
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            running = [pool.submit(write_until, done, cluster, token, writer, history[writer]) for writer in range(WRITERS)]
            try:
                kill_at_random(cluster, history)
            finally:
                done.set()
            for task in running:
                task.result(timeout=120)
        writes = [write for one in history for write in one]
        figure(f"{KILLS} kills, {len(writes)} writes, {sum(not w.is_acknowledged for w in writes)} unanswered")
        client = Client(cluster.workers[0], token)
        # Repairs run with the next write.
        client.tool("write_note", {"path": "last.md", "body": "last"})
        check_notes(client, cluster.vault("alice"), writes)
        check_index(client, cluster.vault("alice"))


def check_notes(client, vault: pathlib.Path, writes: list[Write]):
    """Each note holds what it may hold at last, on the disk, read and found alike."""
    lost = {}
    for path in PATHS:
        of_path = [write for write in writes if write.path == path]
        text = client.tool("read_note", {"path": path})["note"]["body"].partition("\n")[0]
        assert text in (vault / path).read_text()
        if text not in possible(of_path):
            lost[path] = (text, sorted(of_path, key=lambda w: w.start)[-12:])
        found = client.tool("search_notes", {"query": f'"{text}"', "limit": 50})["results"]
        assert path in [hit["path"] for hit in found], (path, text)
    assert lost == {}


def check_index(client, vault: pathlib.Path):
    """Index and files agree, and nothing half written is left."""
    for listed in client.tool("list_notes", {"limit": 100})["notes"]:
        read = client.tool("read_note", {"path": listed["path"]})["note"]
        assert listed["revision"] == read["revision"]
    files = [f for f in vault.rglob("*") if f.is_file()]
    assert not [f for f in files if f.name.endswith((".tmp", ".intent"))]
