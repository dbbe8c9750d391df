"""A real browser: headless Chromium, with a profile of its own that is gone afterwards."""
import ctypes
import os
import shutil
import signal
import tempfile

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PR_SET_PDEATHSIG = 1
PRCTL = getattr(ctypes.CDLL(None), "prctl", None)


class Browser:
    """From `with` to the end of it."""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="carrel-browser-", dir="/tmp")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or "chromium"
        # Through a pipe the browser notices when its driver is gone, and ends too.
        for option in ("--headless=new", f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "--no-first-run",
                       "--disable-dev-shm-usage", "--disable-background-networking", "--no-proxy-server", "--disable-gpu"):
            options.add_argument(option)
        if os.geteuid() == 0:
            # The sandbox of Chromium does not start as root, which is who runs the tests in a container.
            options.add_argument("--no-sandbox")
        # Should the tests themselves be killed, the browser dies with them; selenium cannot put a leash in front.
        leash = {"preexec_fn": lambda: PRCTL(PR_SET_PDEATHSIG, signal.SIGTERM)} if PRCTL else {}
        service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"), popen_kw=leash)
        try:
            self.driver = webdriver.Chrome(options=options, service=service)
        except BaseException:
            shutil.rmtree(self.profile, ignore_errors=True)
            raise
        self.driver.set_page_load_timeout(30)
        return self

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, url: str):
        self.driver.get(url)

    @property
    def url(self) -> str:
        return self.driver.current_url

    def find(self, css: str):
        """The element, once the page has it."""
        return WebDriverWait(self.driver, 15, 0.05).until(lambda driver: driver.find_element(By.CSS_SELECTOR, css))

    def has(self, css: str) -> bool:
        return bool(self.driver.find_elements(By.CSS_SELECTOR, css))

    def text(self, css: str) -> str:
        return self.find(css).text

    def click(self, css: str):
        """Clicks on something that leads to another page, and waits until that is there."""
        page = self.find("html").id
        self.find(css).click()
        self.wait(lambda driver: driver.find_element(By.CSS_SELECTOR, "html").id != page)

    def fill(self, css: str, text: str):
        element = self.find(css)
        element.clear()
        element.send_keys(text)

    def wait(self, condition):
        return WebDriverWait(self.driver, 15, 0.05).until(condition)

    def cookie(self, name: str) -> dict | None:
        return self.driver.get_cookie(name)
