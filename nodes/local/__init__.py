"""Models on this machine. What imports torch here is imported only inside the worker process."""
