"""Training LoRAs: pictures into buckets, a loss for each family, a loop that survives a crash, and a look at it."""
