"""What happened, and whether it is as it must be."""
import collections
import contextlib
import dataclasses
import time

# A process that is killed dies a moment later, and nginx keeps its times in steps of about a millisecond.
DEAD = 0.05
# That a connection has ended is noticed at once, unless the processors have other things to do.
NOTICED = 5.0
# So long after all workers have Redis again requests may still be refused, and so much of its last writes may be lost.
REDIS_BACK = 2.0
REDIS_LOSES = 2.0
# Answers of 200 without which nothing is shown, for each second that a phase is planned to last: about a tenth of what
# two busy processors make. Where a machine is slower, a phase lasts longer.
LEAST = {"nginx": 20.0, "wrk": 5.0, "plain": 5.0, "SDK": 0.5}


@dataclasses.dataclass
class Phase:
    name: str
    began: float
    planned: float
    ended: float = float("inf")
    busy: float = 0.0
    wrk: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def least(self, kind: str) -> int:
        return max(1, int(LEAST[kind] * self.planned))


@dataclasses.dataclass
class Outage:
    """A part that was killed, and when it was ready again."""

    name: str
    address: str
    killed: float
    dead: float = 0.0
    ready: float = float("inf")
    # When all workers were ready again that a killed Redis had made unready.
    workers_ready: float = float("inf")
    failed: int = 0
    last_failure: float | None = None


@dataclasses.dataclass
class Service:
    """A worker that was added or taken out."""

    name: str
    address: str
    added: float | None = None
    left: float | None = None
    answered: int = 0


def processor_times() -> tuple[int, int]:
    with open("/proc/stat") as stat:
        times = [int(word) for word in stat.readline().split()[1:9]]
    return sum(times) - times[3] - times[4], sum(times)


class Ledger:
    def __init__(self):
        self.phases: list[Phase] = []
        self.kills: list[Outage] = []
        self.kills_planned = 1
        self.redis: Outage | None = None
        self.services: list[Service] = []
        self.calls: list[tuple[str, float, float, int | None]] = []
        self.sessions_lost: list[tuple[str, float, float]] = []
        # Writes without an answer: how many were not carried out, how many were.
        self.settled = [0, 0]
        self.problems: list[str] = []
        self.strangers: list[str] = []
        self.losses: list[str] = []

    @contextlib.contextmanager
    def phase(self, name: str, planned: float):
        busy, total = processor_times()
        phase = Phase(name, time.time(), planned)
        self.phases.append(phase)
        print(f"{name} ...", flush=True)
        try:
            yield phase
        finally:
            phase.ended = time.time()
            after = processor_times()
            phase.busy = (after[0] - busy) / max(1, after[1] - total)

    def call(self, kind: str, start: float, end: float, status: int | None):
        self.calls.append((kind, start, end, status))

    def session_lost(self, name: str, created: float):
        self.sessions_lost.append((name, created, time.time()))

    def problem(self, text: str):
        self.problems.append(text)

    def stranger(self, text: str):
        self.strangers.append(text)

    def lost(self, text: str):
        self.losses.append(text)

    def judge(self, access: list[dict]):
        """Holds what nginx wrote down against what was done to the cluster."""
        for line in access:
            line["ended"] = line["epoch"]
            line["began"] = line["epoch"] - line["duration"]
            line["attempts"] = attempts(line)
            if line["path"] != "/mcp":
                continue
            self.judge_repetition(line)
            self.judge_status(line)
        for name, created, noticed in self.sessions_lost:
            if self.redis is None or not self.redis.killed - REDIS_LOSES < created < self.redis.ready < noticed + 1:
                self.problem(f"{name} lost a session {noticed - created:.1f} s old")

    def answers(self, phase: Phase) -> dict[str, int]:
        """The answers of 200 in a phase, by kind of client."""
        answers = {"plain": 0, "SDK": 0}
        for kind, _, ended, status in list(self.calls):
            answers[kind] += status == 200 and phase.began <= ended < phase.ended
        return answers

    def is_answered(self, phase: Phase) -> bool:
        """Whether a phase that goes on has as many answers as it must have at its end."""
        return all(count >= phase.least(kind) for kind, count in self.answers(phase).items())

    def judge_work(self, access: list[dict], kept: dict[str, int], logged: int):
        """Holds what was done against what must be done for the rest to mean anything; `judge` comes first.

        `kept` says how many sessions each kind of client kept, `logged` how many acknowledged writes the logs tell of.
        """
        if not self.phases:
            self.problem("There was no phase.")
        for phase in self.phases:
            answers = {"wrk": phase.wrk["200"], **self.answers(phase)}
            answers["nginx"] = sum(line["path"] == "/mcp" and line["status"] == 200
                                   and phase.began <= line["ended"] < phase.ended for line in access)
            for kind, count in answers.items():
                if count < phase.least(kind):
                    least = f"not {phase.least(kind)} at least"
                    self.problem(f"In '{phase.name}' {kind} has {count} answers of 200, {least}")
        back = sum(kill.ready < float("inf") for kill in self.kills)
        if back < self.kills_planned:
            self.problem(f"{back} workers were killed and came back, not {self.kills_planned}")
        if self.redis is None or self.redis.ready == float("inf") or not self.redis.failed:
            self.problem("Redis was never unavailable: no request was refused for it, or it did not come back")
        for kind, count in kept.items():
            if not count:
                self.problem(f"No {kind} client kept its session from beginning to end")
        if not logged:
            self.problem("The workers' logs tell of no acknowledged write")
        if not any(service.added for service in self.services) or not any(service.left for service in self.services):
            self.problem("No worker was added, or none was taken out")
        for service in self.services:
            asked = [line for line in access if any(one["worker"] == service.address for one in line["attempts"])]
            service.answered = sum(line["status"] == 200 for line in asked)
            if not service.answered:
                self.problem(f"{service.name} ({service.address}) was never asked")
            late = sum(line["began"] > service.left for line in asked) if service.left else 0
            if late:
                self.problem(f"{service.name} ({service.address}) was asked {late} times after it was taken out")

    def judge_status(self, line: dict):
        status = line["status"]
        what = f"{line['method']} answered {status} at {line['ended']:.3f} ({line['worker']}: {line['worker_status']})"
        if status == 502:
            # Nothing but what a worker was at when it was killed: begun before it died, ended by its death.
            for outage in self.kills:
                was_there = line["attempts"][-1]["worker"] == outage.address and line["began"] < outage.dead + DEAD
                if was_there and outage.killed - DEAD < line["ended"] < outage.dead + NOTICED:
                    outage.failed += 1
                    outage.last_failure = max(outage.last_failure or 0, line["ended"])
                    return
            self.problem(f"No kill explains: {what}")
        elif status == 503:
            if self.redis and self.redis.killed <= line["ended"] < self.redis.workers_ready + REDIS_BACK:
                self.redis.failed += 1
                self.redis.last_failure = max(self.redis.last_failure or 0, line["ended"])
                return
            self.problem(f"No outage of Redis explains: {what}")
        elif status >= 500:
            self.problem(what)
        elif status >= 400 and not self.is_expected(status, line["method"]):
            self.problem(what)

    def is_expected(self, status: int, method: str) -> bool:
        """404: a session that was lost, which is judged for itself. 499: wrk hangs up at the end of a phase.

        405: the SDK asks for a stream, which this server has not.
        """
        return (status == 404 and bool(self.sessions_lost)) or status == 499 or (status == 405 and method == "GET")

    def judge_repetition(self, line: dict):
        """A POST of which a byte was sent to one worker must not have been sent to another."""
        if line["method"] != "POST":
            return
        for attempt in line["attempts"][:-1]:
            if attempt["bytes"] not in ("0", "-", ""):
                self.problem(f"A POST was sent twice: {line}")


def attempts(line: dict) -> list[dict]:
    """The workers that nginx asked in turn; a name instead of an address means that there was none."""
    def split(text: str) -> list[str]:
        return text.replace(" : ", ", ").split(", ")
    return [{"worker": worker, "status": status, "bytes": sent} for worker, status, sent in
            zip(split(line["worker"]), split(line["worker_status"]), split(line["worker_bytes_sent"]))]


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
