"""Without torch only the pictures and the measures are tested."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["test_learning.py", "test_network.py", "test_report.py"]
