"""Counters that both sides increment by if_match, while workers are killed, a machine is cut off, the server restarts."""
import contextlib
import itertools
import threading
import time

from Harness.processes import HarnessError, wait_until

from .judge import Attempt, Figure, judge_chain
from .lab import Lab
from .notes import Notes, word

PATHS = ["counter0.md", "counter1.md", "counter2.md"]
USER = "counters"
# Longer than any machine may take to come back.
PATIENCE = 60


class Writer(threading.Thread):
    """Increments one counter after another through one side."""

    def __init__(self, notes: Notes, number: int, done: threading.Event):
        super().__init__(daemon=True)
        self.notes = notes
        self.label = f"{notes.side.name}-{number}"
        self.done = done
        self.attempts: dict[str, list[Attempt]] = {path: [] for path in PATHS}
        self.acknowledged = 0

    def run(self):
        for number, path in zip(itertools.count(), itertools.cycle(PATHS)):
            if self.done.is_set():
                return
            base = self.notes.read(path)
            if not base.is_acknowledged:
                # A worker that is down refuses at once.
                time.sleep(0.2)
                continue
            text = f"{int(base.body.split()[0]) + 1} by {self.label} at {number}"
            answer = self.notes.write(path, text, base.revision)
            if not answer.is_refused:
                self.attempts[path].append(Attempt(text, base.body, answer.is_acknowledged))
            self.acknowledged += answer.is_acknowledged


class Counters:
    def __init__(self, lab: Lab):
        self.lab = lab
        self.sides = lab.open(USER)
        self.done = threading.Event()
        self.writers = [Writer(notes, number, self.done) for notes in self.sides for number in range(2)]
        # Seconds until both sides had writes acknowledged again.
        self.silences: dict[str, float] = {}
        self.stuck: list[str] = []
        self.starved: list[str] = []

    def count(self, side: int) -> int:
        return sum(writer.acknowledged for writer in self.writers if writer.notes is self.sides[side])

    def await_more(self, count: int, name: str = ""):
        """Waits until both sides have had so many more increments acknowledged."""
        least = [self.count(side) + count for side in (0, 1)]
        try:
            wait_until(lambda: all(self.count(side) >= least[side] for side in (0, 1)), "more increments", PATIENCE, 0.05)
        except HarnessError:
            # On a busy machine the calm may end before there were so many.
            if name:
                self.starved.append(f"{name}: {self.count(0)} and {self.count(1)}")

    def await_recovery(self, name: str):
        """Waits until both sides have a note acknowledged that no other side writes, while the increments go on."""
        began = time.monotonic()
        for notes in self.sides:
            text = word()
            while not notes.write(f"alive-{notes.side.name}.md", text).is_acknowledged:
                if time.monotonic() - began > PATIENCE:
                    self.stuck.append(f"{name}: {notes.side.name}")
                    break
                time.sleep(0.05)
        self.silences[name] = time.monotonic() - began

    def run(self, calm: int):
        for path in PATHS:
            self.sides[0].write(path, "0")
        for writer in self.writers:
            writer.start()
        self.await_more(calm)
        for name, disturb in self.disturbances():
            print(f"  {name} ...", flush=True)
            disturb()
            self.await_recovery(name)
            self.await_more(3, name)
            self.await_more(max(3, calm // 4))
        self.done.set()
        for writer in self.writers:
            writer.join(timeout=90)

    def disturbances(self):
        one, two = self.lab.sides
        yield "kill -9 of one worker", lambda: self.kill(one)
        yield "kill -9 of the other", lambda: self.kill(two)
        yield "5 s cut off", lambda: self.cut(one, 5)
        yield "20 s cut off", lambda: self.cut(two, 20)
        yield "the server restarted", self.lab.restart_server

    @staticmethod
    def kill(side):
        side.kill()
        side.launch()

    @staticmethod
    def cut(side, seconds: float):
        side.cut()
        time.sleep(seconds)
        side.mend()

    def judge(self) -> list[Figure]:
        lost, doubled, differing, acknowledged = [], [], [], 0
        for path in PATHS:
            attempts = [attempt for writer in self.writers for attempt in writer.attempts[path]]
            last = self.lab.text(USER, path)
            if not all(notes.read(path).body == last for notes in self.sides):
                differing.append(path)
            of_path = judge_chain(attempts, last)
            lost += of_path[0]
            doubled += of_path[1]
            acknowledged += sum(attempt.is_acknowledged for attempt in attempts)
        well = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.silences.items())
        return [Figure("acknowledged increments lost", len(lost), acknowledged, lost[0].text if lost else ""),
                Figure("bases from which two were acknowledged", len(doubled), acknowledged, doubled[0] if doubled else ""),
                Figure("counters that a side reads differently from the disk", len(differing), len(PATHS)),
                Figure(f"times that one side had no write acknowledged in {PATIENCE} s", len(self.stuck), len(self.silences),
                       "; ".join(self.stuck)),
                Figure(f"times that one side had no more increments in {PATIENCE} s", len(self.starved), len(self.silences),
                       "; ".join(self.starved)),
                Figure("longest silence in seconds", round(max(self.silences.values(), default=0)), None, well, False)]


def check(lab: Lab, calm: int) -> list[Figure]:
    counters = Counters(lab)
    with contextlib.ExitStack() as stack:
        stack.callback(counters.done.set)
        counters.run(calm)
    return counters.judge()
