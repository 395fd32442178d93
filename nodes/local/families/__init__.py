"""One module a family of models: how to load it and how to call it."""
