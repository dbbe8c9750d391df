"""Conditional writes on one side right after the other has changed the note."""
import concurrent.futures
import itertools

from .judge import Figure, Tally
from .lab import Lab
from .notes import Notes, word

USERS = 4


def create_twice(one: Notes, two: Notes, path: str, tally: Tally):
    """A new note, at a name that the other side has just found to be free."""
    two.read(path)
    first = one.write(path, word(), "none")
    if not first.is_acknowledged:
        return tally.add("rightful writes refused", f"new: {first.error}")
    must_conflict(two.write(path, word(), "none"), one, path, first.revision, tally)


def create_after_delete(one: Notes, two: Notes, path: str, tally: Tally):
    """One side deletes, the other creates anew, and the first must not create once more."""
    first = one.write(path, word())
    if not first.is_acknowledged:
        return tally.add("rightful writes refused", f"before a delete: {first.error}")
    two.read(path)
    deleted = two.delete(path)
    if not deleted.is_acknowledged:
        return tally.add("rightful writes refused", f"delete: {deleted.error}")
    again = one.write(path, word(), "none")
    if not again.is_acknowledged:
        return tally.add("rightful writes refused", f"anew: {again.error}, {again.message}")
    must_conflict(two.write(path, word(), "none"), one, path, again.revision, tally)


def replace_old_base(one: Notes, two: Notes, path: str, tally: Tally):
    """Both have read a revision; one replaces it, and the other's base is gone."""
    base = one.write(path, word())
    if not base.is_acknowledged:
        return tally.add("rightful writes refused", f"base: {base.error}")
    two.read(path)
    newer = one.write(path, word(), base.revision)
    if not newer.is_acknowledged:
        return tally.add("rightful writes refused", f"newer: {newer.error}")
    must_conflict(two.write(path, word(), base.revision), one, path, newer.revision, tally)


def must_conflict(answer, one: Notes, path: str, revision: str, tally: Tally):
    if answer.is_acknowledged:
        tally.add("acknowledged notes overwritten in spite of if_match", path)
    elif answer.error != "conflict":
        tally.add("other answers than a conflict", str(answer.error))
    elif one.read(path).revision != revision:
        tally.add("notes changed by a refused write", path)


def run(sides: list[Notes], count: int, tally: Tally):
    kinds = itertools.cycle([create_twice, create_after_delete, replace_old_base])
    for number, kind in zip(range(count), kinds):
        one, two = sides if number % 2 else sides[::-1]
        kind(one, two, f"n{number // 20}/note{number}.md", tally)


def check(lab: Lab, count: int) -> list[Figure]:
    tally = Tally()
    each = max(1, count // USERS)
    with concurrent.futures.ThreadPoolExecutor(USERS) as pool:
        for task in [pool.submit(run, lab.open(f"conditions{number}"), each, tally) for number in range(USERS)]:
            task.result()
    return [tally.figure(name, each * USERS) for name in
            ("acknowledged notes overwritten in spite of if_match", "notes changed by a refused write",
             "rightful writes refused", "other answers than a conflict")]
