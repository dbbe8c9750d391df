"""The judge of the fairness run: what the attackers may not do to others is found."""
import pytest
from attacks import kinds
from fairness import KINDS, Fairness

ANSWERS = 2 * 10


@pytest.fixture
def fair(tmp_path):
    """A run of ten seconds in which all is as it must be."""
    run = Fairness(10, tmp_path)
    run.attacked_seconds = 10
    for phase, milliseconds in ((run.alone, 20), (run.attacked, 90)):
        phase.health = [0.1]
        for kind in KINDS:
            phase.times[kind] = [milliseconds] * 100
    run.counts = [{kind.name: {"statuses": {"200": ANSWERS}, "errors": 0, "bytes": 1} for kind in kinds()}]
    run.resident = {"worker1": 200}
    return run


def test_a_fair_run_has_no_problems(fair):
    assert fair.report() == []


def test_p99_may_be_three_times_what_it_was_or_100_ms(fair):
    fair.attacked.times["ping"] = [90] * 98 + [101] * 2
    assert fair.report() == ["p99 of ping is 101 ms, 20 ms alone"]
    fair.alone.times["ping"] = [34] * 100
    assert fair.report() == []


def test_no_request_of_a_victim_may_fail(fair):
    fair.attacked.failures.append("read: 503")
    assert fair.report() == ["read: 503"]


def test_health_is_answered_within_a_second(fair):
    fair.attacked.health.append(1.2)
    assert fair.report() == ["a health check took 1.2 s"]


def test_attackers_have_answers_of_every_kind(fair):
    fair.counts[0]["tokens"]["statuses"] = {"429": 9}
    fair.counts[0]["endless searches"]["statuses"] = {"200": 5}
    assert fair.report() == ["only 0.9 answers a second to: tokens"]


def test_a_worker_takes_less_than_300_mib(fair):
    fair.resident["worker2"] = 301
    assert fair.report() == ["worker2 took 301 MiB"]
