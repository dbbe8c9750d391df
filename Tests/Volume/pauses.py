"""A worker is held inside a write, its machine stands still, the other side takes over and writes; then it goes on."""
import collections
import concurrent.futures
import time

from Harness.processes import wait_until

from .judge import Figure, Tally
from .lab import Lab
from .notes import Answer, Notes, Refused, word

# A machine that stands still for longer than this has lost its vault to the other.
PATIENCE = 30


class Pauses:
    def __init__(self, lab: Lab):
        self.lab = lab
        self.tally = Tally()
        self.longest = 0.0
        self.held = 0

    def run(self, user: str, operations: dict):
        one, two = self.lab.open(user)
        for name, operation in operations.items():
            for call, number in self.steps(one, name, operation):
                self.pause(one, two, f"{name}-{call}-{number}.md", operation, call, number)

    def steps(self, one: Notes, name: str, operation) -> list[tuple[str, int]]:
        """The calls that an operation makes, in their order, numbered by their names."""
        path = f"{name}.md"
        base = one.write(path, word())
        one.side.trace()
        operation(one, path, base.revision)
        counts, steps = collections.Counter(), []
        for call in one.side.untrace():
            counts[call] += 1
            steps.append((call, counts[call]))
        return steps

    def pause(self, one: Notes, two: Notes, path: str, operation, call: str, number: int):
        base = one.write(path, word())
        two.read(path)
        one.side.trace(call, number)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            late = pool.submit(operation, one, path, base.revision)
            try:
                # It is done without a pause where another thread made the call this time.
                wait_until(lambda: late.done() or one.side.is_held(), f"{path} is held", pause=0)
                if late.done():
                    return
                one.side.freeze()
                try:
                    answer, text = self.take_over(two, path)
                finally:
                    one.side.thaw()
                first = late.result()
            finally:
                one.side.untrace()
        self.held += 1
        self.judge(one, two, path, base, first, answer, text)

    def take_over(self, two: Notes, path: str) -> tuple[Answer, str]:
        """Writes over what the other side has left there, as soon as it can be done."""
        began = time.monotonic()
        while True:
            found = two.read(path)
            base = found.revision if found.is_acknowledged else "none" if found.error == "not_found" else None
            text = word()
            answer = two.write(path, text, base, seconds=20) if base else found
            seconds = time.monotonic() - began
            if answer.is_acknowledged or seconds > PATIENCE:
                self.longest = max(self.longest, seconds)
                return answer, text

    def judge(self, one: Notes, two: Notes, path: str, base: Answer, first: Answer, second: Answer, text: str):
        if not second.is_acknowledged:
            return self.tally.add(f"take-overs that failed within {PATIENCE} s", f"{path}: {second.error}")
        on_disk = self.lab.files(f"{one.user}").get(path)
        if on_disk != second.revision:
            self.tally.add("texts of the other side destroyed by a late write", f"{path}, which was answered {first.error}")
            return None
        for notes in (one, two):
            try:
                agrees = (notes.read(path).body == text and notes.list().get(path) == second.revision
                          and notes.find(text) == [path])
                reason = ""
            except Refused as refusal:
                agrees, reason = False, f": {refusal}"
            if not agrees:
                self.tally.add("reads, lists or searches that differ afterwards", f"{path} on {notes.side.name}{reason}")


def check(lab: Lab) -> list[Figure]:
    pauses = Pauses(lab)
    pauses.run("pauses", {"replace": lambda notes, path, base: notes.write(path, word(), base),
                          "delete": lambda notes, path, base: notes.delete(path, base)})
    return [pauses.tally.figure("texts of the other side destroyed by a late write", pauses.held),
            pauses.tally.figure("reads, lists or searches that differ afterwards", pauses.held),
            pauses.tally.figure(f"take-overs that failed within {PATIENCE} s", pauses.held),
            Figure("longest take-over in seconds", round(pauses.longest), None, "", False)]
