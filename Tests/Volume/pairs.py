"""A write on one side, acknowledged; then read, list and search on the other."""
import collections
import concurrent.futures
import random

from .judge import Figure, Tally
from .lab import Lab
from .notes import Notes, Refused, word

USERS = 4
# Few, so that the other side has looked at each of them before.
PATHS = 12
FAILED = "calls that failed"


class Unsettled(Exception):
    """A write was not acknowledged: it may have been carried out or not."""

    def __init__(self, name: str, example: str):
        self.name = name
        self.example = example


class Pairs:
    def __init__(self, user: str, sides: list[Notes], tally: Tally):
        self.user = user
        self.sides = sides
        self.tally = tally
        self.random = random.Random(user)
        # How often it became unknown what a place holds.
        self.unsettled: collections.Counter = collections.Counter()
        # What each path holds: a word and a revision.
        self.held: dict[str, tuple[str, str]] = {}

    def run(self, count: int):
        for number in range(count):
            writer, reader = self.sides if number % 2 else self.sides[::-1]
            place = f"folder{self.random.randrange(3)}/note{self.random.randrange(PATHS)}"
            path = f"{place}{'x' * self.unsettled[place]}.md"
            # The other side has looked at a name before it appears, and at a note before it changes.
            if path not in self.held or self.random.random() < 0.3:
                self.read(reader, path, "before a write")
            try:
                if path in self.held and self.random.random() < 0.3:
                    self.delete(writer, reader, path)
                else:
                    self.write(writer, reader, path)
            except Refused as refusal:
                self.tally.add(FAILED, str(refusal))
            except Unsettled as unsettled:
                # What the path holds now is unknown: goes on with another in its place.
                self.tally.add(unsettled.name, unsettled.example)
                self.unsettled[place] += 1

    def write(self, writer: Notes, reader: Notes, path: str):
        text = word()
        answer = writer.write(path, f"{text} written by {writer.side.name}")
        if not answer.is_acknowledged:
            raise Unsettled(FAILED, f"write on {writer.side.name}: {answer.error}")
        self.held[path] = (text, answer.revision)
        self.read(reader, path, "after a write")
        listed = reader.list().get(path)
        if listed is None:
            self.tally.add("lists without an acknowledged note", path)
        elif listed != answer.revision:
            self.tally.add("lists with an older revision", path)
        if path not in reader.find(text):
            self.tally.add("searches without an acknowledged note", path)

    def delete(self, writer: Notes, reader: Notes, path: str):
        answer = writer.delete(path)
        if answer.error == "not_found":
            raise Unsettled("deletes of an acknowledged note refused as not found", path)
        if not answer.is_acknowledged:
            raise Unsettled(FAILED, f"delete on {writer.side.name}: {answer.error}")
        text, _ = self.held.pop(path)
        self.read(reader, path, "after a delete")
        if path in reader.list():
            self.tally.add("lists with a deleted note", path)
        if path in reader.find(text):
            self.tally.add("searches with a deleted note", path)

    def read(self, reader: Notes, path: str, when: str):
        answer = reader.read(path)
        expected = self.held.get(path)
        if answer.error not in (None, "not_found"):
            self.tally.add(FAILED, f"read on {reader.side.name}: {answer.error}")
        elif expected is None:
            if answer.is_acknowledged:
                self.tally.add("reads of a deleted note", f"{path} {when}")
        elif not answer.is_acknowledged:
            self.tally.add("reads without an acknowledged note", f"{path} {when}")
        elif answer.revision != expected[1]:
            self.tally.add("reads of an older revision", f"{path} {when}")


NAMES = ["reads without an acknowledged note", "reads of an older revision", "reads of a deleted note",
         "lists without an acknowledged note", "lists with an older revision", "lists with a deleted note",
         "searches without an acknowledged note", "searches with a deleted note",
         "deletes of an acknowledged note refused as not found", FAILED]


def check(lab: Lab, count: int) -> list[Figure]:
    tally = Tally()
    each = max(1, count // USERS)
    runs = [Pairs(f"pairs{number}", lab.open(f"pairs{number}"), tally) for number in range(USERS)]
    with concurrent.futures.ThreadPoolExecutor(USERS) as pool:
        for task in [pool.submit(run.run, each) for run in runs]:
            task.result()
    return [tally.figure(name, each * USERS) for name in NAMES]
