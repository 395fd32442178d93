"""Trains the built-in film model: a small Wan pipeline, made from drawn clips alone."""
