"""A vault is replaced by an import, and a user is deleted, on one side, while both sides write."""
import itertools
import threading
import time

from Harness.processes import HarnessError

from .judge import Figure, Tally
from .lab import Lab
from .notes import Notes, Refused, word


class Writer(threading.Thread):
    """Writes one new note after another through one side."""

    def __init__(self, notes: Notes, prefix: str):
        super().__init__(daemon=True)
        self.notes = notes
        self.prefix = prefix
        self.done = threading.Event()
        # By path: when the write began, and its text; only acknowledged ones.
        self.written: dict[str, tuple[float, str]] = {}

    def run(self):
        for number in itertools.count():
            if self.done.is_set():
                return
            path, text, began = f"{self.prefix}{number}.md", word(), time.monotonic()
            if self.notes.write(path, text).is_acknowledged:
                self.written[path] = (began, text)
            else:
                time.sleep(0.1)

    def end(self):
        self.done.set()
        self.join(timeout=90)


def carrel(notes: Notes, tally: Tally, *words: str):
    try:
        notes.side.carrel(*words, seconds=120)
    except HarnessError as error:
        tally.add("commands that failed", str(error))


def import_under_writers(lab: Lab, tally: Tally, after: float) -> int:
    """Gives how many acknowledged writes began after the import had ended."""
    user = "imported"
    one, two = lab.open(user)
    kept = one.write("kept.md", word())
    two.read("kept.md")
    place = f"/tmp/export-{one.side.name}"
    one.side.run(f"rm -rf {place}")
    one.side.carrel("user", "export", "--user", user, "--output", place)
    # An export for an operator has the vault in a folder of its own, beside what Redis had.
    writers = [Writer(notes, f"during-{notes.side.name}-") for notes in (one, two)]
    for writer in writers:
        writer.start()
    time.sleep(after / 2)
    carrel(one, tally, "user", "import", "--user", user, "--input", f"{place}/vault", "--replace")
    ended = time.monotonic()
    time.sleep(after)
    for writer in writers:
        writer.end()
    on_disk, later = lab.files(user), 0
    if on_disk.get("kept.md") != kept.revision:
        tally.add("imported notes that are not there", "kept.md")
    for path, (began, _) in itertools.chain(*(writer.written.items() for writer in writers)):
        if began < ended:
            continue
        later += 1
        if path not in on_disk:
            tally.add("writes after an import that are in the folder put aside", path)
    return later


def delete_under_writers(lab: Lab, tally: Tally, after: float) -> int:
    user = "deleted"
    one, two = lab.open(user)
    for number in range(3):
        one.write(f"old{number}.md", word())
    two.read("old0.md")
    writers = [Writer(notes, f"before-{notes.side.name}-") for notes in (one, two)]
    for writer in writers:
        writer.start()
    time.sleep(after / 2)
    carrel(one, tally, "user", "delete", "--user", user, "--yes")
    for writer in writers:
        writer.end()
    # Tokens of the second in which the user was deleted are refused.
    time.sleep(2)
    one, two = lab.open(user)
    written = {f"new{number}.md": notes.write(f"new{number}.md", word()) for number, notes in enumerate([one, two] * 5)}
    revisions = {path: answer.revision for path, answer in written.items() if answer.is_acknowledged}
    for notes in (one, two):
        try:
            for path in notes.list().keys() - written.keys():
                tally.add("deleted notes that a list still has", f"{path} on {notes.side.name}")
        except Refused as refusal:
            tally.add("calls after a deletion refused", str(refusal))
        for path, revision in revisions.items():
            if notes.read(path).revision != revision:
                tally.add("notes after a deletion that are not read", f"{path} on {notes.side.name}")
    on_disk = lab.files(user)
    for path in revisions:
        if path not in on_disk:
            tally.add("notes after a deletion that are not on the disk", path)
    if len(revisions) < len(written):
        tally.add("calls after a deletion refused", str({answer.error for answer in written.values()}))
    return len(written)


def check(lab: Lab, after: float) -> list[Figure]:
    tally = Tally()
    later = import_under_writers(lab, tally, after)
    new = delete_under_writers(lab, tally, after)
    return [tally.figure("writes after an import that are in the folder put aside", later),
            tally.figure("imported notes that are not there", 1),
            tally.figure("deleted notes that a list still has"),
            tally.figure("notes after a deletion that are not read", 2 * new),
            tally.figure("notes after a deletion that are not on the disk", new),
            tally.figure("calls after a deletion refused", new), tally.figure("commands that failed", 2)]
