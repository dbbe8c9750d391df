import pytest


@pytest.fixture
def figure(record_property):
    """Notes what a test has measured; the figures of all tests stand below the summary, those of tests that passed too."""
    return lambda text: record_property("figure", text)


def pytest_terminal_summary(terminalreporter):
    figures = [f"{report.nodeid}: {text}" for reports in terminalreporter.stats.values() for report in reports
               if getattr(report, "when", None) == "call" for name, text in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
    for text in figures:
        terminalreporter.line(text)
