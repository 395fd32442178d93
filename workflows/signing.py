"""C2PA manifests by the official library (c2pa-python): read, and signed with a person's own certificate.

Nothing here goes to the network: no manifest, timestamp or list of revoked certificates is fetched.
"""

import importlib
import importlib.util
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ajar.errors import AjarError, WorkflowError
from ajar.labels import xmp
from workflows.disk import replace_file, trouble
from workflows.settings import Home, Signing

State = Literal["none", "valid", "untrusted", "invalid", "unread"]
"""none       there is no manifest
valid      nothing has changed since it was signed, by somebody who is believed
untrusted  nothing has changed since it was signed, by somebody who is not on the list of those who are believed
invalid    changed since, or the signature is wrong
unread     there is one, and it can't be looked at
"""
KEY = "AJAR_SIGNING_KEY"
OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
MIMES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif",
    ".mp4": "video/mp4", ".m4v": "video/x-m4v", ".mov": "video/quicktime", ".m4a": "audio/mp4", ".wav": "audio/wav",
    ".mp3": "audio/mpeg", ".flac": "audio/flac", ".tif": "image/tiff", ".tiff": "image/tiff", ".avif": "image/avif",
}


@dataclass(frozen=True, slots=True)
class Signature:
    """What a manifest comes to."""

    state: State
    by: str = ""
    """Who signed, as the certificate says."""
    program: str = ""
    """What wrote the manifest."""
    source: str = ""
    """A word of IPTC's list of digital source types, as the manifest says."""
    faults: tuple[str, ...] = ()
    """Why it is not valid, in the library's words."""


def available() -> bool:
    """Whether the library is installed."""
    try:
        return importlib.util.find_spec("c2pa") is not None
    except (ImportError, ValueError):
        return False


def look(path: Path, trust: str = "") -> Signature:
    """The state of the manifest in a file. ``trust``: PEM certificates of those who are believed."""
    from workflows.sealing import is_signed

    if not available():
        why = "the package c2pa-python is not installed: pip install ajar[c2pa]"
        return Signature("unread", faults=(why,)) if is_signed(path) else Signature("none")
    if path.suffix.lower() not in MIMES:
        return Signature("none")
    c2pa = _library()
    try:
        with path.open("rb") as file, c2pa.Context.from_dict(_settings(trust)) as context:
            reader = c2pa.Reader.try_create(MIMES[path.suffix.lower()], file, context=context)
            if reader is None:
                return Signature("none")
            with reader:
                return _said(json.loads(reader.json()))
    except OSError as error:
        raise trouble(error, f"read {path.name}") from error
    except (c2pa.C2paError, ValueError) as error:
        return Signature("invalid" if is_signed(path) else "none", faults=(_short(error),))


def sign(path: Path, target: Path, about: Mapping[str, Any] | None, certificate: bytes, key: bytes) -> None:
    """Write a signed copy. What was signed before becomes its ingredient. AjarError where that can't be done."""
    if path.suffix.lower() not in MIMES:
        kinds = ", ".join(sorted(MIMES))
        raise AjarError(f"{path.name} can't be signed: C2PA has no place in such files.", f"It has in these: {kinds}.")
    c2pa = _library()
    mime = MIMES[path.suffix.lower()]
    source = str((about or {}).get("digital_source") or "")
    try:
        data = path.read_bytes()
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(_algorithm(key), certificate, key, None))
        out = io.BytesIO()
        with signer, c2pa.Context.from_dict({**OFFLINE, "builder": {"thumbnail": {"enabled": False}}}) as context:
            signed = look(path).state != "none"
            with c2pa.Builder(_manifest(path.name, mime, about, source, signed), context=context) as builder:
                if signed or not source:
                    told = {"title": path.name, "relationship": "parentOf"}
                    builder.add_ingredient(told, mime, io.BytesIO(data))
                    builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
                builder.sign(signer, mime, io.BytesIO(data), out)
        replace_file(target, out.getvalue())
    except OSError as error:
        raise trouble(error, f"sign {path.name}") from error
    except (c2pa.C2paError, ValueError) as error:
        raise AjarError(f"{path.name} could not be signed: {_short(error)}.",
                        "Check the certificate (it has to be one for C2PA, with those that vouch for it) and its key."
                        ) from error


def own_pair(home: Home, signing: Signing, kept_key: str = "") -> tuple[bytes, bytes]:
    """The certificate and the key of the settings. ``kept_key``: one of the keyring. WorkflowError where there is none.
    """
    if not signing.certificate:
        raise WorkflowError("There is no certificate to sign with.", f"Write its path into {home.settings_file}: "
                            '[signing] certificate = "me.pem". Any certificate for C2PA signing does.')
    certificate = _pem(home, signing.certificate, "certificate")
    text = os.environ.get(KEY, "") or kept_key
    if text.lstrip().startswith("-----BEGIN"):
        return certificate, text.replace("\\n", "\n").encode()
    if text or signing.key:
        return certificate, _pem(home, text or signing.key, "key")
    raise WorkflowError("There is no key to sign with.",
                        f"Write the path of the key into {home.settings_file}, or give it by {KEY}.")


def trusted(home: Home, signing: Signing) -> str:
    """The certificates of those who are believed; empty where nobody was named."""
    return _pem(home, signing.trust, "list of trusted certificates").decode("ascii", "replace") if signing.trust else ""


def _said(plain: Mapping[str, Any]) -> Signature:
    manifest = plain.get("manifests", {}).get(plain.get("active_manifest"), {})
    faults = [str(one.get("code", "")) for one in plain.get("validation_status") or ()]
    grave = [code for code in faults if code not in ("signingCredential.untrusted", "timeStamp.mismatch")]
    signed = manifest.get("signature_info") or {}
    programs = [str(one.get("name", "")) for one in manifest.get("claim_generator_info") or ()]
    state: State = "invalid" if grave else "untrusted" if faults else "valid"
    by = ", ".join(str(signed[name]) for name in ("common_name", "issuer") if signed.get(name))
    return Signature(state, by, ", ".join(programs), _source(manifest), tuple(dict.fromkeys(faults)))


def _source(manifest: Mapping[str, Any]) -> str:
    for assertion in manifest.get("assertions") or ():
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            for action in assertion.get("data", {}).get("actions") or ():
                if found := str(action.get("digitalSourceType") or ""):
                    return found.rpartition("/")[2]
    return ""


def _manifest(name: str, mime: str, about: Mapping[str, Any] | None, source: str, signed: bool) -> dict[str, Any]:
    assertions: list[dict[str, Any]] = []
    if source and not signed:
        action = {"action": "c2pa.created", "digitalSourceType": xmp.SOURCES + source}
        assertions.append({"label": "c2pa.actions", "data": {"actions": [action]}})
    if about:
        assertions.append({"label": "org.ajar.about", "data": dict(about)})
    return {"claim_generator_info": [{"name": "Ajar"}], "title": name, "format": mime, "assertions": assertions}


def _settings(trust: str) -> dict[str, Any]:
    return {**OFFLINE, "trust": {"user_anchors": trust}} if trust else OFFLINE


def _algorithm(key: bytes) -> bytes:
    """Which way of signing fits a key."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(key, None)
    except TypeError:
        raise AjarError("The key to sign with is locked by a password.", "Give one without, from a place of its own."
                        ) from None
    if isinstance(found, ec.EllipticCurvePrivateKey):
        return {256: b"es256", 384: b"es384", 521: b"es512"}.get(found.curve.key_size, b"es256")
    if isinstance(found, ed25519.Ed25519PrivateKey):
        return b"ed25519"
    if isinstance(found, rsa.RSAPrivateKey):
        return b"ps256"
    raise ValueError("the key is of a kind that C2PA does not sign with")


def _pem(home: Home, name: str, what: str) -> bytes:
    path = home.path / Path(name).expanduser()
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WorkflowError(f"The {what} {path} can't be read: {reason}.", f"Correct [signing] in {home.settings_file}."
                            ) from None
    if b"-----BEGIN" not in data:
        raise WorkflowError(f"The {what} {path} is no PEM file.", "Convert it: openssl x509 or openssl pkey.")
    return data


def _library() -> Any:
    try:
        return importlib.import_module("c2pa")
    except (ImportError, OSError) as error:
        raise AjarError("Signing needs the package c2pa-python, which is not installed.",
                        "Install it: pip install ajar[c2pa].") from error


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
