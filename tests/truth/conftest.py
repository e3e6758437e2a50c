"""Stored truth and the modules beside it, loaded by path so that no test depends on the import path."""

import importlib.util
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _module(name):
    spec = importlib.util.spec_from_file_location(f"truth_{name}", HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def tolerances():
    return _module("tolerances")


@pytest.fixture(scope="session")
def dense():
    return _module("dense")


@pytest.fixture(scope="session")
def stored():
    def load(name):
        return json.loads((HERE / "data" / f"{name}.json").read_text())

    return load
