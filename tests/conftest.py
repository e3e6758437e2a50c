"""What holds for every test: nothing is skipped in CI, and generated examples are the same on every run."""

from __future__ import annotations

import os

import hypothesis
import pytest

hypothesis.settings.register_profile("topline", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("topline")

NOT_RUN = ("skipped", "xfailed", "xpassed")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI, a test that did not run, or was expected to fail, fails the whole run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):  # the workers of pytest-xdist have no reporter
        return
    count = sum(len(reporter.stats.get(outcome, [])) for outcome in NOT_RUN)
    if count:
        reporter.write_line(f"\n{count} tests were skipped or expected to fail; CI admits neither", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
