"""Figures that tests print are shown though they pass."""
import pytest


@pytest.fixture(autouse=True)
def figures_are_shown(capsys):
    """For each test of a file that imports this by name."""
    yield
    printed = capsys.readouterr().out
    if printed:
        with capsys.disabled():
            print(f"\n{printed}", end="")
