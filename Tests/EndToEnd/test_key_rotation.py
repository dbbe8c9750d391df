"""The secret is changed as docs/sign-in.md says it, and no user is signed out."""
import re

import httpx
from Harness.client import Client
from Harness.workers import SECRET, Cluster

NEW = "a-new-end-to-end-secret-of-more-than-32-bytes-9876543210"


def restarted(cluster, worker, **settings):
    assert worker.stop() == 0
    worker.settings = {**worker.settings, **settings}
    worker.start()


def signed_in(worker):
    browser = httpx.Client(base_url=worker.base)
    page = browser.get("/auth/login").text
    ticket = re.search('name="ticket" value="([^"]+)"', page)[1]
    assert browser.post("/auth/login", data={"user": "ann", "ticket": ticket}).status_code == 303
    return browser


def test_a_new_secret_signs_no_user_out():
    with Cluster(workers=2, MODE="local") as cluster:
        one, two = cluster.workers
        old = Client(one, cluster.token("ann"))
        old.initialize()
        browser = signed_in(one)
        page = browser.get("/").text
        form = re.search('name="csrf" value="([^"]+)"', page)[1]

        # First all workers accept the new one, then they sign with it.
        for worker in (one, two):
            restarted(cluster, worker, JWT_SECRET_KEY_PREVIOUS=NEW)
        restarted(cluster, one, JWT_SECRET_KEY=NEW, JWT_SECRET_KEY_PREVIOUS=SECRET)
        new = Client(one, cluster.run("token", "create", "--user", "ann", JWT_SECRET_KEY=NEW).stdout.strip())
        for worker in (one, two):
            assert old.rpc("ping", worker=worker).status_code == 200
            assert new.rpc("ping", worker=worker).status_code == 200
        restarted(cluster, two, JWT_SECRET_KEY=NEW, JWT_SECRET_KEY_PREVIOUS=SECRET)
        # A page that was open all the while still works.
        made = browser.post("/account/tokens", data={"csrf": form, "name": "x", "scope": "notes:read", "days": "1"})
        assert made.status_code == 200 and 'id="token"' in made.text

        # Without the previous one everything of before is refused.
        for worker in (one, two):
            restarted(cluster, worker, JWT_SECRET_KEY=NEW, JWT_SECRET_KEY_PREVIOUS="")
        assert [old.rpc("ping", worker=worker).status_code for worker in (one, two)] == [401, 401]
        assert [new.rpc("ping", worker=worker).status_code for worker in (one, two)] == [200, 200]
        assert browser.post("/account/tokens", data={"csrf": form, "name": "x", "scope": "notes:read", "days": "1"}).status_code == 403
