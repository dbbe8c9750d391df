"""A worker that is killed in the middle of writing loses nothing that was acknowledged."""
import concurrent.futures
import threading

import httpx
from Harness.client import Client
from Harness.workers import Cluster

WRITES = 200
WRITERS = 4


class Writers:
    """Clients that write at the same time, half of them through each of two workers."""

    def __init__(self, cluster, token: str):
        self.cluster, self.token = cluster, token
        self.acknowledged: dict[str, str] = {}
        self.lock = threading.Lock()
        self.half, self.killed, self.met = threading.Event(), threading.Event(), threading.Event()

    def write(self, writer: int) -> int:
        """Gives how many of its writes failed at first."""
        failed = 0
        client = Client(self.cluster.workers[writer % 2], self.token)
        for number in range(WRITES // WRITERS):
            # Every tenth path is one that all writers fight over.
            path = f"shared{number}.md" if number % 10 == 0 else f"w{writer}/n{number}.md"
            body = f"# Note {number} of {writer}\n\nword{writer}x{number} [[shared0]] #t{writer}\n" + "x" * 2000
            try:
                client.tool("write_note", {"path": path, "body": body})
            except (httpx.HTTPError, AssertionError):
                failed += 1
                self.met.set()
                # A client that gets no answer asks the other worker, which repairs what the killed one left.
                client.tool("write_note", {"path": path, "body": body}, worker=self.cluster.workers[1])
            with self.lock:
                self.acknowledged[path] = body
            if writer == 0 and number == WRITES // WRITERS // 3:
                self.half.set()
                # The kill meets those that write on, and this one when it does.
                assert self.killed.wait(60)
        return failed

    def run(self) -> int:
        """Kills the first worker in the middle, and starts it again while the others still write."""
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            running = [pool.submit(self.write, writer) for writer in range(WRITERS)]
            assert self.half.wait(60)
            self.cluster.workers[0].kill()
            self.killed.set()
            assert self.met.wait(60), "the kill met no write"
            self.cluster.workers[0].start()
            return sum(task.result(timeout=120) for task in running)


def test_every_acknowledged_write_is_there():
    with Cluster(workers=2) as cluster:
        writers = Writers(cluster, cluster.token("alice"))
        assert writers.run() > 0
        client, vault = Client(cluster.workers[0], writers.token), cluster.vault("alice")
        files = {str(file.relative_to(vault)): file.read_text() for file in vault.rglob("*.md")
                 if ".carrel" not in file.parts}
        assert set(writers.acknowledged) == set(files) == set(client.paths())
        for path, body in writers.acknowledged.items():
            note = client.tool("read_note", {"path": path})["note"]
            if not path.startswith("shared"):
                assert note["body"] == body and body in files[path]
                word = body.split()[5]
                found = client.tool("search_notes", {"query": word})["results"]
                assert [hit["path"] for hit in found] == [path], word
            assert note["body"].count("# Note") == 1
        # The index agrees with the files, note by note, and nothing half written is left.
        for note in client.tool("list_notes", {"limit": 1000})["notes"]:
            assert note["size_bytes"] == len(files[note["path"]].encode())
            assert client.tool("read_note", {"path": note["path"]})["note"]["revision"] == note["revision"]
        leftovers = [f for f in vault.rglob("*") if f.is_file() and not f.name.endswith(".md")
                     and ".carrel" not in f.parts]
        assert leftovers == []
