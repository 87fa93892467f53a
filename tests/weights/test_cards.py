"""Every shipped file is the one its card describes, made by a preset that can make it again, and small."""

from __future__ import annotations

import json

import pytest

from kinelift.lifting.network import load_network
from kinelift.training.card import ACKNOWLEDGEMENT
from kinelift.training.presets import preset_named
from kinelift.weights import ALSO_NAMED, read_card, shipped_models
from kinelift.weights.checksum import check_shipped

MODELS = shipped_models()
LARGEST_MB, LARGEST_TOGETHER_MB = 20, 40


@pytest.mark.parametrize("name", MODELS)
def test_a_card_describes_its_file(name):
    check_shipped(name)
    card, facts = read_card(name), load_network(MODELS[name]).facts
    assert card["name"] == name
    for fact in ("weights_sha256", "fps", "receptive_field", "look_ahead", "normalisation"):
        assert card[fact] == getattr(facts, fact), fact
    assert card["input_skeleton"] == facts.input_skeleton.name
    assert card["output_skeleton"] == facts.output_skeleton.name
    assert card["licence"] == "Apache-2.0"
    assert card["acknowledgement"] == ACKNOWLEDGEMENT
    assert {"clean", "noisy", "harsh"} <= set(card["figures"]["development_set"])


@pytest.mark.parametrize("name", MODELS)
def test_the_preset_that_a_card_names_is_the_one_that_made_it(name):
    card = read_card(name)
    preset = preset_named(card["config"]["name"])
    assert card["config"] == json.loads(preset.to_json())
    assert card["epochs_done"] == preset.epochs
    assert card["command"] == f"kinelift train {preset.name} --data DIR"


@pytest.mark.parametrize("name", ALSO_NAMED)
def test_another_name_is_only_a_name(name):
    assert MODELS[name].name == ALSO_NAMED[name]
    same = {key: value for key, value in read_card(name).items() if key != "name"}
    assert same == {k: v for k, v in read_card(MODELS[name].stem).items() if k != "name"}


def test_shipped_files_are_small():
    sizes_mb = [path.stat().st_size / 2**20 for path in set(MODELS.values())]
    assert max(sizes_mb) <= LARGEST_MB
    assert sum(sizes_mb) <= LARGEST_TOGETHER_MB
