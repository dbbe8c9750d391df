"""What Redis may do to workers under traffic: each answer is right or 503, nothing hangs, and all is well soon after."""
import collections
import threading
import time

import pytest
from carrel import Client, Cluster, wait_until
from figures import figures_are_shown

TIMEOUT = 2.0  # REDIS_COMMAND_TIMEOUT, plus what a command waits for a connection
WAIT = 1.0


REQUESTS = 1200  # of each test, by four clients over two workers


class Traffic:
    """So many requests of four clients over two workers, evenly over a time; what was held up is made up for."""

    def __init__(self, cluster, seconds: float):
        self.cluster = cluster
        self.seconds = seconds
        self.answers = []
        self.wrong = []
        self.threads = []
        for number in range(4):
            user = f"user{number}"
            client = Client(cluster.workers[0], cluster.token(user))
            client.initialize()
            client.tool("write_note", {"path": "own.md", "body": f"the note of {user}"})
            self.threads.append(threading.Thread(target=self.ask, args=(client, user)))

    def ask(self, client, user):
        share, begin = REQUESTS // len(self.threads), time.monotonic()
        for number in range(share):
            time.sleep(max(0.0, begin + number * self.seconds / share - time.monotonic()))
            worker = self.cluster.workers[number % 2]
            start = time.monotonic()
            answer = client.rpc("tools/call", {"name": "read_note", "arguments": {"path": "own.md"}}, worker=worker)
            end = time.monotonic()
            self.answers.append((start, end, answer.status_code))
            if answer.status_code == 200:
                if f"the note of {user}" not in answer.text:
                    self.wrong.append(answer.text)
            elif answer.status_code != 503 or "Retry-After" not in answer.headers:
                self.wrong.append((answer.status_code, answer.text))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_until(lambda: len(self.answers) >= REQUESTS // 10, 30, "the first tenth")
        return self

    def __exit__(self, *_):
        for thread in self.threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a request hangs"

    def counts(self):
        return collections.Counter(status for _, _, status in self.answers)

    def longest(self):
        return max(end - start for start, end, _ in self.answers)

    def recovered_after(self, moment):
        """From a moment to where every worker answers 200 again for good."""
        failures = [end for _, end, status in self.answers if status != 200 and end > moment]
        return max(failures, default=moment) - moment


@pytest.fixture(scope="module")
def cluster():
    # With limits, so that every request writes to Redis.
    with Cluster(workers=2, RATE_LIMIT="100000/s", RATE_LIMIT_WRITES="100000/s") as cluster:
        yield cluster


def run(cluster, name, fault, seconds=4.0):
    with Traffic(cluster, seconds) as traffic:
        fault()
        over = time.monotonic()
    after = sum(start > over for start, _, _ in traffic.answers)
    print(f"{name}: {len(traffic.answers)} requests, {dict(traffic.counts())}, {len(traffic.wrong)} wrong, "
          f"longest {traffic.longest():.2f} s, well again {traffic.recovered_after(over):.2f} s after the fault")
    assert len(traffic.answers) == REQUESTS and after > REQUESTS // 10
    assert traffic.wrong == []
    assert traffic.counts()[200] > REQUESTS // 2
    assert traffic.longest() < TIMEOUT + WAIT + 1
    assert traffic.recovered_after(over) < 1.2
    return traffic


def test_scripts_are_forgotten(cluster):
    def fault():
        for _ in range(10):
            assert cluster.redis.cli("SCRIPT", "FLUSH") == "OK"
            time.sleep(0.05)
    assert run(cluster, "SCRIPT FLUSH", fault).counts()[503] == 0


def test_connections_are_killed(cluster):
    def fault():
        for _ in range(5):
            cluster.redis.cli("CLIENT", "KILL", "TYPE", "normal")
            time.sleep(0.1)
    # At most what was in flight each time.
    assert run(cluster, "CLIENT KILL", fault).counts()[503] <= 5 * 4


def test_a_pause_is_waited_for(cluster):
    def fault():
        assert cluster.redis.cli("CLIENT", "PAUSE", "1000", "ALL") == "OK"
        time.sleep(1)
    assert run(cluster, "CLIENT PAUSE", fault).counts()[503] == 0


def test_a_stall_shorter_than_the_time_out_is_waited_for(cluster):
    assert run(cluster, "DEBUG SLEEP 1", lambda: cluster.redis.cli("DEBUG", "SLEEP", "1")).counts()[503] == 0


def test_a_longer_stall_is_503(cluster):
    traffic = run(cluster, "DEBUG SLEEP 4", lambda: cluster.redis.cli("DEBUG", "SLEEP", "4"), seconds=8)
    assert traffic.counts()[503] > 0


def test_a_redis_without_memory(cluster):
    def fault():
        cluster.redis.cli("CONFIG", "SET", "maxmemory", "1")
        time.sleep(0.5)
        cluster.redis.cli("CONFIG", "SET", "maxmemory", "0")
    assert run(cluster, "out of memory", fault).counts()[503] > 0


def test_a_redis_that_is_a_replica_for_a_while(cluster):
    def fault():
        cluster.redis.cli("CONFIG", "SET", "replica-serve-stale-data", "yes")
        cluster.redis.cli("REPLICAOF", "127.0.0.1", "1")
        time.sleep(0.5)
        cluster.redis.cli("REPLICAOF", "NO", "ONE")
    assert run(cluster, "read-only replica", fault).counts()[503] > 0


def test_a_redis_that_is_killed_and_started_again(cluster):
    def fault():
        cluster.redis.kill()
        # Longer than a command waits for a connection.
        time.sleep(WAIT + 0.5)
        cluster.redis.start()
    assert run(cluster, "killed, append-only file kept", fault).counts()[503] > 0
