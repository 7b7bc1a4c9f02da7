"""The signature of a manifest: Ed25519, of the file's bytes, beside it; `openssl` can make the key and check it too."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.errors import Refused
from quarterdeck.private import private_file
from quarterdeck.publish.manifest import MANIFEST, SIGNATURE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VARIABLE = "QUARTERDECK_SIGNING_KEY"
"""Names the file of the key that signs, where no option does."""
PUBLIC = ".pub"


def signing_key(path: Path | None = None) -> Ed25519PrivateKey | None:
    """The key of a file, or of the one that the environment names; None where neither is named.

    Raises
    ------
    Refused : it is not there, others than its owner can read it, or it is no private Ed25519 key without a password.
    """
    named = os.environ.get(VARIABLE)
    if path is None and not named:
        return None
    path = path or Path(str(named))
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not path.is_file():
        raise Refused(f"there is no key {path}: `quarterdeck key {path}` makes one.")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refused(f"others can read the key {path}: `chmod 600 {path}`, and make a new one if somebody may have.")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):  # of which the message could show what is in it
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(f"{path} is no Ed25519 private key in PEM without a password: `quarterdeck key FILE` makes one.")
    return key


def new_key(path: Path) -> Path:
    """Make a key that only its owner can read, and beside it the public one to check signatures with.

    Returns
    -------
    The public key's file.

    Raises
    ------
    Refused : one of them is there already, or there is no such folder.
    """
    from cryptography.hazmat.primitives import serialization as written
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = path.with_name(path.name + PUBLIC)
    for there in (path, public):
        if there.exists():
            raise Refused(f"{there} is there already: a key is never written over. Name another file.")
    if not path.parent.is_dir():
        raise Refused(f"there is no folder {path.parent}: make it, or name a file in one that there is.")
    key = Ed25519PrivateKey.generate()
    plain, pem = written.NoEncryption(), written.Encoding.PEM
    with private_file(path, new=True) as file:
        file.write(key.private_bytes(pem, written.PrivateFormat.PKCS8, plain))
    public.write_bytes(key.public_key().public_bytes(pem, written.PublicFormat.SubjectPublicKeyInfo))
    return public


def sign(folder: Path, key: Ed25519PrivateKey) -> None:
    """Sign the manifest of a folder, if it is not signed so already."""
    signature = key.sign((folder / MANIFEST).read_bytes())
    path = folder / SIGNATURE
    if not path.is_file() or path.read_bytes() != signature:
        aside = path.with_name(f".{SIGNATURE}")
        aside.write_bytes(signature)
        aside.replace(path)


def signed_with(folder: Path, public: Path) -> bool:
    """Whether the manifest of a folder was signed with the key that a public one belongs to, and not changed since.

    Raises
    ------
    Refused : there is no signature, or the public key cannot be used.
    """
    from cryptography.exceptions import InvalidSignature

    key = _public_key(public)
    if not (folder / SIGNATURE).is_file():
        raise Refused(f"{folder} is not signed: it has no {SIGNATURE}.")
    try:
        key.verify((folder / SIGNATURE).read_bytes(), (folder / MANIFEST).read_bytes())
    except InvalidSignature:
        return False
    return True


def _public_key(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if not path.is_file():
        raise Refused(f"there is no public key {path}.")
    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise Refused(f"{path} is no Ed25519 public key in PEM: `quarterdeck key FILE` writes FILE{PUBLIC}.")
    return key
