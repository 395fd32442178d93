"""One module a family of models: how to load it and how to call it."""

from nodes.local.quick import read_models_once

read_models_once()
