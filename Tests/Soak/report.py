"""What a soak tells at its end: the table of phases, what was killed and counted, and the verdict."""
import collections

from clients import PlainClient, SDKClient
from ledger import Ledger, percentile

KINDS = (PlainClient.kind, SDKClient.kind)


def report(soak, code: int) -> bool:
    """Judges and prints; `code` is the status that the cluster ended with. Whether all is as it must be."""
    access = soak.cluster.access()
    ledger = soak.ledger
    ledger.judge(access)
    keeping = [visitor for visitor in soak.visitors if visitor.keeps_session]
    kept = collections.Counter(one.client.kind for one in keeping if one.sessions == 1)
    ledger.judge_work(access, {kind: kept[kind] for kind in KINDS}, soak.logged)
    if code != 0:
        ledger.problem(f"The cluster ended with status {code}")
    for name in soak.cluster.unfinished():
        ledger.problem(f"{name} did not stop by itself; see {soak.cluster.data}/logs/{name}.log")
    print_phases(ledger, access)
    print_outages(ledger)
    print_work(soak, len(keeping))
    again = sum(len(line["attempts"]) > 1 for line in access)
    print(f"nginx: {again} requests were answered by another worker than the one that was asked first")
    verdicts = [("acknowledged writes lost", ledger.losses), ("answers with other users' notes", ledger.strangers),
                ("other things that must not be", ledger.problems)]
    for name, found in verdicts:
        print(f"{name}: {len(found)}")
        for text in found[:15]:
            print(f"  {text}")
    return not any(found for _, found in verdicts)


def print_phases(ledger: Ledger, access: list[dict]):
    print(f"\n{'phase':<16} {'seconds':>7} {'requests':>8} {'200':>7} {'502':>5} {'503':>5} {'other':>6} "
          f"{'p50 ms':>7} {'p99 ms':>7} {'max ms':>7} {'CPU':>5}")
    for phase in ledger.phases:
        lines = [line for line in access if phase.began <= line["ended"] < phase.ended and line["path"] == "/mcp"]
        counts = collections.Counter(line["status"] for line in lines)
        # 405: the SDK asks for a stream; 499: wrk hangs up; 202 and 204: notifications and farewells.
        other = sum(counts.values()) - sum(counts[status] for status in (200, 202, 204, 405, 499, 502, 503))
        times = [1000 * (end - start) for _, start, end, status in ledger.calls
                 if status == 200 and phase.began <= end < phase.ended]
        print(f"{phase.name:<16} {phase.ended - phase.began:>7.1f} {len(lines):>8} {counts[200]:>7} "
              f"{counts[502]:>5} {counts[503]:>5} {other:>6} {percentile(times, 0.5):>7.1f} "
              f"{percentile(times, 0.99):>7.1f} {max(times, default=0):>7.0f} {100 * phase.busy:>4.0f}%")
    print()


def print_outages(ledger: Ledger):
    for kill in ledger.kills:
        last = f", the last after {kill.last_failure - kill.killed:.2f} s" if kill.last_failure else ""
        print(f"{kill.name} killed: ready again after {kill.ready - kill.killed:.2f} s; "
              f"{kill.failed} requests that it was at failed{last}")
    if ledger.redis:
        last = (ledger.redis.last_failure or ledger.redis.ready) - ledger.redis.ready
        print(f"Redis killed: answers again after {ledger.redis.ready - ledger.redis.killed:.2f} s; "
              f"{ledger.redis.failed} requests refused, the last {last:+.2f} s after that")


def print_work(soak, keeping: int):
    ledger = soak.ledger
    notes = [note for visitor in soak.visitors for note in visitor.notes.values()]
    opened = collections.Counter()
    for visitor in soak.visitors:
        opened[visitor.keeps_session] += visitor.sessions
    print(f"writes: {sum(note.sent for note in notes)} sent, {sum(len(note.acknowledged) for note in notes)} acknowledged, "
          f"{soak.logged} of these in the audit log; of the others, {ledger.settled[1]} were found carried out and "
          f"{ledger.settled[0]} not")
    print(f"sessions: {keeping} to be kept from beginning to end by {opened[True]} handshakes, "
          f"{opened[False]} others, {len(ledger.sessions_lost)} lost with Redis")
    for service in ledger.services:
        print(f"{service.name} answered {service.answered} requests" + (
            "" if service.left is None else ", then it was taken out"))
