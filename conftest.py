"""What holds for every test, and for every notebook that is run as one."""

import os

import pytest

# Set before NumPy is first imported: two test processes on two cores must not start four threads.
os.environ |= {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "NNLIB_PROGRESS": "0",
}
# A notebook's kernel chooses its own backend, as it does for a reader.
os.environ.pop("MPLBACKEND", None)

IN_CI = os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    return nothing_is_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    return nothing_is_skipped(report)


def nothing_is_skipped(report):
    """In CI everything that a test can need is there: a skip is a failure."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"{reason}\nNothing may be skipped under CI=true."
    return report
