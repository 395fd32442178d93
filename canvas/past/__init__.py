"""Runs as they were: the list of them, and two workflows beside each other with what differs marked."""
