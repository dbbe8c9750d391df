"""The laboratory's own rules: what counts as lost."""
from Volume.judge import Attempt, Tally, judge_chain


def test_a_chain_of_acknowledged_writes_loses_none():
    attempts = [Attempt("1", "0", True), Attempt("2", "1", True), Attempt("3", "2", True)]
    assert judge_chain(attempts, "3") == ([], [])


def test_an_overwritten_write_is_lost_and_its_base_shared():
    attempts = [Attempt("1", "0", True), Attempt("2", "1", True), Attempt("2b", "1", True)]
    assert judge_chain(attempts, "2b") == ([attempts[1]], ["1"])


def test_a_write_without_an_answer_may_be_a_link_or_not():
    attempts = [Attempt("1", "0", True), Attempt("2", "1", False), Attempt("3", "2", True), Attempt("3b", "2", False)]
    assert judge_chain(attempts, "3") == ([], [])
    assert judge_chain(attempts, "3b")[0] == [attempts[2]]


def test_a_text_from_nowhere_loses_all():
    attempts = [Attempt("1", "0", True)]
    assert judge_chain(attempts, "0") == (attempts, [])


def test_a_tally_keeps_the_first_example():
    tally = Tally()
    tally.add("stale", "first")
    tally.add("stale", "second")
    assert str(tally.figure("stale", 10)) == "stale: 2 of 10 (first)"
    assert tally.figure("missing").is_good and not tally.figure("stale").is_good
