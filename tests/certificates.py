"""Certificates made for a test: a root, and one for signing under it, as C2PA asks for them."""

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Pair:
    """All in PEM."""

    certificate: bytes
    """The signer's own, and the root that vouches for it."""
    key: bytes
    root: bytes


def make(name: str = "Test Signer") -> Pair:
    now = datetime.datetime.now(datetime.UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    days = datetime.timedelta(days=1)

    def begun(subject: str, own: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name("Test Root"))
                .public_key(own.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(now - days).not_valid_after(now + 90 * days)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False))

    root = (begun("Test Root", root_key).add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(_usage(signs_others=True), True).sign(root_key, hashes.SHA256()))
    leaf = (begun(name, key).add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(_usage(signs_others=False), True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), False)
            .sign(root_key, hashes.SHA256()))
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Pair(_pem(leaf) + _pem(root), text, _pem(root))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ajar tests"),
                      x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(not signs_others, False, False, False, False, signs_others, signs_others, False, False)


def _pem(certificate: x509.Certificate) -> bytes:
    return bytes(certificate.public_bytes(serialization.Encoding.PEM))
