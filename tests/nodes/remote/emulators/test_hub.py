"""The hub's stand-in against the hub's own client, in a process of its own, as it reads its settings when imported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodes.remote.emulators.hub import Hub

pytest.importorskip("huggingface_hub")

ASK = """
import json, sys
from huggingface_hub import HfApi, hf_hub_download, snapshot_download

def wrong(call, *arguments, **more):
    try:
        call(*arguments, **more)
    except Exception as error:
        return type(error).__name__

key = sys.argv[1]
info = HfApi(token=False).model_info("acme/gated", files_metadata=True)
lfs = [one for one in info.siblings if one.lfs is not None]
print(json.dumps({
    "folder": snapshot_download("acme/tiny", allow_patterns=["*.json", "*.safetensors"], token=False),
    "earlier": snapshot_download("acme/tiny", revision=sys.argv[2], allow_patterns=["LICENSE.md"], token=False),
    "moved": snapshot_download("acme/was-tiny", allow_patterns=["LICENSE.md"], token=False),
    "sha": info.sha, "gated": info.gated, "licence": info.card_data.license, "lfs": lfs[0].lfs.sha256,
    "anonymous": wrong(hf_hub_download, "acme/gated", "model_index.json", token=False),
    "signed in": wrong(hf_hub_download, "acme/gated", "model_index.json", token=key),
    "wrong key": wrong(HfApi(token="hf_wrong").whoami),
    "nothing": wrong(snapshot_download, "acme/none", token=False),
    "no revision": wrong(snapshot_download, "acme/tiny", revision="nope", token=False),
    "no file": wrong(hf_hub_download, "acme/tiny", "nope.json", token=False),
    "name": HfApi(token=key).whoami()["name"],
}))
"""


def test_the_hubs_own_client_takes_it_for_the_hub(tmp_path: Path) -> None:
    with Hub() as hub:
        earlier = hub.repos["acme/tiny"].commit
        hub.change("acme/tiny", {"LICENSE.md": b"Other terms.\n"})
        hub.moved["acme/was-tiny"] = "acme/tiny"
        environ = {name: text for name, text in os.environ.items() if not name.startswith("HF_")}
        environ |= {"HF_ENDPOINT": hub.base, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        ran = subprocess.run([sys.executable, "-c", ASK, hub.key, earlier], env=environ, capture_output=True, text=True,
                             timeout=120, check=False)
        assert ran.returncode == 0, ran.stderr
        found = json.loads(ran.stdout.splitlines()[-1])
        files = hub.repos["acme/tiny"].files
        folder = Path(found["folder"])
        fetched = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
                   if path.is_file()}
        assert fetched == {name: content for name, content in files.items()
                           if name.endswith((".json", ".safetensors"))}
        assert Path(found["earlier"], "LICENSE.md").read_text() == "Do what you like.\n"
        assert Path(found["moved"], "LICENSE.md").read_text() == "Other terms.\n"
        assert found["sha"] == hub.repos["acme/gated"].commit and found["gated"] == "manual"
        assert found["licence"] == "other" and len(found["lfs"]) == 64
        errors = {name: found[name] for name in ("anonymous", "signed in", "wrong key", "nothing", "no revision",
                                                 "no file")}
        assert errors == {
            "anonymous": "GatedRepoError", "signed in": "GatedRepoError", "wrong key": "HfHubHTTPError",
            "nothing": "RepositoryNotFoundError", "no revision": "RevisionNotFoundError",
            "no file": "RemoteEntryNotFoundError",
        }
        assert found["name"] == "ada"
        signed = [seen for seen in hub.requests if seen.path.startswith("/files/")]
        assert signed and not any("authorization" in seen.headers for seen in signed)
