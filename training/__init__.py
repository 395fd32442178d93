"""Trains Ajar's built-in picture model from nothing, on pictures drawn by this package."""
