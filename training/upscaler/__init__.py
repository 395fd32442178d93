"""Training the built-in upscalers."""
