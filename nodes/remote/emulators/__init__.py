"""Stand-ins for providers on loopback. They import nothing of the client."""
