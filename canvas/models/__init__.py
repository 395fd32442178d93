"""The models of this machine, and those that can be fetched: a page of the window."""
