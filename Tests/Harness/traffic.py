"""Requests that go on while a test breaks something, until all is well again."""
import collections
import itertools
import threading
import time

from .processes import PATIENCE, wait_until

# So many answers of each who asks, before anything is done and after it is over.
BEFORE, AFTER = 25, 50
# So many answers of 200 of all together.
REQUESTS = 1200
# Seconds that neither an answer nor recovery takes on any machine, unless something hangs.
LONGEST = 30


class Asker(threading.Thread):
    """Calls `ask` again and again, each time with the next number; it gives the status of an answer."""

    def __init__(self, ask, pause: float):
        super().__init__(daemon=True)
        self.ask, self.pause = ask, pause
        self.stopping = threading.Event()
        self.answers: list[tuple[float, float, int]] = []
        self.error: BaseException | None = None

    def run(self):
        for number in itertools.count():
            start = time.monotonic()
            try:
                status = self.ask(number)
            except BaseException as error:
                self.error = error
                return
            self.answers.append((start, time.monotonic(), status))
            if self.stopping.wait(self.pause):
                return


class Traffic:
    """From `with`, which has the first answers, to the end of it."""

    def __init__(self, asks: list, pause: float = 0.005):
        self.askers = [Asker(ask, pause) for ask in asks]
        self.over = float("inf")

    def __enter__(self):
        for asker in self.askers:
            asker.start()
        self.await_more(BEFORE)
        return self

    def __exit__(self, *failure):
        for asker in self.askers:
            asker.stopping.set()
        for asker in self.askers:
            asker.join(timeout=PATIENCE)
            assert failure[0] or not asker.is_alive(), "a request hangs"
        if failure[0] is None:
            self.raise_error()

    def raise_error(self) -> bool:
        """Raises what ended one of those who ask; otherwise True."""
        for asker in self.askers:
            if asker.error:
                raise asker.error
        return True

    def await_more(self, count: int):
        """Waits until each who asks has so many more answers."""
        least = [len(asker.answers) + count for asker in self.askers]
        wait_until(lambda: self.raise_error() and all(
            len(asker.answers) >= number for asker, number in zip(self.askers, least)), f"{count} answers")

    def await_status(self, status: int):
        wait_until(lambda: self.raise_error() and self.counts()[status] > 0, f"an answer of {status}")

    def await_calm(self):
        """What was done is over: waits until each who asks has had nothing but 200 for a while since, and all together
        have had enough."""
        self.over = time.monotonic()

        def is_calm(asker: Asker) -> bool:
            later = [status for start, _, status in list(asker.answers) if start > self.over]
            return len(later) >= AFTER and set(later[-AFTER:]) == {200}
        wait_until(lambda: self.raise_error() and all(map(is_calm, self.askers)) and self.counts()[200] >= REQUESTS,
                   lambda: self.told("not well again"))

    @property
    def answers(self) -> list[tuple[float, float, int]]:
        return [answer for asker in self.askers for answer in list(asker.answers)]

    def counts(self) -> collections.Counter:
        return collections.Counter(status for _, _, status in self.answers)

    @property
    def longest(self) -> float:
        return max(end - start for start, end, _ in self.answers)

    @property
    def recovery(self) -> float:
        """From when it was over to the last answer that was not 200."""
        return max(0.0, max((end for _, end, status in self.answers if status != 200), default=0.0) - self.over)

    def told(self, name: str) -> str:
        """A line with the figures."""
        return (f"{name}: {len(self.answers)} requests, {dict(self.counts())}, longest {self.longest:.2f} s, "
                f"well again {self.recovery:.2f} s after it was over")

    def judged(self, name: str) -> str:
        """A line with the figures, which are held against what is promised on any machine."""
        told = self.told(name)
        assert self.counts()[200] >= REQUESTS and self.longest < LONGEST and self.recovery < LONGEST, told
        return told
