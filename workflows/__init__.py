"""The document and its running: no window, no models."""
