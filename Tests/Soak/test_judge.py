"""The judge of a soak: what must be found is found, and what an outage explains is not."""
import asyncio
import json
import time

import pytest
from clients import Reply, SessionLost
from ledger import Ledger, Outage, Phase, Service, attempts, percentile
from notes import Note, body, strangers, token_in
from visitor import Visitor

ONE, TWO = "127.0.0.1:20001", "127.0.0.1:20002"


def line(status=200, worker=ONE, ended=100.0, duration=0.01, method="POST", **more) -> dict:
    return {"method": method, "path": "/mcp", "status": status, "epoch": ended, "duration": duration, "worker": worker,
            "worker_status": str(status), "worker_bytes_sent": "700", **more}


def judged(*lines: dict, kills=(), redis=None, lost=()) -> list[str]:
    ledger = Ledger()
    ledger.kills, ledger.redis = list(kills), redis
    ledger.sessions_lost = list(lost)
    ledger.judge(list(lines))
    return ledger.problems


def test_a_502_needs_a_kill_of_that_worker_during_the_request():
    kill = Outage("worker1", ONE, killed=100.0, dead=100.001)
    under_way = line(502, ended=100.01, duration=0.1)
    assert judged(under_way, kills=[kill]) == [] and kill.failed == 1
    assert judged(under_way) != []
    assert judged(line(502, worker=TWO, ended=100.01, duration=0.1), kills=[kill]) != []
    assert judged(line(502, ended=99.5, duration=0.1), kills=[kill]) != [], "over before the kill"
    assert judged(line(502, ended=100.5, duration=0.1), kills=[kill]) != [], "begun after the kill"
    assert judged(line(502, ended=110.0, duration=11.0), kills=[kill]) != [], "noticed much too late"


def test_a_503_needs_redis_to_be_unavailable():
    redis = Outage("redis", "", killed=100.0, ready=102.0, workers_ready=105.0)
    for ended in (100.5, 103.5, 106.5):
        assert judged(line(503, ended=ended), redis=redis) == []
    for ended in (99.9, 107.5):
        assert judged(line(503, ended=ended), redis=redis) != []
    assert judged(line(503)) != []


def test_no_other_failure_is_explained_by_anything():
    everything = {"kills": [Outage("worker1", ONE, 100.0, 100.001)], "redis": Outage("redis", "", 99.0, workers_ready=101.0)}
    for status in (400, 401, 403, 404, 413, 429, 500, 504):
        assert judged(line(status), **everything) != [], status
    for status in (200, 202, 204):
        assert judged(line(status)) == []
    assert judged(line(405, method="GET")) == [] and judged(line(405)) != []


def test_a_post_that_went_to_two_workers():
    refused = line(worker=f"{ONE}, {TWO}", worker_status="502, 200", worker_bytes_sent="0, 700")
    assert judged(refused) == []
    twice = line(worker=f"{ONE}, {TWO}", worker_status="502, 200", worker_bytes_sent="700, 700")
    assert judged(twice) != []
    assert judged({**twice, "method": "GET"}) == []
    assert [one["worker"] for one in attempts(twice)] == [ONE, TWO]


def test_a_session_may_be_lost_with_the_last_writes_of_redis():
    redis = Outage("redis", "", killed=100.0, ready=102.0)
    assert judged(redis=redis, lost=[("x", 99.5, 102.5)]) == []
    assert judged(redis=redis, lost=[("x", 90.0, 102.5)]) != []
    assert judged(redis=redis, lost=[("x", 99.5, 99.9)]) != [], "lost before Redis was"
    assert judged(lost=[("x", 99.5, 102.5)]) != []


class Work:
    """A soak of one phase of ten seconds in which enough was done; each test leaves something out."""

    def __init__(self):
        self.ledger = Ledger()
        phase = Phase("all", began=100.0, planned=10.0, ended=110.0)
        phase.wrk["200"] = 100
        self.ledger.phases.append(phase)
        self.ledger.calls = [(kind, 101.0, 102.0, 200) for kind in ("plain", "SDK") for _ in range(100)]
        self.ledger.kills = [Outage("worker1", ONE, 103.0, 103.001, ready=104.0)]
        self.ledger.redis = Outage("redis", "", 105.0, ready=107.0, workers_ready=107.0)
        self.ledger.services = [Service("worker4", "127.0.0.1:20004", added=101.0, left=108.0)]
        self.access = [line(ended=102.0) for _ in range(300)]
        self.access += [line(503, ended=106.0), line(worker="127.0.0.1:20004", ended=102.0)]
        self.kept = {"plain": 1, "SDK": 1}
        self.logged = 1

    def problems(self) -> list[str]:
        self.ledger.judge(self.access)
        self.ledger.judge_work(self.access, self.kept, self.logged)
        return self.ledger.problems

    def missing(self, words: str, count: int = 1):
        """Nothing but what is named was missed."""
        found = self.problems()
        assert len(found) == count and all(words in text for text in found), found


def test_enough_was_done():
    work = Work()
    assert work.problems() == [] and work.ledger.services[0].answered == 1


def test_a_soak_without_phases_shows_nothing():
    (work := Work()).ledger.phases.clear()
    work.missing("no phase")


def test_phases_without_answers_show_nothing():
    work = Work()
    work.ledger.phases.append(Phase("idle", began=110.0, planned=10.0, ended=120.0))
    work.missing("In 'idle'", count=4)
    work = Work()
    del work.access[:200]
    work.missing("'all' nginx has 101 answers of 200, not 200")
    work = Work()
    work.access[:200] = [line(204, ended=102.0) for _ in range(200)]
    work.missing("'all' nginx")


@pytest.mark.parametrize("kind", ["plain", "SDK"])
def test_a_phase_goes_on_until_every_kind_has_answers(kind):
    ledger, now, phase = Ledger(), time.time(), Phase("all", began=time.time() - 1, planned=2.0)
    ledger.calls = [(one, now, now, 200) for one in ("plain", "SDK") for _ in range(10)]
    assert ledger.is_answered(phase)
    ledger.calls = [call for call in ledger.calls if call[0] != kind]
    assert not ledger.is_answered(phase)


@pytest.mark.parametrize("kind", ["plain", "SDK"])
def test_every_kind_of_client_must_have_made_calls(kind):
    work = Work()
    work.ledger.calls = [call for call in work.ledger.calls if call[0] != kind]
    work.missing(f"'all' {kind} has 0 answers")
    work = Work()
    work.ledger.calls = [(one, start, end, 503 if one == kind else 200) for one, start, end, _ in work.ledger.calls]
    work.missing(f"'all' {kind} has 0 answers")


def test_wrk_must_have_been_answered():
    work = Work()
    work.ledger.phases[0].wrk.clear()
    work.missing("'all' wrk has 0 answers")


def test_as_many_workers_must_have_been_killed_as_was_planned():
    work = Work()
    work.ledger.kills_planned = 2
    work.missing("1 workers were killed and came back, not 2")
    work = Work()
    work.ledger.kills[0].ready = float("inf")
    work.missing("0 workers were killed and came back, not 1")


def test_redis_must_have_been_unavailable():
    work = Work()
    work.access = [one for one in work.access if one["status"] != 503]
    work.missing("Redis was never unavailable")
    work.ledger.redis = None
    work.ledger.problems.clear()
    work.missing("Redis was never unavailable")
    work = Work()
    work.ledger.redis.ready = float("inf")
    work.missing("Redis was never unavailable")


def test_sessions_must_have_been_kept_and_writes_made():
    work = Work()
    work.kept["SDK"] = 0
    work.missing("No SDK client kept its session")
    work = Work()
    work.logged = 0
    work.missing("no acknowledged write")


def test_workers_must_have_been_added_and_taken_out():
    for left_out in ("added", "left"):
        work = Work()
        setattr(work.ledger.services[0], left_out, None)
        work.missing("No worker was added, or none was taken out")


def test_an_added_worker_is_asked_and_a_removed_one_is_not():
    work = Work()
    del work.access[-1]
    work.missing("worker4 (127.0.0.1:20004) was never asked")
    work = Work()
    work.access.append(line(worker="127.0.0.1:20004", ended=109.0))
    work.missing("was asked 1 times after it was taken out")


def test_percentiles():
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0 and percentile([float(n) for n in range(100)], 0.99) == 99.0


def test_strangers_are_seen():
    text = body("user01", "w1n1")
    assert strangers(text, "user01") == set() and strangers(text, "user02") == {"user01"}
    assert token_in(text) == "w1n1"


class Scripted:
    """A client whose server answers what the test says."""

    kind = "scripted"
    created = 0.0

    def __init__(self, *replies):
        self.replies = list(replies)
        self.asked = []

    async def call(self, tool, arguments):
        self.asked.append((tool, arguments))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def visitor(*replies) -> Visitor:
    return Visitor(1, "user01", Scripted(*replies), Ledger(), (0, 0), keeps_session=True)


def written(revision: str) -> Reply:
    return answer({"note": {"revision": revision}})


def answer(content: dict, is_error: bool = False) -> Reply:
    return Reply(200, content, is_error, json.dumps(content))


def holding(token: str, revision: str = "r") -> Reply:
    return answer({"note": {"body": body("user01", token), "revision": revision}})


CONFLICT = answer({"error": "conflict"}, is_error=True)
GONE = answer({"error": "not_found"}, is_error=True)


def look(note: Note, reply: Reply) -> Ledger:
    one = visitor(reply)
    asyncio.run(one.look(note))
    return one.ledger


def test_a_write_that_was_acknowledged_and_is_not_there():
    path = "user01/c1/n0.md"
    assert look(Note(path, "w1n2", "r2"), holding("w1n2")).losses == []
    assert look(Note(path, "w1n2", "r2"), holding("w1n1")).losses != []
    assert look(Note(path, "w1n2", "r2"), GONE).losses != []
    assert look(Note(path, None), holding("w1n1")).losses != [], "it was deleted"


def test_a_write_without_an_answer_may_be_there_or_not():
    path = "user01/c1/n0.md"
    for reply in (holding("w1n1"), holding("w1n2")):
        note = Note(path, "w1n1", "r1", open=["w1n2"])
        ledger = look(note, reply)
        assert ledger.losses == [] and sum(ledger.settled) == 1 and note.is_settled
    assert look(Note(path, "w1n1", "r1", open=["w1n2"]), holding("w1n0")).losses != []


def test_a_conflict_without_another_writer_is_a_second_execution():
    one = visitor(CONFLICT)
    asyncio.run(one.write_to(Note("user01/c1/n0.md")))
    assert len(one.ledger.problems) == 1
    # After a write without an answer it is looked first, and the next names what was found.
    note = Note("user01/c1/n0.md", "w1n1", "r1", open=["w1n2"])
    one = visitor(holding("w1n2", "r2"), written("r3"))
    asyncio.run(one.write_to(note))
    assert one.ledger.problems == [] and one.client.asked[1][1]["if_match"] == "r2" and note.revision == "r3"


def test_an_answer_for_another_user():
    one = visitor(answer({"notes": [{"path": "user02/c2/n1.md", "revision": "r"}]}))
    asyncio.run(one.list())
    assert one.ledger.strangers
    one = visitor(answer({"tags": [{"tag": "of-user03", "count": 1}]}))
    asyncio.run(one.tags())
    assert one.ledger.strangers


def test_lists_and_searches_that_leave_something_out():
    one = visitor(answer({"notes": []}), answer({"results": []}))
    one.notes["user01/c1/n0.md"] = Note("user01/c1/n0.md", "w1n1", "r1")
    asyncio.run(one.list())
    asyncio.run(one.search())
    assert len(one.ledger.losses) == 2


def test_the_client_reports_an_unexplained_status_too():
    one = visitor(Reply(429, text="too many"), Reply(503, text="away"))
    asyncio.run(one.tags())
    asyncio.run(one.tags())
    assert len(one.ledger.problems) == 1 and "429" in one.ledger.problems[0]
    with pytest.raises(SessionLost):
        asyncio.run(visitor(SessionLost()).tags())
