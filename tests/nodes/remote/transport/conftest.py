"""No key, proxy or keyring of this machine has a say in these tests."""

import pytest

from nodes.remote.transport import keys
from tests.nodes.remote.transport.servers import CANARY

OURS = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "AJAR_TOY_URL", "AJAR_TOY_REST_URL", "TOY_KEY", "TOY_ID", "TOY_SECRET",
)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AJAR_KEYRING", "off")
    monkeypatch.setenv("AJAR_TOY_KEY", CANARY)
    monkeypatch.setattr(keys, "_ring", keys._Ring())
