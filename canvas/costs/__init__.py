"""What work came to, what it would have come to on the other side, and where a machine of one's own begins to pay."""
