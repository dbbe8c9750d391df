"""People with browsers, and apps that ask for their notes, before a Carrel of several workers with one public URL."""
import base64
import hashlib
import html.parser
import itertools
import re
import secrets
import urllib.parse

import httpx
from .client import Client
from .http_servers import RoundRobin
from .oidc_provider import Provider
from .processes import wait_until
from .workers import Cluster

BOTH = "notes:read notes:write"
# Each in a network of its own: an address of IPv6 stands for its network.
addresses = (f"2001:db8:{number:x}::1" for number in itertools.count(1))


class Site(Cluster):
    """A Carrel as on a Space: three workers behind a proxy that gives each request to the next one."""

    def __init__(self, provider: Provider | None, workers: int = 3, **settings: str):
        super().__init__(workers, **settings)
        self.provider = provider
        self.front = RoundRobin([worker.port for worker in self.workers])
        self.base, self.url = self.front.base, self.front.url
        # Whatever must never stand in a log; who uses it notes it here.
        self.secrets: set[str] = set()
        self.environment |= {
            "MODE": "space", "MCP_HOST": "127.0.0.1", "METRICS_PORT": "off", "DRAIN_DELAY": "0", "PUBLIC_URL": self.base,
            # Each person and app has an address of its own, as limits go by it.
            "TRUSTED_PROXIES": "127.0.0.0/8 ::1", "REGISTRATION_LIMIT": "30/h",
            **(provider.settings(self.base) if provider else {}),
        }

    def __enter__(self):
        super().__enter__()
        self.front.__enter__()
        return self

    def __exit__(self, *_):
        self.front.__exit__()
        super().__exit__()

    def restart(self):
        for worker in self.workers:
            worker.stop()
        for worker in self.workers:
            worker.start()

    def statuses(self, token: str) -> list[int]:
        """How each worker answers to a token."""
        return [Client(worker, token).rpc("ping").status_code for worker in self.workers]

    def notes(self, token: str) -> Client:
        """A client that goes to another worker with each request."""
        return Client(self.front, token)

    def await_event(self, name: str, least: int = 1, **fields):
        """Waits until the workers have logged an event so many times, all together."""
        wait_until(lambda: sum(worker.count(name, **fields) for worker in self.workers) >= least, f"{name} {fields}")


class Page(html.parser.HTMLParser):
    """The forms of a page: where each goes, what it sends; and its links."""

    def __init__(self, response: httpx.Response):
        super().__init__()
        assert response.headers["content-type"].startswith("text/html"), response.headers
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.links: list[str] = []
        self.text = response.text
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        found = {key: value or "" for key, value in attributes}
        if tag == "form":
            self.forms.append((found["action"], []))
        elif tag == "input" and (found.get("type") != "checkbox" or "checked" in found):
            self.forms[-1][1].append((found["name"], found.get("value", "")))
        elif tag == "a":
            self.links.append(found["href"])

    def form(self, action: str) -> list[tuple[str, str]]:
        """What the first form that goes to an address sends."""
        return next(fields for goes, fields in self.forms if goes == action)


def fields_of(url: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, strict_parsing=True))


class Person:
    """A user with a browser of their own; the browser keeps cookies and follows no redirect by itself."""

    def __init__(self, site, user: str):
        self.site, self.user = site, user
        self.http = httpx.Client(timeout=30, headers={"X-Forwarded-For": next(addresses)}, base_url=site.base)

    def get(self, url: str, **more) -> httpx.Response:
        return self.noted(self.http.get(url, **more))

    def post(self, url: str, data=None, **more) -> httpx.Response:
        """Sends a form."""
        body = urllib.parse.urlencode(data or [], doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded", **more.pop("headers", {})}
        return self.noted(self.http.post(url, content=body, headers=headers, **more))

    def noted(self, response: httpx.Response) -> httpx.Response:
        self.site.secrets |= {value for value in response.cookies.values() if value}
        return response

    @property
    def cookie(self) -> str | None:
        return self.http.cookies.get("carrel")

    def begin(self, next: str | None = None) -> str:
        """Begins to sign in; returns the address at the provider."""
        answer = self.get("/auth/login", params={"next": next} if next else None)
        assert answer.status_code == 303, answer.text
        url = answer.headers["location"]
        assert url.startswith(f"{self.site.provider.issuer}/oauth/authorize?"), url
        self.site.secrets.add(fields_of(url)["state"])
        return url

    def arrive(self, next: str | None = None) -> str:
        """Signs in as far as the address to come back to, which has the provider's code."""
        return self.site.provider.approve(self.begin(next), self.user)

    def sign_in(self, next: str | None = None) -> httpx.Response:
        answer = self.get(self.arrive(next))
        assert answer.status_code == 303, answer.text
        assert self.cookie
        return answer

    def page(self, url: str = "/") -> Page:
        answer = self.get(url)
        assert answer.status_code == 200, answer.text
        return Page(answer)

    def is_signed_in(self) -> bool:
        return "/auth/login" not in self.page().links

    def csrf(self) -> str:
        return dict(self.page().form("/auth/logout"))["csrf"]

    def make_token(self, name: str = "a token", scopes: str = BOTH, days: int = 1) -> str:
        fields = [(k, v) for k, v in self.page().form("/account/tokens") if k == "csrf"]
        answer = self.post("/account/tokens", [*fields, ("name", name), ("days", str(days)),
                                               *(("scope", scope) for scope in scopes.split())])
        assert answer.status_code == 200, answer.text
        token = re.search(r'id="token">([^<]+)<', answer.text)[1]
        self.site.secrets.add(token)
        return token

    def consent(self, url: str) -> Page:
        """The page that asks; signs in on the way where that is needed."""
        answer = self.get(url)
        while answer.status_code == 303:
            to = answer.headers["location"]
            if to.startswith(self.site.provider.issuer):
                self.site.secrets.add(fields_of(to)["state"])
                to = self.site.provider.approve(to, self.user)
            assert to.startswith(("/", self.site.base)), to
            answer = self.get(to)
        assert answer.status_code == 200, answer.text
        return Page(answer)

    def decide(self, fields, decision: str = "allow") -> httpx.Response:
        return self.post("/oauth/authorize", [*fields, ("decision", decision)])

    def allow(self, url: str) -> dict[str, str]:
        """Does what an app asks; returns what the app is sent."""
        answer = self.decide(self.consent(url).form("/oauth/authorize"))
        assert answer.status_code == 303, answer.text
        sent = fields_of(answer.headers["location"])
        self.site.secrets.add(sent["code"])
        return sent


class App:
    """An OAuth client of a person's own machine."""

    def __init__(self, site, redirect: str = "http://127.0.0.1/callback", name: str = "An app", client_id: str = ""):
        self.site, self.redirect, self.name, self.client_id = site, redirect, name, client_id
        self.http = httpx.Client(timeout=30, headers={"X-Forwarded-For": next(addresses)}, base_url=site.base)
        self.verifier = secrets.token_urlsafe(48)
        self.state = secrets.token_urlsafe(16)
        if not client_id:
            made = self.register(redirect_uris=[redirect])
            assert made.status_code == 201, made.text
            self.client_id = made.json()["client_id"]

    def register(self, **metadata) -> httpx.Response:
        return self.http.post("/oauth/register", json={
            "client_name": self.name, "token_endpoint_auth_method": "none", **metadata})

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def ask(self, **changes: str | None) -> str:
        """The address that a person's browser is sent to; what is changed to `None` is left out."""
        fields = {"response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect, "state": self.state,
                  "code_challenge": self.challenge, "code_challenge_method": "S256", "resource": self.site.url, **changes}
        query = urllib.parse.urlencode({key: value for key, value in fields.items() if value is not None})
        return f"{self.site.base}/oauth/authorize?{query}"

    def send(self, fields: dict, worker=None) -> httpx.Response:
        fields = {key: value for key, value in fields.items() if value is not None}
        answer = self.http.post(f"{(worker or self.site).base}/oauth/token", data=fields)
        given = answer.json() if answer.status_code == 200 else {}
        self.site.secrets |= {given[key] for key in ("access_token", "refresh_token") if key in given}
        self.site.secrets |= {fields[key] for key in ("code_verifier", "refresh_token", "code") if fields.get(key)}
        return answer

    def exchange(self, code: str, worker=None, **changes) -> httpx.Response:
        return self.send({"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect,
                          "client_id": self.client_id, "code_verifier": self.verifier, "resource": self.site.url, **changes},
                         worker)

    def refresh(self, token: str, worker=None, **changes) -> httpx.Response:
        return self.send({"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id, **changes},
                         worker)

    def revoke(self, token: str, worker=None) -> httpx.Response:
        return self.http.post(f"{(worker or self.site).base}/oauth/revoke", data={
            "token": token, "client_id": self.client_id})

    def connect(self, person: Person, **changes) -> dict:
        """The whole flow with a person who allows everything."""
        answer = self.exchange(person.allow(self.ask(**changes))["code"])
        assert answer.status_code == 200, answer.text
        return answer.json()


def error_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]
