"""What a check has counted, and the rules that need more than a comparison."""
import collections
import dataclasses


@dataclasses.dataclass
class Figure:
    """One line of the results: what was counted, how often, out of how many; `text` says more."""

    what: str
    count: int
    of: int | None = None
    text: str = ""
    # Whether anything but 0 is a failure.
    must_be_0: bool = True

    @property
    def is_good(self) -> bool:
        return not self.must_be_0 or self.count == 0

    @property
    def cell(self) -> str:
        return str(self.count) if self.of is None else f"{self.count} of {self.of}"

    def __str__(self) -> str:
        return f"{self.what}: {self.cell}{f' ({self.text})' if self.text else ''}"


class Tally:
    """Counts by name, with an example of each."""

    def __init__(self):
        self.counts: collections.Counter = collections.Counter()
        self.examples: dict[str, str] = {}

    def add(self, name: str, example: str = ""):
        self.counts[name] += 1
        self.examples.setdefault(name, example)

    def figure(self, name: str, of: int | None = None, must_be_0: bool = True) -> Figure:
        return Figure(name, self.counts[name], of, self.examples.get(name, ""), must_be_0)


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One conditional write: a text over another, which its writer had read."""

    text: str
    base: str
    is_acknowledged: bool


def judge_chain(attempts: list[Attempt], last: str) -> tuple[list[Attempt], list[str]]:
    """The acknowledged writes that the last text does not rest on, and the texts that several of those rest on.

    A write without an answer may have been carried out: it is a link where a later text rests on it.
    """
    base = {attempt.text: attempt.base for attempt in attempts}
    chain = set()
    while last in base and last not in chain:
        chain.add(last)
        last = base[last]
    lost = [attempt for attempt in attempts if attempt.is_acknowledged and attempt.text not in chain]
    bases = collections.Counter(attempt.base for attempt in attempts if attempt.is_acknowledged)
    return lost, [text for text, count in bases.items() if count > 1]
