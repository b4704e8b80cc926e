"""The installation's one secret and everything derived from it; tokens of links and how they are stored.

A link's token is derived (HMAC) from the secret and the row it belongs to, so a message can be rendered again after a
crash with the same link, while the database holds only the token's SHA-256: a stolen database opens no link.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

TOKEN_BYTES = 20  # 160 bits


def read_or_make_secret(path: Path) -> str:
    """The secret in `path` (mode 0600), made once even when several processes start together."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def derive_key(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HMAC-SHA256 of the purpose under the secret)."""
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


def link_token(secret: str, kind: str, nonce: str) -> str:
    """The token in a row's link, made of the row's own nonce: 160 bits, URL-safe, the same every time it is rendered.

    `kind` is `s` for an invitation (survey and unsubscribe links), `m` for a customer's own page and `w` for a prize.
    """
    digest = hmac.digest(derive_key(secret, "link"), f"{kind}:{nonce}".encode(), "sha256")[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """What the database keeps of a token: SHA-256 in hex. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_nonce() -> str:
    """A fresh random nonce; changing a row's nonce makes its old links void."""
    return secrets.token_urlsafe(12)
