"""A worker that is killed in the middle of writing loses nothing that was acknowledged."""
import concurrent.futures
import threading

import httpx
from Harness.client import Client
from Harness.workers import Cluster

WRITES = 200
WRITERS = 4


def test_every_acknowledged_write_is_there():
    with Cluster(workers=2) as cluster:
        token = cluster.token("alice")
        acknowledged: dict[str, str] = {}
        lock = threading.Lock()
        half, killed = threading.Event(), threading.Event()

        def write(writer: int) -> int:
            failed = 0
            client = Client(cluster.workers[writer % 2], token)
            for number in range(WRITES // WRITERS):
                # Every tenth path is one that all writers fight over.
                path = f"shared{number}.md" if number % 10 == 0 else f"w{writer}/n{number}.md"
                body = f"# Note {number} of {writer}\n\nword{writer}x{number} [[shared0]] #t{writer}\n" + "x" * 2000
                try:
                    client.tool("write_note", {"path": path, "body": body})
                except (httpx.HTTPError, AssertionError):
                    failed += 1
                    # A client that gets no answer asks the other worker, which repairs what the killed one left.
                    client.tool("write_note", {"path": path, "body": body}, worker=cluster.workers[1])
                with lock:
                    acknowledged[path] = body
                if writer == 0 and number == WRITES // WRITERS // 3:
                    half.set()
                    # The kill meets those that write on, and this one when it does.
                    assert killed.wait(60)
            return failed

        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            running = [pool.submit(write, writer) for writer in range(WRITERS)]
            assert half.wait(60)
            cluster.workers[0].kill()
            killed.set()
            # It comes back while the others still write.
            cluster.workers[0].start()
            failed = sum(task.result(timeout=120) for task in running)
        assert failed > 0, "the worker was killed too late to matter"

        client = Client(cluster.workers[0], token)
        files = {
            str(file.relative_to(cluster.vault("alice"))): file.read_text()
            for file in cluster.vault("alice").rglob("*.md") if ".carrel" not in file.parts
        }
        assert set(acknowledged) == set(files) == set(client.paths())
        for path, body in acknowledged.items():
            note = client.tool("read_note", {"path": path})["note"]
            if not path.startswith("shared"):
                assert note["body"] == body and body in files[path]
                word = body.split()[5]
                found = client.tool("search_notes", {"query": word})["results"]
                assert [hit["path"] for hit in found] == [path], word
            assert note["body"].count("# Note") == 1
        # The index agrees with the files, note by note, and nothing half written is left.
        listed = {}
        for note in client.tool("list_notes", {"limit": 1000})["notes"]:
            listed[note["path"]] = note["revision"]
            assert note["size_bytes"] == len(files[note["path"]].encode())
        for path, revision in listed.items():
            assert client.tool("read_note", {"path": path})["note"]["revision"] == revision
        leftovers = [f for f in cluster.vault("alice").rglob("*") if f.is_file() and not f.name.endswith(".md")
                     and ".carrel" not in f.parts]
        assert leftovers == []
