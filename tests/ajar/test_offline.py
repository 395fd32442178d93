"""What runs models reaches no other machine: neither by Python nor, where the system lets it be, by another program."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRY = '''
import socket, subprocess, sys
sys.path.insert(0, {root!r})
from ajar import offline
print("unplugged", offline.stay())
for what in (lambda: socket.create_connection(("192.0.2.1", 80), 0.2), lambda: socket.getaddrinfo("example.com", 80),
             lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))):
    try:
        what()
        print("reached")
    except PermissionError as error:
        print("refused", error)
print(open("/proc/net/dev").read() if sys.platform == "linux" else "")
open(sys.argv[1], "w").close()
'''


def run(tmp_path: Path, **variables: str) -> tuple[str, Path]:
    import os

    file = tmp_path / "written"
    done = subprocess.run([sys.executable, "-c", TRY.format(root=str(ROOT)), str(file)], capture_output=True, text=True,
                          timeout=60, check=True, env={**os.environ, **variables})
    return done.stdout, file


def test_python_is_refused_every_way_out(tmp_path: Path) -> None:
    said, _ = run(tmp_path, AJAR_WORKER_NETWORK="keep")
    assert said.count("refused") == 3 and "reached" not in said and "unplugged False" in said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has networks of one's own")
def test_on_linux_there_is_no_network_at_all(tmp_path: Path) -> None:
    said, file = run(tmp_path)
    if "unplugged False" in said:
        pytest.skip("this system does not let a process have a network of its own")
    devices = [line.split(":")[0].strip() for line in said.splitlines() if ":" in line and "refused" not in line]
    assert devices == ["lo"], "a program that it starts sees no other way out either"
    assert file.stat().st_uid == tmp_path.stat().st_uid, "what it writes is still the person's"
